package ponder.catalog;

import java.time.Duration;

/// One source cannot give the file; the next one may. The reason is half a sentence.
class SourceException extends Exception {
  private static final long serialVersionUID = 1;

  private final String reason;

  SourceException(String reason) {
    super(reason);
    this.reason = reason;
  }

  final String reason() {
    return reason;
  }

  /// A failure that may pass by itself.
  static final class Passing extends SourceException {
    private static final long serialVersionUID = 1;

    private final Duration wait;

    /// @param wait how long the server asks to be left alone; zero if it does not say
    Passing(String reason, Duration wait) {
      super(reason);
      this.wait = wait;
    }

    Duration waitAsked() {
      return wait;
    }
  }
}

package ponder.store;

/// The journal cannot be used. The message names its file and the way out.
public final class JournalException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Reason reason;

  /// What is wrong with the journal.
  public enum Reason {
    /// Its folder or file cannot be written.
    UNWRITABLE,
    /// A newer Ponder wrote it.
    NEWER,
    /// Its file is damaged, or is something else.
    CORRUPT,
    /// Another process held it for too long.
    BUSY,
    /// No run, or more than one, goes by the name that was given.
    UNKNOWN_RUN,
    /// The disk is full, or reading or writing failed.
    INPUT_OUTPUT,
    /// It was closed.
    CLOSED
  }

  JournalException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  JournalException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}

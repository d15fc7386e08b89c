package ponder.torch;

/// Ends a running forward at a given time. [#at] is for any thread.
final class Abort {
  /// Thrown inside a forward, caught by the backend.
  static final class Aborted extends RuntimeException {
    private static final long serialVersionUID = 1;

    Aborted() {
      super("aborted", null, false, false);
    }
  }

  private volatile long at = Long.MAX_VALUE;

  void at(long nanoTime) {
    at = nanoTime;
  }

  /// @throws Aborted if the time has come
  void check() {
    long end = at;
    if (end != Long.MAX_VALUE && (end == Long.MIN_VALUE || end - System.nanoTime() <= 0)) {
      throw new Aborted();
    }
  }
}

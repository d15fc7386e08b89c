package ponder.catalog;

/// Hears how a pull goes on. Called by the pulling thread; must return quickly.
public interface Progress {
  /// Hears nothing.
  Progress NONE = (bytes, total) -> {};

  /// `bytes` of `total` have arrived, those of an earlier pull included; `total` is 0 if not known.
  /// The count can fall back when a server makes the pull begin anew.
  void at(long bytes, long total);

  /// Something the user should know: which source is tried, why one was given up, that another
  /// process is waited for. One sentence.
  default void note(String sentence) {}
}

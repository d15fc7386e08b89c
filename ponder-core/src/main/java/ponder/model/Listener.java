package ponder.model;

/// Hears of a call's progress while it runs.
///
/// Called on the caller's own thread, in order for each sample. Deltas may be merged when the
/// listener is slow; concatenated, a sample's deltas are exactly its completion's text.
@FunctionalInterface
public interface Listener {
  Listener NONE = (sample, delta) -> {};

  /// New text of a sample; never empty.
  void onText(int sample, String delta);

  /// A sample is done.
  default void onFinish(Completion completion) {}
}

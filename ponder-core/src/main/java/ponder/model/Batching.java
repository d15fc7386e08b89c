package ponder.model;

/// The ability to compute several sequences at a time. Whoever has much to ask keeps as many under
/// way, and some more, so that none of the places is ever empty.
public interface Batching {
  /// Places for sequences, at least 1; what is asked for beyond them waits.
  int width();

  /// How many places a request takes: its samples, or fewer where a server draws several in one
  /// call.
  int places(Request request);

  /// How full the batches were since the model was opened. From any thread; may wait for the
  /// running step.
  Load load();

  /// How full batches were, as running sums: the mean share of the places in use between two
  /// moments is the difference of `sequences` over that of `steps` times [Batching#width].
  ///
  /// @param steps steps so far; 0 if the model does not see its steps, as a remote one
  /// @param sequences sequences that held a place, summed over the steps
  /// @param tokens sampled tokens
  record Load(long steps, long sequences, long tokens) {
    public static final Load UNKNOWN = new Load(0, 0, 0);
  }
}

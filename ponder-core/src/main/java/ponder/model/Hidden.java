package ponder.model;

import org.jspecify.annotations.Nullable;

/// The ability to give the model's final hidden states (after the last norm, before the head).
public interface Hidden {
  int hiddenWidth();

  /// Hidden states at positions `from` to the end of `tokens`.
  ///
  /// @param tokens at least one
  /// @param from in `[0, tokens.size())`
  States hidden(Tokens tokens, int from, @Nullable AdapterKey adapter, Call call);

  /// Hidden states.
  ///
  /// @param rows float[positions][width]
  /// @param usage what the call cost
  @SuppressWarnings("ArrayRecordComponent") // large and owned, never changed
  record States(float[][] rows, Usage usage) {}
}

package ponder.engine;

import java.util.Set;
import ponder.model.Request;
import ponder.model.Tokens;

/// What drawing one sample's next token depends on, besides the logits.
final class Draft {
  /// @param sample the sample's index in the request's sense
  /// @param eos the ids that `minTokens` keeps from being drawn
  Draft(Request request, int sample, Set<Integer> eos, Tokens prompt) {
    throw new UnsupportedOperationException();
  }

  /// Counts `token` as the next generated one.
  void append(int token) {
    throw new UnsupportedOperationException();
  }

  /// How many tokens have been appended.
  int generated() {
    throw new UnsupportedOperationException();
  }
}

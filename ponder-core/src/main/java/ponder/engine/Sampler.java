package ponder.engine;

import java.util.List;
import ponder.model.TokenLogprob;

/// Draws tokens from rows of logits. Not thread-safe.
final class Sampler {
  Sampler(int vocabularySize) {
    throw new UnsupportedOperationException();
  }

  /// Draws the draft's next token; does not append it.
  ///
  /// @param logits float[vocabularySize]; may be overwritten
  Draw draw(float[] logits, Draft draft) {
    throw new UnsupportedOperationException();
  }

  /// Raw log-probability of `token`; NaN if the row holds NaN or +infinity. `logits` are kept.
  float logprob(float[] logits, int token) {
    throw new UnsupportedOperationException();
  }

  /// Raw log-probabilities of `tokens`, in their order; all NaN if the row holds NaN or +infinity.
  /// `logits` are kept.
  float[] logprobs(float[] logits, int[] tokens) {
    throw new UnsupportedOperationException();
  }

  /// The `count` most probable tokens in falling order, ties by lowest id. `logits` are kept.
  List<TokenLogprob> top(float[] logits, int count) {
    throw new UnsupportedOperationException();
  }
}

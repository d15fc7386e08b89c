package ponder.model;

import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The ability to give log-probabilities of text that is already there.
///
/// Scores agree with the log-probabilities reported while generating the same tokens within the
/// engine's tolerance: kernels depend on the batch, so equality is not promised.
public interface Scoring {
  /// Log-probabilities of `continuation` after `prefix`.
  ///
  /// Cost: one forward over what no earlier call has left in the cache; the last prefix token is
  /// always computed again.
  ///
  /// @param prefix at least one token
  /// @param continuation at least one token
  /// @throws ContextOverflowException if both together exceed the context
  Score score(Tokens prefix, Tokens continuation, @Nullable AdapterKey adapter, Call call);

  /// Log-probabilities of each of `candidates` as the next token after `context`.
  ///
  /// @param context at least one token
  /// @param privateTail how many of the context's last tokens are not kept for later calls to
  ///   reuse, so that a tag put behind a step leaves no trace
  Score next(
      Tokens context, Tokens candidates, int privateTail, @Nullable AdapterKey adapter, Call call);

  /// The same as `plain`, each call of which is carried out by `around`: to measure it, say.
  static Scoring around(Scoring plain, Function<Supplier<Score>, Score> around) {
    return new Scoring() {
      @Override
      public Score score(
          Tokens prefix, Tokens continuation, @Nullable AdapterKey adapter, Call call) {
        return around.apply(() -> plain.score(prefix, continuation, adapter, call));
      }

      @Override
      public Score next(
          Tokens context,
          Tokens candidates,
          int privateTail,
          @Nullable AdapterKey adapter,
          Call call) {
        return around.apply(() -> plain.next(context, candidates, privateTail, adapter, call));
      }
    };
  }

  /// Log-probabilities of given tokens.
  ///
  /// @param logprobs float[tokens], natural log, raw; owned by the score, must not be changed
  /// @param usage what the call cost
  @SuppressWarnings("ArrayRecordComponent") // long and owned, never changed
  record Score(float[] logprobs, Usage usage) {
    /// Sum of `logprobs`.
    public double sum() {
      double sum = 0;
      for (float logprob : logprobs) {
        sum += logprob;
      }
      return sum;
    }
  }
}

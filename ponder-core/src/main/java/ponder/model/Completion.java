package ponder.model;

import java.util.List;

/// One sample's continuation of a prompt.
///
/// @param sample the sample's index in the request's sense
/// @param tokens every generated token, the stop and end-of-text tokens included
/// @param text the decoded text, without the stop string unless asked for, without special tokens;
///   bytes that are not UTF-8 appear as U+FFFD
/// @param textTokens how many leading tokens lie wholly in `text`
/// @param finish why it ended
/// @param detail the stop string or token sequence that matched, or the error's message; else empty
/// @param logprobs float[tokens]: the model's own log-probability (natural log) of each token,
///   before temperature, penalties and filters
/// @param sampledLogprobs float[tokens]: log-probability of each token in the distribution it was
///   drawn from, after all filters; 0 for greedy
/// @param topLogprobs per token, the most probable tokens in falling order; empty if not asked for
///
///   The arrays belong to the completion and must not be changed.
@SuppressWarnings(
    "ArrayRecordComponent") // thousands of floats per completion; owned, never changed
public record Completion(
    int sample,
    Tokens tokens,
    String text,
    int textTokens,
    FinishReason finish,
    String detail,
    float[] logprobs,
    float[] sampledLogprobs,
    List<List<TokenLogprob>> topLogprobs) {

  public Completion {
    topLogprobs = List.copyOf(topLogprobs);
    if (logprobs.length != tokens.size() || sampledLogprobs.length != tokens.size()) {
      throw new IllegalArgumentException(
          "log-probabilities (%d and %d) must be as many as tokens (%d)."
              .formatted(logprobs.length, sampledLogprobs.length, tokens.size()));
    }
  }

  /// Sum of `logprobs`: the natural log of the model's probability of these tokens.
  public double sumLogprob() {
    double sum = 0;
    for (float logprob : logprobs) {
      sum += logprob;
    }
    return sum;
  }
}

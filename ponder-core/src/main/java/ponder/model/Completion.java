package ponder.model;

import java.util.List;

/// One sample's continuation of a prompt.
///
/// @param sample the sample's index in the request's sense
/// @param tokens every generated token, the stop and end-of-text tokens included; [Tokens#UNKNOWN]
///   for each whose id a remote server does not show
/// @param text the decoded text, without the stop string unless asked for, without special tokens;
///   bytes that are not UTF-8 appear as U+FFFD
/// @param textTokens how many leading tokens lie wholly in `text`
/// @param finish why it ended
/// @param detail the stop string or token sequence that matched, or the error's message; else empty
/// @param logprobs float[tokens]: the model's own log-probability (natural log) of each token,
///   before temperature, penalties and filters; NaN where a remote server does not tell
/// @param sampledLogprobs float[tokens]: log-probability of each token in the distribution it was
///   drawn from, after all filters; 0 for greedy; NaN where a remote server does not tell
/// @param topLogprobs per token, the most probable tokens in falling order; empty if not asked for
/// @param certainty float[tokens]: how far the model's own distribution at each place was from
///   uniform; empty if not asked for. With p the distribution of `logprobs` over the V tokens of
///   the vocabulary it is `-1/V sum_v ln(V p_v)`, the divergence KL(uniform || p): 0 where all
///   tokens are equally probable, growing as the model commits itself, infinite where a token has
///   probability 0. Its mean over a text is the text's self-certainty (Kang et al. 2025, "Scalable
///   Best-of-N Selection for Large Language Models via Self-Certainty")
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
    List<List<TokenLogprob>> topLogprobs,
    float[] certainty) {

  public Completion {
    topLogprobs = List.copyOf(topLogprobs);
    if (logprobs.length != tokens.size() || sampledLogprobs.length != tokens.size()) {
      throw new IllegalArgumentException(
          "log-probabilities (%d and %d) must be as many as tokens (%d)."
              .formatted(logprobs.length, sampledLogprobs.length, tokens.size()));
    }
    if (certainty.length != 0 && certainty.length != tokens.size()) {
      throw new IllegalArgumentException(
          "certainties (%d) must be none or as many as tokens (%d)."
              .formatted(certainty.length, tokens.size()));
    }
  }

  /// A completion for which no certainty was asked.
  public Completion(
      int sample,
      Tokens tokens,
      String text,
      int textTokens,
      FinishReason finish,
      String detail,
      float[] logprobs,
      float[] sampledLogprobs,
      List<List<TokenLogprob>> topLogprobs) {
    this(
        sample,
        tokens,
        text,
        textTokens,
        finish,
        detail,
        logprobs,
        sampledLogprobs,
        topLogprobs,
        new float[0]);
  }

  /// Sum of `logprobs`: the natural log of the model's probability of these tokens; NaN if one is
  /// unknown.
  public double sumLogprob() {
    double sum = 0;
    for (float logprob : logprobs) {
      sum += logprob;
    }
    return sum;
  }
}

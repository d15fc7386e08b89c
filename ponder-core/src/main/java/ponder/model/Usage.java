package ponder.model;

import ponder.core.Spend;

/// What a call cost in tokens.
///
/// @param promptTokens tokens of the prompt, once per request whatever its n, as in OpenAI's API
/// @param cachedPromptTokens the part of `promptTokens` that was not computed
/// @param generatedTokens sampled tokens, stop and end-of-text included, over all samples
/// @param scoredTokens given tokens whose log-probability or hidden state was returned
public record Usage(
    long promptTokens, long cachedPromptTokens, long generatedTokens, long scoredTokens) {
  public static final Usage NONE = new Usage(0, 0, 0, 0);

  public Usage plus(Usage other) {
    return new Usage(
        promptTokens + other.promptTokens,
        cachedPromptTokens + other.cachedPromptTokens,
        generatedTokens + other.generatedTokens,
        scoredTokens + other.scoredTokens);
  }

  /// This usage as the cost of one call; no time.
  ///
  /// @param parameters number of the model's weights; 0 if unknown, and then no FLOPs are counted
  public Spend cost(long parameters) {
    return new Spend(
        promptTokens,
        cachedPromptTokens,
        generatedTokens,
        scoredTokens,
        1,
        Spend.flops(parameters, promptTokens - cachedPromptTokens + scoredTokens, generatedTokens),
        0);
  }
}

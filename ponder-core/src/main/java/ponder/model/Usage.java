package ponder.model;

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
}

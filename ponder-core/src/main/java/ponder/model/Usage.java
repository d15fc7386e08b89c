package ponder.model;

import ponder.core.Compute;
import ponder.core.Spend;

/// What a call cost in tokens.
///
/// @param promptTokens tokens of the prompt, once per request whatever its n, as in OpenAI's API
/// @param cachedPromptTokens the part of `promptTokens` that was not computed
/// @param generatedTokens sampled tokens, stop and end-of-text included, over all samples
/// @param scoredTokens given tokens whose log-probability or hidden state was returned
/// @param sequences over how many samples the generated tokens are spread; 0 if there are none
public record Usage(
    long promptTokens,
    long cachedPromptTokens,
    long generatedTokens,
    long scoredTokens,
    long sequences) {
  public static final Usage NONE = new Usage(0, 0, 0, 0);

  /// The usage of a call for at most one sample.
  public Usage(
      long promptTokens, long cachedPromptTokens, long generatedTokens, long scoredTokens) {
    this(
        promptTokens,
        cachedPromptTokens,
        generatedTokens,
        scoredTokens,
        Math.min(1, generatedTokens));
  }

  public Usage plus(Usage other) {
    return new Usage(
        promptTokens + other.promptTokens,
        cachedPromptTokens + other.cachedPromptTokens,
        generatedTokens + other.generatedTokens,
        scoredTokens + other.scoredTokens,
        sequences + other.sequences);
  }

  /// This usage as the cost of one call; no time.
  ///
  /// FLOPs are of what was computed: what was found in a cache costs nothing but that others look
  /// at it. Scored tokens stand behind the prompt, generated ones behind both, in samples taken as
  /// equally long. A token whose probability alone was asked for counts as computed.
  ///
  /// @param compute what a token takes
  public Spend cost(Compute compute) {
    double given = promptTokens + scoredTokens;
    double samples = Math.max(1, sequences);
    return new Spend(
        promptTokens,
        cachedPromptTokens,
        generatedTokens,
        scoredTokens,
        1,
        compute.flops(cachedPromptTokens, given - cachedPromptTokens)
            + samples * compute.flops(given, generatedTokens / samples),
        0);
  }
}

package ponder.core;

/// What something cost. The component names are the keys used in JSON.
///
/// @param promptTokens prompt tokens, once per request whatever its number of samples
/// @param cachedPromptTokens the part of `promptTokens` that was not computed
/// @param generatedTokens sampled tokens of all engines, judges and lookaheads included
/// @param scoredTokens given tokens whose log-probability or hidden state was returned
/// @param calls requests to a model, each counted once whatever its number of samples
/// @param flops floating-point operations, see [Compute]; 0 for a model of unknown size
/// @param seconds wall time
public record Spend(
    long promptTokens,
    long cachedPromptTokens,
    long generatedTokens,
    long scoredTokens,
    long calls,
    double flops,
    double seconds) {
  public static final Spend NONE = new Spend(0, 0, 0, 0, 0, 0, 0);

  /// Both costs together.
  public Spend plus(Spend other) {
    return new Spend(
        promptTokens + other.promptTokens,
        cachedPromptTokens + other.cachedPromptTokens,
        generatedTokens + other.generatedTokens,
        scoredTokens + other.scoredTokens,
        calls + other.calls,
        flops + other.flops,
        seconds + other.seconds);
  }

  public Spend withCalls(long value) {
    return new Spend(
        promptTokens, cachedPromptTokens, generatedTokens, scoredTokens, value, flops, seconds);
  }

  public Spend withSeconds(double value) {
    return new Spend(
        promptTokens, cachedPromptTokens, generatedTokens, scoredTokens, calls, flops, value);
  }
}

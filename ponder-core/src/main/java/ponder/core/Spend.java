package ponder.core;

/// What something cost. The component names are the keys used in JSON.
///
/// @param promptTokens prompt tokens, once per request whatever its number of samples
/// @param cachedPromptTokens the part of `promptTokens` that was not computed
/// @param generatedTokens sampled tokens of all engines, judges and lookaheads included
/// @param scoredTokens given tokens whose log-probability or hidden state was returned
/// @param calls requests to a model, each counted once whatever its number of samples
/// @param flops floating-point operations, see [#flops(double, long, long)]; 0 for a model of
///   unknown size
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

  /// Floating-point operations of a forward pass over `computed` tokens and of decoding `generated`
  /// ones: 2 per weight and token (Kaplan et al. 2020, section 2.1), attention left out.
  ///
  /// @param parameters number of weights that take part; 0 if unknown
  /// @param computed prompt and scored tokens that were not found in a cache
  /// @param generated sampled tokens
  public static double flops(double parameters, long computed, long generated) {
    return 2 * parameters * (computed + generated);
  }
}

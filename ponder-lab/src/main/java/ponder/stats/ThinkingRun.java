package ponder.stats;

/// One setting of a method that is told how long to think, over a whole data set (Muennighoff et
/// al. 2025, "s1", section 3.2).
///
/// @param thinkingTokens mean per problem, above 0
/// @param accuracy in percent
/// @param kept whether the run kept to what it was told; each method says what that means
public record ThinkingRun(double thinkingTokens, double accuracy, boolean kept) {
  /// Stands for 100 tokens of a step-conditional run's bound.
  private static final double TOKENS_PER_STEP = 100;

  public ThinkingRun {
    if (!(thinkingTokens > 0) || !(accuracy >= 0 && accuracy <= 100)) {
      throw new IllegalArgumentException(
          "a run of %s thinking tokens with %s %% right cannot be."
              .formatted(thinkingTokens, accuracy));
    }
  }

  /// A run told to use at most `bound` tokens: budget forcing, rejection sampling,
  /// token-conditional control.
  public static ThinkingRun atMost(double bound, double thinkingTokens, double accuracy) {
    return new ThinkingRun(thinkingTokens, accuracy, thinkingTokens <= bound);
  }

  /// A run told to use at most `steps` steps: step-conditional control, with 100 tokens for a step.
  public static ThinkingRun atMostSteps(double steps, double thinkingTokens, double accuracy) {
    return atMost(TOKENS_PER_STEP * steps, thinkingTokens, accuracy);
  }

  /// A run told to think briefly: class-conditional control. It keeps to that if it uses fewer
  /// tokens than the model does untold.
  public static ThinkingRun shorterThan(double untold, double thinkingTokens, double accuracy) {
    return new ThinkingRun(thinkingTokens, accuracy, thinkingTokens < untold);
  }

  /// A run told to think for long: class-conditional control.
  public static ThinkingRun longerThan(double untold, double thinkingTokens, double accuracy) {
    return new ThinkingRun(thinkingTokens, accuracy, thinkingTokens > untold);
  }
}

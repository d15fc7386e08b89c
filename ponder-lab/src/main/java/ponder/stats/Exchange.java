package ponder.stats;

/// The exchange between pre-training and inference compute (Snell et al. 2024, section 7).
///
/// Pre-training a model of P weights on D tokens takes 6 P D operations, answering with it 2 P per
/// token. A model `m` times as large multiplies both; a small model that spends the difference on
/// inference instead may generate k times as many tokens.
public final class Exchange {
  private Exchange() {}

  /// k = m + 3 (m - 1) / R: how many times as many tokens the small model may use for the same
  /// total compute.
  ///
  /// @param larger m, how many times as many weights the large model has; at least 1
  /// @param inferenceRatio R, tokens generated over its lifetime per token of pre-training; above 0
  public static double multiplier(double larger, double inferenceRatio) {
    if (!(larger >= 1) || !(inferenceRatio > 0)) {
      throw new IllegalArgumentException(
          "larger (%s) must be at least 1 and inferenceRatio (%s) above 0."
              .formatted(larger, inferenceRatio));
    }
    return larger + 3 * (larger - 1) / inferenceRatio;
  }
}

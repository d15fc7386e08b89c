package ponder.verify;

import java.util.List;

/// What a verifier found out about one candidate.
///
/// @param value in [0, 1], higher is better: the outcome, or the steps' values put together
/// @param steps one value in [0, 1] per step; empty from a verifier that judges outcomes only
/// @param judged whether it was judged at all; false if the budget ended before, and then `value`
///   is 0
/// @param faults how many readings gave no value and count as the worst one, 0: not a number, no
///   verdict among the likely tokens, or a text that is too long for the model
public record Scores(double value, List<Double> steps, boolean judged, int faults) {
  /// The scores of a candidate that the budget left unjudged.
  public static final Scores UNJUDGED = new Scores(0, List.of(), false);

  public Scores {
    steps = List.copyOf(steps);
    require(value);
    steps.forEach(Scores::require);
  }

  /// Scores without faults.
  public Scores(double value, List<Double> steps, boolean judged) {
    this(value, steps, judged, 0);
  }

  /// The judgement of an outcome.
  public static Scores outcome(double value) {
    return new Scores(value, List.of(), true);
  }

  /// The judgement of an outcome that was read; NaN is a fault.
  static Scores read(double value) {
    return Double.isNaN(value) ? new Scores(0, List.of(), true, 1) : outcome(value);
  }

  private static void require(double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException("score (" + value + ") must be between 0 and 1.");
    }
  }
}

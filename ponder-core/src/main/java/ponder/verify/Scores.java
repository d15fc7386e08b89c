package ponder.verify;

import java.util.List;

/// What a verifier found out about one candidate.
///
/// @param value in [0, 1], higher is better: the outcome, or the steps' values put together
/// @param steps one value in [0, 1] per step; empty from a verifier that judges outcomes only
/// @param judged whether it was judged at all; if not, `value` is 0. Without faults the budget
///   ended before, with faults nothing was known to judge by
/// @param faults how many readings gave no value: not a number, no verdict among the likely tokens,
///   or a text that is too long for the model. In a candidate that was judged they count as the
///   worst one, 0
public record Scores(double value, List<Double> steps, boolean judged, int faults) {
  /// The scores of a candidate that the budget left unjudged.
  public static final Scores UNJUDGED = new Scores(0, List.of(), false);

  /// The scores of a candidate of which nothing is known to judge by, such as log-probabilities
  /// that a remote server does not tell. No worst value: the others would win for no reason.
  public static final Scores UNKNOWN = new Scores(0, List.of(), false, 1);

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

  /// What is known already, as a judgement; NaN is [#UNKNOWN].
  static Scores known(double value) {
    return Double.isNaN(value) ? UNKNOWN : outcome(value);
  }

  /// Whether nothing was known to judge by.
  public boolean unknown() {
    return !judged && faults > 0;
  }

  private static void require(double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException("score (" + value + ") must be between 0 and 1.");
    }
  }
}

package ponder.search;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// What a vote weighs.
///
/// Only attempts with an answer take part, so that what an attempt without one was like changes
/// nothing.
///
/// @param kind by what
/// @param temperature of the softmax over mean log-probabilities; above 0
/// @param power of the Borda count; at least 0
record Weight(Kind kind, double temperature, double power) {
  static final double DEFAULT_TEMPERATURE = 1;
  static final double DEFAULT_POWER = 0.5;

  /// By what attempts are weighed.
  enum Kind {
    /// All the same.
    NONE,
    /// Softmax of the mean log-probabilities.
    LOGPROB,
    /// Rank by self-certainty: the r-th of n weighs (n - r + 1)^power (Kang et al. 2025, "Scalable
    /// Best-of-N Selection for Large Language Models via Self-Certainty"); equals share the better
    /// rank.
    SELF_CERTAINTY
  }

  Weight {
    if (!(temperature > 0)) {
      throw new IllegalArgumentException(
          "weight-temperature (" + temperature + ") must be above 0.");
    }
  }

  /// Whether what votes are weighed by is known of any attempt.
  boolean known(List<Attempt> attempts) {
    return switch (kind) {
      case NONE, SELF_CERTAINTY -> true;
      case LOGPROB ->
          attempts.stream()
              .anyMatch(it -> it.candidate().tokens() == 0 || Double.isFinite(it.meanLogprob()));
    };
  }

  Vote vote(List<Attempt> attempts) {
    return switch (kind) {
      case NONE -> Vote.of(attempts);
      case LOGPROB -> Vote.of(attempts, softmax(voters(attempts, Attempt::meanLogprob)));
      case SELF_CERTAINTY ->
          Vote.of(
              attempts,
              borda(
                  voters(attempts, it -> it.candidate().certainty()),
                  attempts.stream().filter(it -> it.answer() != null).count()));
    };
  }

  /// The value of each attempt; negative infinity for those that have no vote or no value.
  private static double[] voters(List<Attempt> attempts, ToDoubleFunction<Attempt> value) {
    return attempts.stream()
        .mapToDouble(it -> it.answer() == null ? Double.NaN : value.applyAsDouble(it))
        .map(it -> Double.isNaN(it) ? Double.NEGATIVE_INFINITY : it)
        .toArray();
  }

  /// Weights that add up to 1; all the same if no value is finite.
  double[] softmax(double[] values) {
    double most = Arrays.stream(values).max().orElse(0);
    double[] weights =
        Arrays.stream(values)
            .map(value -> value == most ? 1 : Math.exp((value - most) / temperature))
            .toArray();
    double sum = Arrays.stream(weights).sum();
    return Arrays.stream(weights).map(weight -> weight / sum).toArray();
  }

  /// Weights by rank.
  ///
  /// @param ranked how many of the values take part, the largest ones
  double[] borda(double[] values, long ranked) {
    return Arrays.stream(values)
        .map(value -> ranked - Arrays.stream(values).filter(it -> it > value).count())
        .map(points -> Math.pow(points, power))
        .toArray();
  }
}

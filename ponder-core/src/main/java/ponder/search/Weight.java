package ponder.search;

import java.util.Arrays;
import java.util.List;
import ponder.grade.Rubric;
import ponder.verify.Candidate;

/// What a vote weighs.
///
/// Only attempts with an answer take part, so that what an attempt without one was like changes
/// nothing. A vote of which the model does not tell what it would be weighed by weighs nothing; if
/// that is so of all, they weigh the same.
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

  /// What the user should know of votes that cannot be weighed; empty if all can.
  ///
  /// @param model its name
  String warning(List<Attempt> attempts, String model) {
    long voters = attempts.stream().filter(it -> it.answer() != null).count();
    long unknown = voters - known(attempts);
    if (unknown == 0) {
      return "";
    }
    return unknown == voters
        ? "Model %s does not tell what weight=%s needs: all votes weigh the same."
            .formatted(model, Settings.name(kind))
        : "Model %s does not tell of %d of %d votes what weight=%s needs: they weigh nothing."
            .formatted(model, unknown, voters, Settings.name(kind));
  }

  Vote vote(List<Attempt> attempts, Rubric rubric) {
    long known = known(attempts);
    double[] values = attempts.stream().mapToDouble(this::value).map(Weight::least).toArray();
    return switch (kind) {
      case NONE -> Vote.of(attempts, rubric);
      case LOGPROB ->
          known == 0 ? Vote.of(attempts, rubric) : Vote.of(attempts, softmax(values), rubric);
      case SELF_CERTAINTY ->
          known == 0 ? Vote.of(attempts, rubric) : Vote.of(attempts, borda(values, known), rubric);
    };
  }

  private long known(List<Attempt> attempts) {
    return attempts.stream().filter(it -> it.answer() != null && !Double.isNaN(value(it))).count();
  }

  /// NaN for an attempt that has no vote or of which nothing is known.
  private double value(Attempt attempt) {
    if (attempt.answer() == null) {
      return Double.NaN;
    }
    Candidate candidate = attempt.candidate();
    return switch (kind) {
      case NONE -> 0;
      case LOGPROB -> candidate.sumLogprob() / candidate.tokens();
      case SELF_CERTAINTY -> candidate.certainty();
    };
  }

  private static double least(double value) {
    return Double.isNaN(value) ? Double.NEGATIVE_INFINITY : value;
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
  /// @param ranked how many of the values take part, the largest ones; the others weigh nothing
  double[] borda(double[] values, long ranked) {
    return Arrays.stream(values)
        .map(value -> ranked - Arrays.stream(values).filter(it -> it > value).count())
        .map(points -> points == 0 ? 0 : Math.pow(points, power))
        .toArray();
  }
}

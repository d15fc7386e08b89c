package ponder.search;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.List;
import ponder.grade.Rubric;

/// When a vote needs no more samples (Aggarwal et al. 2023, "Let's Sample Step by Step:
/// Adaptive-Consistency for Efficient Reasoning and Coding with LLMs", the Beta criterion).
///
/// With v1 votes for the leader and v2 for the runner-up, the leader's true share among the two has
/// the density Beta(v1 + 1, v2 + 1) under a uniform prior. Sampling ends when it is above one half
/// with probability 0.95, or when the samples that are left cannot change the result.
final class Adaptive {
  static final double CONFIDENCE = 0.95;

  /// Samples asked for at once: the fewest that can settle a vote.
  static final int WAVE = 4;

  private Adaptive() {}

  /// Whether what `attempts` vote for stands.
  ///
  /// @param left samples that could still be taken
  /// @param rubric which answers are equal
  static boolean decided(List<Attempt> attempts, int left, Rubric rubric) {
    int[] leaders = Vote.of(attempts, rubric).leaders();
    return leaders[0] - leaders[1] > left
        || leaders[0] > leaders[1] && leads(leaders[0], leaders[1]) >= CONFIDENCE;
  }

  /// P(Beta(first + 1, second + 1) > 1/2), which is the probability of at most `first` heads in
  /// first + second + 1 throws of a fair coin; summed exactly. O(first + second) additions of
  /// numbers with as many bits.
  static double leads(int first, int second) {
    int throwsOfCoin = first + second + 1;
    BigInteger binomial = BigInteger.ONE;
    BigInteger more = BigInteger.ZERO;
    // More than `first` heads are at most `second` tails.
    for (int tails = 0; tails <= second; tails++) {
      more = more.add(binomial);
      binomial =
          binomial
              .multiply(BigInteger.valueOf(throwsOfCoin - tails))
              .divide(BigInteger.valueOf(tails + 1L));
    }
    BigDecimal all = new BigDecimal(BigInteger.ONE.shiftLeft(throwsOfCoin));
    return 1 - new BigDecimal(more).divide(all, MathContext.DECIMAL64).doubleValue();
  }
}

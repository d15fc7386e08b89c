package ponder.stats;

import java.util.List;
import ponder.core.Seed;

/// weighted@k: how often the class of answers with the highest sum of scores among k samples is
/// right.
///
/// Sums of real scores have no structure that could be counted, so choices are drawn, or all of
/// them enumerated where they are not more than the draws. Classes with equal sums share the choice
/// evenly, which is what "the first seen wins" comes to in a random order.
public final class WeightedAt {
  private static final int DRAWS = 256;

  private final int[] classes;
  private final double[] scores;
  private final double[] right;
  private final int[] sizes;
  private final double[] sums;

  WeightedAt(List<Sample> samples, int count) {
    int n = samples.size();
    classes = new int[n];
    scores = new double[n];
    right = new double[n];
    for (int i = 0; i < n; i++) {
      Sample sample = samples.get(i);
      classes[i] = sample.answerClass();
      // A sample without a score adds nothing to its class.
      scores[i] = Double.isNaN(sample.score()) ? 0 : sample.score();
      right[i] = sample.correct() ? 1 : 0;
    }
    sizes = new int[count];
    sums = new double[count];
  }

  /// An estimate and its standard error, 0 if it is exact.
  public record Estimate(double mean, double standardError) {}

  /// The mean over all choices of `k` of the samples if they are at most 256, else over 256 drawn
  /// ones; the same for the same seed. O(draws x n).
  ///
  /// @param k 1 to the number of samples
  public static Estimate of(List<Sample> samples, int k, Seed seed) {
    int n = samples.size();
    if (k < 1 || k > n) {
      throw new IllegalArgumentException(
          "weighted vote of %d of %d samples is not defined.".formatted(k, n));
    }
    return new Pool(samples).weighted(k, seed);
  }

  /// The estimate for `k` of the samples.
  Estimate at(int k, Seed seed) {
    int n = classes.length;
    return LogFactorial.choose(n, k) < Math.log(DRAWS + 0.5)
        ? enumerated(n, k)
        : drawn(n, k, new Lots(seed));
  }

  private Estimate enumerated(int n, int k) {
    int[] chosen = new int[k];
    for (int i = 0; i < k; i++) {
      chosen[i] = i;
    }
    double sum = 0;
    int count = 0;
    do {
      sum += worth(chosen, k);
      count++;
    } while (advance(chosen, n));
    return new Estimate(sum / count, 0);
  }

  /// The next choice in lexicographic order; false after the last.
  private static boolean advance(int[] chosen, int n) {
    int k = chosen.length;
    int i = k - 1;
    while (i >= 0 && chosen[i] == n - k + i) {
      i--;
    }
    if (i < 0) {
      return false;
    }
    chosen[i]++;
    for (int j = i + 1; j < k; j++) {
      chosen[j] = chosen[j - 1] + 1;
    }
    return true;
  }

  private Estimate drawn(int n, int k, Lots lots) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      order[i] = i;
    }
    double sum = 0;
    double squares = 0;
    for (int draw = 0; draw < DRAWS; draw++) {
      for (int i = 0; i < k; i++) {
        int other = i + lots.below(n - i);
        int swapped = order[i];
        order[i] = order[other];
        order[other] = swapped;
      }
      double worth = worth(order, k);
      sum += worth;
      squares += worth * worth;
    }
    double mean = sum / DRAWS;
    double variance = Math.max(0, squares / DRAWS - mean * mean) / (DRAWS - 1);
    return new Estimate(mean, Math.sqrt(variance));
  }

  /// The mean worth of the classes with the highest sum among the first `k` of `chosen`; a class is
  /// worth the part of its chosen members that are right.
  private double worth(int[] chosen, int k) {
    for (int i = 0; i < k; i++) {
      int group = classes[chosen[i]];
      if (group >= 0) {
        sums[group] = 0;
        sizes[group] = 0;
      }
    }
    double highest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < k; i++) {
      int group = classes[chosen[i]];
      if (group >= 0) {
        sums[group] += scores[chosen[i]];
        sizes[group]++;
      }
    }
    for (int i = 0; i < k; i++) {
      int group = classes[chosen[i]];
      highest = group >= 0 ? Math.max(highest, sums[group]) : highest;
    }
    return shared(chosen, k, highest);
  }

  private double shared(int[] chosen, int k, double highest) {
    double worth = 0;
    double ties = 0;
    for (int i = 0; i < k; i++) {
      int group = classes[chosen[i]];
      if (group >= 0 && sums[group] == highest) {
        worth += right[chosen[i]] / sizes[group];
        ties += 1.0 / sizes[group];
      }
    }
    return ties == 0 ? 0 : worth / ties;
  }
}

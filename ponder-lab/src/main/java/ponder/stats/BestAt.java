package ponder.stats;

import java.util.List;

/// Best of k: how often the sample with the highest score among k is right.
public final class BestAt {
  private BestAt() {}

  /// The unbiased estimate: the mean over all choices of `k` of the samples.
  ///
  /// With the samples in ascending order of score, the one at rank r is the best of C(r-1, k-1)
  /// choices. Among equal scores each is as likely to be taken, as it is where the first seen wins
  /// and the order of samples is random. O(n log n).
  ///
  /// @param k 1 to the number of samples
  public static double of(List<Sample> samples, int k) {
    int n = samples.size();
    if (k < 1 || k > n) {
      throw new IllegalArgumentException(
          "best of %d of %d samples is not defined.".formatted(k, n));
    }
    return new Pool(samples).best(k);
  }

  /// @param sorted by score, ascending
  static double of(Sample[] sorted, int k) {
    int n = sorted.length;
    double result = 0;
    double below = 0; // the part of choices that lie wholly below the group
    for (int from = 0; from < n; ) {
      int to = from;
      int correct = 0;
      while (to < n && score(sorted[to]) == score(sorted[from])) {
        correct += sorted[to++].correct() ? 1 : 0;
      }
      double within = within(to, n, k);
      result += (within - below) * correct / (to - from);
      below = within;
      from = to;
    }
    return result;
  }

  /// NaN is worse than any score.
  static double score(Sample sample) {
    return Double.isNaN(sample.score()) ? Double.NEGATIVE_INFINITY : sample.score() + 0.0;
  }

  /// C(m, k) / C(n, k): the part of choices whose members are all among the first `m`.
  private static double within(int m, int n, int k) {
    if (m < k) {
      return 0;
    }
    double part = 1;
    for (int j = m + 1; j <= n; j++) {
      part *= 1 - (double) k / j;
    }
    return part;
  }
}

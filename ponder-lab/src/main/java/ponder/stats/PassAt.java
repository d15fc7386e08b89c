package ponder.stats;

/// pass@k: the chance that at least one of k samples is right.
public final class PassAt {
  private PassAt() {}

  /// The unbiased estimate 1 - C(n-c, k) / C(n, k) (Chen et al. 2021, section 2.1), as a product,
  /// so that nothing overflows. O(correct).
  ///
  /// @param n samples drawn, at least 1
  /// @param correct of them right, 0 to n
  /// @param k samples chosen, 1 to n
  public static double of(int n, int correct, int k) {
    if (n < 1 || correct < 0 || correct > n || k < 1 || k > n) {
      throw new IllegalArgumentException(
          "pass@%d of %d samples, %d of them right, is not defined.".formatted(k, n, correct));
    }
    if (n - correct < k) {
      return 1;
    }
    double missed = 1;
    for (int j = n - correct + 1; j <= n; j++) {
      missed *= 1 - (double) k / j;
    }
    return 1 - missed;
  }
}

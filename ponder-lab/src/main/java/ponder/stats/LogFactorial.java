package ponder.stats;

/// Natural logarithms of factorials and binomial coefficients.
///
/// Up to 255! they are sums of logarithms; above, Stirling's series to its third term, whose error
/// there is below 1e-17 of the value.
final class LogFactorial {
  private static final double HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);
  private static final double[] SMALL = small();

  private LogFactorial() {}

  private static double[] small() {
    double[] logs = new double[256];
    for (int i = 2; i < logs.length; i++) {
      logs[i] = logs[i - 1] + Math.log(i);
    }
    return logs;
  }

  /// ln n!, for n >= 0.
  static double of(long n) {
    if (n < SMALL.length) {
      return SMALL[(int) n];
    }
    double x = n;
    double inverse = 1 / x;
    double square = inverse * inverse;
    double tail = inverse * (1 / 12.0 - square * (1 / 360.0 - square / 1260));
    return (x + 0.5) * Math.log(x) - x + HALF_LOG_TWO_PI + tail;
  }

  /// ln of "n choose k", for 0 <= k <= n.
  static double choose(long n, long k) {
    return of(n) - of(k) - of(n - k);
  }
}

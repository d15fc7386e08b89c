package ponder.stats;

import ponder.core.Seed;

/// A stream of seeded draws: the n-th value is a hash of the seed and n (SplitMix64). Not
/// thread-safe.
final class Lots {
  private static final long STEP = 0x9E3779B97F4A7C15L;

  private long state;

  Lots(Seed seed) {
    this.state = seed.value();
  }

  private long next() {
    state += STEP;
    return Seed.mix(state);
  }

  /// A number in (0, 1).
  double unit() {
    return ((next() >>> 12) + 0.5) * 0x1p-52;
  }

  /// A whole number in `[0, bound)`; the bias is below `bound` / 2^64.
  int below(int bound) {
    return (int) Math.unsignedMultiplyHigh(next(), bound);
  }

  /// How many of `n` independent trials succeed if each does with probability `p`.
  ///
  /// Inversion that starts at the mode and walks outward, the likelier side first, so a draw takes
  /// about 1.6 standard deviations of steps and no constants of a rejection scheme are needed.
  long binomial(long n, double p) {
    if (n == 0 || p <= 0) {
      return 0;
    }
    if (p >= 1) {
      return n;
    }
    long mode = Math.min(n, (long) ((n + 1) * p));
    double odds = p / (1 - p);
    double peak =
        Math.exp(LogFactorial.choose(n, mode) + mode * Math.log(p) + (n - mode) * Math.log1p(-p));
    double left = unit() - peak;
    if (left <= 0) {
      return mode;
    }
    return walk(n, mode, odds, peak, left);
  }

  /// Walks away from the mode until the probabilities passed use `left` up.
  private static long walk(long n, long mode, double odds, double peak, double left) {
    long low = mode;
    long high = mode;
    double below = peak;
    double above = peak;
    double rest = left;
    while (true) {
      double down = low == 0 ? 0 : below * low / ((n - low + 1) * odds);
      double up = high == n ? 0 : above * (n - high) / (high + 1) * odds;
      if (down == 0 && up == 0) {
        return mode; // what is left is the rounding error of all that was passed
      }
      if (down >= up) {
        below = down;
        low--;
        rest -= down;
      } else {
        above = up;
        high++;
        rest -= up;
      }
      if (rest <= 0) {
        return down >= up ? low : high;
      }
    }
  }
}

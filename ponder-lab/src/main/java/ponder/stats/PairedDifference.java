package ponder.stats;

import ponder.core.Seed;

/// How much better one run is than another on the same problems, by the paired bootstrap: problems
/// are resampled, each with both results, so that what makes a problem hard for both drops out.
///
/// @param difference of the accuracies, with its 95 % interval from 10,000 resamples
/// @param better problems that only the run got right
/// @param worse problems that only the other got right
/// @param equal problems on which both did alike
public record PairedDifference(Interval difference, long better, long worse, long equal) {
  /// The difference of a run that got `better` problems right which the other got wrong, `worse`
  /// the other way round, and `equal` like the other; the same for the same seed.
  ///
  /// @throws IllegalArgumentException if there is no problem, or a negative number of them
  public static PairedDifference of(long better, long worse, long equal, Seed seed) {
    if (better < 0 || worse < 0 || equal < 0 || better + worse + equal == 0) {
      throw new IllegalArgumentException(
          "problems better (%d), worse (%d) and equal (%d) must not be negative, nor none in all."
              .formatted(better, worse, equal));
    }
    var counted = Tally.of(new double[] {-1, 0, 1}, new long[] {worse, equal, better});
    return new PairedDifference(
        Bootstrap.interval(counted.counted(), Interval.DRAWS, seed), better, worse, equal);
  }

  /// Whether the interval contains 0: this many problems do not tell the runs apart.
  public boolean withinNoise() {
    return difference.contains(0);
  }

  /// The chance that problems which tell the runs apart fall at least so unevenly if each falls
  /// either way like a fair coin: the two-sided exact sign test, which is McNemar's. For few
  /// problems it is the safer word, since a bootstrap of three alike has no width.
  public double signTest() {
    long n = better + worse;
    long fewer = Math.min(better, worse);
    double tail = 0;
    double first = LogFactorial.choose(n, fewer) - n * Math.log(2);
    double relative = 1;
    for (long i = fewer; i >= 0 && relative > 1e-18; i--) {
      tail += relative;
      relative *= (double) i / (n - i + 1);
    }
    return Math.min(1, 2 * tail * Math.exp(first));
  }
}

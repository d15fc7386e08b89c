package ponder.stats;

import java.util.Arrays;
import ponder.core.Seed;

/// A mean of shares in [0, 1] and its 95 % interval by the percentile bootstrap over problems
/// (Efron 1979).
///
/// Intervals depend on the values and the seed, not on the order of problems. Where all values are
/// 0, or all 1, resampling says nothing; then it is the exact binomial interval (Clopper and
/// Pearson 1934): of 20 problems all wrong, 0 to 16.8 %. Other small samples make intervals too
/// narrow.
///
/// @param mean of the values
/// @param low 2.5 % of the resampled means lie below
/// @param high 2.5 % of them lie above
public record Interval(double mean, double low, double high) {
  static final int DRAWS = 10_000;
  private static final double TAIL = 0.025;

  public Interval {
    if (!(low <= mean && mean <= high)) {
      throw new IllegalArgumentException(
          "an interval from %s to %s cannot have the mean %s.".formatted(low, high, mean));
    }
  }

  /// The interval of `values` in [0, 1], one per problem, from 10,000 resamples; the same for the
  /// same seed.
  ///
  /// @param values at least one, finite
  public static Interval of(double[] values, Seed seed) {
    if (values.length == 0) {
      throw new IllegalArgumentException("values (0) must be at least one.");
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    long[] counts = new long[sorted.length];
    int last = 0;
    for (int i = 0; i < sorted.length; i++) {
      if (sorted[i] != sorted[last]) {
        sorted[++last] = sorted[i];
      }
      counts[last]++;
    }
    var counted =
        new Tally.Counted(
            Arrays.copyOf(sorted, last + 1), Arrays.copyOf(counts, last + 1), values.length);
    return of(counted, DRAWS, seed);
  }

  /// The interval of counted values from 10,000 resamples; the same for the same seed.
  ///
  /// @param values at least one
  public static Interval of(Tally values, Seed seed) {
    return of(values, DRAWS, seed);
  }

  /// The interval of counted values.
  ///
  /// @param values at least one
  /// @param draws resamples, at least 1,000
  public static Interval of(Tally values, int draws, Seed seed) {
    if (values.count() == 0 || draws < 1_000) {
      throw new IllegalArgumentException(
          "values (%d) must be at least one, and draws (%d) 1,000."
              .formatted(values.count(), draws));
    }
    return of(values.counted(), draws, seed);
  }

  private static Interval of(Tally.Counted values, int draws, Seed seed) {
    double only = values.values()[0];
    if (values.values().length > 1 || only != 0 && only != 1) {
      return Bootstrap.interval(values, draws, seed);
    }
    double width = 1 - Math.pow(TAIL, 1.0 / values.total());
    return only == 0 ? new Interval(0, 0, width) : new Interval(1, 1 - width, 1);
  }

  /// Whether `value` lies in the interval, its ends included.
  public boolean contains(double value) {
    return low <= value && value <= high;
  }
}

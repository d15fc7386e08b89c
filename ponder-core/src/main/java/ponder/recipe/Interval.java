package ponder.recipe;

import java.util.Arrays;
import ponder.core.Seed;

/// A mean and its 95 % interval by the percentile bootstrap over problems (Efron 1979).
///
/// @param mean of the values
/// @param low 2.5 % of the resampled means lie below
/// @param high 2.5 % of them lie above
public record Interval(double mean, double low, double high) {
  private static final int DRAWS = 10_000;

  /// The interval of `values`, one per problem; the same for the same seed. O(values) x 10,000.
  ///
  /// @param values at least one
  public static Interval of(double[] values, Seed seed) {
    double[] means = new double[DRAWS];
    for (int draw = 0; draw < DRAWS; draw++) {
      double sum = 0;
      for (int i = 0; i < values.length; i++) {
        long mixed = Seed.mix(seed.value() + draw * 0x9E3779B97F4A7C15L + Seed.mix(i));
        sum += values[(int) Math.floorMod(mixed, (long) values.length)];
      }
      means[draw] = sum / values.length;
    }
    Arrays.sort(means);
    return new Interval(
        Arrays.stream(values).average().orElseThrow(),
        means[DRAWS / 40],
        means[DRAWS - 1 - DRAWS / 40]);
  }
}

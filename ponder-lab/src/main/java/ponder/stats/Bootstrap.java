package ponder.stats;

import java.util.Arrays;
import ponder.core.Seed;

/// The percentile bootstrap of a mean (Efron 1979) over values with multiplicities.
///
/// Drawing N values with replacement from N, of which m_i are equal to v_i, is one multinomial draw
/// of how often each v_i comes. So there are three ways to the same distribution:
///
/// 1. **Value by value**: N look-ups a draw. For small N, or where nearly all values differ.
/// 2. **Multinomial**: one conditional binomial for each distinct value and draw, exact, and
///    independent of N but for a factor below its root. For right-or-wrong values of a million
///    problems this is a thousand times less work.
/// 3. **Expansion**: above 20,000 values of which more than 1,250 differ, the quantiles of the
///    resampled mean from its variance and skewness (Cornish and Fisher 1938), without draws. What
///    is left out is of order 1 / N.
///
/// Values come sorted, so results do not depend on the order of problems.
final class Bootstrap {
  /// Above this many values none are drawn one by one.
  private static final int MOST_DRAWN = 20_000;

  /// What a binomial draw costs in look-ups, about.
  private static final int BINOMIAL_COST = 16;

  private static final double NORMAL_975 = 1.959963984540054;

  private Bootstrap() {}

  static double mean(Tally.Counted values) {
    double sum = 0;
    for (int i = 0; i < values.values().length; i++) {
      sum += values.values()[i] * values.counts()[i];
    }
    return sum / values.total();
  }

  /// @param values at least one
  static Interval interval(Tally.Counted values, int draws, Seed seed) {
    double mean = mean(values);
    int distinct = values.values().length;
    if (distinct == 1) {
      return new Interval(mean, mean, mean);
    }
    long drawn = Math.min(values.total(), (long) distinct * BINOMIAL_COST);
    if (drawn > MOST_DRAWN) {
      return expansion(values, mean);
    }
    var lots = new Lots(seed);
    double[] means = new double[draws];
    double[] all = drawn == values.total() ? spread(values) : new double[0];
    for (int draw = 0; draw < draws; draw++) {
      means[draw] = all.length > 0 ? resample(all, lots) : multinomial(values, lots);
    }
    Arrays.sort(means);
    int tail = draws / 40;
    // Rounding may put a quantile of nearly equal values past their mean; an interval holds it.
    return new Interval(mean, Math.min(mean, means[tail]), Math.max(mean, means[draws - 1 - tail]));
  }

  private static double[] spread(Tally.Counted values) {
    double[] all = new double[(int) values.total()];
    int next = 0;
    for (int i = 0; i < values.values().length; i++) {
      int end = next + (int) values.counts()[i];
      Arrays.fill(all, next, end, values.values()[i]);
      next = end;
    }
    return all;
  }

  private static double resample(double[] all, Lots lots) {
    double sum = 0;
    for (int i = 0; i < all.length; i++) {
      sum += all[lots.below(all.length)];
    }
    return sum / all.length;
  }

  private static double multinomial(Tally.Counted values, Lots lots) {
    long trials = values.total();
    long weight = values.total();
    double sum = 0;
    for (int i = 0; i < values.values().length && trials > 0; i++) {
      long came = lots.binomial(trials, (double) values.counts()[i] / weight);
      sum += came * values.values()[i];
      trials -= came;
      weight -= values.counts()[i];
    }
    return sum / values.total();
  }

  private static Interval expansion(Tally.Counted values, double mean) {
    double second = 0;
    double third = 0;
    for (int i = 0; i < values.values().length; i++) {
      double deviation = values.values()[i] - mean;
      second += deviation * deviation * values.counts()[i];
      third += deviation * deviation * deviation * values.counts()[i];
    }
    double variance = second / values.total();
    double skewness = third / values.total() / Math.pow(variance, 1.5);
    double error = Math.sqrt(variance / values.total());
    double shift = skewness / Math.sqrt(values.total()) * (NORMAL_975 * NORMAL_975 - 1) / 6;
    return new Interval(
        mean, mean + error * (shift - NORMAL_975), mean + error * (shift + NORMAL_975));
  }
}

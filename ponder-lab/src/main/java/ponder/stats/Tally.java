package ponder.stats;

import java.util.Arrays;

/// How often each value in [-1, 1] came, such as the worth of each problem or the difference of two
/// methods on it.
///
/// It is all that a mean and its bootstrap need, so a million problems cost no more memory than
/// their distinct values, and the order of problems cannot matter: everything is computed from the
/// sorted values. Beyond 65,536 distinct values all are rounded to multiples of 1/65,536, which
/// moves a mean by less than 0.00001. Not thread-safe.
public final class Tally {
  private static final int MOST_DISTINCT = 1 << 16;

  private double[] values = new double[16];
  private long[] counts = new long[16];
  private int distinct;
  private long total;
  private boolean rounded;

  /// Values and how often each came, values ascending.
  record Counted(double[] values, long[] counts, long total) {}

  /// Counts one value.
  ///
  /// @throws IllegalArgumentException if it is not in [-1, 1]
  public void add(double value) {
    if (!(value >= -1 && value <= 1)) {
      throw new IllegalArgumentException("value (%s) must be in [-1, 1].".formatted(value));
    }
    put(rounded ? round(value) : value + 0.0, 1); // -0.0 + 0.0 is 0.0
    total++;
    if (distinct > MOST_DISTINCT && !rounded) {
      roundAll();
    }
  }

  /// A tally of `values`, each of which came as often as the count at its place says.
  static Tally of(double[] values, long[] counts) {
    Tally tally = new Tally();
    for (int i = 0; i < values.length; i++) {
      if (counts[i] > 0) {
        tally.put(values[i], counts[i]);
        tally.total += counts[i];
      }
    }
    return tally;
  }

  /// A tally of `problems` values of which `right` are 1 and the others 0.
  public static Tally ofShare(long right, long problems) {
    return of(new double[] {0, 1}, new long[] {problems - right, right});
  }

  /// A tally that goes its own way from here.
  Tally copy() {
    Tally copy = new Tally();
    copy.values = values.clone();
    copy.counts = counts.clone();
    copy.distinct = distinct;
    copy.total = total;
    copy.rounded = rounded;
    return copy;
  }

  /// How many values were counted.
  public long count() {
    return total;
  }

  /// Their mean; 0 if there are none.
  public double mean() {
    return total == 0 ? 0 : Bootstrap.mean(counted());
  }

  private static double round(double value) {
    return Math.rint(value * MOST_DISTINCT) / MOST_DISTINCT + 0.0;
  }

  private void roundAll() {
    rounded = true;
    Counted old = counted();
    values = new double[16];
    counts = new long[16];
    distinct = 0;
    for (int i = 0; i < old.values.length; i++) {
      put(round(old.values[i]), old.counts[i]);
    }
  }

  private void put(double value, long times) {
    int slot = slot(value);
    if (counts[slot] == 0) {
      if (2 * ++distinct > values.length) {
        grow();
        slot = slot(value);
      }
      values[slot] = value;
    }
    counts[slot] += times;
  }

  /// Where `value` is or belongs; open addressing, free where the count is 0.
  private int slot(double value) {
    int mask = values.length - 1;
    long bits = Double.doubleToLongBits(value) * 0x9E3779B97F4A7C15L;
    int slot = (int) (bits >>> 40) & mask;
    while (counts[slot] != 0 && values[slot] != value) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    double[] oldValues = values;
    long[] oldCounts = counts;
    values = new double[2 * oldValues.length];
    counts = new long[2 * oldCounts.length];
    for (int i = 0; i < oldValues.length; i++) {
      if (oldCounts[i] > 0) {
        int slot = slot(oldValues[i]);
        values[slot] = oldValues[i];
        counts[slot] = oldCounts[i];
      }
    }
  }

  /// The values in ascending order.
  Counted counted() {
    double[] sorted = new double[distinct];
    int next = 0;
    for (int i = 0; i < values.length; i++) {
      if (counts[i] > 0) {
        sorted[next++] = values[i];
      }
    }
    Arrays.sort(sorted);
    long[] sortedCounts = new long[distinct];
    for (int i = 0; i < distinct; i++) {
      sortedCounts[i] = counts[slot(sorted[i])];
    }
    return new Counted(sorted, sortedCounts, total);
  }
}

package ponder.testkit;

import ponder.core.Seed;

/// A stream of seeded choices for building random cases. Not thread-safe.
public final class Dice {
  private final Seed seed;
  private long thrown;

  public Dice(long seed) {
    this.seed = new Seed(seed);
  }

  /// A well mixed 64-bit number.
  public long next() {
    return seed.split("dice", thrown++).value();
  }

  /// A whole number in `[0, bound)`.
  public int below(int bound) {
    return (int) Long.remainderUnsigned(next(), bound);
  }

  /// A whole number in `[from, to]`.
  public int between(int from, int to) {
    return from + below(to - from + 1);
  }

  /// A number in (0, 1).
  public double unit() {
    return ((next() >>> 12) + 0.5) * 0x1p-52;
  }

  /// A number from the standard normal distribution (Box and Muller 1958).
  public double normal() {
    return Math.sqrt(-2 * Math.log(unit())) * Math.cos(2 * Math.PI * unit());
  }

  /// True in `percent` of 100 throws.
  public boolean chance(int percent) {
    return below(100) < percent;
  }
}

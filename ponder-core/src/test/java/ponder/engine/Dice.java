package ponder.engine;

import ponder.core.Seed;

/// Reproducible numbers for tests: the n-th throw of a seed.
final class Dice {
  private final Seed seed;
  private long thrown;

  Dice(long seed) {
    this.seed = new Seed(seed);
  }

  int below(int bound) {
    return (int) (Long.remainderUnsigned(next(), bound));
  }

  /// In (0, 1).
  double unit() {
    return ((next() >>> 12) + 0.5) * 0x1p-52;
  }

  double normal() {
    return Math.sqrt(-2 * Math.log(unit())) * Math.cos(2 * Math.PI * unit());
  }

  private long next() {
    return seed.split("throw", thrown++).value();
  }
}

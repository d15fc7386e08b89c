package ponder.search.tree;

import ponder.core.Seed;

/// Draws from the symmetric Dirichlet distribution: shares that sum to 1, the more uneven the
/// smaller `alpha` is.
///
/// Gamma variables divided by their sum; those by Marsaglia and Tsang 2000, "A simple method for
/// generating gamma variables", with its power of a uniform number for shapes below 1.
final class Dirichlet {
  private final Seed seed;
  private long drawn;

  private Dirichlet(Seed seed) {
    this.seed = seed;
  }

  /// @param count at least 1 for a result that is not empty
  /// @param alpha above 0
  static double[] draw(int count, double alpha, Seed seed) {
    double[] shares = new double[count];
    double sum = 0;
    for (int i = 0; i < count; i++) {
      shares[i] = new Dirichlet(seed.split("share", i)).gamma(alpha);
      sum += shares[i];
    }
    for (int i = 0; i < count; i++) {
      shares[i] = sum > 0 ? shares[i] / sum : 1.0 / count; // all of them may underflow
    }
    return shares;
  }

  /// A number in (0, 1).
  static double unit(Seed seed) {
    return ((seed.value() >>> 12) + 0.5) * 0x1p-52;
  }

  private double unit() {
    return unit(seed.split("draw", drawn++));
  }

  private double normal() {
    return Math.sqrt(-2 * Math.log(unit())) * Math.cos(2 * Math.PI * unit());
  }

  private double gamma(double shape) {
    if (shape < 1) {
      return gamma(shape + 1) * Math.pow(unit(), 1 / shape);
    }
    double d = shape - 1.0 / 3;
    double c = 1 / Math.sqrt(9 * d);
    while (true) {
      double x = normal();
      double v = Math.pow(1 + c * x, 3);
      if (v > 0 && Math.log(unit()) < x * x / 2 + d - d * v + d * Math.log(v)) {
        return d * v;
      }
    }
  }
}

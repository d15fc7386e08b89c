package ponder.grade.exact;

import java.math.BigInteger;

/// Square roots of rational numbers as rational multiples of square roots of primes.
final class Surds {
  private static final long TRIAL_LIMIT = 1_000;
  private static final int LONG_BITS = 62;

  private Surds() {}

  /// A square root; `factored` tells whether the number under it was taken apart into primes, so
  /// that the form is the only one.
  record Root(Polynomial value, boolean factored) {}

  static Polynomial imaginaryUnit(Ring ring) {
    return ring.atom("i", BigInteger.ONE.negate());
  }

  /// The square root of `n/d`, which is that of `nd` over `d`; imaginary for negative numbers.
  static Root squareRoot(Rational value, Ring ring, Work work) {
    work.spendProduct(value.bits(), value.bits());
    BigInteger under = value.numerator().multiply(value.denominator());
    Polynomial root = Polynomial.of(Rational.of(BigInteger.ONE, value.denominator()));
    if (under.signum() < 0) {
      root = ring.product(root, imaginaryUnit(ring));
    }
    BigInteger size = under.abs();
    return size.bitLength() > LONG_BITS
        ? unfactored(root, size, ring)
        : factored(root, size.longValue(), ring, work);
  }

  private static Root factored(Polynomial factor, long under, Ring ring, Work work) {
    Polynomial root = factor;
    long rest = under;
    for (long p = 2; p * p <= rest && p < TRIAL_LIMIT; p++) {
      int times = 0;
      while (rest % p == 0) {
        rest /= p;
        times++;
      }
      root = ring.scaled(root, Rational.of(BigInteger.valueOf(p).pow(times / 2)));
      root = times % 2 == 0 ? root : ring.product(root, surd(p, ring));
      work.spend(1);
    }
    if (rest == 1) {
      return new Root(root, true);
    }
    // No factor below the limit is left, so what is below its square is prime.
    return rest < TRIAL_LIMIT * TRIAL_LIMIT
        ? new Root(ring.product(root, surd(rest, ring)), true)
        : unfactored(root, BigInteger.valueOf(rest), ring);
  }

  private static Polynomial surd(long prime, Ring ring) {
    return ring.atom("sqrt(" + prime + ")", BigInteger.valueOf(prime));
  }

  /// The root of a number that was not taken apart: it may share factors with others.
  private static Root unfactored(Polynomial factor, BigInteger under, Ring ring) {
    BigInteger root = under.sqrt();
    if (root.multiply(root).equals(under)) {
      return new Root(ring.scaled(factor, Rational.of(root)), true);
    }
    Polynomial atom = ring.atom("sqrt(" + under.toString(16) + "h)", under);
    return new Root(ring.product(factor, atom), false);
  }
}

package ponder.grade.exact;

import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Exact roots, powers and functions of rational numbers, bounded in size.
final class Discrete {
  static final int MAX_BITS = 200_000;
  static final int MAX_FACTORIAL = 10_000;
  static final int MAX_SERIES = 10_000;

  private Discrete() {}

  /// The power, or null if it is undefined or has too many bits.
  static @Nullable Rational power(Rational base, int exponent, Work work) {
    if (base.signum() == 0) {
      return exponent > 0 ? Rational.ZERO : null;
    }
    if (isUnit(base)) {
      return (exponent & 1) == 0 ? Rational.ONE : base;
    }
    long bits = (long) base.bits() * Math.abs((long) exponent);
    if (bits > MAX_BITS) {
      return null;
    }
    long odd = oddBits(base.numerator()) + oddBits(base.denominator());
    work.spendProduct(odd * Math.abs((long) exponent), odd * Math.abs((long) exponent));
    return base.power(exponent);
  }

  /// Bits without the factors of two, which cost nothing to raise.
  private static long oddBits(BigInteger value) {
    return value.bitLength() - Math.max(0, value.getLowestSetBit()) - 1;
  }

  private static boolean isUnit(Rational value) {
    return value.isInteger() && value.numerator().abs().equals(BigInteger.ONE);
  }

  /// The real root if it is rational, else null.
  static @Nullable Rational root(int index, Rational value, Work work) {
    if (value.signum() < 0) {
      Rational root = (index & 1) == 1 ? root(index, value.negate(), work) : null;
      return root == null ? null : root.negate();
    }
    BigInteger numerator = root(index, value.numerator(), work);
    BigInteger denominator = numerator == null ? null : root(index, value.denominator(), work);
    return numerator == null || denominator == null ? null : Rational.of(numerator, denominator);
  }

  private static @Nullable BigInteger root(int index, BigInteger value, Work work) {
    if (value.bitLength() <= 1) {
      return value;
    }
    work.spendProduct(value.bitLength(), value.bitLength());
    BigInteger root;
    if (index == 2) {
      root = value.sqrt();
    } else {
      root = floorRoot(index, value, work);
    }
    return root.pow(index).equals(value) ? root : null;
  }

  /// The integer part of a root of an index above 2, by Newton's method from above.
  private static BigInteger floorRoot(int index, BigInteger value, Work work) {
    if (index >= value.bitLength()) {
      return BigInteger.ONE;
    }
    BigInteger root = BigInteger.ONE.shiftLeft(value.bitLength() / index + 1);
    BigInteger less = BigInteger.valueOf(index - 1);
    while (true) {
      work.spendProduct(value.bitLength(), value.bitLength());
      BigInteger quotient = value.divide(root.pow(index - 1));
      BigInteger next = root.multiply(less).add(quotient).divide(BigInteger.valueOf(index));
      if (next.compareTo(root) >= 0) {
        return root;
      }
      root = next;
    }
  }

  /// The function's value where it is rational for rational arguments, else null.
  static @Nullable Rational apply(Function function, List<Rational> arguments, Work work) {
    Rational first = arguments.get(0);
    return switch (function) {
      case ABS -> first.abs();
      case FLOOR -> Rational.of(first.floor());
      case CEILING -> Rational.of(first.negate().floor().negate());
      case FACTORIAL -> first.isInt() ? factorial(first.numerator().intValue(), work) : null;
      case BINOMIAL -> binomial(first, arguments.get(1), work);
      case MODULO -> modulo(first, arguments.get(1));
      case GCD, LCM -> divisors(function, arguments, work);
      case MAX -> arguments.stream().max(Rational::compareTo).orElseThrow();
      case MIN -> arguments.stream().min(Rational::compareTo).orElseThrow();
      case SIN, COS, TAN, COT, SEC, CSC, ARCSIN, ARCCOS, ARCTAN, SINH, COSH, TANH -> null;
      case LN, LOG, LOG_BASE -> null;
    };
  }

  private static @Nullable Rational factorial(int n, Work work) {
    if (n < 0 || n > MAX_FACTORIAL) {
      return null;
    }
    work.spend(1 + (long) n * 32);
    return Rational.of(range(1, n));
  }

  /// The product of the integers from `low` to `high`, halving the range to multiply equal sizes.
  private static BigInteger range(int low, int high) {
    if (high - low < 8) {
      BigInteger product = BigInteger.ONE;
      for (int i = low; i <= high; i++) {
        product = product.multiply(BigInteger.valueOf(i));
      }
      return product;
    }
    int middle = (low + high) >>> 1;
    return range(low, middle).multiply(range(middle + 1, high));
  }

  private static @Nullable Rational binomial(Rational n, Rational k, Work work) {
    if (!n.isInt() || !k.isInt() || n.signum() < 0) {
      return null;
    }
    int top = n.numerator().intValue();
    int below = k.numerator().intValue();
    if (below < 0 || below > top) {
      return Rational.ZERO;
    }
    int fewer = Math.min(below, top - below);
    if (fewer > MAX_FACTORIAL) {
      return null;
    }
    BigInteger result = BigInteger.ONE;
    for (int i = 1; i <= fewer; i++) {
      work.spendProduct(result.bitLength(), 64);
      result = result.multiply(BigInteger.valueOf(top - fewer + i)).divide(BigInteger.valueOf(i));
    }
    return Rational.of(result);
  }

  private static @Nullable Rational modulo(Rational value, Rational divisor) {
    return value.isInteger() && divisor.isInteger() && divisor.signum() > 0
        ? Rational.of(value.numerator().mod(divisor.numerator()))
        : null;
  }

  private static @Nullable Rational divisors(
      Function function, List<Rational> arguments, Work work) {
    BigInteger result = arguments.get(0).numerator().abs();
    for (Rational argument : arguments) {
      if (!argument.isInteger()) {
        return null;
      }
      BigInteger next = argument.numerator().abs();
      work.spendReduction(result.bitLength(), next.bitLength());
      BigInteger gcd = result.gcd(next);
      boolean isGcd = function == Function.GCD || gcd.signum() == 0;
      result = isGcd ? gcd : result.divide(gcd).multiply(next);
      if (result.bitLength() > MAX_BITS) {
        return null;
      }
    }
    return Rational.of(result);
  }
}

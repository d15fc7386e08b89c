package ponder.grade.exact;

import java.math.BigInteger;

/// An exact fraction in lowest terms; the denominator is positive. Compared by value.
public record Rational(BigInteger numerator, BigInteger denominator)
    implements Comparable<Rational> {
  /// 0.
  public static final Rational ZERO = of(0);

  /// 1.
  public static final Rational ONE = of(1);

  /// -1.
  public static final Rational MINUS_ONE = of(-1);

  private static final int LONG_BITS = 4_000;
  private static final BigInteger FIVE = BigInteger.valueOf(5);

  /// Checks the form; use [#of(BigInteger, BigInteger)] to reduce.
  public Rational {
    if (denominator.signum() <= 0) {
      throw new IllegalArgumentException(
          "The denominator (" + denominator + ") must be positive. Maybe use Rational.of.");
    }
  }

  /// The integer `value`.
  public static Rational of(long value) {
    return new Rational(BigInteger.valueOf(value), BigInteger.ONE);
  }

  /// The integer `value`.
  public static Rational of(BigInteger value) {
    return new Rational(value, BigInteger.ONE);
  }

  /// `numerator / denominator`, reduced.
  ///
  /// @throws ArithmeticException if the denominator is zero
  public static Rational of(BigInteger numerator, BigInteger denominator) {
    if (denominator.signum() == 0) {
      throw new ArithmeticException("The denominator is zero.");
    }
    BigInteger gcd = numerator.gcd(denominator);
    if (denominator.signum() < 0) {
      gcd = gcd.negate();
    }
    return gcd.equals(BigInteger.ONE)
        ? new Rational(numerator, denominator)
        : new Rational(numerator.divide(gcd), denominator.divide(gcd));
  }

  /// The sum.
  ///
  /// @throws Work.Exhausted if the step limit is met
  public Rational plus(Rational other, Work work) {
    if (isInteger() && other.isInteger()) {
      work.spend(1 + Math.max(bits(), other.bits()) / 64);
      return of(numerator.add(other.numerator));
    }
    work.spendProduct(bits(), other.bits());
    if (denominator.equals(other.denominator)) {
      return reduced(numerator.add(other.numerator), denominator, work);
    }
    BigInteger left = numerator.multiply(other.denominator);
    BigInteger right = other.numerator.multiply(denominator);
    return reduced(left.add(right), denominator.multiply(other.denominator), work);
  }

  /// The product.
  ///
  /// @throws Work.Exhausted if the step limit is met
  public Rational times(Rational other, Work work) {
    work.spendProduct(bits(), other.bits());
    BigInteger product = numerator.multiply(other.numerator);
    if (isInteger() && other.isInteger()) {
      return of(product);
    }
    return reduced(product, denominator.multiply(other.denominator), work);
  }

  /// The quotient.
  ///
  /// @throws ArithmeticException if `other` is zero
  /// @throws Work.Exhausted if the step limit is met
  public Rational over(Rational other, Work work) {
    work.spendProduct(bits(), other.bits());
    return reduced(
        numerator.multiply(other.denominator), denominator.multiply(other.numerator), work);
  }

  private static Rational reduced(BigInteger numerator, BigInteger denominator, Work work) {
    work.spendReduction(numerator.bitLength(), denominator.bitLength());
    return of(numerator, denominator);
  }

  /// The power; `exponent` may be negative unless this is zero. The caller bounds the size.
  public Rational power(int exponent) {
    if (exponent < 0) {
      return of(denominator, numerator).power(-exponent);
    }
    return new Rational(numerator.pow(exponent), denominator.pow(exponent));
  }

  /// The additive inverse.
  public Rational negate() {
    return new Rational(numerator.negate(), denominator);
  }

  /// The magnitude.
  public Rational abs() {
    return signum() < 0 ? negate() : this;
  }

  /// -1, 0 or 1.
  public int signum() {
    return numerator.signum();
  }

  /// Whether the denominator is one.
  public boolean isInteger() {
    return denominator.equals(BigInteger.ONE);
  }

  /// Whether this is an integer that fits `int`.
  public boolean isInt() {
    return isInteger() && numerator.bitLength() < 32;
  }

  /// Whether the decimal expansion ends: the denominator has no prime factor but 2 and 5.
  ///
  /// @throws Work.Exhausted if the step limit is met
  public boolean isTerminating(Work work) {
    work.spendProduct(denominator.bitLength(), denominator.bitLength());
    BigInteger rest = denominator.shiftRight(Math.max(0, denominator.getLowestSetBit()));
    // A power of five has about 2.32 bits for each factor; test by dividing by squarings.
    BigInteger power = FIVE;
    while (power.bitLength() < rest.bitLength()) {
      power = power.multiply(power);
    }
    return power.mod(rest).signum() == 0;
  }

  /// The greatest integer that is not greater.
  public BigInteger floor() {
    BigInteger[] parts = numerator.divideAndRemainder(denominator);
    return parts[1].signum() < 0 ? parts[0].subtract(BigInteger.ONE) : parts[0];
  }

  /// Bits of the larger of numerator and denominator.
  public int bits() {
    return Math.max(numerator.bitLength(), denominator.bitLength());
  }

  @Override
  public int compareTo(Rational other) {
    if (denominator.equals(other.denominator)) {
      return numerator.compareTo(other.numerator);
    }
    return numerator.multiply(other.denominator).compareTo(other.numerator.multiply(denominator));
  }

  /// The value as text that is quick to make: like [#toString], but long numbers are hexadecimal.
  public String key() {
    return bits() < LONG_BITS
        ? toString()
        : "0x" + numerator.toString(16) + "/" + denominator.toString(16);
  }

  /// `n` or `n/d`.
  @Override
  public String toString() {
    return isInteger() ? numerator.toString() : numerator + "/" + denominator;
  }
}

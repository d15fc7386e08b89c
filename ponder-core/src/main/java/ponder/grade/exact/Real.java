package ponder.grade.exact;

import java.math.BigInteger;

/// A binary floating-point number of any precision: `mantissa * 2^exponent`. Arithmetic is in
/// [Arithmetic], which rounds.
record Real(BigInteger mantissa, long exponent) {
  static final Real ZERO = new Real(BigInteger.ZERO, 0);
  static final Real ONE = new Real(BigInteger.ONE, 0);
  static final Real TWO = new Real(BigInteger.ONE, 1);

  static Real of(long value) {
    return new Real(BigInteger.valueOf(value), 0);
  }

  static Real of(BigInteger value) {
    return new Real(value, 0);
  }

  /// The exact value of a finite double.
  static Real of(double value) {
    if (value == 0) {
      return ZERO;
    }
    int exponent = Math.getExponent(value) - 52;
    return new Real(BigInteger.valueOf((long) Math.scalb(value, -exponent)), exponent);
  }

  boolean isZero() {
    return mantissa.signum() == 0;
  }

  int signum() {
    return mantissa.signum();
  }

  Real negate() {
    return new Real(mantissa.negate(), exponent);
  }

  Real abs() {
    return mantissa.signum() < 0 ? negate() : this;
  }

  /// This times a power of two, exactly.
  Real scaled(long power) {
    return isZero() ? this : new Real(mantissa, exponent + power);
  }

  /// The position of the leading bit: the magnitude is in [2^(top-1), 2^top). Not for zero.
  long top() {
    return exponent + mantissa.bitLength();
  }

  /// The nearest double; the magnitude must be one that doubles have.
  double toDouble() {
    int excess = Math.max(0, mantissa.bitLength() - 60);
    long shift = Math.clamp(exponent + excess, -5_000, 5_000);
    return Math.scalb((double) mantissa.shiftRight(excess).longValue(), (int) shift);
  }

  /// The greatest integer that is not greater; the exponent must be moderate.
  BigInteger floor() {
    return exponent >= 0
        ? mantissa.shiftLeft((int) exponent)
        : mantissa.shiftRight((int) Math.min(-exponent, Integer.MAX_VALUE));
  }
}

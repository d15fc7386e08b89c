package ponder.grade.exact;

import java.math.BigInteger;

/// Pi and the logarithm of two, as fixed-point integers of many bits, computed once.
final class Constants {
  /// Bits after the binary point.
  static final int BITS = 1_536;

  private static final int GUARD = 64;

  /// Machin's formula: pi = 16 arctan(1/5) - 4 arctan(1/239).
  static final BigInteger PI =
      series(5, -1).shiftLeft(4).subtract(series(239, -1).shiftLeft(2)).shiftRight(GUARD);

  /// ln 2 = 2 artanh(1/3).
  static final BigInteger LN2 = series(3, 1).shiftLeft(1).shiftRight(GUARD);

  private Constants() {}

  /// The sum of `sign^k / ((2k+1) n^(2k+1))`.
  private static BigInteger series(int n, int sign) {
    BigInteger square = BigInteger.valueOf((long) n * n);
    BigInteger power = BigInteger.ONE.shiftLeft(BITS + GUARD).divide(BigInteger.valueOf(n));
    BigInteger sum = power;
    for (int k = 1; power.signum() != 0; k++) {
      power = power.divide(square);
      BigInteger term = power.divide(BigInteger.valueOf(2L * k + 1));
      sum = sign < 0 && (k & 1) == 1 ? sum.subtract(term) : sum.add(term);
    }
    return sum;
  }
}

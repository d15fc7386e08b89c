package ponder.grade.exact;

import java.math.BigInteger;

/// Floating-point arithmetic and elementary functions of a fixed number of bits.
///
/// Results are good to a few units in the last place. Each function reduces its argument, then sums
/// a short series on fixed-point integers; inverse functions start from the double's value and
/// correct it once by a series in the tiny rest, which gives 100 bits a term. Rejected: decimal
/// floating point, which rounds by division and costs several times as much.
///
/// The largest exponent of any number that was added is kept, so that a caller can tell a true
/// small difference from cancelled digits. Not for many threads.
final class Arithmetic {
  /// Magnitudes beyond 2^(2^60) are never computed.
  private static final long MAX_EXPONENT = 1L << 60;

  /// Bits that a computation may lose before its result counts as wrong.
  static final int NOISE_BITS = 54;

  /// Bits that are left of a zero after cancellation, at most.
  private static final int ZERO_BITS = 16;

  /// More bits than any number has.
  private static final long EVERYTHING = 1L << 61;

  private final int bits;
  private final Work work;
  private long largestTop = Long.MIN_VALUE;
  private boolean lost;
  private long cancelled;

  Arithmetic(int bits, Work work) {
    this.bits = bits;
    this.work = work;
  }

  /// No value: division by zero, a logarithm of zero, a root outside the reals. An outcome, without
  /// a stack trace.
  static final class Undefined extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final boolean pole;

    Undefined(boolean pole) {
      super("The value is undefined.", null, false, false);
      this.pole = pole;
    }

    /// Whether it is a division by zero, which another form of the expression may not have.
    boolean isPole() {
      return pole;
    }
  }

  /// The largest exponent among the addends since the last call of [#forget], or the least long.
  long largestTop() {
    return largestTop;
  }

  /// Whether a sum since the last call of [#forget] dropped an addend that was more than rounding
  /// noise, since the other was so much larger.
  boolean lost() {
    return lost;
  }

  /// How many leading bits sums cancelled since the last call of [#forget], all together: what is
  /// left is as good as the other bits, whatever was added on the way.
  long cancelled() {
    return cancelled;
  }

  void forget() {
    largestTop = Long.MIN_VALUE;
    lost = false;
    cancelled = 0;
  }

  /// Begins a part of a computation: the largest exponent counts anew. Returns what to give to
  /// [#end].
  long begin() {
    long outer = largestTop;
    largestTop = Long.MIN_VALUE;
    return outer;
  }

  /// Ends a part; whether `result` is nothing but what cancellation in it left of a zero.
  boolean end(long outer, Real result) {
    long inner = largestTop;
    largestTop = Math.max(outer, inner);
    return result.isZero() || (inner != Long.MIN_VALUE && result.top() < inner - bits + ZERO_BITS);
  }

  int bits() {
    return bits;
  }

  Real round(BigInteger mantissa, long exponent) {
    int excess = mantissa.bitLength() - bits;
    if (excess <= 0) {
      return new Real(mantissa, exponent);
    }
    if (Math.abs(exponent) > MAX_EXPONENT) {
      throw new Work.Exhausted();
    }
    BigInteger half = BigInteger.ONE.shiftLeft(excess - 1);
    return new Real(mantissa.add(half).shiftRight(excess), exponent + excess);
  }

  Real of(Rational value) {
    if (value.isInteger()) {
      return round(value.numerator(), 0);
    }
    return over(Real.of(value.numerator()), Real.of(value.denominator()));
  }

  Real plus(Real a, Real b) {
    if (a.isZero() || b.isZero()) {
      return a.isZero() ? b : a;
    }
    work.spend(8);
    long top = Math.max(a.top(), b.top());
    long bottom = Math.min(a.top(), b.top());
    // An addend that lies wholly below the precision would only make the sum long.
    if (top - bottom > bits + 2L) {
      lost |= largestTop == Long.MIN_VALUE || bottom > largestTop - bits + NOISE_BITS;
      largestTop = Math.max(largestTop, top);
      return a.top() == top ? a : b;
    }
    largestTop = Math.max(largestTop, top);
    long exponent = Math.min(a.exponent(), b.exponent());
    BigInteger left = a.mantissa().shiftLeft((int) (a.exponent() - exponent));
    BigInteger right = b.mantissa().shiftLeft((int) (b.exponent() - exponent));
    Real sum = round(left.add(right), exponent);
    cancel(sum.isZero() ? EVERYTHING : top - sum.top());
    return sum;
  }

  private void cancel(long count) {
    cancelled = Math.min(EVERYTHING, cancelled + Math.max(0, count));
  }

  Real minus(Real a, Real b) {
    return plus(a, b.negate());
  }

  Real times(Real a, Real b) {
    work.spendProduct(a.mantissa().bitLength(), b.mantissa().bitLength());
    return round(a.mantissa().multiply(b.mantissa()), a.exponent() + b.exponent());
  }

  Real over(Real a, Real b) {
    if (b.isZero()) {
      throw new Undefined(true);
    }
    int shift = Math.max(0, bits + 2 + b.mantissa().bitLength() - a.mantissa().bitLength());
    work.spendProduct(a.mantissa().bitLength() + shift, b.mantissa().bitLength());
    BigInteger quotient = a.mantissa().shiftLeft(shift).divide(b.mantissa());
    return round(quotient, a.exponent() - b.exponent() - shift);
  }

  int compare(Real a, Real b) {
    return minus(a, b).signum();
  }

  /// The square root of a number that is not negative.
  Real squareRoot(Real a) {
    if (a.signum() < 0) {
      throw new Undefined(false);
    }
    if (a.isZero()) {
      return a;
    }
    long shift = Math.max(0, 2L * bits + 2 - a.mantissa().bitLength());
    shift += (a.exponent() - shift) & 1;
    work.spendProduct(8L * bits, 8L * bits);
    BigInteger root = a.mantissa().shiftLeft((int) shift).sqrt();
    return round(root, (a.exponent() - shift) / 2);
  }

  /// An integer power, by squaring.
  Real power(Real base, long exponent) {
    Real result = Real.ONE;
    Real square = base;
    for (long rest = Math.abs(exponent); rest > 0; rest >>= 1) {
      if ((rest & 1) == 1) {
        result = times(result, square);
      }
      if (rest > 1) {
        square = times(square, square);
      }
    }
    return exponent < 0 ? over(Real.ONE, result) : result;
  }

  Real pi() {
    return round(Constants.PI, -Constants.BITS);
  }

  Real exp(Real x) {
    if (x.isZero()) {
      return Real.ONE;
    }
    if (x.top() > 50) {
      throw new Work.Exhausted();
    }
    // x = k ln 2 + r with |r| <= ln 2 / 2, in fixed point with some bits to spare; then r is made
    // 2^12 times smaller, and the sum of the series is squared as often.
    int scale = bits + 32;
    BigInteger fixed = fixed(x, scale);
    BigInteger ln2 = Constants.LN2.shiftRight(Constants.BITS - scale);
    long k = fixed.add(ln2.shiftRight(1)).divide(ln2).longValue();
    // For a large k the error of k ln 2 counts, so it is taken from the full constant.
    BigInteger multiple =
        Constants.LN2.multiply(BigInteger.valueOf(k)).shiftRight(Constants.BITS - scale);
    BigInteger rest = fixed.subtract(multiple).shiftRight(12);
    BigInteger sum = BigInteger.ONE.shiftLeft(scale);
    BigInteger term = sum;
    for (int n = 1; term.signum() != 0; n++) {
      work.spendProduct(scale, scale);
      term = term.multiply(rest).shiftRight(scale).divide(BigInteger.valueOf(n));
      if (term.equals(BigInteger.ONE.negate())) {
        break; // shifting rounds down, so a negative term never becomes zero
      }
      sum = sum.add(term);
    }
    for (int i = 0; i < 12; i++) {
      work.spendProduct(scale, scale);
      sum = sum.multiply(sum).shiftRight(scale);
    }
    return round(sum, k - scale);
  }

  /// The natural logarithm of a positive number.
  Real ln(Real x) {
    if (x.signum() <= 0) {
      throw new Undefined(x.isZero());
    }
    long top = x.top();
    Real mantissa = x.scaled(-top);
    // ln m = y + ln(m / e^y), where y is the double's logarithm and the rest is near one.
    Real guess = Real.of(Math.log(mantissa.toDouble()));
    Real near = times(mantissa, exp(guess.negate()));
    Real small = over(minus(near, Real.ONE), plus(near, Real.ONE));
    Real result = plus(guess, oddSeries(small, false).scaled(1));
    return plus(result, times(Real.of(top), round(Constants.LN2, -Constants.BITS)));
  }

  /// The sum of `t^(2k+1) / (2k+1)`, with alternating signs if asked: artanh or arctan of a tiny t.
  private Real oddSeries(Real t, boolean alternating) {
    Real square = times(t, t);
    if (alternating) {
      square = square.negate();
    }
    Real sum = t;
    Real power = t;
    for (int n = 3; !power.isZero() && power.top() > t.top() - bits; n += 2) {
      power = times(power, square);
      sum = plus(sum, over(power, Real.of(n)));
    }
    return sum;
  }

  Real sin(Real x) {
    return circular(x, 0);
  }

  Real cos(Real x) {
    return circular(x, 1);
  }

  /// The sine of `x` plus so many quarter turns.
  private Real circular(Real x, int quarters) {
    if (!x.isZero() && x.top() > 256) {
      throw new Work.Exhausted();
    }
    int scale = bits + 32;
    int extra = x.isZero() ? 0 : (int) Math.max(0, x.top());
    BigInteger halfPi = Constants.PI.shiftRight(Constants.BITS - scale - extra + 1);
    BigInteger fixed = fixed(x, scale + extra);
    BigInteger turns = fixed.add(halfPi.shiftRight(1)).divide(halfPi);
    if (fixed.add(halfPi.shiftRight(1)).signum() < 0) {
      turns = turns.subtract(BigInteger.ONE);
    }
    BigInteger rest = fixed.subtract(turns.multiply(halfPi)).shiftRight(extra);
    int quadrant = (turns.intValue() + quarters) & 3;
    BigInteger value = (quadrant & 1) == 0 ? sineSeries(rest, scale) : cosineSeries(rest, scale);
    largestTop = Math.max(largestTop, extra); // what the reduction lost, a comparison must know
    Real result = round((quadrant & 2) == 0 ? value : value.negate(), -scale);
    cancel(result.isZero() ? EVERYTHING : extra + Math.max(0, -result.top()));
    return result;
  }

  private BigInteger sineSeries(BigInteger x, int scale) {
    return alternate(x, x, 1, scale);
  }

  private BigInteger cosineSeries(BigInteger x, int scale) {
    return alternate(BigInteger.ONE.shiftLeft(scale), x, 0, scale);
  }

  private BigInteger alternate(BigInteger first, BigInteger x, int start, int scale) {
    BigInteger square = x.multiply(x).shiftRight(scale);
    BigInteger term = first;
    BigInteger sum = first;
    for (int n = start + 1; term.bitLength() > 1; n += 2) {
      work.spendProduct(scale, scale);
      term = term.multiply(square).shiftRight(scale).divide(BigInteger.valueOf(n * (n + 1L)));
      term = term.negate();
      sum = sum.add(term);
    }
    return sum;
  }

  Real arctan(Real x) {
    if (x.isZero()) {
      return x;
    }
    if (x.top() > 40) {
      Real quarter = x.signum() > 0 ? pi().scaled(-1) : pi().scaled(-1).negate();
      return minus(quarter, arctan(over(Real.ONE, x)));
    }
    if (x.top() < -40) {
      return oddSeries(x, true);
    }
    Real guess = Real.of(Math.atan(x.toDouble()));
    Real sin = sin(guess);
    Real cos = cos(guess);
    Real rest = over(minus(times(x, cos), sin), plus(cos, times(x, sin)));
    return plus(guess, oddSeries(rest, true));
  }

  private static BigInteger fixed(Real x, int scale) {
    long shift = x.exponent() + scale;
    return shift >= 0
        ? x.mantissa().shiftLeft((int) shift)
        : x.mantissa().shiftRight((int) Math.min(-shift, Integer.MAX_VALUE));
  }
}

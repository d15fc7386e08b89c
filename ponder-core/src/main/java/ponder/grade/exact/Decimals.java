package ponder.grade.exact;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Decimals that stand for exact values, and exact values written as decimals.
public final class Decimals {
  private static final int BITS = 224;
  private static final int MAX_FRACTION_DIGITS = 2_000;
  private static final int LARGEST_TOP = 10_000;
  private static final int POINTS = 6;

  private static final Rational HALF = Rational.of(BigInteger.ONE, BigInteger.TWO);
  private static final Rational TOLERANCE = Rational.of(BigInteger.ONE, BigInteger.valueOf(10_000));

  private Decimals() {}

  /// Whether `decimal`, written with `fractionDigits` digits after the point, rounds the value of
  /// the constant `exact`: off by less than one unit of its last place, or by at most half of one
  /// if `half`, and by at most 1e-4 of the value. Beyond some sixty digits an irrational value's
  /// are not looked at.
  ///
  /// @throws Work.Exhausted if the step limit is met
  public static boolean rounds(
      Rational decimal, int fractionDigits, Expr exact, boolean half, Work work) {
    if (Math.abs(fractionDigits) > MAX_FRACTION_DIGITS) {
      return false;
    }
    Rational unit = Rational.of(10).power(-fractionDigits);
    Rational allowed = half ? unit.times(HALF, work) : unit;
    Rational value = RationalValue.of(exact, work);
    if (value == null) {
      return rounds(decimal, allowed, half, exact, work);
    }
    Rational off = decimal.plus(value.negate(), work).abs();
    return off.compareTo(allowed) <= (half ? 0 : -1)
        && off.compareTo(value.abs().times(TOLERANCE, work)) <= 0;
  }

  private static boolean rounds(
      Rational decimal, Rational unit, boolean half, Expr exact, Work work) {
    Evaluator evaluator = new Evaluator(BITS, true, work);
    Real value = value(evaluator, exact);
    if (value == null || value.isZero()) {
      return false;
    }
    Arithmetic arithmetic = evaluator.arithmetic();
    Real off = arithmetic.minus(arithmetic.of(decimal), value).abs();
    if (off.isZero() || off.top() < value.top() - BITS + Arithmetic.NOISE_BITS) {
      return true;
    }
    Real tolerance = arithmetic.times(value.abs(), arithmetic.of(TOLERANCE));
    return arithmetic.compare(off, arithmetic.of(unit)) <= (half ? 0 : -1)
        && arithmetic.compare(off, tolerance) <= 0;
  }

  private static @Nullable Real value(Evaluator evaluator, Expr exact) {
    try {
      Complex value = evaluator.value(exact);
      return value.isReal() ? value.re() : null;
    } catch (Arithmetic.Undefined e) {
      return null;
    }
  }

  /// Roughly the value of a constant; NaN if it has none, or none that is real.
  ///
  /// @throws Work.Exhausted if the step limit is met
  public static double approximate(Expr expr, Work work) {
    Rational rational = RationalValue.of(expr, work);
    Evaluator evaluator = new Evaluator(BITS, true, work);
    Real value = rational == null ? value(evaluator, expr) : evaluator.arithmetic().of(rational);
    return value == null ? Double.NaN : value.toDouble();
  }

  /// The value of an expression to twelve significant digits, at six fixed points after the names
  /// of its variables if it has any; expressions that are equal have equal fingerprints. A value
  /// that is a fraction of small numbers is given as that fraction. Empty if it is defined nowhere.
  ///
  /// @throws Work.Exhausted if the step limit is met
  public static String fingerprint(Expr expr, boolean complex, Work work) {
    Samples samples = new Samples(expr, complex, work);
    if (samples.names.isEmpty()) {
      return samples.print(samples.at(0));
    }
    StringBuilder text = new StringBuilder(String.join(",", new TreeSet<>(samples.names)));
    boolean defined = false;
    for (int point = 0; point < POINTS; point++) {
      String value = samples.print(samples.at(point));
      defined |= !value.isEmpty();
      text.append(point == 0 ? ": " : ", ").append(value.isEmpty() ? "?" : value);
    }
    return defined ? text.toString() : "";
  }

  /// Like [#fingerprint], but of the values divided by the first that is defined and not zero,
  /// after that one's sign (`+` or `-`): the same for constant multiples, but for the sign. Empty
  /// if there is no such value.
  ///
  /// @throws Work.Exhausted if the step limit is met
  public static String ratios(Expr expr, boolean complex, Work work) {
    Samples samples = new Samples(expr, complex, work);
    StringBuilder text = new StringBuilder(String.join(",", new TreeSet<>(samples.names)));
    Complex first = null;
    for (int point = 0; point < POINTS; point++) {
      Complex value = samples.at(point);
      if (first == null && value != null && !samples.print(value).equals("0")) {
        first = value;
      }
      String quotient =
          first == null || value == null ? "?" : samples.print(samples.quotient(value, first));
      text.append(' ').append(quotient);
    }
    if (first == null) {
      return "";
    }
    return (first.re().signum() < 0 ? "-" : "+") + text;
  }

  /// An expression's values at the fixed points.
  private static final class Samples {
    private final Expr expr;
    private final Evaluator evaluator;
    private final Set<String> names = new LinkedHashSet<>();
    private final Set<String> discrete = new LinkedHashSet<>();

    Samples(Expr expr, boolean complex, Work work) {
      this.expr = expr;
      this.evaluator = new Evaluator(BITS, !complex, work);
      Variables.collect(expr, names, discrete);
    }

    @Nullable Complex at(int point) {
      for (String name : names) {
        evaluator.set(name, Identity.coordinate(name, point, discrete.contains(name)));
      }
      evaluator.arithmetic().forget();
      try {
        return evaluator.value(expr);
      } catch (Arithmetic.Undefined e) {
        return null;
      }
    }

    Complex quotient(Complex value, Complex divisor) {
      return evaluator.complexArithmetic().over(value, divisor);
    }

    String print(@Nullable Complex value) {
      if (value == null) {
        return "";
      }
      long noise = Math.max(evaluator.arithmetic().largestTop(), -BITS) - BITS + 60;
      String re = Decimals.print(value.re(), noise, evaluator.arithmetic());
      String im = Decimals.print(value.im(), noise, evaluator.arithmetic());
      return im.equals("0") ? re : re + " + " + im + "i";
    }
  }

  private static String print(Real value, long noise, Arithmetic arithmetic) {
    if (value.isZero() || value.top() < noise) {
      return "0";
    }
    if (Math.abs(value.top()) > LARGEST_TOP) {
      return print(value.scaled(-value.top()), -BITS, arithmetic) + "*2^" + value.top();
    }
    Rational fraction = fraction(value, arithmetic);
    if (fraction != null) {
      return fraction.toString();
    }
    BigDecimal decimal =
        value.exponent() >= 0
            ? new BigDecimal(value.mantissa().shiftLeft((int) value.exponent()))
            : new BigDecimal(value.mantissa())
                .divide(
                    new BigDecimal(BigInteger.ONE.shiftLeft((int) -value.exponent())),
                    new MathContext(30, RoundingMode.HALF_EVEN));
    return decimal.round(new MathContext(12, RoundingMode.HALF_EVEN)).toString();
  }

  /// The fraction with a denominator below a million that the value is, but for its last bits; null
  /// if there is none. By continued fractions.
  private static @Nullable Rational fraction(Real value, Arithmetic arithmetic) {
    if (value.top() > 60) {
      return null;
    }
    BigInteger[] older = {BigInteger.ZERO, BigInteger.ONE};
    BigInteger[] newer = {BigInteger.ONE, BigInteger.ZERO};
    Real rest = value;
    for (int i = 0; i < 40; i++) {
      BigInteger whole = arithmetic.plus(rest, Real.ONE.scaled(-BITS / 2)).floor();
      BigInteger numerator = whole.multiply(newer[0]).add(older[0]);
      BigInteger denominator = whole.multiply(newer[1]).add(older[1]);
      if (denominator.bitLength() > 20) {
        return null;
      }
      Real after = arithmetic.minus(rest, Real.of(whole));
      if (after.isZero() || after.top() < -BITS / 3) {
        return Rational.of(numerator, denominator);
      }
      older = newer;
      newer = new BigInteger[] {numerator, denominator};
      rest = arithmetic.over(Real.ONE, after);
    }
    return null;
  }
}

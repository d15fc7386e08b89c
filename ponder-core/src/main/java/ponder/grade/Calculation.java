package ponder.grade;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import ponder.grade.exact.Decimals;
import ponder.grade.exact.Expr;
import ponder.grade.exact.Rational;
import ponder.grade.exact.RationalValue;
import ponder.grade.exact.Work;

/// Works out what an expression is worth, by the grader's own reader and exact arithmetic.
public final class Calculation {
  /// Longer numbers are not written out.
  private static final int MOST_BITS = 400;

  private Calculation() {}

  /// The value of `expression`, TeX or plain text: exactly, as `408`, `0.375` or `22/7 (about
  /// 3.142857143)`, if it is rational, else as `about 1.414213562`. A percent sign divides by 100.
  ///
  /// Deterministic, any thread; bounded by [Grader#MAX_STEPS].
  ///
  /// @throws IllegalArgumentException if it is no single number, with what is wrong
  public static String of(String expression) {
    Work work = new Work(Grader.MAX_STEPS);
    try {
      Expr expr = read(expression.strip(), work);
      Rational exact = RationalValue.of(expr, work);
      return exact == null ? approximate(expression, expr, work) : written(exact, work);
    } catch (Work.Exhausted e) {
      throw new IllegalArgumentException(refused(expression, "takes too long to work out"), e);
    }
  }

  private static Expr read(String text, Work work) {
    Reading reading = text.length() > Reading.MAX_LENGTH ? null : Reading.of(text, true, work);
    @Nullable Value value = reading == null || reading.isEmpty() ? null : reading.value();
    if (!(value instanceof Value.Num number)) {
      throw new IllegalArgumentException(refused(text, "is no expression of numbers"));
    }
    if (!number.unit().isEmpty()) {
      throw new IllegalArgumentException(refused(text, "has a unit, which must be left out"));
    }
    Expr hundred = new Expr.Literal(Rational.of(100), -1, 3);
    return number.percent() ? new Expr.Quotient(number.expr(), hundred) : number.expr();
  }

  private static String written(Rational value, Work work) {
    if (value.bits() > MOST_BITS) {
      return "about " + rounded(decimal(value));
    }
    if (value.isInteger()) {
      return value.toString();
    }
    return value.isTerminating(work)
        ? new BigDecimal(value.numerator())
            .divide(new BigDecimal(value.denominator()))
            .toPlainString()
        : "%s (about %s)".formatted(value, rounded(decimal(value)));
  }

  private static BigDecimal decimal(Rational value) {
    return new BigDecimal(value.numerator())
        .divide(new BigDecimal(value.denominator()), MathContext.DECIMAL64);
  }

  private static String approximate(String expression, Expr expr, Work work) {
    double value = Decimals.approximate(expr, work);
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(refused(expression, "has no real value"));
    }
    return "about " + rounded(new BigDecimal(value));
  }

  /// Ten digits.
  private static String rounded(BigDecimal value) {
    BigDecimal ten = value.round(new MathContext(10));
    return Math.abs(ten.precision() - ten.scale()) > 20
        ? String.format(Locale.ROOT, "%.9e", ten)
        : ten.stripTrailingZeros().toPlainString();
  }

  private static String refused(String expression, String why) {
    String shown = expression.length() > 60 ? expression.substring(0, 60) + "..." : expression;
    return "expression (%s) %s.".formatted(shown, why);
  }
}

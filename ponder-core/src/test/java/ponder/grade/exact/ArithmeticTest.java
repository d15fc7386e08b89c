package ponder.grade.exact;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import ponder.core.Seed;
import ponder.testkit.Law;

class ArithmeticTest {
  private static final Arithmetic ARITHMETIC = new Arithmetic(224, new Work(Long.MAX_VALUE));

  /// Digits as printed in tables.
  private static final Map<String, Real> KNOWN =
      Map.of(
          "3.14159265358979323846264338327950288419716939937510", ARITHMETIC.pi(),
          "2.71828182845904523536028747135266249775724709369995", ARITHMETIC.exp(Real.ONE),
          "0.69314718055994530941723212145817656807550013436025", ARITHMETIC.ln(Real.TWO),
          "1.41421356237309504880168872420969807856967187537694", ARITHMETIC.squareRoot(Real.TWO),
          "0.84147098480789650665250232163029899962256306079837", ARITHMETIC.sin(Real.ONE),
          "0.54030230586813971740093660744297660373231042061792", ARITHMETIC.cos(Real.ONE),
          "2.30258509299404568401799145468436420760110148862877", ARITHMETIC.ln(Real.of(10)));

  private static double distance(BigDecimal a, BigDecimal b) {
    return a.subtract(b).abs().doubleValue();
  }

  private static BigDecimal decimal(Real value) {
    BigDecimal mantissa = new BigDecimal(value.mantissa());
    return value.exponent() >= 0
        ? mantissa.multiply(new BigDecimal(BigInteger.ONE.shiftLeft((int) value.exponent())))
        : mantissa.divide(new BigDecimal(BigInteger.ONE.shiftLeft((int) -value.exponent())));
  }

  @Test
  void agreesWithTables() {
    KNOWN.forEach(
        (digits, value) ->
            assertThat(distance(decimal(value), new BigDecimal(digits)))
                .as(digits)
                .isLessThan(1e-50));
  }

  @Test
  void agreesWithDoubles() {
    Law.forAll(
        "functions agree with doubles",
        2_000,
        seed -> {
          double x = (new Seed(seed).split("x", 0).value() >> 11) * 0x1p-49;
          Real value = Real.of(x);
          assertThat(value.toDouble()).isEqualTo(x);
          assertThat(ARITHMETIC.sin(value).toDouble()).isCloseTo(Math.sin(x), within(1e-13));
          assertThat(ARITHMETIC.cos(value).toDouble()).isCloseTo(Math.cos(x), within(1e-13));
          assertThat(ARITHMETIC.arctan(value).toDouble()).isCloseTo(Math.atan(x), within(1e-15));
          double exp = Math.exp(x);
          assertThat(ARITHMETIC.exp(value).toDouble()).isCloseTo(exp, within(exp * 1e-14));
          if (x > 0) {
            assertThat(ARITHMETIC.ln(value).toDouble()).isCloseTo(Math.log(x), within(1e-13));
          }
        });
  }

  @Test
  void inverseFunctionsUndoEachOther() {
    Law.forAll(
        "inverse functions",
        500,
        seed -> {
          Real x = Real.of((new Seed(seed).split("x", 0).value() >>> 11) * 0x1p-50 + 0.001);
          assertThat(error(ARITHMETIC.ln(ARITHMETIC.exp(x)), x)).isLessThan(-200);
          assertThat(error(ARITHMETIC.exp(ARITHMETIC.ln(x)), x)).isLessThan(-200);
          Real root = ARITHMETIC.squareRoot(x);
          assertThat(error(ARITHMETIC.times(root, root), x)).isLessThan(-210);
          Real angle = ARITHMETIC.arctan(x);
          Real tangent = ARITHMETIC.over(ARITHMETIC.sin(angle), ARITHMETIC.cos(angle));
          assertThat(error(tangent, x)).isLessThan(-200);
        });
  }

  /// The exponent of the difference.
  private static long error(Real a, Real b) {
    Real difference = ARITHMETIC.minus(a, b);
    return difference.isZero() ? Long.MIN_VALUE : difference.top();
  }

  private static Offset<Double> within(double offset) {
    return Offset.offset(offset);
  }
}

package ponder.grade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ponder.testkit.Dice;
import ponder.testkit.Law;

class CalculationTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "17*24; 408",
        "17 \\times 24; 408",
        "17 × 24 ÷ 3; 136",
        "3/8; 0.375",
        "\\frac{22}{7}; 22/7 (about 3.142857143)",
        "1,000*3; 3000",
        "0.1+0.2; 0.3",
        "-(2-5)^3; 27",
        "15%; 0.15",
        "sqrt(16); 4",
        "\\sqrt{2}; about 1.414213562",
        "2^10-1; 1023",
        "10!; 3628800",
        "gcd(12,18); 6",
        "2^2000; about 1.148130695e+602",
        "1/3^50; 1/717897987691852588770249 (about 1.392955569e-24)",
      })
  void worksOutTheExactValue(String expression, String value) {
    assertThat(Calculation.of(expression)).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "1/0; expression (1/0) has no real value.",
        "x+1; expression (x+1) has no real value.",
        "sqrt(-1); expression (sqrt(-1)) has no real value.",
        "2+3=5; expression (2+3=5) is no expression of numbers.",
        "5 km; expression (5 km) has a unit, which must be left out.",
        "''; expression () is no expression of numbers.",
        "import os; expression (import os) is no expression of numbers.",
        "(1; expression ((1) is no expression of numbers.",
        "9^9^9^9; expression (9^9^9^9) takes too long to work out.",
      })
  void saysWhatIsWrong(String expression, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Calculation.of(expression))
        .withMessage(message);
  }

  @Test
  void longTextsAreRefusedBriefly() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Calculation.of("1+".repeat(5000) + "1"))
        .withMessageEndingWith("...) is no expression of numbers.");
  }

  @Test
  void agreesWithWholeNumbers() {
    Law.forAll(
        "sums of products are exact",
        200,
        seed -> {
          Dice dice = new Dice(seed);
          long a = dice.between(-999_999, 999_999);
          long b = dice.between(0, 999_999);
          long c = dice.between(0, 999_999);

          assertThat(Calculation.of("%d*%d-%d".formatted(a, b, c)))
              .isEqualTo(
                  BigInteger.valueOf(a)
                      .multiply(BigInteger.valueOf(b))
                      .subtract(BigInteger.valueOf(c))
                      .toString());
        });
  }
}

package ponder.grade.exact;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import ponder.core.Seed;
import ponder.testkit.Law;

class AlgebraTest {
  private static final Expr X = new Expr.Symbol("x");

  private static Expr number(long value) {
    return new Expr.Literal(Rational.of(value), -1, 1);
  }

  private static Form form(Algebra algebra, Expr expr) {
    return Objects.requireNonNull(algebra.form(expr), () -> "No form: " + expr);
  }

  @Test
  void squareRootsHaveOneForm() {
    Law.forAll(
        "sqrt(a) sqrt(b) = sqrt(ab)",
        500,
        seed -> {
          long a = 1 + Math.floorMod(new Seed(seed).split("a", 0).value(), 1_000);
          long b = 1 + Math.floorMod(new Seed(seed).split("b", 0).value(), 1_000);
          Expr product =
              new Expr.Product(List.of(new Expr.Root(2, number(a)), new Expr.Root(2, number(b))));
          Algebra algebra = new Algebra(new Work(1_000_000));
          Form left = form(algebra, product);
          Form right = form(algebra, new Expr.Root(2, number(a * b)));
          assertThat(algebra.equal(left, right)).as("%d %d", a, b).isTrue();
          assertThat(left.isComplete()).isTrue();
        });
  }

  @Test
  void denominatorsHoldNoRoots() {
    // 1 / (1 + sqrt 2 + sqrt 3) has the denominator 4 after both conjugates.
    Expr sum =
        new Expr.Sum(List.of(number(1), new Expr.Root(2, number(2)), new Expr.Root(2, number(3))));
    Algebra algebra = new Algebra(new Work(1_000_000));
    Form form = form(algebra, new Expr.Quotient(number(1), sum));

    assertThat(form.isPolynomial()).isTrue();
    assertThat(algebra.print(form)).isEqualTo("-1/4*sqrt(2)*sqrt(3) + 1/4*sqrt(2) + 1/2");
  }

  @Test
  void differentFormsOfOneFractionAreEqual() {
    Expr above = new Expr.Sum(List.of(new Expr.Power(X, number(2)), new Expr.Negation(number(1))));
    Expr below = new Expr.Sum(List.of(X, new Expr.Negation(number(1))));
    Algebra algebra = new Algebra(new Work(1_000_000));
    Form quotient = form(algebra, new Expr.Quotient(above, below));
    Form sum = form(algebra, new Expr.Sum(List.of(X, number(1))));

    assertThat(algebra.equal(quotient, sum)).isTrue();
    assertThat(algebra.equal(quotient, form(algebra, X))).isFalse();
  }

  @Test
  void divisionByZeroHasNoForm() {
    Expr zero = new Expr.Sum(List.of(X, new Expr.Negation(X)));

    assertThat(new Algebra(new Work(1_000_000)).form(new Expr.Quotient(number(1), zero))).isNull();
  }

  @Test
  void tellsTerminatingDecimals() {
    Work work = new Work(1_000_000);
    for (int d : new int[] {1, 2, 4, 5, 8, 10, 25, 40, 78_125, 1 << 20}) {
      assertThat(Rational.of(BigInteger.ONE, BigInteger.valueOf(d)).isTerminating(work)).isTrue();
    }
    for (int d : new int[] {3, 6, 7, 15, 30, 14, 5 * 11, 3 << 20}) {
      assertThat(Rational.of(BigInteger.ONE, BigInteger.valueOf(d)).isTerminating(work)).isFalse();
    }
  }
}

package ponder.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import ponder.testkit.Dice;
import ponder.testkit.Law;

class AggregationTest {
  private static final List<Double> STEPS = List.of(0.5, 0.25, 0.75);

  @Test
  void putsStepsTogether() {
    assertThat(Aggregation.LAST.of(STEPS)).isEqualTo(0.75);
    assertThat(Aggregation.MIN.of(STEPS)).isEqualTo(0.25);
    assertThat(Aggregation.PROD.of(STEPS)).isEqualTo(0.09375, within(1e-15));
    assertThat(Aggregation.MEAN.of(STEPS)).isEqualTo(0.5);
    assertThat(Aggregation.MAX.of(STEPS)).isEqualTo(0.75);
    assertThat(Aggregation.LOGSUM.of(STEPS)).isEqualTo(1 / (1 - Math.log(0.09375)), within(1e-15));
  }

  @Test
  void nothingIsWorthNothing() {
    assertThat(Aggregation.values()).allMatch(it -> it.of(List.of()) == 0);
  }

  @Test
  void oneWrongStepSpoilsAProduct() {
    assertThat(Aggregation.PROD.of(List.of(1.0, 0.0, 1.0))).isZero();
    assertThat(Aggregation.LOGSUM.of(List.of(1.0, 0.0, 1.0))).isZero();
  }

  @Test
  void longProductsKeepTheirOrderAsLogSums() {
    List<Double> longer = Collections.nCopies(2000, 0.5);
    List<Double> shorter = Collections.nCopies(1999, 0.5);

    assertThat(Aggregation.PROD.of(longer)).isZero();
    assertThat(Aggregation.LOGSUM.of(longer))
        .isPositive()
        .isLessThan(Aggregation.LOGSUM.of(shorter));
  }

  @Test
  void staysInRangeAndLogSumOrdersAsTheProduct() {
    Law.forAll(
        "aggregations lie in [0, 1]; logsum orders as prod",
        200,
        seed -> {
          Dice dice = new Dice(seed);
          List<Double> a = steps(dice);
          List<Double> b = steps(dice);
          for (Aggregation it : Aggregation.values()) {
            assertThat(it.of(a)).isBetween(0.0, 1.0);
          }
          assertThat(Aggregation.MIN.of(a)).isLessThanOrEqualTo(Aggregation.MAX.of(a));
          double gap = Aggregation.PROD.of(a) - Aggregation.PROD.of(b);
          if (Math.abs(gap) > 1e-12) {
            assertThat(Math.signum(Aggregation.LOGSUM.of(a) - Aggregation.LOGSUM.of(b)))
                .isEqualTo(Math.signum(gap));
          }
        });
  }

  private static List<Double> steps(Dice dice) {
    List<Double> steps = new ArrayList<>();
    for (int i = dice.between(1, 6); i > 0; i--) {
      steps.add(dice.chance(10) ? dice.below(2) : dice.unit());
    }
    return steps;
  }

  @Test
  void isFoundByItsName() {
    assertThat(Aggregation.named("logsum")).isSameAs(Aggregation.LOGSUM);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Aggregation.named("mim"))
        .withMessage("agg-strategy (mim) is unknown. Maybe 'min' was meant.");
  }
}

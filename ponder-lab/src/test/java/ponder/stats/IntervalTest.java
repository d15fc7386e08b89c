package ponder.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import ponder.core.Seed;
import ponder.testkit.Dice;
import ponder.testkit.Law;

class IntervalTest {
  @Test
  void holdsTheMeanAndIsTheSameTwice() {
    double[] values = IntStream.range(0, 100).mapToDouble(i -> i % 4 == 0 ? 1 : 0).toArray();

    Interval interval = Interval.of(values, new Seed(1));

    assertThat(interval.mean()).isEqualTo(0.25);
    // Binomial(100, 1/4): P(X <= 16) = 0.021, P(X <= 17) = 0.038; P(X <= 33) = 0.972.
    assertThat(interval.low()).isCloseTo(0.17, within(0.0101));
    assertThat(interval.high()).isCloseTo(0.34, within(0.0101));
    assertThat(Interval.of(values, new Seed(1))).isEqualTo(interval);
  }

  @Test
  void doesNotSeeTheOrderOfProblems() {
    Law.forAll(
        "order of problems never matters",
        20,
        seed -> {
          var dice = new Dice(seed);
          double[] values = new double[dice.between(1, 60)];
          Arrays.setAll(values, i -> dice.below(5) / 4.0);
          double[] turned = new double[values.length];
          Arrays.setAll(turned, i -> values[values.length - 1 - i]);
          Tally tally = new Tally();
          Arrays.stream(turned).forEach(tally::add);

          Interval interval = Interval.of(values, new Seed(seed));

          assertThat(Interval.of(turned, new Seed(seed))).isEqualTo(interval);
          assertThat(Interval.of(tally, new Seed(seed))).isEqualTo(interval);
          assertThat(tally.mean()).isEqualTo(interval.mean());
        });
  }

  /// The three ways to resample lead to the same interval, within what draws vary by.
  @Test
  void multinomialAndExpansionAgreeWithTheNormalApproximation() {
    Tally few = new Tally();
    Tally many = new Tally();
    var dice = new Dice(7);
    double squares = 0;
    for (int i = 0; i < 40_000; i++) {
      few.add(i % 10 < 3 ? 1 : 0);
      double value = dice.below(30_000) / 30_000.0;
      many.add(value);
      squares += (value - 0.5) * (value - 0.5);
    }

    Interval binary = Interval.of(few, new Seed(0));
    Interval smooth = Interval.of(many, new Seed(0));

    double binaryError = Math.sqrt(0.3 * 0.7 / 40_000);
    assertThat(binary.high() - binary.mean()).isCloseTo(1.96 * binaryError, within(1e-4));
    assertThat(binary.mean() - binary.low()).isCloseTo(1.96 * binaryError, within(1e-4));
    double smoothError = Math.sqrt(squares / 40_000 / 40_000);
    assertThat(smooth.high() - smooth.mean()).isCloseTo(1.96 * smoothError, within(1e-5));
  }

  /// A skewed mean of few distinct values, resampled value by value and by multinomial draws.
  @Test
  void theTwoWaysOfDrawingAgree() {
    double[] values = new double[300];
    Arrays.setAll(values, i -> i < 8 ? 1 : i < 20 ? 0.5 : 0);
    Tally.Counted counted =
        new Tally.Counted(new double[] {0, 0.5, 1}, new long[] {280, 12, 8}, 300);
    double[] each = new double[300];
    Arrays.setAll(each, i -> values[i] + i * 1e-12);

    Interval multinomial = Bootstrap.interval(counted, 10_000, new Seed(1));
    Interval oneByOne = Interval.of(each, new Seed(2));

    assertThat(multinomial.low()).isCloseTo(oneByOne.low(), within(0.0035));
    assertThat(multinomial.high()).isCloseTo(oneByOne.high(), within(0.0035));
  }

  @Test
  void binomialDrawsHaveTheirMeanAndVariance() {
    var lots = new Lots(new Seed(11));
    for (double p : new double[] {0.001, 0.2, 0.5, 0.97}) {
      for (long n : new long[] {1, 30, 1_000_000}) {
        int draws = 4_000;
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < draws; i++) {
          double off = lots.binomial(n, p) - n * p;
          sum += off;
          squares += off * off;
        }
        double variance = n * p * (1 - p);
        assertThat(sum / draws).isCloseTo(0, within(4 * Math.sqrt(variance / draws)));
        // A binomial's excess kurtosis is below 1 / variance.
        assertThat(squares / draws / variance)
            .isCloseTo(1, within(4 * Math.sqrt((2 + 1 / variance) / draws)));
      }
    }
    assertThat(lots.binomial(5, 0)).isZero();
    assertThat(lots.binomial(5, 1)).isEqualTo(5);
  }

  @Test
  void logFactorialsAgreeWithTheirSums() {
    double sum = 0;
    for (int i = 1; i <= 2_000; i++) {
      sum += Math.log(i);
      assertThat(LogFactorial.of(i)).isCloseTo(sum, within(1e-13 * Math.max(1, sum)));
    }
  }

  @Test
  void tallyOfManyDistinctValuesIsRounded() {
    Tally tally = new Tally();
    double sum = 0;
    for (int i = 0; i < 200_000; i++) {
      tally.add(i / 200_000.0);
      sum += i / 200_000.0;
    }

    assertThat(tally.count()).isEqualTo(200_000);
    assertThat(tally.mean()).isCloseTo(sum / 200_000, within(1e-6));
    assertThat(tally.counted().values().length).isLessThanOrEqualTo(65_537);
  }

  @Test
  void pairedDifferenceKnowsNoiseFromEffect() {
    PairedDifference noise = PairedDifference.of(12, 9, 79, new Seed(0));
    PairedDifference effect = PairedDifference.of(25, 4, 71, new Seed(0));

    assertThat(noise.difference().mean()).isCloseTo(0.03, within(1e-12));
    assertThat(noise.withinNoise()).isTrue();
    assertThat(effect.withinNoise()).isFalse();
    // The standard error of a paired difference: sqrt((b + c)/n - mean^2) / sqrt(n).
    double error = Math.sqrt((29 / 100.0 - 0.21 * 0.21) / 100);
    assertThat(effect.difference().low()).isCloseTo(0.21 - 1.96 * error, within(0.011));
    // Two-sided: 2 * (1 + 3 + 3 + ... ) / 2^n.
    assertThat(PairedDifference.of(3, 0, 1, new Seed(0)).signTest()).isCloseTo(.25, within(1e-12));
    assertThat(PairedDifference.of(8, 2, 0, new Seed(0)).signTest())
        .isCloseTo(2 * 56 / 1024.0, within(1e-12));
    assertThat(PairedDifference.of(0, 0, 5, new Seed(0)).signTest()).isEqualTo(1);
    assertThat(PairedDifference.of(500_000, 500_000, 1, new Seed(0)).signTest()).isEqualTo(1);
  }

  @Test
  void refusesWhatHasNoInterval() {
    assertThatThrownBy(() -> Interval.of(new double[0], new Seed(0)))
        .hasMessageContaining("at least one");
    assertThatThrownBy(() -> Interval.of(new Tally(), new Seed(0)))
        .hasMessageContaining("at least one");
    assertThatThrownBy(() -> new Tally().add(1.5)).hasMessageContaining("1.5");
    assertThatThrownBy(() -> new Interval(0.5, 0.6, 0.7)).hasMessageContaining("cannot have");
  }

  @Test
  void allAlikeIsNoCertainty() {
    Interval wrong = Interval.of(new double[20], new Seed(0));
    Interval right = Interval.of(new double[] {1, 1}, new Seed(0));

    assertThat(wrong.low()).isZero();
    assertThat(wrong.high()).isCloseTo(0.16843347098308536, within(1e-12));
    assertThat(right.low()).isCloseTo(Math.sqrt(0.025), within(1e-12));
    assertThat(right.high()).isEqualTo(1);
  }
}

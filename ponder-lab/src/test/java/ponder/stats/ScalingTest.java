package ponder.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import ponder.core.Seed;
import ponder.core.Spend;
import ponder.testkit.Dice;
import ponder.testkit.Law;

/// Thinking metrics, curves, fronts, prices.
class ScalingTest {
  private static final double[] TCC_BOUNDS = {1024, 2048, 4096, 8192, 16384};
  private static final double[] SCC_STEPS = {16, 32, 64, 128, 256};

  /// Tokens and right answers of 30 of the runs that the s1 paper publishes.
  private static List<ThinkingRun> runs(
      double[] tokens, int[] right, double[] told, BiFunction<Double, double[], ThinkingRun> kind) {
    List<ThinkingRun> runs = new ArrayList<>();
    for (int i = 0; i < tokens.length; i++) {
      runs.add(kind.apply(told[i], new double[] {tokens[i], 100.0 * right[i] / 30}));
    }
    return runs;
  }

  private static ThinkingMetrics capped(double[] tokens, int... right) {
    return ThinkingMetrics.of(
        runs(tokens, right, TCC_BOUNDS, (told, it) -> ThinkingRun.atMost(told, it[0], it[1])));
  }

  private static ThinkingMetrics stepped(double[] tokens, int... right) {
    return ThinkingMetrics.of(
        runs(tokens, right, SCC_STEPS, (told, it) -> ThinkingRun.atMostSteps(told, it[0], it[1])));
  }

  @Test
  void thinkingMetricsAgreeWithThePublishedOnes() {
    check(capped(new double[] {7939, 7158, 8263, 7108, 7500}, 8, 9, 10, 10, 12), 40, -23.77, 40);
    check(capped(new double[] {1024, 2048, 4031, 5664, 6330}, 1, 9, 10, 10, 12), 100, 13.16, 40);
    check(stepped(new double[] {7252, 6277, 5396, 5552, 7551}, 10, 7, 10, 11, 10), 60, 2.93, 36.67);
    check(stepped(new double[] {1517, 2963, 4636, 5409, 7551}, 7, 7, 10, 11, 10), 100, 6.41, 36.67);
    check(
        ThinkingMetrics.of(
            List.of(
                ThinkingRun.shorterThan(6109, 8033, 30),
                ThinkingRun.longerThan(6109, 9651, 110 / 3.0))),
        50,
        25.18,
        36.67);
  }

  private static void check(
      ThinkingMetrics metrics, double control, double scaling, double performance) {
    assertThat(metrics.control()).isCloseTo(control, within(0.01));
    assertThat(metrics.scaling()).isCloseTo(scaling, within(0.01));
    assertThat(metrics.performance()).isCloseTo(performance, within(0.01));
  }

  @Test
  void scalingDoesNotSeeOrderOrScaleOfTokens() {
    Law.forAll(
        "scaling is invariant to order and to a factor on all tokens",
        50,
        seed -> {
          var dice = new Dice(seed);
          List<ThinkingRun> runs = new ArrayList<>();
          List<ThinkingRun> larger = new ArrayList<>();
          for (int i = 0; i < 5; i++) {
            double tokens = dice.between(1, 9000);
            double accuracy = 100 * dice.unit();
            runs.add(ThinkingRun.atMost(4000, tokens, accuracy));
            larger.add(ThinkingRun.atMost(4000, 3 * tokens, accuracy));
          }
          Collections.reverse(larger);
          Double scaling = ThinkingMetrics.of(runs).scaling();

          assertThat(ThinkingMetrics.of(larger).scaling()).isCloseTo(scaling, within(1e-6));
        });
  }

  @Test
  void runsOfOneLengthHaveNoSlope() {
    var run = ThinkingRun.atMost(100, 100, 50);

    assertThat(run.kept()).isTrue();
    assertThat(ThinkingMetrics.of(List.of(run, run)).scaling()).isNull();
    assertThat(ThinkingMetrics.of(List.of(run)).scaling()).isNull();
    assertThatThrownBy(() -> ThinkingMetrics.of(List.of())).hasMessageContaining("at least one");
    assertThatThrownBy(() -> ThinkingRun.atMost(1, 0, 1)).hasMessageContaining("0.0 thinking");
  }

  @Test
  void frontKeepsWhatNothingBeats() {
    assertThat(Pareto.front(new double[] {1, 2, 3, 2}, new double[] {.5, .7, .6, .7}))
        .containsExactly(true, true, false, true);
    Law.forAll(
        "every run is on the front or beaten by one that is; the cheapest best is on it",
        100,
        seed -> {
          var dice = new Dice(seed);
          int n = dice.between(1, 12);
          double[] costs = new double[n];
          double[] worths = new double[n];
          for (int i = 0; i < n; i++) {
            costs[i] = dice.below(6);
            worths[i] = dice.below(6);
          }
          boolean[] front = Pareto.front(costs, worths);
          for (int i = 0; i < n; i++) {
            boolean beaten = false;
            for (int j = 0; j < n; j++) {
              beaten |=
                  front[j]
                      && costs[j] <= costs[i]
                      && worths[j] >= worths[i]
                      && (costs[j] < costs[i] || worths[j] > worths[i]);
            }
            assertThat(front[i]).isNotEqualTo(beaten);
          }
        });
  }

  @Test
  void curveHasPowersOfTwoAndTheWholeAndDoesNotSeeOrder() {
    Law.forAll(
        "curve: order of problems never matters, passAt and tokens rise, points agree at 1",
        20,
        seed -> {
          var dice = new Dice(seed);
          List<List<Sample>> problems = new ArrayList<>();
          for (int i = 0; i < 12; i++) {
            problems.add(samples(dice, dice.between(i == 0 ? 6 : 0, 6)));
          }
          var forward = new Curve(new Seed(seed));
          var backward = new Curve(new Seed(seed));
          for (int i = 0; i < 12; i++) {
            forward.add("p" + i, problems.get(i));
            backward.add("p" + (11 - i), problems.get(11 - i));
          }

          List<CurvePoint> points = forward.points();

          assertThat(points.stream().map(CurvePoint::n)).containsExactly(1, 2, 4, 6);
          for (int i = 0; i < 4; i++) {
            CurvePoint other = backward.points().get(i);
            assertThat(other.majorityVote()).isEqualTo(points.get(i).majorityVote());
            assertThat(other.predWeighted()).isEqualTo(points.get(i).predWeighted());
            assertThat(other.generatedTokens())
                .isCloseTo(points.get(i).generatedTokens(), within(1e-9));
          }
          CurvePoint one = points.getFirst();
          assertThat(one.majorityVote().mean()).isCloseTo(one.passAt().mean(), within(1e-12));
          assertThat(one.predNaive().mean()).isCloseTo(one.passAt().mean(), within(1e-12));
          assertThat(one.predWeighted().mean()).isCloseTo(one.passAt().mean(), within(1e-12));
          for (int i = 1; i < 4; i++) {
            assertThat(points.get(i).passAt().mean())
                .isGreaterThanOrEqualTo(points.get(i - 1).passAt().mean() - 1e-12);
            assertThat(points.get(i).generatedTokens())
                .isGreaterThanOrEqualTo(points.get(i - 1).generatedTokens() - 1e-12);
          }
        });
  }

  private static List<Sample> samples(Dice dice, int count) {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int group = dice.below(4) - 1;
      samples.add(new Sample(group, group == 1, dice.unit(), dice.between(1, 50)));
    }
    return samples;
  }

  @Test
  void aProblemWithFewerSamplesCountsWithAllItHas() {
    var curve = new Curve(new Seed(0));
    var right = new Sample(0, true, 0.9, 10);
    var wrong = new Sample(1, false, 0.1, 10);
    curve.add("short", List.of(right));
    curve.add("long", List.of(wrong, wrong, wrong));
    curve.add("none", List.of());

    CurvePoint last = curve.points().getLast();

    assertThat(curve.points().stream().map(CurvePoint::n)).containsExactly(1, 2, 3);
    assertThat(last.majorityVote().mean()).isCloseTo(1.0 / 3, within(1e-12));
    assertThat(last.generatedTokens()).isCloseTo(40.0 / 3, within(1e-12));
    assertThat(new Curve(new Seed(0)).points()).isEmpty();
  }

  @Test
  void pricesCountEveryKindOfToken() {
    var spend = new Spend(1_000, 400, 2_000, 100, 3, 0, 0);

    assertThat(Price.parse("prompt=1,cached=0.5,generated=2").of(spend))
        .isCloseTo((700 * 1 + 400 * 0.5 + 2_000 * 2) / 1e6, within(1e-15));
    assertThat(Price.parse("generated=2, prompt=1").of(spend))
        .isCloseTo((1_100 + 4_000) / 1e6, within(1e-15));
    assertThatThrownBy(() -> Price.parse("promt=1,generated=2"))
        .hasMessageContaining("promt")
        .hasMessageContaining("Maybe 'prompt' was meant");
    assertThatThrownBy(() -> Price.parse("prompt=1")).hasMessageContaining("lacks generated");
    assertThatThrownBy(() -> Price.parse("prompt=x,generated=1")).hasMessageContaining("'x'");
    assertThatThrownBy(() -> Price.parse("prompt=1,prompt=1")).hasMessageContaining("twice");
    assertThatThrownBy(() -> Price.parse("prompt=-1,generated=1")).hasMessageContaining("-1.0");
  }

  @Test
  void exchangeAgreesWithKnownValues() {
    assertThat(Exchange.multiplier(14, 0.16)).isCloseTo(257.75, within(1e-9));
    assertThat(Exchange.multiplier(14, 0.79)).isCloseTo(63.367, within(5e-4));
    assertThat(Exchange.multiplier(14, 22)).isCloseTo(15.773, within(5e-4));
    assertThatThrownBy(() -> Exchange.multiplier(0.5, 1)).hasMessageContaining("0.5");
  }
}

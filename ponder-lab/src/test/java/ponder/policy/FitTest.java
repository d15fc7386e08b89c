package ponder.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import ponder.core.Seed;
import ponder.core.Spend;
import ponder.eval.EvalPlan;
import ponder.eval.ProblemResult;
import ponder.eval.ProblemResult.CandidateResult;
import ponder.eval.ProblemResult.Verdict;
import ponder.policy.FitTask.Hardness;
import ponder.search.Policy;
import ponder.search.Policy.Row;

/// Fitting, on calibration results whose best choices are known.
class FitTest {
  /// Five bins of 60: problem i is in bin i / 60 + 1.
  private static final int PROBLEMS = 300;

  @Test
  void binsAreQuintilesAndTiesFallOnTheEasierSide() {
    double[] values = IntStream.range(0, 10).mapToDouble(i -> i / 10.0).toArray();
    List<Double> edges = Calibration.edges(values, 5);
    Policy.Difficulty bins = difficulty(edges);

    assertThat(edges).containsExactly(0.2, 0.4, 0.6, 0.8);
    assertThat(Arrays.stream(values).mapToInt(bins::bin).toArray())
        .containsExactly(5, 5, 4, 4, 3, 3, 2, 2, 1, 1);
    Policy.Difficulty tied = difficulty(Calibration.edges(new double[] {0, 1, 1, 1, 1}, 5));
    assertThat(tied.edges()).containsExactly(1.0, 1.0, 1.0, 1.0);
    assertThat(tied.bin(1)).isEqualTo(1);
    assertThat(tied.bin(0.99)).isEqualTo(5);
  }

  @Test
  void difficultyIsWhatTheFirstSamplesSay() {
    ProblemResult result = result(0, 1, 0, -1, 0);

    assertThat(Calibration.value(result, 4, Hardness.VOTE, true))
        .as("of four, two agree and one has no answer: (4 / 3 + 1 / 3) / 4")
        .isCloseTo(5.0 / 12, within(1e-12));
    assertThat(Calibration.value(result, 3, Hardness.ORACLE, false))
        .isCloseTo(2.0 / 3, within(1e-12));
    assertThat(Calibration.value(result, 5, Hardness.PREDICTED, false))
        .isCloseTo(0.3, within(1e-12));
  }

  @Test
  void takesTheKnownBestOfEveryBinThatTheBudgetPaysFor() {
    Calibration calibration =
        calibration(
            arm("cheap", 100, i -> bin(i) <= 2 ? 0.9 : 0.1),
            arm("dear", 400, i -> bin(i) <= 2 ? 0.7 : 0.6));

    Policy policy = Fit.of(task(150.0, 500.0), calibration);

    assertThat(runs(policy.rows().get(0)))
        .containsExactly("cheap", "cheap", "cheap", "cheap", "cheap");
    assertThat(policy.rows().get(0).binned()).as("all bins alike").isFalse();
    assertThat(policy.rows().get(0).validation().gain().low()).isNegative();
    assertThat(policy.rows().get(0).validation().gain().mean()).isZero();
    Row rich = policy.rows().get(1);
    assertThat(runs(rich)).containsExactly("cheap", "cheap", "dear", "dear", "dear");
    assertThat(rich.single().run()).isEqualTo("dear");
    assertThat(rich.binned()).isTrue();
    assertThat(rich.bins().get(0).accuracy().mean()).isCloseTo(0.9, within(1e-9));
    assertThat(rich.bins().get(0).cost()).isCloseTo(110, within(1e-9));
    assertThat(rich.validation().policy().mean()).isCloseTo(0.4 * 0.9 + 0.6 * 0.6, within(1e-9));
    assertThat(rich.validation().single().mean()).isCloseTo(0.4 * 0.7 + 0.6 * 0.6, within(1e-9));
    assertThat(rich.validation().gain().low()).isPositive();
    assertThat(rich.validation().policyCost()).isCloseTo(0.4 * 110 + 0.6 * 410, within(1e-9));
    assertThat(rich.validation().singleCost()).isCloseTo(400, within(1e-9));
  }

  @Test
  void measuringDifficultyIsChargedAndWhatItWouldBringForNothingIsTold() {
    Calibration calibration =
        calibration(
            arm("cheap", 100, i -> bin(i) <= 2 ? 0.9 : 0.1),
            arm("dear", 400, i -> bin(i) <= 2 ? 0.7 : 0.6));

    Row row = Fit.of(task(405.0), calibration).rows().getFirst();

    assertThat(runs(row)).as("410 is more than 405").containsOnly("cheap");
    assertThat(row.single().run()).isEqualTo("dear");
    assertThat(row.binned()).isFalse();
    assertThat(row.validation().gain().mean()).isNegative();
    assertThat(row.validation().free().mean()).isCloseTo(0.72, within(1e-9));
  }

  @Test
  void binsAreNotUsedWhereTheBudgetDoesNotPayForThem() {
    double[] costs =
        IntStream.range(0, PROBLEMS).mapToDouble(i -> bin(i) <= 2 ? 100 : 80).toArray();
    double[] worths =
        IntStream.range(0, PROBLEMS).mapToDouble(i -> bin(i) <= 2 ? 0.3 : 0.9).toArray();
    double[] extra = new double[PROBLEMS];
    Arrays.fill(extra, 10);
    Calibration calibration =
        calibration(
            new Arm("hard", plan("hard"), 0, worths, costs, extra), arm("even", 85, i -> 0.5));

    Row row = Fit.of(task(95.0), calibration).rows().getFirst();
    assertThat(runs(row)).containsOnly("even", "hard");
    assertThat(row.binned()).as("85 and 10 are within 95").isTrue();

    row = Fit.of(task(90.0), calibration).rows().getFirst();
    assertThat(row.validation().gain().mean()).isPositive();
    assertThat(row.binned()).as("85 and 10 are above 90").isFalse();
    assertThat(row.single().run()).isEqualTo("hard");
  }

  @Test
  void equalsGoToTheCheaperAndThenToTheFirst() {
    Calibration calibration =
        calibration(arm("a", 200, i -> 0.5), arm("b", 100, i -> 0.5), arm("c", 100, i -> 0.5));

    assertThat(Fit.of(task(1000.0), calibration).rows().getFirst().single().run()).isEqualTo("b");
  }

  @Test
  void aBudgetBelowAllTakesTheCheapest() {
    Calibration calibration = calibration(arm("a", 200, i -> 0.9), arm("b", 100, i -> 0.5));

    assertThat(Fit.of(task(10.0), calibration).rows().getFirst().single().run()).isEqualTo("b");
  }

  @Test
  void aBinOfFewProblemsTakesWhatIsBestForAll() {
    // Of 40 problems in 5 bins each has 8.
    IntToDoubleFunction hard = i -> i >= 32 ? 0.9 : 0.1;
    Calibration calibration =
        calibration(40, 5, arm(40, "a", 100, hard), arm(40, "b", 100, i -> 0.5));

    Row row = Fit.of(task(1000.0), calibration).rows().getFirst();

    assertThat(runs(row)).containsOnly("b");
    assertThat(row.bins()).allMatch(Policy.Choice::pooled);
    assertThat(row.binned()).isFalse();
  }

  @Test
  void budgetsGoByPowersOfTwoFromTheCheapestToTheDearest() {
    Calibration calibration = calibration(arm("a", 100, i -> 0.5), arm("b", 900, i -> 0.6));

    assertThat(Fit.of(task(), calibration).rows().stream().map(Row::budget).toList())
        .containsExactly(128.0, 256.0, 512.0, 1024.0);
  }

  @Test
  void isTheSameForTheSameSeed() {
    Calibration calibration = random(new Seed(3), new Seed(4));

    assertThat(Fit.of(task(300.0), calibration)).isEqualTo(Fit.of(task(300.0), calibration));
  }

  /// What a policy does is never worse than the best single method beyond noise, on fresh problems
  /// from where the calibration came; and better where the truth has something to gain.
  @Test
  void onFreshProblemsItIsNoWorseThanTheBestSingleMethod() {
    double sum = 0;
    int worlds = 20;
    for (int world = 0; world < worlds; world++) {
      Seed truth = new Seed(world);
      Calibration seen = random(truth, new Seed(1000 + world));
      Calibration fresh = random(truth, new Seed(2000 + world));
      Row row = Fit.of(task(300.0), seen).rows().getFirst();
      double gain = worth(row, fresh) - worth(fresh, row.single().run());
      assertThat(gain).as("world %d", world).isGreaterThan(-0.06);
      assertThat(!row.binned() || row.validation().gain().mean() > 0).isTrue();
      sum += gain;
    }
    assertThat(sum / worlds).isPositive();
  }

  private static double worth(Row row, Calibration fresh) {
    double sum = 0;
    for (int i = 0; i < PROBLEMS; i++) {
      String run = row.binned() ? row.bins().get(bin(i) - 1).run() : row.single().run();
      sum += arm(fresh, run).worth()[i];
    }
    return sum / PROBLEMS;
  }

  private static double worth(Calibration fresh, String run) {
    return Arrays.stream(arm(fresh, run).worth()).average().orElseThrow();
  }

  private static Arm arm(Calibration calibration, String run) {
    return calibration.arms().stream().filter(it -> it.run().equals(run)).findFirst().orElseThrow();
  }

  /// Three arms of the same cost; how good each is in each bin is drawn from `truth`, and whether
  /// it is right on a problem from `draw`.
  private static Calibration random(Seed truth, Seed draw) {
    List<Arm> arms = new ArrayList<>();
    for (String run : List.of("a", "b", "c")) {
      arms.add(
          arm(
              run,
              100,
              i -> unit(draw.split(run, i)) < 0.2 + 0.6 * unit(truth.split(run, bin(i))) ? 1 : 0));
    }
    return calibration(arms.toArray(Arm[]::new));
  }

  private static double unit(Seed seed) {
    return (seed.value() >>> 11) * 0x1p-53;
  }

  @Test
  void refusesAnEmptyListOfFoldersAndBudgetsThatDoNotAscend() {
    assertThatThrownBy(() -> task(List.of(), 1.0)).hasMessageContaining("at least one evaluation");
    assertThatThrownBy(() -> task(2.0, 1.0)).hasMessageContaining("budgets ([2.0, 1.0])");
  }

  private static List<String> runs(Row row) {
    return row.bins().stream().map(Policy.Choice::run).toList();
  }

  private static int bin(int problem) {
    return problem / (PROBLEMS / 5) + 1;
  }

  private static FitTask task(Double... budgets) {
    return task(List.of(Path.of("x")), budgets);
  }

  private static FitTask task(List<Path> folders, Double... budgets) {
    return new FitTask(
        "1", folders, Policy.Unit.TOKENS, List.of(budgets), Hardness.VOTE, "", 0, 5, new Seed(0));
  }

  /// An arm to which measuring difficulty adds 10.
  private static Arm arm(String run, double cost, IntToDoubleFunction worth) {
    return arm(PROBLEMS, run, cost, worth);
  }

  private static Arm arm(int problems, String run, double cost, IntToDoubleFunction worth) {
    double[] worths = IntStream.range(0, problems).mapToDouble(worth).toArray();
    double[] costs = new double[problems];
    double[] extra = new double[problems];
    Arrays.fill(costs, cost);
    Arrays.fill(extra, 10);
    return new Arm(run, plan(run), 0, worths, costs, extra);
  }

  private static Calibration calibration(Arm... arms) {
    return calibration(PROBLEMS, 5, arms);
  }

  /// Problem 0 is the easiest.
  private static Calibration calibration(int problems, int bins, Arm... arms) {
    double[] values = IntStream.range(0, problems).mapToDouble(i -> problems - i).toArray();
    return new Calibration(
        plan("first"),
        Arrays.stream(arms).map(Arm::run).toList(),
        IntStream.range(0, problems).mapToObj(i -> "p" + i).toList(),
        List.of(arms),
        difficulty(Calibration.edges(values, bins)),
        values);
  }

  private static Policy.Difficulty difficulty(List<Double> edges) {
    return new Policy.Difficulty(
        "predicted", 4, "self-consistency", Map.of(), "vote", "last", edges);
  }

  private static EvalPlan plan(String run) {
    return new EvalPlan(
        "1",
        "tiny",
        "scripted",
        "b",
        "w",
        "beam",
        Map.of("n", "4", "run", run),
        "judge",
        "last",
        "",
        "",
        0,
        "d",
        "s",
        "all",
        "r",
        1,
        "math",
        false);
  }

  /// A problem whose samples hold these classes of answers; class 0 is right, and scores 0.5.
  private static ProblemResult result(int... classes) {
    List<CandidateResult> candidates = new ArrayList<>();
    for (int one : classes) {
      boolean right = one == 0;
      candidates.add(
          new CandidateResult(one < 0 ? null : "" + one, one, right, right ? 0.5 : 0, 10));
    }
    return new ProblemResult(
        "p",
        0,
        "0",
        "0",
        true,
        Verdict.CORRECT,
        null,
        "",
        false,
        "r",
        candidates,
        0,
        1,
        new Spend(5, 0, 10L * classes.length, 0, 1, 0, 1),
        Spend.NONE,
        null);
  }
}

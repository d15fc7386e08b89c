package ponder.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import ponder.core.Seed;
import ponder.search.Policy;
import ponder.search.Policy.Choice;
import ponder.search.Policy.Estimate;
import ponder.search.Policy.Row;
import ponder.search.Policy.Validation;
import ponder.stats.Interval;

/// Fits a policy: for every bin of difficulty and every budget the arm with the best accuracy among
/// those whose mean cost there fits the budget (Snell et al. 2024, section 3.2, equation 1 and
/// section 5.3).
///
/// Ties go to the cheaper arm, then to the one listed first. What a choice is worth is told by
/// two-fold cross-validation within every bin, as in the paper: chosen on one half, tried on the
/// other. It is repeated over 20 ways to halve the bins, so that the luck of one does not decide.
///
/// Departs from the paper: the samples that measure difficulty are charged to the budget, and what
/// they would bring for free is told beside; a bin of fewer than 20 problems takes what is best for
/// all; and bins are used at a budget only if it pays for measuring difficulty too, and if that
/// gains in cross-validation against the best single arm, chosen on the same halves without paying
/// for difficulty. That last look makes the gain of the rows in use a little too good.
public final class Fit {
  /// Fewer problems do not choose for themselves.
  static final int LEAST = 20;

  private static final int SPLITS = 20;

  private final FitTask task;
  private final Calibration calibration;
  private final List<int[]> bins;
  private final int[] all;

  private Fit(FitTask task, Calibration calibration) {
    this.task = task;
    this.calibration = calibration;
    bins = calibration.bins();
    all = IntStream.range(0, calibration.ids().size()).toArray();
  }

  /// Fits a policy; no model is asked. The same for the same folders and seed.
  ///
  /// @throws IllegalArgumentException if the runs do not go together, or none can measure
  ///   difficulty
  /// @throws ponder.model.EngineException if a folder cannot be read
  public static Policy of(FitTask task) {
    return of(task, Calibration.read(task));
  }

  static Policy of(FitTask task, Calibration calibration) {
    return new Fit(task, calibration).policy();
  }

  private Policy policy() {
    List<Row> rows = budgets().stream().map(this::row).toList();
    return new Policy(
        task.version(),
        calibration.plan().model(),
        calibration.plan().weights(),
        calibration.plan().dataset(),
        calibration.plan().datasetSha256(),
        calibration.plan().rowsSha256(),
        all.length,
        calibration.runs(),
        task.unit(),
        calibration.difficulty(),
        rows);
  }

  /// Those that are wanted; else powers of two from the cheapest arm to the dearest.
  private List<Double> budgets() {
    if (!task.budgets().isEmpty()) {
      return task.budgets();
    }
    double least = Double.POSITIVE_INFINITY;
    double most = 0;
    for (Arm arm : calibration.arms()) {
      least = Math.min(least, mean(arm.cost(), all));
      most = Math.max(most, mean(arm.cost(), all) + mean(arm.extra(), all));
    }
    List<Double> budgets = new ArrayList<>();
    double budget = Math.pow(2, Math.ceil(Math.log(Math.max(1, least)) / Math.log(2) - 1e-9));
    for (; budgets.isEmpty() || budgets.getLast() < most; budget *= 2) {
      budgets.add(budget);
    }
    return budgets;
  }

  /// What an arm's cost is compared with a budget by.
  private enum Charge {
    /// Difficulty is measured, and paid for.
    PAID,
    /// Difficulty is not measured, or costs nothing.
    FREE
  }

  private static double[] cost(Arm arm, Charge charge) {
    if (charge == Charge.FREE) {
      return arm.cost();
    }
    double[] cost = arm.cost().clone();
    Arrays.setAll(cost, i -> arm.cost()[i] + arm.extra()[i]);
    return cost;
  }

  /// The best arm on these problems within a budget; the cheapest if none keeps to it.
  private Arm best(int[] problems, double budget, Charge charge) {
    record Tried(Arm arm, double worth, double cost) {}
    List<Tried> tried =
        calibration.arms().stream()
            .map(arm -> new Tried(arm, mean(arm.worth(), problems), mean(arm, problems, charge)))
            .toList();
    // Both are the first of equals in the list's order; costs that differ by rounding are equal.
    Comparator<Tried> cheaper = Comparator.comparingDouble(it -> -rounded(it.cost));
    return tried.stream()
        .filter(it -> keeps(it.cost, budget))
        .reduce(
            (a, b) ->
                Comparator.<Tried>comparingDouble(it -> rounded(it.worth))
                            .thenComparing(cheaper)
                            .compare(b, a)
                        > 0
                    ? b
                    : a)
        .or(() -> tried.stream().reduce((a, b) -> cheaper.compare(b, a) > 0 ? b : a))
        .orElseThrow()
        .arm;
  }

  private static boolean keeps(double cost, double budget) {
    return cost <= budget * (1 + 1e-12);
  }

  private static double rounded(double value) {
    return Math.rint(value * 1e12) / 1e12;
  }

  private static double mean(Arm arm, int[] problems, Charge charge) {
    return mean(arm.cost(), problems) + (charge == Charge.PAID ? mean(arm.extra(), problems) : 0);
  }

  private static double mean(double[] values, int[] problems) {
    return Arrays.stream(problems).mapToDouble(i -> values[i]).average().orElse(0);
  }

  private Row row(double budget) {
    Arm single = best(all, budget, Charge.FREE);
    List<Choice> choices = new ArrayList<>();
    boolean differ = false;
    for (int[] bin : bins) {
      boolean pooled = bin.length < LEAST;
      Arm arm = best(pooled ? all : bin, budget, Charge.PAID);
      differ |= arm != single;
      choices.add(choice(arm, bin.length == 0 ? all : bin, Charge.PAID, bin.length, pooled));
    }
    Validation validation = validate(budget);
    boolean paidFor = choices.stream().allMatch(choice -> keeps(choice.cost(), budget));
    boolean binned = differ && paidFor && validation.gain().mean() > 0;
    return new Row(
        budget, binned, choices, choice(single, all, Charge.FREE, all.length, false), validation);
  }

  private Choice choice(Arm arm, int[] problems, Charge charge, int count, boolean pooled) {
    double[] worths = Arrays.stream(problems).mapToDouble(i -> arm.worth()[i]).toArray();
    return arm.choice(mean(arm, problems, charge), estimate(worths, "accuracy"), count, pooled);
  }

  private Estimate estimate(double[] values, String what) {
    Interval interval = Interval.of(values, task.seed().split("interval", what));
    return new Estimate(interval.mean(), interval.low(), interval.high());
  }

  /// Where nothing differs on any problem, resampling says nothing; then the exact binomial limit
  /// holds either way.
  private Estimate gain(double[] gain) {
    Estimate estimate = estimate(gain, "gain");
    boolean none = Arrays.stream(gain).allMatch(it -> it == 0);
    return none ? new Estimate(0, -estimate.high(), estimate.high()) : estimate;
  }

  private Validation validate(double budget) {
    double[] paid = new double[all.length];
    double[] free = new double[all.length];
    double[] single = new double[all.length];
    double[] paidCost = new double[all.length];
    double[] singleCost = new double[all.length];
    for (int split = 0; split < SPLITS; split++) {
      boolean[] first = halves(task.seed().split("split", split));
      for (boolean train : new boolean[] {true, false}) {
        int[] trained = part(all, first, train);
        int[] tried = part(all, first, !train);
        add(best(trained, budget, Charge.FREE), tried, single, singleCost, Charge.FREE);
        for (int[] bin : bins) {
          int[] choosing = bin.length < LEAST ? trained : part(bin, first, train);
          int[] held = part(bin, first, !train);
          add(best(choosing, budget, Charge.PAID), held, paid, paidCost, Charge.PAID);
          add(best(choosing, budget, Charge.FREE), held, free, new double[0], Charge.FREE);
        }
      }
    }
    double[] gain = new double[all.length];
    Arrays.setAll(gain, i -> rounded(paid[i] - single[i]));
    return new Validation(
        estimate(unit(paid), "policy"),
        estimate(unit(single), "single"),
        gain(gain),
        estimate(unit(free), "free"),
        mean(paidCost, all),
        mean(singleCost, all));
  }

  /// Adds what an arm is worth on these problems to the means over all splits.
  private static void add(Arm arm, int[] problems, double[] worths, double[] costs, Charge charge) {
    double[] cost = costs.length == 0 ? costs : cost(arm, charge);
    for (int problem : problems) {
      worths[problem] += arm.worth()[problem] / SPLITS;
      if (costs.length > 0) {
        costs[problem] += cost[problem] / SPLITS;
      }
    }
  }

  /// Sums of rounded parts may stand out of [0, 1] by a hair, and differ by one where they are
  /// equal.
  private static double[] unit(double[] values) {
    return Arrays.stream(values).map(it -> Math.clamp(rounded(it), 0.0, 1.0)).toArray();
  }

  /// Halves every bin: which problems are in its first half.
  private boolean[] halves(Seed seed) {
    boolean[] first = new boolean[all.length];
    for (int[] bin : bins) {
      int[] order =
          Arrays.stream(bin)
              .boxed()
              .sorted(
                  Comparator.comparingLong(
                      i -> seed.split("problem", calibration.ids().get(i)).value()))
              .mapToInt(Integer::intValue)
              .toArray();
      for (int i = 0; i < order.length; i++) {
        first[order[i]] = i % 2 == 0;
      }
    }
    return first;
  }

  private static int[] part(int[] problems, boolean[] first, boolean wanted) {
    return Arrays.stream(problems).filter(i -> first[i] == wanted).toArray();
  }
}

package ponder.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import ponder.compare.Axis;
import ponder.compare.Costs;
import ponder.compare.Selector;
import ponder.core.Seed;
import ponder.eval.EvalPlan;
import ponder.eval.ProblemResult;
import ponder.search.Policy;

/// A method in certain settings, and what it is worth and costs on every problem.
///
/// A run of independent samples gives an arm for every power of two up to its number of samples:
/// what fewer of them are worth is estimated over all choices of so many ([Selector]). Another run
/// is one arm.
///
/// @param run the run's name
/// @param plan of its evaluation
/// @param n samples; 0 for the run as a whole
/// @param worth the chance to be right, by problem
/// @param cost by problem, in the policy's unit
/// @param extra what measuring the difficulty first adds to it, by problem: nothing where its
///   samples are this arm's own first ones
@SuppressWarnings("ArrayRecordComponent") // numbers by problem, made once and read; never compared
record Arm(String run, EvalPlan plan, int n, double[] worth, double[] cost, double[] extra) {
  /// What a draw of a sample depends on.
  private static final Set<String> OF_DRAWS =
      Set.of(
          "max-tokens",
          "system",
          "cue",
          "language",
          "shots",
          "k",
          "layout",
          "temperature",
          "top-p",
          "top-k",
          "min-p");

  /// The choice of this arm.
  ///
  /// @param problems that it was chosen on
  Policy.Choice choice(double cost, Policy.Estimate accuracy, int problems, boolean pooled) {
    Map<String, String> settings = new HashMap<>(plan.settings());
    if (n > 0) {
      settings.put("n", Integer.toString(n));
    }
    return new Policy.Choice(
        plan.method(),
        settings,
        plan.verifier(),
        plan.aggregation(),
        plan.budget(),
        run,
        cost,
        accuracy,
        problems,
        pooled);
  }

  /// Whether sample i of two runs is drawn in the same way.
  static boolean alike(EvalPlan a, EvalPlan b) {
    return Selector.of(a) != null
        && Selector.of(b) != null
        && OF_DRAWS.stream()
            .allMatch(
                name ->
                    a.settings()
                        .getOrDefault(name, "")
                        .equals(b.settings().getOrDefault(name, "")));
  }

  /// The chance to be right with `n` of a problem's samples; with all of them what was.
  static double worth(
      ProblemResult result, @Nullable Selector selector, int n, boolean judged, Seed seed) {
    if (selector == null || n == 0 || n >= result.candidates().size()) {
      return result.correct() ? 1 : 0;
    }
    return selector.worth(
        result.samples(judged), n, seed.split("worth", result.id()).split("n", n));
  }

  /// What a problem would have cost with `n` of its samples.
  ///
  /// @param n 0 for all
  static double cost(ProblemResult result, EvalPlan plan, int n, Policy.Unit unit) {
    int size = result.candidates().size();
    int taken = n == 0 ? size : Math.min(n, size);
    if (unit == Policy.Unit.SAMPLES) {
      return n > 0 ? taken : samples(plan, size);
    }
    Costs costs = new Costs(Selector.judgesByCalls(plan));
    costs.add(size, result.spend());
    return costs.at(
        taken,
        switch (unit) {
          case TOKENS, SAMPLES -> Axis.TOKENS;
          case CALLS -> Axis.CALLS;
          case FLOPS -> Axis.FLOPS;
        });
  }

  /// How many samples a search stands for: its `n`, as papers count.
  private static double samples(EvalPlan plan, int size) {
    String n = plan.settings().getOrDefault("n", "");
    return n.matches("[1-9][0-9]{0,8}") ? Integer.parseInt(n) : Math.max(1, size);
  }

  /// Powers of two below the most samples that a problem has, and that number.
  static List<Integer> sizes(int most) {
    List<Integer> sizes = new ArrayList<>();
    for (int n = 1; n < most; n *= 2) {
      sizes.add(n);
    }
    sizes.add(Math.max(1, most));
    return sizes;
  }
}

package ponder.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import ponder.compare.Comparison.Difference;
import ponder.compare.Comparison.Matched;
import ponder.compare.Comparison.Run;
import ponder.core.Fanout;
import ponder.core.Nearest;
import ponder.core.Seed;
import ponder.core.Spend;
import ponder.eval.Summary;
import ponder.model.EngineException;
import ponder.stats.Exchange;
import ponder.stats.Interval;
import ponder.stats.Pareto;
import ponder.stats.Tally;

/// Compares evaluations: reads their results as streams, checks that they may be compared, and
/// works out what is in a [Comparison].
///
/// Every folder is read once, side by side, and once more if all runs are to be read at one cost.
/// In memory stay one id and one bit per problem and run, and counts of distinct values; so a
/// million rows need a few hundred megabytes. The bootstrap draws how often each value comes and
/// does not go through the problems: for right and wrong answers it takes the same time at a
/// thousand and at a million of them.
public final class Compare {
  /// Intervals are the same for the same inputs.
  private static final Seed SEED = new Seed(0).split("compare", 0);

  private final CompareTask task;
  private final List<Opened> opened;
  private final List<@Nullable Selector> selectors = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  private Compare(CompareTask task) {
    this.task = task;
    this.opened = Opened.all(task);
    opened.forEach(it -> selectors.add(Selector.of(it.plan())));
  }

  /// Compares what `task` names. The same results give the same comparison.
  ///
  /// @throws IllegalArgumentException if the runs cannot be compared: other data, rows or seeds, an
  ///   evaluation that has not ended, an unknown baseline, an axis on which a run costs nothing
  /// @throws ponder.model.EngineException if a folder holds no evaluation or its results are
  ///   broken, naming the line
  public static Comparison of(CompareTask task) {
    return new Compare(task).compare();
  }

  private Comparison compare() {
    int baseline = baseline();
    @Nullable Set<String> common = task.common() ? common() : null;
    List<RunData> data =
        side(i -> RunData.read(opened.get(i).folder(), common, seed(i), opened.get(i).plan()));
    if (common == null) {
      side(i -> checked(opened.get(i), data.get(i)));
    }
    Joined joined = Joined.of(opened, data);
    List<Run> runs = runs(data, joined.problems());
    var thoughts = new Thoughts(runs, joined.problems());
    List<Comparison.Line> lines =
        new Lines(task.by(), runs, selectors, data).all(thoughts.groups());
    @Nullable Matched matched =
        task.at().none()
            ? null
            : new Matching(task, opened, selectors, data, joined, common, SEED).at(baseline);
    List<Difference> differences = differences(joined, baseline);
    addNotes(data, runs, differences, baseline);
    return new Comparison(
        opened.getFirst().plan().dataset(),
        opened.getFirst().plan().datasetSha256(),
        joined.problems(),
        opened.getFirst().plan().grading(),
        task.by(),
        baseline,
        runs,
        lines,
        differences,
        thoughts.metrics(),
        matched,
        notes);
  }

  private int baseline() {
    if (task.baseline().isEmpty()) {
      return 0;
    }
    for (int i = 0; i < opened.size(); i++) {
      if (task.baseline().equals(opened.get(i).name())
          || task.baseline().equals(opened.get(i).folder().root().toString())) {
        return i;
      }
    }
    List<String> names = opened.stream().map(Opened::name).toList();
    throw new IllegalArgumentException(
        "baseline (%s) is none of the runs.%s"
            .formatted(task.baseline(), Nearest.maybe(task.baseline(), names)));
  }

  private interface OfRun<T> {
    T get(int index);
  }

  /// One piece of work for each run, side by side.
  private <T> List<T> side(OfRun<T> work) {
    List<Supplier<T>> all = new ArrayList<>();
    for (int i = 0; i < opened.size(); i++) {
      int index = i;
      all.add(() -> work.get(index));
    }
    return Fanout.all(all);
  }

  /// Refuses results that are not those which the summary was made from.
  private static Opened checked(Opened run, RunData data) {
    Summary summary = run.folder().summary();
    double accuracy = (double) data.right().cardinality() / Math.max(1, data.problems());
    if (summary.problems() != data.problems()
        || Math.abs(summary.accuracy().mean() - accuracy) > 1e-9) {
      throw new EngineException(
          "%s holds %d problems, %.4f of them right; the summary says %d and %.4f. Maybe it was changed; run the evaluation again."
              .formatted(
                  run.folder().resultsFile(),
                  data.problems(),
                  accuracy,
                  summary.problems(),
                  summary.accuracy().mean()));
    }
    return run;
  }

  private static Seed seed(int run) {
    return SEED.split("run", run);
  }

  /// The ids that all runs have.
  private Set<String> common() {
    List<Set<String>> all = side(i -> RunData.ids(opened.get(i).folder()));
    Set<String> common = new HashSet<>(all.getFirst());
    all.forEach(common::retainAll);
    if (common.isEmpty()) {
      throw new IllegalArgumentException(
          "The runs %s share no problem.".formatted(opened.stream().map(Opened::name).toList()));
    }
    for (int i = 0; i < all.size(); i++) {
      int left = all.get(i).size() - common.size();
      if (left > 0) {
        notes.add(
            "Of %s, %d of %d finished problems are left out: not all runs have them."
                .formatted(opened.get(i).name(), left, all.get(i).size()));
      }
    }
    return common;
  }

  private List<Run> runs(List<RunData> data, int problems) {
    double[] costs = new double[data.size()];
    double[] worths = new double[data.size()];
    for (int i = 0; i < costs.length; i++) {
      costs[i] = data.get(i).costs().perProblem(task.by());
      worths[i] = (double) data.get(i).right().cardinality() / problems;
    }
    requireCosts(costs);
    boolean[] front = Pareto.front(costs, worths);
    return side(i -> run(i, data.get(i), costs[i], front[i]));
  }

  private void requireCosts(double[] costs) {
    if (Arrays.stream(costs).allMatch(cost -> cost > 0)) {
      return;
    }
    for (int i = 0; i < costs.length; i++) {
      if (!(costs[i] > 0)) {
        throw new IllegalArgumentException(
            "%s has cost no %s. Maybe %s was meant."
                .formatted(
                    opened.get(i).name(),
                    task.by().words(),
                    task.by() == Axis.FLOPS
                        ? "--by tokens, since its model's size is unknown,"
                        : "another --by"));
      }
    }
  }

  private Run run(int index, RunData data, double cost, boolean front) {
    Opened run = opened.get(index);
    Seed seed = seed(index);
    Spend spend = data.costs().sum();
    return new Run(
        run.name(),
        run.folder().root(),
        run.plan().model(),
        run.plan().engine(),
        run.plan().method(),
        run.plan().settings(),
        run.plan().verifier(),
        run.plan().budget(),
        run.plan().seed(),
        share(data.right().cardinality(), data.problems(), seed.split("accuracy", 0)),
        run.plan().ofWords() ? Interval.of(data.f1(), seed.split("f1", 0)) : null,
        Interval.of(data.single(), seed.split("single", 0)),
        share(data.oracle(), data.problems(), seed.split("oracle", 0)),
        data.curve(),
        data.undecided(),
        data.failures(),
        data.thinkingTokens(),
        spend,
        task.price() == null ? null : task.price().of(spend),
        cost,
        front);
  }

  private static Interval share(long right, long problems, Seed seed) {
    return Interval.of(Tally.ofShare(right, problems), seed);
  }

  private List<Difference> differences(Joined joined, int baseline) {
    List<Difference> all = new ArrayList<>();
    for (int i = 0; i < opened.size(); i++) {
      if (i != baseline) {
        all.add(new Difference(i, joined.difference(i, baseline, SEED.split("difference", i))));
      }
    }
    return all;
  }

  private void addNotes(
      List<RunData> data, List<Run> runs, List<Difference> differences, int baseline) {
    if (runs.stream().anyMatch(run -> run.seed() != runs.getFirst().seed())) {
      notes.add("The runs' seeds differ.");
    }
    for (Difference difference : differences) {
      if (difference.paired().withinNoise()) {
        notes.add(
            String.format(
                Locale.ROOT,
                "%s against %s is within noise: the interval from %+.1f to %+.1f points contains 0.",
                runs.get(difference.run()).name(),
                runs.get(baseline).name(),
                100 * difference.paired().difference().low(),
                100 * difference.paired().difference().high()));
      }
    }
    for (int i = 0; i < runs.size(); i++) {
      if (data.get(i).failures() > 0) {
        notes.add(
            "%s gave up %d problems; they count as wrong."
                .formatted(runs.get(i).name(), data.get(i).failures()));
      }
    }
    boolean curves = runs.stream().anyMatch(run -> run.curve().size() > 1);
    if (task.by() == Axis.SECONDS && curves) {
      notes.add(
          "Seconds of fewer samples are taken in proportion; in a batch fewer samples take longer than that.");
    }
    addExchange(runs);
    if (runs.stream().anyMatch(run -> run.spend().flops() == 0)) {
      notes.add("A model's size is unknown; its FLOPs are not counted.");
    }
  }

  /// What pre-training weighs: how many times as many tokens the cheapest model may use for the
  /// same total compute as each dearer one.
  private void addExchange(List<Run> runs) {
    Double ratio = task.inferenceRatio();
    if (ratio == null) {
      return;
    }
    Run small = runs.getFirst();
    for (Run run : runs) {
      small = perToken(run) < perToken(small) ? run : small;
    }
    Set<String> told = new HashSet<>(Set.of(small.model()));
    for (Run run : runs) {
      if (perToken(small) > 0 && told.add(run.model())) {
        double larger = perToken(run) / perToken(small);
        notes.add(
            String.format(
                Locale.ROOT,
                "With pre-training at R = %s, %s may use %.1f times as many tokens as %s, which takes %.2f times the FLOPs a token.",
                ratio,
                small.model(),
                Exchange.multiplier(larger, ratio),
                run.model(),
                larger));
      }
    }
  }

  /// FLOPs of a computed token.
  private static double perToken(Run run) {
    Spend spend = run.spend();
    long computed =
        spend.promptTokens()
            - spend.cachedPromptTokens()
            + spend.scoredTokens()
            + spend.generatedTokens();
    return computed == 0 ? 0 : spend.flops() / computed;
  }
}

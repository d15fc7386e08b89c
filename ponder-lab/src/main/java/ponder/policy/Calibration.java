package ponder.policy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ponder.compare.Selector;
import ponder.eval.EvalFolder;
import ponder.eval.EvalPlan;
import ponder.eval.ProblemResult;
import ponder.eval.ProblemResult.CandidateResult;
import ponder.model.EngineException;
import ponder.policy.FitTask.Hardness;
import ponder.search.Policy;

/// What the calibration runs show: the arms, and how hard each problem is. One run's results are in
/// memory at a time.
///
/// @param ids the problems', in their order
/// @param arms in the order of the runs
/// @param difficulty how hardness is measured
/// @param values of the problems, by their order; the higher the easier
@SuppressWarnings("ArrayRecordComponent") // numbers by problem, made once and read; never compared
record Calibration(
    EvalPlan plan,
    List<String> runs,
    List<String> ids,
    List<Arm> arms,
    Policy.Difficulty difficulty,
    double[] values) {
  private static final int SAMPLES = 8;

  /// An evaluation under the name it is shown by.
  private record Run(String name, EvalFolder folder, EvalPlan plan) {}

  /// Reads the runs.
  ///
  /// @throws IllegalArgumentException if they are not of the same problems and model, have not come
  ///   to their end, look at the right answers, or none can measure difficulty
  /// @throws EngineException if a folder cannot be read
  static Calibration read(FitTask task) {
    List<Run> runs = new ArrayList<>();
    for (Path path : task.folders()) {
      var folder = new EvalFolder(path);
      runs.add(new Run(name(path, task.folders()), folder, folder.plan()));
    }
    runs.forEach(run -> refuse(runs.getFirst(), run));
    Run judge = difficultyRun(runs, task.difficultyRun());
    List<ProblemResult> judged = judge.folder.results();
    int samples = samples(task, judged);
    boolean vote = votes(judge.plan, task.hardness());
    double[] values =
        judged.stream().mapToDouble(it -> value(it, samples, task.hardness(), vote)).toArray();
    double[] paid =
        judged.stream().mapToDouble(it -> Arm.cost(it, judge.plan, samples, task.unit())).toArray();
    List<String> ids = judged.stream().map(ProblemResult::id).toList();
    List<Arm> arms = new ArrayList<>();
    for (Run run : runs) {
      List<ProblemResult> results = run.equals(judge) ? judged : run.folder.results();
      if (!results.stream().map(ProblemResult::id).toList().equals(ids)) {
        throw new EngineException(
            "%s and %s do not hold the same problems in the same order."
                .formatted(judge.folder.resultsFile(), run.folder.resultsFile()));
      }
      arms.addAll(arms(run, results, judge.plan, samples, paid, task));
    }
    Policy.Difficulty difficulty =
        new Policy.Difficulty(
            task.hardness() == Hardness.ORACLE ? "oracle" : "predicted",
            samples,
            judge.plan.method(),
            judge.plan.settings(),
            task.hardness() == Hardness.ORACLE ? "oracle" : vote ? "vote" : judge.plan.verifier(),
            judge.plan.aggregation(),
            edges(values, task.bins()));
    return new Calibration(
        runs.getFirst().plan, runs.stream().map(Run::name).toList(), ids, arms, difficulty, values);
  }

  private static String name(Path path, List<Path> all) {
    Path last = path.toAbsolutePath().normalize().getFileName();
    long same =
        all.stream()
            .map(other -> other.toAbsolutePath().normalize().getFileName())
            .filter(other -> String.valueOf(other).equals(String.valueOf(last)))
            .count();
    return same == 1 ? String.valueOf(last) : path.toString();
  }

  private static void refuse(Run first, Run run) {
    if (!Files.exists(run.folder.summaryFile())) {
      throw new IllegalArgumentException(
          "The evaluation in %s has not come to its end. Maybe run its command again to go on."
              .formatted(run.folder.root()));
    }
    different(first, run, "models", first.plan.weights(), run.plan.weights());
    different(first, run, "data sets", first.plan.datasetSha256(), run.plan.datasetSha256());
    different(first, run, "rows", first.plan.rowsSha256(), run.plan.rowsSha256());
    if (run.plan.verifier().contains("oracle")) {
      throw new IllegalArgumentException(
          "%s was judged by the right answers (%s), which no problem to solve has."
              .formatted(run.folder.root(), run.plan.verifier()));
    }
    if (run.plan.method().contains("auto")) {
      throw new IllegalArgumentException(
          "%s is a run of method %s, which a policy cannot choose."
              .formatted(run.folder.root(), run.plan.method()));
    }
  }

  private static void different(Run first, Run run, String what, String mine, String other) {
    if (!mine.equals(other)) {
      throw new IllegalArgumentException(
          "%s and %s have different %s (%.12s and %.12s)."
              .formatted(first.folder.root(), run.folder.root(), what, mine, other));
    }
  }

  private static Run difficultyRun(List<Run> runs, String name) {
    List<Run> able = runs.stream().filter(run -> Selector.of(run.plan) != null).toList();
    if (name.isEmpty() && !able.isEmpty()) {
      return able.getFirst();
    }
    return able.stream()
        .filter(run -> run.name.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "%s, as no run of independent samples %s. Maybe add one of self-consistency, or name one of %s."
                        .formatted(
                            name.isEmpty()
                                ? "Difficulty cannot be measured"
                                : "Difficulty cannot be measured by (%s)".formatted(name),
                            name.isEmpty() ? "is given" : "has that name",
                            able.stream().map(Run::name).toList())));
  }

  private static int samples(FitTask task, List<ProblemResult> results) {
    int most = results.stream().mapToInt(it -> it.candidates().size()).max().orElse(0);
    int usual = task.hardness() == Hardness.ORACLE ? most : Math.min(SAMPLES, most);
    int samples = task.samples() == 0 ? Math.max(1, usual) : task.samples();
    if (samples > Math.max(1, most)) {
      throw new IllegalArgumentException(
          "samples (%d) that measure difficulty must be at most %d, which the run has."
              .formatted(samples, most));
    }
    return samples;
  }

  private static boolean votes(EvalPlan plan, Hardness hardness) {
    return hardness == Hardness.VOTE || hardness == Hardness.PREDICTED && !plan.judged();
  }

  /// The mean score of a problem's first samples, the very ones that a search will draw.
  static double value(ProblemResult result, int samples, Hardness hardness, boolean vote) {
    List<CandidateResult> all = result.candidates();
    List<CandidateResult> first = all.subList(0, Math.min(samples, all.size()));
    if (vote) {
      return agreement(first);
    }
    return first.stream()
        .mapToDouble(it -> hardness == Hardness.ORACLE ? it.correct() ? 1 : 0 : it.score())
        .average()
        .orElse(0);
  }

  /// The mean share of the votes that a sample's answer has; a sample without an answer has none.
  private static double agreement(List<CandidateResult> samples) {
    int[] counts =
        new int[samples.stream().mapToInt(CandidateResult::answerClass).max().orElse(-1) + 1];
    samples.stream().filter(it -> it.answerClass() >= 0).forEach(it -> counts[it.answerClass()]++);
    int total = Arrays.stream(counts).sum();
    double sum = 0;
    for (int count : counts) {
      sum += (double) count * count / Math.max(1, total);
    }
    return samples.isEmpty() ? 0 : sum / samples.size();
  }

  /// Empirical quantiles: a bin holds an equal part of the problems, but for ties.
  static List<Double> edges(double[] values, int bins) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    List<Double> edges = new ArrayList<>();
    for (int i = 1; i < bins; i++) {
      edges.add(sorted[(int) ((long) i * sorted.length / bins)]);
    }
    return edges;
  }

  private static List<Arm> arms(
      Run run,
      List<ProblemResult> results,
      EvalPlan judge,
      int samples,
      double[] paid,
      FitTask task) {
    @Nullable Selector selector = Selector.of(run.plan);
    int most = results.stream().mapToInt(it -> it.candidates().size()).max().orElse(0);
    boolean alike = Arm.alike(run.plan, judge);
    List<Arm> arms = new ArrayList<>();
    for (int n : selector == null ? List.of(0) : Arm.sizes(most)) {
      double[] worth = new double[results.size()];
      double[] cost = new double[results.size()];
      double[] extra = new double[results.size()];
      for (int i = 0; i < results.size(); i++) {
        ProblemResult result = results.get(i);
        worth[i] = Arm.worth(result, selector, n, run.plan.judged(), task.seed());
        cost[i] = Arm.cost(result, run.plan, n, task.unit());
        extra[i] = alike ? beside(result, run.plan, n, samples, paid[i], task.unit()) : paid[i];
      }
      arms.add(new Arm(run.name, run.plan, n, worth, cost, extra));
    }
    return arms;
  }

  /// What measuring costs beside an arm whose own first samples it takes.
  private static double beside(
      ProblemResult result, EvalPlan plan, int n, int samples, double paid, Policy.Unit unit) {
    double shared = Arm.cost(result, plan, Math.min(n, samples), unit);
    double again = unit == Policy.Unit.CALLS && n > samples ? 1 : 0;
    return Math.max(0, paid - shared) + again;
  }

  /// The problems of each bin, the easiest first.
  List<int[]> bins() {
    List<List<Integer>> bins = new ArrayList<>();
    for (int i = 0; i < difficulty.bins(); i++) {
      bins.add(new ArrayList<>());
    }
    for (int i = 0; i < values.length; i++) {
      bins.get(difficulty.bin(values[i]) - 1).add(i);
    }
    return bins.stream().map(it -> it.stream().mapToInt(Integer::intValue).toArray()).toList();
  }
}

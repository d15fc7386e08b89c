package ponder.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import ponder.core.LabelledProblem;
import ponder.core.Limits;
import ponder.core.Seed;
import ponder.core.Spend;
import ponder.data.DataQuery;
import ponder.data.DataSet;
import ponder.data.DataSets;
import ponder.data.Selection;
import ponder.eval.Audit;
import ponder.eval.Examiner;
import ponder.eval.Examiner.Examined;
import ponder.eval.Flow;
import ponder.eval.ProblemResult;
import ponder.eval.ProblemResult.CandidateResult;
import ponder.model.Batching;
import ponder.model.LanguageModel;
import ponder.model.ModelInfo;
import ponder.recipe.Solution;
import ponder.recipe.Solve;
import ponder.recipe.SolveTask;
import ponder.recipe.Times;
import ponder.stats.Curve;
import ponder.stats.CurvePoint;
import ponder.stats.Interval;
import ponder.store.EventJson;
import ponder.store.Home;
import ponder.store.Journal;
import ponder.verify.Aggregation;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `ponder bench search`: how often a method is right on a data set, what its selectors make of one
/// pool of samples, and what it costs.
@Command(
    name = "search",
    sortOptions = false,
    description =
        "Solves the problems of a data set by a method and grades the answers. With several"
            + " verifiers the samples are drawn once and judged by each: every selector sees the"
            + " same pool. Runs are journalled; the same command again goes on where it was.")
final class SearchBench implements Callable<Integer> {
  private final Shell shell;

  @Option(
      names = "--dataset",
      paramLabel = "FILE",
      required = true,
      description = "JSON lines of {\"id\"?,\"question\",\"answer\"}, also packed (.gz).")
  @Nullable Path dataset;

  @Option(
      names = "--offset",
      paramLabel = "COUNT",
      defaultValue = "0",
      description = "Rows to leave out at the beginning (default: ${DEFAULT-VALUE}).")
  int offset;

  @Option(
      names = "--limit",
      paramLabel = "COUNT",
      defaultValue = "100",
      description = "Most problems (default: ${DEFAULT-VALUE}).")
  int limit;

  @Option(
      names = "--parallel",
      paramLabel = "COUNT",
      defaultValue = "4",
      description = "Problems worked on at a time (default: ${DEFAULT-VALUE}).")
  int parallel;

  @Option(
      names = "--method",
      paramLabel = "METHOD",
      defaultValue = "best-of-n",
      description = "How to think, see 'ponder solve --help' (default: ${DEFAULT-VALUE}).")
  String method = "";

  @Option(
      names = "--verifier",
      paramLabel = "VERIFIER",
      description = "What judges; repeated, each judges the same samples (default: the method's).")
  List<String> verifiers = List.of();

  @Option(names = "--n", paramLabel = "COUNT", description = "Samples (default: the method's).")
  @Nullable String n;

  @Option(
      names = "--budget",
      paramLabel = "LIMITS",
      description = "What each problem may cost (default: no limit).")
  @Nullable String budget;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      defaultValue = "0",
      description = "Root of all randomness (default: ${DEFAULT-VALUE}).")
  long seed;

  @Option(names = "--no-journal", description = "Record nothing (default: off).")
  boolean noJournal;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Write each problem's candidates to this file, one JSON object a line.")
  @Nullable Path out;

  @Option(names = "--texts", description = "Write the candidates' whole texts too (default: off).")
  boolean texts;

  @Mixin final JudgeOptions judge = new JudgeOptions();
  @Mixin final ModelOptions model = new ModelOptions();

  @Option(
      names = "--json",
      description = "Print one JSON object on standard output (default: off).")
  boolean json;

  SearchBench(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    Path file = Objects.requireNonNull(dataset);
    DataQuery query =
        DataQuery.of(file.toString()).withSelection(new Selection(offset, limit, null));
    DataSet data = new DataSets(shell.home(), shell.environment()).open(query);
    List<LabelledProblem> problems = data.problems();
    Map<String, String> references =
        problems.stream().collect(Collectors.toMap(it -> it.problem().id(), it -> it.answer()));
    List<SolveTask> tasks = tasks(problems.getFirst(), data.sha256());
    tasks.forEach(task -> Solve.check(task, references));
    judge.check(tasks);
    model.sideBySide((long) parallel * Solve.width(tasks.getFirst()));
    Home home = shell.home();
    try (Journal journal = noJournal ? Journal.off() : Journal.open(home.journal());
        LanguageModel opened = model.open(shell);
        LanguageModel asked = judge.open(model, shell)) {
      report(data, tasks, opened, asked == null ? opened : asked, journal);
    }
    return shell.cancellation().isCancelled() ? Ponder.INTERRUPTED : Ponder.DONE;
  }

  private List<SolveTask> tasks(LabelledProblem first, String hash) {
    Map<String, String> settings = new LinkedHashMap<>(model.otherSettings());
    if (n != null) {
      settings.put("n", n);
    }
    SolveTask task =
        SolveTask.of(first.problem(), method)
            .withCommand("bench search")
            .withData(hash)
            .withSettings(settings)
            .withBudget(budget == null ? Limits.NONE : Limits.parse(budget))
            .withSeed(seed);
    Aggregation steps = Aggregation.named(judge.aggregation);
    return (verifiers.isEmpty() ? List.of("") : verifiers)
        .stream().map(verifier -> task.withVerifier(verifier, steps)).toList();
  }

  private void report(
      DataSet data,
      List<SolveTask> tasks,
      LanguageModel opened,
      LanguageModel asked,
      Journal journal) {
    ModelInfo info = opened.info();
    List<LabelledProblem> problems = data.problems();
    ObjectNode result =
        new JsonMapper()
            .createObjectNode()
            .put("model", info.name())
            .put("engine", info.engine())
            .put("build", info.build())
            .put("dataset", data.name())
            .put("datasetSha256", data.sha256())
            .put("offset", offset)
            .put("problems", problems.size())
            .put("parallel", parallel)
            .put("seed", seed);
    ArrayNode pools = result.putArray("runs");
    List<List<String>> runs = new ArrayList<>();
    problems.forEach(problem -> runs.add(new ArrayList<>()));
    try (PrintWriter lines = out == null ? null : writer(out)) {
      for (SolveTask task : tasks) {
        long start = System.nanoTime();
        Batch batch = Batch.begin(opened);
        Flow flow = Flow.of(parallel, opened);
        Solve solve =
            new Solve(flow.model(), asked == opened ? flow.model() : asked, journal, null);
        List<Examined> pool = pool(problems, task, runs, solve, flow);
        for (int i = 0; i < pool.size(); i++) {
          runs.get(i).add(pool.get(i).solution().run());
        }
        ObjectNode node = pool(task, pool, (System.nanoTime() - start) / 1e9);
        batch.end(node);
        pools.add(node);
        if (lines != null) {
          pool.forEach(one -> lines.println(line(one)));
          lines.flush();
        }
      }
    }
    if (json) {
      Json.print(result, shell);
    } else {
      print(pools);
    }
  }

  private List<Examined> pool(
      List<LabelledProblem> problems,
      SolveTask task,
      List<List<String>> runs,
      Solve solve,
      Flow flow) {
    Map<String, String> references =
        problems.stream().collect(Collectors.toMap(it -> it.problem().id(), it -> it.answer()));
    Solve knowing = solve.knowing(references);
    boolean certain = verifiers.stream().anyMatch(it -> it.contains("self-certainty"));
    int[] done = new int[2];
    return new Examiner(certain ? knowing.certain() : knowing, task, false, Audit.NONE)
        .all(
            problems,
            noJournal ? runs.stream().map(it -> List.<String>of()).toList() : runs,
            flow,
            shell.cancellation(),
            result -> {
              done[0]++;
              done[1] += result.correct() ? 1 : 0;
              if (done[0] % 10 == 0 || done[0] == problems.size()) {
                shell.note(
                    "%s: %d of %d problems, %d right"
                        .formatted(
                            Solve.resolve(task).verifier(), done[0], problems.size(), done[1]));
              }
            });
  }

  private static PrintWriter writer(Path file) {
    try {
      return new PrintWriter(Files.newBufferedWriter(file, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "--out (%s) cannot be written: %s".formatted(file, e.getMessage()), e);
    }
  }

  private ObjectNode pool(SolveTask task, List<Examined> pool, double seconds) {
    Solution first = pool.getFirst().solution();
    ObjectNode node =
        new JsonMapper()
            .createObjectNode()
            .put("method", first.method())
            .put("verifier", first.verifier());
    ObjectNode settings = node.putObject("settings");
    task.settings().forEach(settings::put);
    List<ProblemResult> results = pool.stream().map(Examined::result).toList();
    node.put("samples", results.stream().mapToInt(it -> it.candidates().size()).sum());
    accuracies(node.putObject("accuracy"), results);
    node.put("unanswered", results.stream().filter(it -> !it.answered()).count());
    node.put("anytime", results.stream().filter(ProblemResult::anytime).count());
    LongSummaryStatistics thoughts =
        results.stream().mapToLong(ProblemResult::thinkingTokens).summaryStatistics();
    node.put("thinkingTokens", thoughts.getAverage());
    node.put("mostThinkingTokens", thoughts.getMax());
    node.putPOJO("spend", sum(results.stream().map(ProblemResult::spend).toList()));
    node.putPOJO("paid", sum(results.stream().map(ProblemResult::paid).toList()));
    List<Solution> solutions = pool.stream().map(Examined::solution).toList();
    node.putPOJO("judging", sum(solutions.stream().map(Solution::judging).toList()));
    node.set(
        "times", solutions.stream().map(Solution::times).reduce(Times.NONE, Times::plus).json());
    return node.put("seconds", seconds);
  }

  private void accuracies(ObjectNode node, List<ProblemResult> results) {
    Seed own = new Seed(seed).split("bootstrap", 0);
    Curve curve = new Curve(own);
    results.forEach(it -> curve.add(it.id(), it.samples(true)));
    CurvePoint all = curve.points().getLast();
    put(node, "answer", Interval.of(values(results, it -> it.correct() ? 1 : 0), own));
    put(node, "single", Interval.of(values(results, ProblemResult::single), own));
    put(node, "majority_vote", all.majorityVote());
    put(node, "pred_naive", all.predNaive());
    put(node, "pred_weighted", all.predWeighted());
    put(node, "pass_at", all.passAt());
  }

  private static double[] values(
      List<ProblemResult> results, ToDoubleFunction<ProblemResult> value) {
    return results.stream().mapToDouble(value).toArray();
  }

  private static void put(ObjectNode node, String name, Interval interval) {
    node.putArray(name).add(interval.mean()).add(interval.low()).add(interval.high());
  }

  private static Spend sum(List<Spend> costs) {
    return costs.stream().reduce(Spend.NONE, Spend::plus);
  }

  private String line(Examined one) {
    ProblemResult result = one.result();
    ObjectNode node =
        new JsonMapper()
            .createObjectNode()
            .put("id", result.id())
            .put("reference", result.reference())
            .put("method", one.solution().method())
            .put("verifier", one.solution().verifier())
            .put("answer", result.answer())
            .put("correct", result.correct())
            .put("thinkingTokens", result.thinkingTokens())
            .put("why", result.why());
    node.set("spend", EventJson.spend(result.spend()));
    node.set("paid", EventJson.spend(result.paid()));
    node.set("judging", EventJson.spend(one.solution().judging()));
    node.set("times", one.solution().times().json());
    ArrayNode list = node.putArray("candidates");
    for (int i = 0; i < result.candidates().size(); i++) {
      CandidateResult candidate = result.candidates().get(i);
      ObjectNode entry =
          list.addObject()
              .put("answer", candidate.answer())
              .put("correct", candidate.correct())
              .put("score", candidate.score())
              .put("tokens", candidate.tokens());
      if (texts) {
        entry.put("text", one.solution().candidates().get(i).text());
      }
    }
    return node.toString();
  }

  /// How full the engine's batches are while a pool is worked on.
  ///
  /// @param batching null if the model does not tell
  private record Batch(@Nullable Batching batching, Batching.Load before) {
    static Batch begin(LanguageModel model) {
      Batching batching = model.ability(Batching.class).orElse(null);
      return new Batch(batching, batching == null ? Batching.Load.UNKNOWN : batching.load());
    }

    /// Adds the steps since, the mean number of sequences in one, and the share of all places they
    /// took; nothing for a model that does not see its steps.
    void end(ObjectNode node) {
      if (batching == null) {
        return;
      }
      Batching.Load now = batching.load();
      long steps = now.steps() - before.steps();
      if (steps > 0) {
        double sequences = (double) (now.sequences() - before.sequences()) / steps;
        node.putObject("batch")
            .put("steps", steps)
            .put("sequences", sequences)
            .put("width", batching.width())
            .put("share", sequences / batching.width());
      }
    }
  }

  private void print(ArrayNode pools) {
    List<String> selectors = new ArrayList<>(pools.get(0).get("accuracy").propertyNames());
    Table table = new Table("VERIFIER", "SELECTOR", "ACCURACY", "95 % INTERVAL");
    pools.forEach(
        pool ->
            selectors.forEach(
                selector ->
                    table.row(
                        pool.get("verifier").asString(),
                        selector,
                        percent(pool, selector, 0),
                        percent(pool, selector, 1) + " to " + percent(pool, selector, 2))));
    table.print(shell);
    shell.out().flush();
  }

  private static String percent(tools.jackson.databind.JsonNode pool, String selector, int index) {
    return String.format(
        Locale.ROOT, "%.1f %%", 100 * pool.get("accuracy").get(selector).get(index).asDouble());
  }
}

package ponder.recipe;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import ponder.core.Event;
import ponder.core.Grading;
import ponder.core.Limits;
import ponder.core.Problem;
import ponder.core.Seed;
import ponder.core.Spend;
import ponder.core.Trace;
import ponder.core.TraceSink;
import ponder.model.Cancellation;
import ponder.model.LanguageModel;
import ponder.model.ModelInfo;
import ponder.search.Outcome;
import ponder.search.Width;
import ponder.store.Journal;
import ponder.store.RunInfo;
import ponder.store.RunLog;
import ponder.store.TraceFile;
import ponder.verify.Verifier;
import ponder.verify.Verifiers;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Solves problems: a method on a model, within a budget, through the journal, with a receipt.
///
/// The model is metered below the journal and charged above it, so a [Solution] tells what the
/// method used and what this process computed. The budget's clock counts replayed calls as long as
/// they once took. Thread-safe; owns neither the model nor the journal.
public final class Solve {
  private final LanguageModel model;
  private final LanguageModel judge;
  private final Journal journal;
  private final @Nullable Path receipts;
  private final Map<String, String> references;
  private final boolean certain;
  private final boolean checked;

  /// Solves with a model that also judges, where a verifier asks one.
  ///
  /// @param receipts the folder for receipts and traces of runs; null for none
  public Solve(LanguageModel model, Journal journal, @Nullable Path receipts) {
    this(model, model, journal, receipts);
  }

  /// @param judge the model that verifiers ask
  /// @param receipts the folder for receipts; null for none
  public Solve(LanguageModel model, LanguageModel judge, Journal journal, @Nullable Path receipts) {
    this(model, judge, journal, receipts, Map.of(), false, false);
  }

  private Solve(
      LanguageModel model,
      LanguageModel judge,
      Journal journal,
      @Nullable Path receipts,
      Map<String, String> references,
      boolean certain,
      boolean checked) {
    this.model = model;
    this.judge = judge;
    this.journal = journal;
    this.receipts = receipts;
    this.references = references;
    this.certain = certain;
    this.checked = checked;
  }

  /// The same, with the right answers at hand for the verifier `oracle`: for evaluation only.
  ///
  /// @param answers by problem id
  public Solve knowing(Map<String, String> answers) {
    return new Solve(model, judge, journal, receipts, Map.copyOf(answers), certain, checked);
  }

  /// The same, where candidates carry their certainty whatever the verifier: so that verifiers
  /// which want it and others judge the very same samples.
  public Solve certain() {
    return new Solve(model, judge, journal, receipts, references, true, checked);
  }

  /// The same, where methods count again, as they go, what they keep account of, and fail if it
  /// differs. Scores are judged twice.
  public Solve checked() {
    return new Solve(model, judge, journal, receipts, references, certain, true);
  }

  /// Checks `task` without the model.
  ///
  /// @throws IllegalArgumentException naming an unknown method, parameter or verifier, or a value
  ///   out of range
  public static void check(SolveTask task) {
    check(task, Map.of());
  }

  /// Checks `task` without the model, where the right answers are at hand.
  ///
  /// @param answers by problem id
  /// @throws IllegalArgumentException as [#check(SolveTask)] does
  public static void check(SolveTask task, Map<String, String> answers) {
    SolvePlan plan = SolvePlan.of(task);
    if (!plan.opened().isEmpty()) {
      Verifiers.check(plan.opened(), task.aggregation(), answers);
    }
  }

  /// The same task with everything written out: the method's own name, every setting with its
  /// value, and the verifier that decides.
  ///
  /// @throws IllegalArgumentException as [#check(SolveTask)] does, for names and settings
  public static SolveTask resolve(SolveTask task) {
    SolvePlan plan = SolvePlan.of(task);
    return task.withMethod(plan.method().name())
        .withSettings(plan.settings().values())
        .withVerifier(plan.verifier(), task.aggregation());
  }

  /// How many samples the task asks for side by side, at most.
  ///
  /// @throws IllegalArgumentException as [#check(SolveTask)] does, for names and settings
  public static int width(SolveTask task) {
    return Width.of(SolvePlan.of(task).settings());
  }

  /// Whether the task's verifier, or its method, asks the model that judges. Only then another one
  /// than the model that answers is of use.
  ///
  /// @throws IllegalArgumentException as [#check(SolveTask)] does, for names
  public static boolean asksJudge(SolveTask task) {
    return SolvePlan.of(task).asksJudge();
  }

  /// Checks that the task's method can work with this model.
  ///
  /// @throws IllegalArgumentException if it cannot
  public void require(SolveTask task) {
    SolvePlan.of(task).strategy().require(model);
  }

  /// Solves the task's problem; blocks.
  ///
  /// @param cancellation ends it early with the best answer so far
  /// @throws IllegalArgumentException as [#check] does, or if the budget is in FLOPs and the
  ///   model's size is unknown
  /// @throws ponder.model.EngineException if the model fails
  /// @throws ponder.store.JournalException if the journal fails, or a run to reuse is unknown
  public Solution run(SolveTask task, TraceSink sink, Cancellation cancellation) {
    SolvePlan plan = SolvePlan.of(task);
    ModelInfo info = model.info();
    plan.strategy().require(model);
    checkFlops(task.budget(), info);
    RunInfo run = runInfo(task, plan, info);
    Instant started = Instant.now();
    try (RunLog log = journal.begin(run, task.reuse());
        TraceFile kept = traceFile(log.id(), sink)) {
      TraceSink all = kept == null ? sink : sink.and(kept);
      all.accept(
          new Event.Started(
              log.id(), task.problem(), plan.method().name(), info.name(), task.seed()));
      Solution solution = solve(task, plan, log, all, cancellation);
      if (!cancellation.isCancelled() && !Thread.currentThread().isInterrupted()) {
        log.finish();
      }
      writeReceipt(task, run, solution, started, sink);
      return solution;
    }
  }

  /// Where the run's trace is kept; null for nowhere.
  private @Nullable TraceFile traceFile(String run, TraceSink sink) {
    if (receipts == null) {
      return null;
    }
    try {
      return TraceFile.create(Receipts.traceFile(receipts, run));
    } catch (UncheckedIOException e) {
      sink.accept(new Event.Warned(String.valueOf(e.getMessage())));
      return null;
    }
  }

  private Solution solve(
      SolveTask task, SolvePlan plan, RunLog log, TraceSink sink, Cancellation cancellation) {
    ModelInfo info = model.info();
    var attempt = new SolveRun(model, judge, references, certain, checked, task, plan, log);
    Outcome outcome = attempt.solve(plan.strategy(), sink, cancellation);
    Spend spend = attempt.spend();
    Spend paid = attempt.paid();
    sink.accept(
        new Event.Finished(
            outcome.node(), outcome.answer(), outcome.why(), outcome.anytime(), spend, paid));
    return new Solution(
        outcome.answer(),
        outcome.text(),
        outcome.reasoning(),
        plan.method().name(),
        plan.verifier(),
        info.name(),
        info.engine(),
        task.seed(),
        log.id(),
        spend,
        attempt.verifierSpend(),
        paid,
        attempt.times(),
        outcome.candidates(),
        outcome.anytime(),
        outcome.why(),
        attempt.tokensOfSteps(),
        outcome.thinkingTokens());
  }

  /// What `task` will cost.
  ///
  /// On an engine that runs here this takes some of the samples, at most half of them or six: the
  /// best hint at how long the others will be. They are kept in the task's journal, so that the run
  /// that follows does not compute them again. A method without a number of samples is carried out
  /// whole. Elsewhere nothing is generated, and the lengths are those of earlier receipts.
  ///
  /// @param cancellation ends it with an estimate of what it has
  /// @throws IllegalArgumentException as [#run] does
  public Estimate estimate(SolveTask task, Cancellation cancellation) {
    SolvePlan plan = SolvePlan.of(task);
    plan.strategy().require(model);
    checkFlops(task.budget(), model.info());
    if (model.info().engine().equals("http")) {
      LanguageModel asked = plan.asksJudge() ? judge : model;
      Verifier verifier =
          plan.verifier(task.aggregation(), asked, references, new Seed(task.seed()));
      return new Estimator(model, receipts, task, plan, verifier).fromReceipts();
    }
    try (RunLog log = journal.begin(runInfo(task, plan, model.info()), task.reuse())) {
      var attempt = new SolveRun(model, judge, references, certain, checked, task, plan, log);
      var estimator = new Estimator(model, receipts, task, plan, attempt.verifier());
      var tree = new Trace.Builder();
      attempt.solve(estimator.probe(), tree, cancellation);
      return estimator.from(attempt, tree.build());
    }
  }

  private static void checkFlops(Limits budget, ModelInfo info) {
    if (Double.isFinite(budget.flops()) && info.parameters() == 0) {
      throw new IllegalArgumentException(
          "budget (%s) counts FLOPs, but the size of model %s is unknown. Maybe limit tokens."
              .formatted(budget, info.name()));
    }
  }

  private RunInfo runInfo(SolveTask task, SolvePlan plan, ModelInfo info) {
    Problem problem = task.problem();
    ObjectNode recipe =
        new JsonMapper()
            .createObjectNode()
            .put("method", plan.method().name())
            .put("seed", task.seed())
            .put("budget", task.budget().toString())
            .put("verifier", plan.verifier())
            .put("id", problem.id())
            .put("question", problem.question());
    ObjectNode settings = recipe.putObject("settings");
    plan.settings().values().forEach(settings::put);
    if (!problem.grading().equals(Grading.MATH)) {
      recipe.put("grading", problem.grading().key());
    }
    if (!plan.opened().isEmpty()) {
      recipe.put("aggregation", task.aggregation().text());
    }
    if (judge != model && (!plan.opened().isEmpty() || plan.asksJudge())) {
      recipe.put("judge", judge.info().weightsHash());
    }
    return new RunInfo(
        task.command(),
        recipe.toString(),
        task.data(),
        "%s %s %s".formatted(info.engine(), info.build(), info.determinism()),
        info.weightsHash(),
        plan.method().name(),
        info.name(),
        problem.question());
  }

  private void writeReceipt(
      SolveTask task, RunInfo run, Solution solution, Instant started, TraceSink sink) {
    if (receipts == null) {
      return;
    }
    try {
      Receipts.write(receipts, task, run, model.info(), solution, started);
    } catch (IOException e) {
      sink.accept(
          new Event.Warned(
              "The receipt of run %s cannot be written: %s".formatted(run.id(), e.getMessage())));
    }
  }
}

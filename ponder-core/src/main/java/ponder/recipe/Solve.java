package ponder.recipe;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import ponder.core.Budget;
import ponder.core.Event;
import ponder.core.Limits;
import ponder.core.Problem;
import ponder.core.Seed;
import ponder.core.Spend;
import ponder.core.TraceSink;
import ponder.journal.JournaledModel;
import ponder.model.Cancellation;
import ponder.model.LanguageModel;
import ponder.model.MeteredModel;
import ponder.model.ModelInfo;
import ponder.model.Purse;
import ponder.search.Methods;
import ponder.search.Outcome;
import ponder.search.Settings;
import ponder.search.Solver;
import ponder.search.Strategy;
import ponder.store.Journal;
import ponder.store.RunInfo;
import ponder.store.RunLog;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Solves problems: a method on a model, within a budget, through the journal, with a receipt.
///
/// The model is metered below the journal and charged above it, so a [Solution] tells what the
/// method used and what this process computed. The budget's clock counts replayed calls as long as
/// they once took. Thread-safe; owns neither the model nor the journal.
public final class Solve {
  private final LanguageModel model;
  private final Journal journal;
  private final @Nullable Path receipts;

  /// @param receipts the folder for receipts; null for none
  public Solve(LanguageModel model, Journal journal, @Nullable Path receipts) {
    this.model = model;
    this.journal = journal;
    this.receipts = receipts;
  }

  /// Checks `task` without the model.
  ///
  /// @throws IllegalArgumentException naming an unknown method or parameter, or a value out of
  ///   range
  public static void check(SolveTask task) {
    Plan.of(task);
  }

  /// Solves the task's problem; blocks.
  ///
  /// @param cancellation ends it early with the best answer so far
  /// @throws IllegalArgumentException as [#check] does, or if the budget is in FLOPs and the
  ///   model's size is unknown
  /// @throws ponder.model.EngineException if the model fails
  /// @throws ponder.store.JournalException if the journal fails, or a run to reuse is unknown
  public Solution run(SolveTask task, TraceSink sink, Cancellation cancellation) {
    Plan plan = Plan.of(task);
    ModelInfo info = model.info();
    checkFlops(task.budget(), info);
    RunInfo run = runInfo(task, plan, info);
    Instant started = Instant.now();
    try (RunLog log = journal.begin(run, task.reuse())) {
      sink.accept(
          new Event.Started(
              log.id(), task.problem(), plan.method.name(), info.name(), task.seed()));
      Solution solution = solve(task, plan, log, sink, cancellation);
      if (!cancellation.isCancelled() && !Thread.currentThread().isInterrupted()) {
        log.finish();
      }
      writeReceipt(task, run, solution, started, sink);
      return solution;
    }
  }

  private Solution solve(
      SolveTask task, Plan plan, RunLog log, TraceSink sink, Cancellation cancellation) {
    ModelInfo info = model.info();
    var metered = new MeteredModel(model);
    var journaled = new JournaledModel(metered, log);
    long start = System.nanoTime();
    var budget = Budget.of(task.budget(), () -> System.nanoTime() + journaled.replayedNanos());
    Seed seed = new Seed(task.seed()).split("problem", task.problem().id());
    var solver = new Solver(journaled, null, new Purse(budget, cancellation), seed, sink);
    Outcome outcome = plan.strategy.solve(task.problem(), solver);
    Spend spend = budget.spent();
    Spend paid = metered.paid().withSeconds((System.nanoTime() - start) / 1e9);
    sink.accept(
        new Event.Finished(
            outcome.node(), outcome.answer(), outcome.why(), outcome.anytime(), spend, paid));
    return new Solution(
        outcome.answer(),
        outcome.text(),
        outcome.reasoning(),
        plan.method.name(),
        plan.method.verifier(),
        info.name(),
        info.engine(),
        task.seed(),
        log.id(),
        spend,
        paid,
        outcome.candidates(),
        outcome.anytime(),
        outcome.why());
  }

  /// The most that `task` can cost; nothing is computed.
  ///
  /// @throws IllegalArgumentException as [#run] does
  public Estimate estimate(SolveTask task) {
    Plan plan = Plan.of(task);
    ModelInfo info = model.info();
    checkFlops(task.budget(), info);
    Strategy.Work most = plan.strategy.plan(task.problem(), model).most();
    Limits budget = task.budget();
    long samples = Math.min(most.samples(), budget.samples());
    long calls = Math.min(most.calls(), budget.calls());
    long generated = Math.min(most.generatedTokens() * samples / most.samples(), budget.tokens());
    long prompt = most.promptTokens() / most.calls() * calls;
    double flops = Math.min(Spend.flops(info.parameters(), prompt, generated), budget.flops());
    return new Estimate(
        plan.method.name(), info.name(), info.engine(), calls, samples, prompt, generated, flops);
  }

  private static void checkFlops(Limits budget, ModelInfo info) {
    if (Double.isFinite(budget.flops()) && info.parameters() == 0) {
      throw new IllegalArgumentException(
          "budget (%s) counts FLOPs, but the size of model %s is unknown. Maybe limit tokens."
              .formatted(budget, info.name()));
    }
  }

  private static RunInfo runInfo(SolveTask task, Plan plan, ModelInfo info) {
    Problem problem = task.problem();
    ObjectNode recipe =
        new JsonMapper()
            .createObjectNode()
            .put("method", plan.method.name())
            .put("seed", task.seed())
            .put("budget", task.budget().toString())
            .put("id", problem.id())
            .put("question", problem.question());
    ObjectNode settings = recipe.putObject("settings");
    plan.settings.values().forEach(settings::put);
    return new RunInfo(
        task.command(),
        recipe.toString(),
        task.data(),
        "%s %s %s".formatted(info.engine(), info.build(), info.determinism()),
        info.weightsHash(),
        plan.method.name(),
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

  private record Plan(Methods.Method method, Settings settings, Strategy strategy) {
    private static Plan of(SolveTask task) {
      Methods.Method method = Methods.named(task.method());
      Map<String, String> given = new HashMap<>(task.settings());
      boolean hasN =
          method.parameters().stream().map(Methods.Parameter::name).toList().contains("n");
      if (hasN && task.budget().samples() != Limits.UNLIMITED) {
        given.putIfAbsent("n", Long.toString(task.budget().samples()));
      }
      Settings settings = method.settings(given);
      return new Plan(method, settings, method.strategy(settings));
    }
  }
}

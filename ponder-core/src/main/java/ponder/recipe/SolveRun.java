package ponder.recipe;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import ponder.core.Budget;
import ponder.core.Seed;
import ponder.core.Spend;
import ponder.core.TraceSink;
import ponder.grade.Rubric;
import ponder.journal.JournaledModel;
import ponder.model.Cancellation;
import ponder.model.LanguageModel;
import ponder.model.MeteredModel;
import ponder.model.Purse;
import ponder.search.Outcome;
import ponder.search.Solver;
import ponder.search.Strategy;
import ponder.store.RunLog;
import ponder.verify.Aggregation;
import ponder.verify.Verifier;
import ponder.verify.Verifiers;

/// One task on its models, in its run of the journal and within its budget.
///
/// The models are metered below the journal, which tells what this process computes, and above it
/// once for the method's calls and once for the verifier's, which tells the verifier's part of what
/// the method uses, and how long each was waited for. What a method itself asks of the model that
/// judges is the method's.
final class SolveRun {
  private final SolveTask task;
  private final boolean certain;
  private final boolean checked;
  private final MeteredModel policy;
  private final MeteredModel judge;
  private final JournaledModel journaled;
  private final JournaledModel journaledJudge;
  private final MeteredModel written;
  private final MeteredModel judged;
  private final MeteredModel judgedByWriter;
  private final Map<String, String> references;
  private final MeteredModel consulted;
  private final @Nullable Verifier verifier;
  private final @Nullable Verifier auditor;
  private final Budget budget;
  private final Seed seed;
  private final long start = System.nanoTime();

  /// Opens the verifier.
  ///
  /// @throws IllegalArgumentException if a model lacks what the verifier needs
  SolveRun(
      LanguageModel model,
      LanguageModel judgeModel,
      Map<String, String> references,
      boolean certain,
      boolean checked,
      SolveTask task,
      SolvePlan plan,
      RunLog log) {
    this.task = task;
    this.certain = certain;
    this.checked = checked;
    boolean same = judgeModel == model;
    policy = new MeteredModel(model);
    journaled = new JournaledModel(policy, log);
    judge = same ? policy : new MeteredModel(judgeModel);
    journaledJudge = same ? journaled : new JournaledModel(judge, log);
    written = new MeteredModel(journaled);
    judged = new MeteredModel(plan.asksJudge() ? journaledJudge : journaled);
    judgedByWriter = same ? judged : new MeteredModel(journaled);
    this.references = references;
    consulted = same ? written : new MeteredModel(journaledJudge);
    seed = new Seed(task.seed()).split("problem", task.problem().id());
    verifier = plan.verifier(task.aggregation(), judged, references, seed);
    auditor =
        checked
            ? plan.verifier(task.aggregation(), plan.asksJudge() ? judge : policy, references, seed)
            : null;
    budget = Budget.of(task.budget(), () -> System.nanoTime() + replayedNanos());
  }

  private long replayedNanos() {
    return journaled == journaledJudge
        ? journaled.replayedNanos()
        : journaled.replayedNanos() + journaledJudge.replayedNanos();
  }

  Outcome solve(Strategy strategy, TraceSink sink, Cancellation cancellation) {
    var purse = new Purse(budget, cancellation);
    var solver =
        new Solver(written, consulted, verifier, purse, seed, sink, certain, auditor, checked)
            .opening(this::open)
            .auditing(this::openAuditor)
            .answering(Rubric.of(task.problem().grading()));
    Outcome outcome = strategy.solve(task.problem(), solver);
    solver.conclude();
    return outcome;
  }

  /// A verifier that the method has chosen by itself.
  private Verifier open(String text, Aggregation aggregation) {
    MeteredModel asked = Verifiers.asksModel(text) ? judged : judgedByWriter;
    return Verifiers.open(text, aggregation, asked, references, seed);
  }

  /// An equal of such a verifier, beside journal and budget.
  private Verifier openAuditor(String text, Aggregation aggregation) {
    MeteredModel asked = Verifiers.asksModel(text) ? judge : policy;
    return Verifiers.open(text, aggregation, asked, references, seed);
  }

  /// What judges; null if the method decides by itself.
  @Nullable Verifier verifier() {
    return verifier;
  }

  /// What was used so far, replayed calls included.
  Spend spend() {
    return budget.spent();
  }

  /// Generated tokens that are no candidate's alone.
  long tokensOfSteps() {
    return budget.tokensOfSteps();
  }

  /// The verifier's part of what was used, without time.
  Spend verifierSpend() {
    return judgedByWriter == judged ? judged.paid() : judged.paid().plus(judgedByWriter.paid());
  }

  /// What this process computed so far.
  Spend paid() {
    Spend computed = judge == policy ? policy.paid() : policy.paid().plus(judge.paid());
    return computed.withSeconds(seconds());
  }

  /// Where this process' time went so far.
  Times times() {
    double consulting = consulted == written ? 0 : consulted.seconds();
    return Times.of(seconds(), written.seconds(), judged.seconds() + consulting);
  }

  private double seconds() {
    return (System.nanoTime() - start) / 1e9;
  }
}

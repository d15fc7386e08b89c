package ponder.recipe;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import ponder.core.Limits;
import ponder.core.Spend;
import ponder.core.Trace;
import ponder.model.LanguageModel;
import ponder.model.ModelInfo;
import ponder.search.Strategy;
import ponder.verify.Verifier;

/// Works out what a task will cost from its plan and the length of a few samples.
final class Estimator {
  private static final int MOST_PROBES = 6;

  private final ModelInfo info;
  private final @Nullable Path receipts;
  private final SolveTask task;
  private final SolvePlan plan;
  private final Strategy.Plan work;
  private final @Nullable Verifier verifier;
  private final Optional<Strategy.Probe> probe;

  /// @param verifier what judges; null if the method decides by itself
  Estimator(
      LanguageModel model,
      @Nullable Path receipts,
      SolveTask task,
      SolvePlan plan,
      @Nullable Verifier verifier) {
    this.info = model.info();
    this.receipts = receipts;
    this.task = task;
    this.plan = plan;
    this.verifier = verifier;
    this.probe = plan.strategy().probe();
    this.work = plan.strategy().plan(task.problem(), model);
  }

  /// What to carry out for the estimate: the method's own part of its work; else the method with
  /// fewer samples, if it has a number of them; else the method itself.
  Strategy probe() {
    return probe.isPresent() ? probe.get().part() : SolvePlan.of(fewer()).strategy();
  }

  private SolveTask fewer() {
    String n = plan.settings().values().getOrDefault("n", "");
    if (!n.matches("\\d{1,9}")) {
      return task;
    }
    int probes = Math.min(MOST_PROBES, Math.ceilDiv(Integer.parseInt(n), 2));
    Map<String, String> settings = new HashMap<>(task.settings());
    settings.put("n", Integer.toString(probes));
    return task.withSettings(settings);
  }

  /// The estimate after a probe.
  Estimate from(SolveRun run, Trace trace) {
    long samples = trace.nodes().stream().filter(node -> !node.finish().isEmpty()).count();
    long tokens = trace.nodes().stream().mapToLong(Trace.Node::tokens).sum();
    if (samples == 0) {
      return bound("nothing could be sampled: an upper bound");
    }
    if (probe.isPresent() && probe.get().factor() > 1) {
      return estimate(
          times(run.spend(), probe.get().factor()),
          String.format(
              Locale.ROOT,
              "a search %.2g times smaller, kept in the journal",
              probe.get().factor()));
    }
    if (probe.isPresent() || fewer().equals(task) || samples >= work.most().samples()) {
      return estimate(run.spend(), "the run itself, kept in the journal");
    }
    double mean = (double) tokens / samples;
    Strategy.Work expected = work.expected(mean);
    Spend judging = times(run.verifierSpend(), (double) work.judged() / samples);
    double policySeconds = run.spend().seconds() * expected.generatedTokens() / Math.max(1, tokens);
    Spend all = spend(expected).plus(judging).withSeconds(policySeconds);
    return estimate(all, "%d samples of %.0f tokens on average".formatted(samples, mean));
  }

  /// The estimate from earlier runs of this model.
  Estimate fromReceipts() {
    OptionalDouble mean =
        receipts == null ? OptionalDouble.empty() : Receipts.meanTokens(receipts, info.name());
    if (mean.isEmpty()) {
      return bound("no earlier run of this model is known: an upper bound");
    }
    return estimate(
        spend(work.expected(mean.getAsDouble())).plus(judging(Math.round(mean.getAsDouble()))),
        "earlier runs' samples of %.0f tokens on average".formatted(mean.getAsDouble()));
  }

  private Estimate bound(String basis) {
    return estimate(most(), basis);
  }

  private Estimate estimate(Spend expected, String basis) {
    Limits budget = task.budget();
    return new Estimate(
        plan.method().name(),
        plan.verifier(),
        info.name(),
        info.engine(),
        Math.min(work.most().samples(), budget.samples()),
        within(expected, budget),
        within(most(), budget),
        basis);
  }

  private Spend most() {
    Strategy.Work most = work.most();
    return spend(most).plus(judging(Math.ceilDiv(most.generatedTokens(), most.samples())));
  }

  /// What the verifier takes for candidates of so many tokens each.
  private Spend judging(long tokens) {
    return verifier == null
        ? Spend.NONE
        : times(verifier.judging(task.problem(), tokens), work.judged());
  }

  private Spend spend(Strategy.Work work) {
    return new Spend(
        work.promptTokens(),
        0,
        work.generatedTokens(),
        0,
        work.calls(),
        work.flops(info.compute()),
        0);
  }

  private static Spend times(Spend spend, double factor) {
    return new Spend(
        Math.round(spend.promptTokens() * factor),
        Math.round(spend.cachedPromptTokens() * factor),
        Math.round(spend.generatedTokens() * factor),
        Math.round(spend.scoredTokens() * factor),
        Math.round(spend.calls() * factor),
        spend.flops() * factor,
        spend.seconds() * factor);
  }

  private static Spend within(Spend spend, Limits budget) {
    return new Spend(
        spend.promptTokens(),
        spend.cachedPromptTokens(),
        Math.min(spend.generatedTokens(), budget.tokens()),
        spend.scoredTokens(),
        Math.min(spend.calls(), budget.calls()),
        Math.min(spend.flops(), budget.flops()),
        Math.min(spend.seconds(), budget.seconds()));
  }
}

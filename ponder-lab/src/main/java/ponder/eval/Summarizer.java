package ponder.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import ponder.core.Seed;
import ponder.core.Spend;
import ponder.stats.Curve;
import ponder.stats.Interval;
import ponder.stats.Tally;

/// Adds results up to a [Summary]. One pass over the results, whatever their number; only counts
/// are kept. Not thread-safe.
final class Summarizer {
  private final EvalPlan plan;
  private final Seed seed;
  private final Curve curve;
  private final Tally correct = new Tally();
  private final Tally f1 = new Tally();
  private final Tally single = new Tally();
  private final Tally oracle = new Tally();
  private final List<Summary.Failure> failures = new ArrayList<>();
  private Spend spend = Spend.NONE;
  private long thinkingTokens;
  private int undecided;
  private int unanswered;
  private int anytime;

  Summarizer(EvalPlan plan) {
    this.plan = plan;
    this.seed = new Seed(plan.seed());
    this.curve = new Curve(seed.split("curve", 0));
  }

  /// Counts a problem.
  void add(ProblemResult result) {
    correct.add(result.correct() ? 1 : 0);
    single.add(result.single());
    if (plan.ofWords()) {
      f1.add(Objects.requireNonNullElse(result.f1(), 0.0));
    }
    oracle.add(result.oracle() ? 1 : 0);
    curve.add(result.id(), result.samples(plan.judged()));
    if (result.failure() != null) {
      failures.add(new Summary.Failure(result.id(), result.failure()));
    }
    spend = spend.plus(result.spend());
    thinkingTokens += result.thinkingTokens();
    undecided += result.verdict() == ProblemResult.Verdict.UNDECIDED ? 1 : 0;
    unanswered += result.answered() ? 0 : 1;
    anytime += result.anytime() ? 1 : 0;
  }

  /// The sum of what was counted; at least one problem.
  ///
  /// @param paid what this process computed, with its wall time
  /// @param resultsSha256 of the results' file
  Summary summary(Spend paid, Summary.@Nullable Batching batching, String resultsSha256) {
    return new Summary(
        plan.model(),
        plan.engine(),
        plan.method(),
        plan.verifier(),
        plan.dataset(),
        plan.datasetSha256(),
        plan.problems(),
        interval(correct),
        plan.seed(),
        spend,
        paid,
        curve.points(),
        failures,
        undecided,
        unanswered,
        anytime,
        interval(single),
        interval(oracle),
        (double) thinkingTokens / plan.problems(),
        paid.seconds(),
        paid.seconds() > 0 ? paid.generatedTokens() / paid.seconds() : 0,
        batching,
        plan.version(),
        plan.grading(),
        plan.ofWords() ? interval(f1) : null,
        resultsSha256);
  }

  /// The same seed for all: the same resamples of problems, so intervals are comparable.
  private Interval interval(Tally values) {
    return Interval.of(values, seed.split("bootstrap", 0));
  }
}

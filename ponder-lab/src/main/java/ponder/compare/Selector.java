package ponder.compare;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import ponder.core.Seed;
import ponder.eval.EvalPlan;
import ponder.stats.BestAt;
import ponder.stats.CurvePoint;
import ponder.stats.Interval;
import ponder.stats.MajorityAt;
import ponder.stats.Sample;
import ponder.stats.WeightedAt;

/// How a method that draws independent samples chooses among them; it tells what fewer samples
/// would have been worth.
public enum Selector {
  /// The answer that most samples hold.
  MAJORITY,
  /// The one with the best score.
  NAIVE,
  /// The answer with the largest sum of scores.
  WEIGHTED;

  /// Verifiers that read what sampling left behind, without a call of their own.
  private static final Set<String> WITHOUT_CALLS =
      Set.of("none", "vote", "logprob", "self-certainty");

  /// The selector of an evaluation; null if its candidates do not stand for themselves (a search's,
  /// or samples drawn until a vote was clear), or if the vote's weights are not in the results.
  public static @Nullable Selector of(EvalPlan plan) {
    String mode = plan.settings().getOrDefault("mode", "");
    boolean plain =
        plan.settings().getOrDefault("weight", "").equals("none")
            && plan.settings().getOrDefault("stop", "").equals("none");
    return switch (plan.method()) {
      case "self-consistency" -> plain ? MAJORITY : null;
      case "best-of-n" ->
          switch (mode) {
            case "weighted" -> WEIGHTED;
            case "naive" -> NAIVE;
            case "maj" -> MAJORITY;
            default -> null;
          };
      default -> null;
    };
  }

  /// Whether judging takes calls, so that every sample pays for its own.
  public static boolean judgesByCalls(EvalPlan plan) {
    return !WITHOUT_CALLS.contains(plan.verifier());
  }

  /// The chance to be right with `k` of the samples, in [0, 1]; 0 without samples. The same for the
  /// same seed.
  public double worth(List<Sample> samples, int k, Seed seed) {
    if (samples.isEmpty()) {
      return 0;
    }
    double worth =
        switch (this) {
          case MAJORITY -> MajorityAt.of(samples, k);
          case NAIVE -> BestAt.of(samples, k);
          case WEIGHTED -> WeightedAt.of(samples, k, seed).mean();
        };
    return Math.clamp(worth, 0.0, 1.0);
  }

  /// What this selector reaches at a point of a curve.
  Interval at(CurvePoint point) {
    return switch (this) {
      case MAJORITY -> point.majorityVote();
      case NAIVE -> point.predNaive();
      case WEIGHTED -> point.predWeighted();
    };
  }
}

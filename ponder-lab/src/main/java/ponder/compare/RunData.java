package ponder.compare;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import ponder.core.Seed;
import ponder.eval.EvalFolder;
import ponder.eval.EvalPlan;
import ponder.eval.ProblemResult;
import ponder.eval.ResultsFile;
import ponder.model.EngineException;
import ponder.stats.Curve;
import ponder.stats.CurvePoint;
import ponder.stats.Sample;
import ponder.stats.Tally;

/// What one pass over an evaluation's results leaves in memory: sums, counts of values, the ids and
/// one bit per problem.
final class RunData {
  private final List<String> ids = new ArrayList<>();
  private final BitSet right = new BitSet();
  private final Tally single = new Tally();
  private final Tally f1 = new Tally();
  private final Curve curve;
  private final Costs costs;
  private long oracle;
  private long undecided;
  private long failures;
  private long thinkingTokens;
  private int most;

  private final EvalPlan plan;
  private final boolean selected;

  private RunData(Seed seed, EvalPlan plan) {
    this.plan = plan;
    selected = Selector.of(plan) != null;
    curve = new Curve(seed);
    costs = new Costs(Selector.judgesByCalls(plan));
  }

  /// Reads the results of a folder as a stream.
  ///
  /// @param wanted ids to keep to; null for all
  /// @throws EngineException if a line is no result, or a problem comes twice
  static RunData read(
      EvalFolder folder, @Nullable Collection<String> wanted, Seed seed, EvalPlan plan) {
    RunData data = new RunData(seed, plan);
    try (ResultsFile.Reader results = ResultsFile.open(folder.resultsFile())) {
      while (results.hasNext()) {
        ProblemResult result = results.next();
        if (wanted == null || wanted.contains(result.id())) {
          data.add(result);
        }
      }
    }
    data.refuseRepeated(folder);
    return data;
  }

  /// The ids of a folder's results.
  static Set<String> ids(EvalFolder folder) {
    Set<String> ids = new HashSet<>();
    try (ResultsFile.Reader results = ResultsFile.open(folder.resultsFile())) {
      while (results.hasNext()) {
        ids.add(results.next().id());
      }
    }
    return ids;
  }

  private void add(ProblemResult result) {
    int index = ids.size();
    ids.add(result.id());
    right.set(index, result.correct());
    single.add(result.single());
    if (plan.ofWords()) {
      f1.add(Objects.requireNonNullElse(result.f1(), 0.0));
    }
    oracle += result.oracle() ? 1 : 0;
    undecided += result.verdict() == ProblemResult.Verdict.UNDECIDED ? 1 : 0;
    failures += result.failed() ? 1 : 0;
    thinkingTokens += result.thinkingTokens();
    List<Sample> samples = result.samples(plan.judged());
    most = Math.max(most, samples.size());
    if (selected) {
      curve.add(result.id(), samples);
    }
    costs.add(samples.size(), result.spend());
  }

  private void refuseRepeated(EvalFolder folder) {
    Set<String> seen = HashSet.newHashSet(ids.size());
    for (String id : ids) {
      if (!seen.add(id)) {
        throw new EngineException(
            "%s holds problem '%s' twice.".formatted(folder.resultsFile(), id));
      }
    }
  }

  /// The problems' ids in the file's order.
  List<String> ids() {
    return ids;
  }

  /// Which of them are right, by their place in [#ids].
  BitSet right() {
    return right;
  }

  int problems() {
    return ids.size();
  }

  int most() {
    return most;
  }

  Tally single() {
    return single;
  }

  /// F1 of answers of words; empty of others.
  Tally f1() {
    return f1;
  }

  long oracle() {
    return oracle;
  }

  long undecided() {
    return undecided;
  }

  long failures() {
    return failures;
  }

  double thinkingTokens() {
    return (double) thinkingTokens / problems();
  }

  Costs costs() {
    return costs;
  }

  /// Empty if the samples do not stand for themselves.
  List<CurvePoint> curve() {
    return curve.points();
  }
}

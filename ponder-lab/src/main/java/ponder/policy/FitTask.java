package ponder.policy;

import java.nio.file.Path;
import java.util.List;
import ponder.core.Seed;
import ponder.search.Policy;

/// What to fit a policy on.
///
/// @param version of Ponder
/// @param folders of evaluations of the same problems by the same model, at least one; their order
///   decides between equals
/// @param unit what budgets are counted in
/// @param budgets per problem, ascending; empty for powers of two over what the runs cost
/// @param hardness how difficulty is measured
/// @param difficultyRun name of the folder whose samples measure it; empty for the first that can
/// @param samples how many of them; 0 for 8, or all for [Hardness#ORACLE]
/// @param bins of difficulty, at least 1
/// @param seed of folds and intervals
public record FitTask(
    String version,
    List<Path> folders,
    Policy.Unit unit,
    List<Double> budgets,
    Hardness hardness,
    String difficultyRun,
    int samples,
    int bins,
    Seed seed) {
  /// How difficulty is measured.
  public enum Hardness {
    /// By the verifier of the run that is asked, or the vote where it has none.
    PREDICTED,
    /// By how many samples agree.
    VOTE,
    /// By the right answers: what could be reached, not what can be used.
    ORACLE
  }

  public FitTask {
    folders = List.copyOf(folders);
    budgets = List.copyOf(budgets);
    if (folders.isEmpty()) {
      throw new IllegalArgumentException("A policy needs at least one evaluation to be fitted on.");
    }
    if (bins < 1 || bins > 100) {
      throw new IllegalArgumentException("bins (%d) must be between 1 and 100.".formatted(bins));
    }
    if (samples < 0) {
      throw new IllegalArgumentException("samples (%d) must be at least 1.".formatted(samples));
    }
    for (int i = 0; i < budgets.size(); i++) {
      double least = i == 0 ? 0 : budgets.get(i - 1);
      if (!(budgets.get(i) > least && Double.isFinite(budgets.get(i)))) {
        throw new IllegalArgumentException(
            "budgets (%s) must be above 0 and ascend.".formatted(budgets));
      }
    }
  }
}

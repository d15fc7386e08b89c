package ponder.stats;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a method that scales with the length of thought is worth (Muennighoff et al. 2025, "s1",
/// section 3.2).
///
/// Departs from the paper: its formula for Scaling is written with tokens, but its published values
/// come out only with the logarithm to base 2 of the tokens, over all pairs of runs; so the unit is
/// percentage points per doubling.
///
/// @param control percentage of runs that kept to what they were told
/// @param scaling mean slope over all pairs of runs, in points per doubling of thinking tokens;
///   null where fewer than two runs differ in tokens
/// @param performance highest accuracy, in percent
/// @param runs how many runs there are
public record ThinkingMetrics(
    double control, @Nullable Double scaling, double performance, int runs) {
  /// The metrics of `runs`, in any order; pairs of equally long runs have no slope and are left
  /// out.
  ///
  /// @param runs at least one
  public static ThinkingMetrics of(List<ThinkingRun> runs) {
    if (runs.isEmpty()) {
      throw new IllegalArgumentException("runs (0) must be at least one.");
    }
    return new ThinkingMetrics(
        100.0 * runs.stream().filter(ThinkingRun::kept).count() / runs.size(),
        scaling(runs),
        runs.stream().mapToDouble(ThinkingRun::accuracy).max().orElseThrow(),
        runs.size());
  }

  private static @Nullable Double scaling(List<ThinkingRun> runs) {
    double sum = 0;
    int pairs = 0;
    for (int i = 0; i < runs.size(); i++) {
      for (int j = i + 1; j < runs.size(); j++) {
        ThinkingRun a = runs.get(i);
        ThinkingRun b = runs.get(j);
        if (a.thinkingTokens() != b.thinkingTokens()) {
          double doublings = Math.log(b.thinkingTokens() / a.thinkingTokens()) / Math.log(2);
          sum += (b.accuracy() - a.accuracy()) / doublings;
          pairs++;
        }
      }
    }
    return pairs == 0 ? null : sum / pairs;
  }
}

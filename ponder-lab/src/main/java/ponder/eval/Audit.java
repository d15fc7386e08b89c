package ponder.eval;

import ponder.core.Limits;
import ponder.core.Trace;
import ponder.recipe.Solution;

/// Looks at each problem's solution beside its trace, and throws if they do not fit together.
/// Thread-safe.
@FunctionalInterface
public interface Audit {
  Audit NONE = (solution, trace, budget) -> {};

  /// @param budget what the problem was allowed to cost
  void check(Solution solution, Trace trace, Limits budget);
}

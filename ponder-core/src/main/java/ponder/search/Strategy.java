package ponder.search;

import ponder.core.Problem;
import ponder.model.LanguageModel;

/// A method of answering problems with a language model.
///
/// Immutable: its parameters are its components, so one strategy serves many problems at once. It
/// sees the problem without its reference answer, spends through the [Solver] alone, and decides by
/// results in index order. So equal model outputs give equal outcomes.
public interface Strategy {
  /// Answers `problem`.
  ///
  /// When the budget runs out or the user cancels, it returns the best answer so far, marked; it
  /// does not throw for that.
  ///
  /// @throws ponder.model.EngineException if the model fails
  Outcome solve(Problem problem, Solver solver);

  /// The most that `problem` can take without a budget. Nothing is generated.
  Plan plan(Problem problem, LanguageModel model);

  /// An upper bound on a method's work.
  ///
  /// @param calls requests
  /// @param promptTokens over all calls; 0 if the model does not show its tokens
  /// @param samples completions over all requests
  /// @param maxTokens most generated tokens of each
  record Plan(long calls, long promptTokens, long samples, int maxTokens) {}
}

package ponder.verify;

import java.util.List;
import ponder.core.Problem;
import ponder.core.Spend;
import ponder.model.Purse;

/// Judges candidates for one problem.
///
/// Immutable and thread-safe; it holds the models it works with, if any. Its calls are paid from
/// the purse that each judgement brings, in the candidates' order, so equal model outputs give
/// equal scores whatever runs beside them.
public interface Verifier {
  /// What `--verifier` calls it.
  String name();

  /// Judges `candidates`, which belong together: a vote needs all of them.
  ///
  /// Cost: none for verifiers that look at what is there already, else calls to a model.
  ///
  /// @return as many as candidates, in their order; [Scores#UNJUDGED] where the purse ran dry,
  ///   [Scores#UNKNOWN] where nothing is known to judge by
  /// @throws ponder.model.EngineException if a model fails
  List<Scores> score(Problem problem, List<Candidate> candidates, Purse purse);

  /// What judging one candidate takes by itself, so that something can be kept back for it and told
  /// beforehand: a judge of steps expects as many as a text of that length mostly has
  /// ([Steps#expected]), and nothing is cached but what the candidate's own calls share.
  ///
  /// No time; [Spend#NONE] from verifiers that look at what is there already. No model call.
  ///
  /// @param tokens length of the candidate
  default Spend judging(Problem problem, long tokens) {
    return Spend.NONE;
  }

  /// Whether a candidate's score depends on the others that are judged with it, so that candidates
  /// which are to be compared must be judged at once.
  default boolean together() {
    return false;
  }

  /// Whether candidates must carry [Candidate#certainty].
  default boolean wantsCertainty() {
    return false;
  }
}

package ponder.verify;

import java.util.List;
import java.util.Map;
import ponder.core.Problem;
import ponder.grade.Rubric;
import ponder.model.Purse;

/// `oracle`: knows the answers. For measuring what a perfect verifier would reach, never for
/// solving.
///
/// 1 for an answer that is equal to the reference, 0 for any other, none, or one that cannot be
/// compared. The architecture test keeps it, like the references, out of the search's sight.
public final class Oracle implements Verifier {
  private final Map<String, String> references;

  /// @param references the right answers, by problem id
  public Oracle(Map<String, String> references) {
    this.references = Map.copyOf(references);
  }

  @Override
  public String name() {
    return "oracle";
  }

  /// Grades each answer as the problem asks; no cost.
  ///
  /// @throws IllegalArgumentException if it has no reference for the problem
  @Override
  public List<Scores> score(Problem problem, List<Candidate> candidates, Purse purse) {
    String reference = references.get(problem.id());
    if (reference == null) {
      throw new IllegalArgumentException(
          "problem (%s) has no reference among the oracle's %d."
              .formatted(problem.id(), references.size()));
    }
    Rubric rubric = Rubric.of(problem.grading());
    return candidates.stream()
        .map(it -> Scores.outcome(right(it, reference, rubric) ? 1 : 0))
        .toList();
  }

  private static boolean right(Candidate candidate, String reference, Rubric rubric) {
    String answer = candidate.answer();
    return answer != null && rubric.grade(answer, reference).isCorrect();
  }
}

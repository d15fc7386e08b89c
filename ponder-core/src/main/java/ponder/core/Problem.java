package ponder.core;

/// A question as a method sees it.
///
/// The expected answer is deliberately not here: search code receives a `Problem` and can therefore
/// never look at it. Evaluation keeps both together in [LabelledProblem].
///
/// @param id names the problem in its data set and splits the seed; not blank
/// @param question the text of the question; not blank
public record Problem(String id, String question) {
  public Problem {
    if (id.isBlank()) {
      throw new IllegalArgumentException("id (" + id + ") of a problem must not be blank.");
    }
    if (question.isBlank()) {
      throw new IllegalArgumentException(
          "question (" + question + ") of problem " + id + " must not be blank.");
    }
  }

  /// A problem that belongs to no data set; its id is `question`.
  public static Problem of(String question) {
    return new Problem("question", question);
  }
}

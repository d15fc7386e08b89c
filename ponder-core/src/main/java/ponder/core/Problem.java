package ponder.core;

/// A question as a method sees it.
///
/// The expected answer is deliberately not here: search code receives a `Problem` and can therefore
/// never look at it. Evaluation keeps both together in [LabelledProblem].
///
/// @param id names the problem in its data set and splits the seed; not blank
/// @param question the text of the question; not blank
/// @param grading what kind of answer it has
public record Problem(String id, String question, Grading grading) {
  public Problem {
    if (id.isBlank()) {
      throw new IllegalArgumentException("id (" + id + ") of a problem must not be blank.");
    }
    if (question.isBlank()) {
      throw new IllegalArgumentException(
          "question (" + question + ") of problem " + id + " must not be blank.");
    }
  }

  /// A problem with an answer of the usual kind, [Grading#MATH].
  public Problem(String id, String question) {
    this(id, question, Grading.MATH);
  }

  /// A problem that belongs to no data set; its id is `question`.
  public static Problem of(String question) {
    return new Problem("question", question);
  }

  /// The same problem, put in other words.
  public Problem withQuestion(String value) {
    return new Problem(id, value, grading);
  }

  /// The same problem, whose answer is of another kind.
  public Problem withGrading(Grading value) {
    return new Problem(id, question, value);
  }
}

package ponder.grade;

/// What a comparison of an answer with a reference came to.
public sealed interface Verdict {
  /// The rule that decided.
  Reason reason();

  /// The short chain of rules that decided, such as `tuple[1]>numeric`; never contains an answer.
  String path();

  /// Elementary steps spent; the same for the same input, at most [Grader#MAX_STEPS].
  long steps();

  /// Whether this is [Correct].
  default boolean isCorrect() {
    return this instanceof Correct;
  }

  /// The answer is equal to the reference.
  record Correct(Reason reason, String path, long steps) implements Verdict {}

  /// The answer differs from the reference.
  record Wrong(Reason reason, String path, long steps) implements Verdict {}

  /// Nothing was shown: a side could not be read, or a limit was met.
  record Undecided(Reason reason, String path, long steps) implements Verdict {}
}

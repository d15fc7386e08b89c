package ponder.stats;

/// One of a problem's independent samples, as far as estimators look at it.
///
/// @param answerClass index of the class of equal answers; -1 if it has no answer
/// @param correct whether its answer is right; never without an answer
/// @param score what the verifier gave, in [0, 1]; NaN counts as worse than any
/// @param tokens generated
public record Sample(int answerClass, boolean correct, double score, long tokens) {
  public Sample {
    if (answerClass < -1 || tokens < 0 || correct && answerClass < 0) {
      throw new IllegalArgumentException(
          "a sample of class %d, %s, with %d tokens cannot be."
              .formatted(answerClass, correct ? "correct" : "wrong", tokens));
    }
  }
}

package ponder.grade;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Answers of a few words: right if they match the reference exactly, see [ShortAnswer].
///
/// A text's answer is the one that it marks, by a box or words such as "the answer is"; else its
/// last line.
record ShortRubric() implements Rubric {
  private static final Extractor EXTRACTOR = Extractor.verbal();

  @Override
  public Optional<String> answer(String text) {
    return EXTRACTOR.words(text).map(Extracted::raw);
  }

  @Override
  public Optional<String> marked(String text) {
    return EXTRACTOR.marked(text, Profile.STANDARD).map(Extracted::raw);
  }

  @Override
  public AnswerClasses classes(List<@Nullable String> answers) {
    return AnswerClasses.by(answers, ShortAnswer::normal);
  }

  @Override
  public Verdict grade(String answer, String reference) {
    if (answer.isBlank() || reference.isBlank()) {
      return new Verdict.Wrong(Reason.EMPTY, "empty", 0);
    }
    return ShortAnswer.exact(answer, reference)
        ? new Verdict.Correct(Reason.TEXT, "words", 0)
        : new Verdict.Wrong(Reason.TEXT, "words", 0);
  }
}

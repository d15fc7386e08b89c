package ponder.grade;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Answers of mathematics.
record MathRubric() implements Rubric {
  static final Extractor EXTRACTOR = new Extractor();

  @Override
  public Optional<String> answer(String text) {
    return EXTRACTOR.extract(text, Profile.STANDARD).map(Extracted::raw);
  }

  @Override
  public AnswerClasses classes(List<@Nullable String> answers) {
    return AnswerClasses.of(answers);
  }

  @Override
  public Verdict grade(String answer, String reference) {
    return Grader.grade(answer, reference, Profile.STANDARD);
  }
}

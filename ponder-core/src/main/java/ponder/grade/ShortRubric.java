package ponder.grade;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Answers of a few words: right if they match the reference exactly, see [ShortAnswer].
///
/// A text's answer is the one that it marks, by a box or words such as "the answer is"; else its
/// last line.
record ShortRubric() implements Rubric {
  /// [Extractor] takes this for a denial.
  private static final Pattern NO =
      Pattern.compile("(?i)\\banswer(?: is|:)[\\s*:\"']{0,8}no\\W{0,8}$");

  @Override
  public Optional<String> answer(String text) {
    Optional<Extracted> found = MathRubric.EXTRACTOR.words(text);
    boolean no =
        found.filter(it -> it.source() == Extracted.Source.LAST_LINE).isPresent()
            && NO.matcher(found.get().raw()).find();
    return no ? Optional.of("no") : found.map(Extracted::raw);
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

package ponder.grade;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import ponder.core.Grading;

/// How the answers of one kind are found in texts, compared and voted on.
///
/// One way for all who read answers: methods, verifiers and evaluations. Deterministic,
/// thread-safe; never throws on any text.
public sealed interface Rubric permits MathRubric, ShortRubric, ChoiceRubric {
  /// For mathematics: [Extractor], [Grader] and canonical forms.
  Rubric MATH = new MathRubric();

  /// The rubric of `grading`.
  static Rubric of(Grading grading) {
    return switch (grading) {
      case Grading.Mathematics math -> MATH;
      case Grading.Words words -> new ShortRubric();
      case Grading.Choice choice -> new ChoiceRubric(choice.options());
    };
  }

  /// The answer of a text that ended by itself.
  Optional<String> answer(String text);

  /// The answer that a text which goes on, or was cut off, marks as such.
  default Optional<String> marked(String text) {
    return MathRubric.EXTRACTOR.marked(text, Profile.STANDARD).map(Extracted::raw);
  }

  /// The answers sorted for a vote; null and blank are no answer.
  AnswerClasses classes(List<@Nullable String> answers);

  /// Whether `answer` is the reference.
  Verdict grade(String answer, String reference);
}

package ponder.grade;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ponder.core.Grading;

class RubricTest {
  private static final Rubric SHORT = Rubric.of(Grading.SHORT);
  private static final Rubric CHOICE =
      Rubric.of(
          Grading.named("choice", "Where is a revolving door?\nA) bank\nB) new york\nC) the mall"));

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "It is in Paris. \\boxed{the Eiffel Tower} I think.; the Eiffel Tower",
        "Let me see.|So the answer is the Eiffel Tower.; the Eiffel Tower",
        "The answer is Tom and Jerry.; Tom and Jerry",
        "I recall it well.||**Chief of Protocol**; Chief of Protocol",
        "I recall it well.|- Chief of Protocol.|; Chief of Protocol",
        "<think>Rome? No.</think>|Paris; Paris",
        "Paris; Paris",
        "They differ, so the answer is no.; no",
        "Answer: **No**; No",
        "The answer is yes.; yes",
        "1812; 1812",
        "...|---; ",
      })
  void findsShortAnswers(String text, String answer) {
    Optional<String> found = SHORT.answer(text.replace('|', '\n'));

    assertThat(found.map(ShortAnswer::normal))
        .isEqualTo(Optional.ofNullable(answer).map(ShortAnswer::normal));
  }

  @Test
  void shortAnswersThatAreEqualWordByWordVoteTogether() {
    List<@Nullable String> answers =
        Arrays.asList("the Eiffel Tower", "Eiffel tower.", null, "four", "4", " ", "the");
    AnswerClasses classes = SHORT.classes(answers);

    assertThat(IntStream.range(0, answers.size()).map(classes::classOf))
        .containsExactly(0, 0, -1, 1, 2, -1, 3);
    assertThat(SHORT.grade("four", "4")).isInstanceOf(Verdict.Wrong.class);
    assertThat(SHORT.grade("Eiffel tower", "The Eiffel Tower")).isInstanceOf(Verdict.Correct.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "B; true",
        "b; true",
        "(B); true",
        "\\text{(B)}; true",
        "**B)** new york; true",
        "B. New York; true",
        "New York; true",
        "option B; true",
        "the city (B); true",
        "C; false",
        "mall; false",
        "D; false",
        "Boston; false",
        "(A) or (B); false",
      })
  void choicesAreNamedByLetterOrText(String answer, boolean right) {
    assertThat(CHOICE.grade(answer, "B").isCorrect()).isEqualTo(right);
  }

  @Test
  void choicesInProse() {
    assertThat(CHOICE.answer("I weigh them.\nThe answer is (B) new york.")).contains("B");
    assertThat(CHOICE.answer("I weigh them.\nB) new york").map(it -> CHOICE.grade(it, "B")))
        .get()
        .isInstanceOf(Verdict.Correct.class);
    assertThat(CHOICE.answer("I weigh them.\nAll could be meant.")).isEmpty();
    assertThat(CHOICE.answer("Twelve of them, \\boxed{C}.")).contains("C");
  }

  @Test
  void choicesVoteByOption() {
    List<@Nullable String> answers = List.of("B", "new york", "Boston", "mall", "C", "boston");
    AnswerClasses classes = CHOICE.classes(answers);

    assertThat(IntStream.range(0, answers.size()).map(classes::classOf))
        .containsExactly(0, 0, 1, 2, 2, 1);
  }

  @Test
  void optionsAreTheLastListOfTheQuestion() {
    assertThat(Grading.named("choice", "A) no list\nWhich?\nA. x\nB. y\nC. z"))
        .isEqualTo(new Grading.Choice(List.of("x", "y", "z")));
    assertThat(Grading.named("choice", "Which? A, B or C"))
        .isEqualTo(new Grading.Choice(List.of()));
    assertThat(Rubric.of(new Grading.Choice(List.of())).grade("(d)", "D").isCorrect()).isTrue();
  }
}

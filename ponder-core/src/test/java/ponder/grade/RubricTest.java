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
        "The answer is Samuel L. Jackson.; Samuel L. Jackson",
        "The answer is J. R. R. Tolkien.; J. R. R. Tolkien",
        "The answer is J.R.R. Tolkien. He wrote it.; J.R.R. Tolkien",
        "The answer is St. Louis. It lies in Missouri.; St. Louis",
        "The answer is Martin Luther King Jr. He was born there.; Martin Luther King Jr",
        "The answer is Chanel No. 5.; Chanel No. 5",
        "The answer is Vitamin C. It helps.; Vitamin C",
        "The answer is George V.|The Second came later.; George V",
        "The answer is Rome. Paris is larger.; Rome",
        "The answer is 3 Doors Down.; 3 Doors Down",
        "The answer is 30 Seconds to Mars.; 30 Seconds to Mars",
        "The answer is 12 Years a Slave. It won.; 12 Years a Slave",
        "The answer is Around the World in 80 Days.; Around the World in 80 Days",
        "The answer is about 40 people.; 40 people",
        "The answer is no.|They differ.; no",
        "They differ. So the answer is no because one is a river.; no",
        "The answer is yes.|But wait, the answer is no.; no",
        "The answer is no.|But wait, the answer is yes.; yes",
        "The answer is \"no\".; no",
        "The answer is No Country for Old Men.; No Country for Old Men",
        "The answer is not Rome.|Paris; Paris",
        "The answer is Paris.|The answer is not Rome.; Paris",
      })
  void findsShortAnswers(String text, String answer) {
    Optional<String> found = SHORT.answer(text.replace('|', '\n'));

    assertThat(found.map(ShortAnswer::normal))
        .isEqualTo(Optional.ofNullable(answer).map(ShortAnswer::normal));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "The answer is no.||; no",
        "The answer is yes.||; yes",
        "The answer is yes.|Or the answer is no.||; no",
        "The answer is no; ",
        "The answer is not clear.||; ",
        "The answer is Samuel L.; ",
        "'The answer is Samuel L. '; ",
        "The answer is Samuel L. Jackson.; Samuel L. Jackson",
        "The answer is St. Louis.|; St. Louis",
        "The answer is 12 Years a Slave.|; 12 Years a Slave",
        "\\boxed{no} and; no",
      })
  void textsThatGoOnMarkShortAnswers(String text, String answer) {
    assertThat(SHORT.marked(text.replace('|', '\n'))).isEqualTo(Optional.ofNullable(answer));
  }

  @Test
  void mathematicsKeepsItsRules() {
    assertThat(Rubric.MATH.answer("The answer is 45 minutes to finish it.")).contains("45");
    assertThat(Rubric.MATH.answer("The answer is Around 5.")).contains("5");
    assertThat(Rubric.MATH.answer("The answer is point A. So B is it.")).contains("point A");
    assertThat(Rubric.MATH.marked("The answer is no.\n")).isEmpty();
    assertThat(Rubric.MATH.marked("The answer is 12 years a slave.\n")).contains("12");
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

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "Which?||A) x||B) y||| C) z; x,y,z",
        "Which?|A) x|goes on|  still|B) y|| C) z; x goes on still,y,z",
        "Which?|A) x|B) y||Answer with a letter.; x,y",
        "Which?|A) x|B) y|Answer with a letter.; x,y",
        "A) x|B) y||This goes on.||C) z; x,y",
        "A) x|B) y||Which?||A) u||B) v; u,v",
      })
  void optionsMayStandApartAndGoOn(String question, String options) {
    assertThat(Grading.named("choice", question.replace('|', '\n')))
        .isEqualTo(new Grading.Choice(List.of(options.split(","))));
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

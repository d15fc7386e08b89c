package ponder.grade;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswersTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "so \\boxed{42}. | 42",
        "first \\boxed{1}, no: \\boxed{2} | 2",
        "\\boxed{\\frac{1}{2}} | \\frac{1}{2}",
        "\\boxed{\\{1,2\\}} | \\{1,2\\}",
        "\\boxed{7} and then \\boxed{8 | 7",
        "The answer is 12. | 12",
        "The answer is: 3.5 | 3.5",
        "The final answer is **blue**. | blue",
        "Answer: 1,000 dollars | 1,000 dollars",
        "16 - 3 = 13 #### 13 | 13",
        "It has 3 legs and 1,024 eyes. | 1,024",
        "costs $18 | $18",
        "it is -5. | -5",
      })
  void readsTheAnswer(String text, String answer) {
    assertThat(Answers.extract(text)).contains(answer);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "I do not know.", "\\boxed{}", "\\boxed", "v2 x86_64"})
  void readsNothingWhereThereIsNothing(String text) {
    assertThat(Answers.extract(text)).isEmpty();
  }

  @Test
  void cutOffTextsGiveOnlyMarkedAnswers() {
    assertThat(Answers.marked("then 5 times 3 is 1")).isEmpty();
    assertThat(Answers.marked("\\boxed{15} because 5")).contains("15");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1,000 | 1000",
        "1000.0 | 1000",
        "$18 | 18",
        "\\$18.50 | 18.5",
        "42. | 42",
        ".5 | 0.50",
        "+3 | 3",
        "-0 | 0",
        "Blue | blue",
        "x + 1 | x+1",
        "007 | 7",
      })
  void sameAnswersAreOneClass(String a, String b) {
    assertThat(Answers.sameClass(a, b)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"1 | 2", "50% | 50", "1,2 | 12", "x | y", "1e400 | 1", "-3 | 3", "(1,000) | 1000"})
  void differentAnswersAreTwo(String a, String b) {
    assertThat(Answers.sameClass(a, b)).isFalse();
  }

  @Test
  void longTextsAreBounded() {
    String long1 = "answer is ".repeat(50_000) + "{".repeat(100_000);

    assertThat(Answers.extract("\\boxed{".repeat(50_000) + long1)).isNotNull();
    assertThat(Answers.classOf("9".repeat(100_000))).hasSize(100_000);
  }
}

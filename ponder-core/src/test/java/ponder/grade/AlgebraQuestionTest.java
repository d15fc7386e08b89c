package ponder.grade;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Pairs as questions for a computer algebra system.
class AlgebraQuestionTest {
  @Test
  void numbersVariablesInTheOrderTheyOccur() {
    assertThat(ask("x y_1 - 2", "\\frac{y_1}{x}"))
        .isEqualTo(
            "{\"symbols\":2,\"integers\":[],\"left\":[\"sum\",[\"product\",[\"symbol\",0],"
                + "[\"symbol\",1]],[\"negative\",[\"integer\",\"2\"]]],\"right\":"
                + "[\"quotient\",[\"symbol\",1],[\"symbol\",0]]}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      textBlock =
          """
          12              ~ ["integer","12"]
          0.5 + 1         ~ ["sum",["ratio","1","2"],["integer","1"]]
          -7              ~ ["negative",["integer","7"]]
          e^{i\\pi}       ~ ["power",["e"],["product",["i"],["pi"]]]
          \\sqrt[3]{5}    ~ ["root","3",["integer","5"]]
          \\sin 2         ~ ["sin",["integer","2"]]
          \\log_2 3       ~ ["logbase",["integer","2"],["integer","3"]]
          \\binom{5}{2}   ~ ["binom",["integer","5"],["integer","2"]]
          \\lfloor\\pi\\rfloor ~ ["floor",["pi"]]
          f(1) + g(2)     ~ ["sum",["unknown",0,["integer","1"]],["unknown",1,["integer","2"]]]
          """)
  void writesTreesOfAFixedListOfNames(String text, String tree) {
    assertThat(ask(text, "3"))
        .isEqualTo(
            "{\"symbols\":0,\"integers\":[],\"left\":" + tree + ",\"right\":[\"integer\",\"3\"]}");
  }

  @Test
  void whatIsCountedIsAnInteger() {
    assertThat(ask("n! x", "n")).startsWith("{\"symbols\":2,\"integers\":[0],");
  }

  @Test
  void aSeriesHasItsOwnVariableAndMayBeInfinite() {
    assertThat(ask("k + \\sum_{k=1}^{\\infty} k", "k"))
        .isEqualTo(
            "{\"symbols\":2,\"integers\":[1],\"left\":[\"sum\",[\"symbol\",0],[\"add\",1,"
                + "[\"integer\",\"1\"],[\"infinity\"],[\"symbol\",1]]],\"right\":[\"symbol\",0]}");
  }

  @Test
  void anInfiniteSeriesIsUndecidedNotWrong() {
    Verdict verdict =
        Grader.grade("\\sum_{k=1}^{\\infty}\\frac{1}{k^2}", "\\frac{\\pi^2}{6}", Profile.STANDARD);

    assertThat(verdict).isInstanceOf(Verdict.Undecided.class);
    assertThat(verdict.reason()).isEqualTo(Reason.LIMIT);
  }

  @Test
  void noTextGetsIntoIt() {
    String json = ask("x_{secret} + f(t)", "\\text{import} + x_{secret}", "3");

    assertThat(json).doesNotContain("secret").doesNotContain("import");
  }

  @Test
  void assignmentsToOneNameAreTheirValues() {
    assertThat(ask("x = \\sin 1", "\\sin 2")).contains("\"left\":[\"sin\"");
    assertThat(ask("x = \\sin 1", "x = \\sin 2")).contains("\"left\":[\"sin\"");
    assertThat(AlgebraQuestion.of("x = \\sin 1", "y = \\sin 2", Profile.STANDARD)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9^{9^{9^9}}",
        "9^{9^9}",
        "10^{1000000000}",
        "(x+1)^{201}",
        "2^{x^{y^z}}",
        "10001!",
        "(1000!)!",
        "\\binom{20000}{3}",
        "\\sum_{k=1}^{10001} k",
        "\\sqrt[1024]{x}",
        "\\infty",
        "x + \\infty",
        "\\log 3",
        "\\gcd(x, 2)",
        "3.1416",
        "5 \\text{ cm}",
        "5\\%",
        "(1, 2)",
        "1, 2",
        "x < 2",
        "\\text{yes}",
        "",
        "\\frac{",
      })
  void whatIsTooLargeOrNoPlainExpressionIsNotAsked(String text) {
    assertThat(AlgebraQuestion.of(text, "\\sin 1", Profile.STANDARD)).isEmpty();
    assertThat(AlgebraQuestion.of("\\sin 1", text, Profile.STANDARD)).isEmpty();
  }

  @Test
  void justWithinTheBoundsIsAsked() {
    assertThat(ask("(x+1)^{200}", "1")).contains("\"200\"");
    assertThat(ask("2^{x^y}", "1")).contains("power");
    assertThat(ask("10000!", "1")).contains("\"10000\"");
    assertThat(ask("9".repeat(1_999), "1")).contains("9".repeat(1_999));
  }

  @Test
  void longTextsAreNotAsked() {
    assertThat(AlgebraQuestion.of("1+".repeat(1_000) + "1", "2", Profile.STANDARD)).isEmpty();
  }

  @Test
  void strictAsksOnlyWhatHasTheForm() {
    assertThat(AlgebraQuestion.of("\\sin 1", "3", Profile.STANDARD)).isPresent();
    assertThat(AlgebraQuestion.of("\\sin 1", "3", Profile.STRICT)).isEmpty();
    assertThat(AlgebraQuestion.of("\\sin\u200B 1", "\\cos 1", Profile.STRICT)).isEmpty();
    assertThat(AlgebraQuestion.of("\\sin 1", "\\cos 1", Profile.STRICT)).isPresent();
    assertThat(AlgebraQuestion.of("\\sin 1", "\\cos 1", Profile.VOTE)).isEmpty();
  }

  private static String ask(String answer, String reference) {
    return AlgebraQuestion.of(answer, reference, Profile.STANDARD).orElseThrow();
  }

  private static String ask(String first, String second, String reference) {
    return AlgebraQuestion.of(first, reference, Profile.STANDARD).orElse("")
        + AlgebraQuestion.of(second, reference, Profile.STANDARD).orElse("");
  }
}

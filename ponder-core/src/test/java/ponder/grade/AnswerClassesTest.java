package ponder.grade;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AnswerClassesTest {
  private static List<Integer> classes(@Nullable String... answers) {
    AnswerClasses classes = AnswerClasses.of(Arrays.asList(answers));
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < answers.length; i++) {
      numbers.add(classes.classOf(i));
    }
    return numbers;
  }

  @Test
  void numbersClassesAsTheyAreSeen() {
    assertThat(classes("1/2", "7", "0.5", "\\frac{2}{4}", "8", "7.0"))
        .containsExactly(0, 1, 0, 0, 2, 1);
  }

  @Test
  void nothingIsNoClass() {
    assertThat(classes(null, "", "  ", "5")).containsExactly(-1, -1, -1, 0);
    assertThat(AnswerClasses.of(List.of()).count()).isZero();
  }

  @Test
  void decimalsJoinTheOneExactClassTheyRound() {
    assertThat(classes("0.3333", "1/3", "0.333333", "2/3")).containsExactly(0, 0, 0, 1);
    assertThat(classes("3.1416", "\\pi", "(0.3333, 2)", "(1/3, 2)")).containsExactly(0, 0, 1, 1);
  }

  @Test
  void decimalsThatRoundTwoExactClassesStayAlone() {
    assertThat(classes("0.3333", "1/3", "\\frac{33329}{99990}")).containsExactly(0, 1, 2);
  }

  @Test
  void decimalsThatRoundNothingStayAlone() {
    assertThat(classes("0.33", "1/3", "0.3334")).containsExactly(0, 1, 2);
  }

  @Test
  void differentFormsOfOneValueAreOneClass() {
    assertThat(classes("\\sqrt{3+2\\sqrt2}", "1+\\sqrt{2}", "\\sqrt2+1")).containsExactly(0, 0, 0);
    assertThat(classes("\\log_2 8", "3", "\\sin^2 x+\\cos^2 x+2")).containsExactly(0, 0, 1);
    assertThat(classes("(x+1)^2", "x^2+2x+1", "x^2+1")).containsExactly(0, 0, 1);
    assertThat(classes("2,1", "\\{1,2\\}", "1 and 2", "(1,2)")).containsExactly(0, 0, 0, 1);
    assertThat(classes("x>1", "(1,\\infty)", "1<x", "x \\ge 1")).containsExactly(0, 0, 0, 1);
    assertThat(classes("2x+4y=3", "x+2y=3/2", "-2x-4y+3=0", "x+2y=3")).containsExactly(0, 0, 0, 1);
    assertThat(classes("e^{i\\pi}", "-1", "i^2")).containsExactly(0, 0, 0);
  }

  @Test
  void wordsAndChoicesAreClasses() {
    assertThat(classes("\\text{Yes}", "yes", "true", "no")).containsExactly(0, 0, 0, 1);
    assertThat(classes("(C)", "\\text{C}", "C.", "D")).containsExactly(0, 0, 0, 1);
  }

  @Test
  void unreadableAnswersAreTheirTexts() {
    assertThat(classes("\\frac{1}{", "\\frac{1}{", "\\frac{1}{{", "\\foo{3}", "\\foo {3}"))
        .containsExactly(0, 0, 1, 2, 2);
  }

  @Test
  void canonicalFormsAreReadable() {
    AnswerClasses classes = AnswerClasses.of(List.of("\\frac{2}{4}", "2,1", "\\text{Paris}"));

    assertThat(classes.canonical(0)).isEqualTo("1/2");
    assertThat(classes.canonical(1)).isEqualTo("{1; 2}");
    assertThat(classes.canonical(2)).isEqualTo("word paris");
  }

  @Test
  void sameNeverUsesTolerance() {
    assertThat(AnswerClasses.same("0.3333", "1/3")).isFalse();
    assertThat(AnswerClasses.same("0.50", "1/2")).isTrue();
    assertThat(AnswerClasses.same("", "")).isFalse();
  }
}

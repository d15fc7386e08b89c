package ponder.grade;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GraderTest {
  /// Rows that may not be swapped: what a reference leaves open an answer may state, not the other
  /// way round.
  private static final Set<String> ONE_WAY =
      Set.of("x \\in [-2,7]", "0.44", "y=-\\frac{1}{2}x+\\frac{3}{4}");

  static List<Goldens.Golden> goldens() {
    return Goldens.read();
  }

  @Test
  void allGoldensAreThere() {
    assertThat(Goldens.read()).hasSize(186);
    assertThat(Goldens.read()).filteredOn(Goldens.Golden::correct).hasSize(124);
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void gradesGoldens(Goldens.Golden golden) {
    Verdict verdict = Grader.grade(golden.answer(), golden.reference(), Profile.STANDARD);

    assertThat(verdict.isCorrect()).as("%s", verdict).isEqualTo(golden.correct());
  }

  static List<Goldens.Golden> more() {
    return Goldens.read("more.txt");
  }

  @ParameterizedTest
  @MethodSource("more")
  void gradesMore(Goldens.Golden golden) {
    Verdict verdict = Grader.grade(golden.answer(), golden.reference(), Profile.STANDARD);

    assertThat(verdict.isCorrect()).as("%s", verdict).isEqualTo(golden.correct());
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void wrappingChangesNothing(Goldens.Golden golden) {
    if (golden.answer().isEmpty() || golden.answer().contains("$")) {
      return; // a dollar sign inside mathematics is no delimiter
    }
    List<String> wrapped =
        List.of(
            "$" + golden.answer() + "$",
            "\\boxed{" + golden.answer() + "}",
            "\\(" + golden.answer() + "\\)",
            "  " + golden.answer() + " ",
            golden.answer() + ".",
            golden.answer().replace("\\frac", "\\dfrac"),
            golden.answer().replace("(", "\\left(").replace(")", "\\right)"));

    for (String answer : wrapped) {
      Verdict verdict = Grader.grade(answer, golden.reference(), Profile.STANDARD);
      assertThat(verdict.isCorrect()).as("%s: %s", answer, verdict).isEqualTo(golden.correct());
    }
  }

  @Test
  void correctPairsAreCorrectTheOtherWayRound() {
    List<String> oneWay = new ArrayList<>();
    for (Goldens.Golden golden : Goldens.read()) {
      boolean swapped =
          Grader.grade(golden.reference(), golden.answer(), Profile.STANDARD).isCorrect();
      if (golden.correct() && !swapped && !ONE_WAY.contains(golden.answer())) {
        oneWay.add(golden.answer() + " ~ " + golden.reference());
      }
    }

    assertThat(oneWay).isEmpty();
  }

  @Test
  void tellsWhatDecided() {
    assertThat(Grader.grade("(1,\\sqrt{12})", "(1,2\\sqrt{5})", Profile.STANDARD))
        .isInstanceOf(Verdict.Wrong.class)
        .satisfies(verdict -> assertThat(verdict.path()).isEqualTo("tuple[1]>algebra"))
        .satisfies(verdict -> assertThat(verdict.reason()).isEqualTo(Reason.TUPLE));
  }

  @Test
  void unreadableTextsAreUndecidedUnlessTheyAreTheSame() {
    assertThat(Grader.grade("\\frac{1}{", "5", Profile.STANDARD))
        .isInstanceOf(Verdict.Undecided.class);
    assertThat(Grader.grade("\\unknown{3}{", "\\unknown{3}{", Profile.STANDARD).isCorrect())
        .isTrue();
  }

  @Test
  void decidesBySizeWhereAnAddendIsLost() {
    assertThat(Grader.grade("\\sqrt{2^{2009}-1}", "106", Profile.STANDARD))
        .isInstanceOf(Verdict.Wrong.class);
    assertThat(Grader.grade("\\sqrt{2^{2009}-1}", "2^{1004}\\sqrt2", Profile.STANDARD))
        .isInstanceOf(Verdict.Undecided.class);
    assertThat(Grader.grade("\\sqrt{2^{2009}+1}-\\sqrt{2^{2009}}", "1", Profile.STANDARD))
        .isInstanceOf(Verdict.Undecided.class);
  }

  @Test
  void pathsHoldNoAnswers() {
    for (Goldens.Golden golden : Goldens.read()) {
      String path = Grader.grade(golden.answer(), golden.reference(), Profile.STANDARD).path();
      assertThat(path).hasSizeLessThan(80).matches("[a-z >\\[\\]0-9]+");
    }
  }

  @Test
  void sameInputsTakeTheSameSteps() {
    for (Goldens.Golden golden : Goldens.read()) {
      Verdict first = Grader.grade(golden.answer(), golden.reference(), Profile.STANDARD);
      assertThat(Grader.grade(golden.answer(), golden.reference(), Profile.STANDARD))
          .isEqualTo(first);
    }
  }
}

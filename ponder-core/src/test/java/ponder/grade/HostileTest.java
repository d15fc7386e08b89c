package ponder.grade;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import ponder.testkit.Law;

/// Strings that are meant to break a grader: none may throw, and none may take more steps than
/// allowed.
class HostileTest {
  private static final List<Goldens.Golden> GOLDENS = Goldens.read();
  private static final String[] SCRAPS = {
    "{",
    "}",
    "\\frac",
    "\\sqrt[",
    "^",
    "_",
    "\\left(",
    "\\right.",
    "|",
    "\\begin{pmatrix}",
    "&",
    "\\\\",
    "\u200b",
    "\u2028",
    "\uD83D",
    "９",
    "½",
    "¹⁰",
    "\\text{",
    "\\boxed{",
    "!",
    "!!",
    "9^",
    "10^{10^{10}}",
    "\\sum_{k=1}^{10000}",
    "%",
    "$",
    ",",
    "1e999",
    "e",
    "i",
    "\\pm",
    "\\infty",
    "(",
    ")",
    "[",
    "\\{",
    "\\binom{9999}{4999}",
    "\\sin",
    "x",
    "0.\\overline{3}",
    "\\log_",
    "=",
    "<",
    "\\cup",
    "\0",
    "万"
  };
  private static final String[] MONSTERS = {
    "9^{9^{9^{9}}}",
    "99999!",
    "10000!/9999!",
    "(9999!)!",
    "2^{200000}",
    "3^{100000}",
    "3^{3^{9}}",
    "(x+1)^{200}",
    "(x+y+z+1)^{60}",
    "(x+1)^{1000000}",
    "x^{99999999999}",
    "(1+\\sqrt{2})^{199}",
    "\\sum_{k=1}^{10000} \\frac{1}{k}",
    "\\prod_{k=1}^{10000} k",
    "\\sum_{k=1}^{9999} k!",
    "\\sum_{i=1}^{9999} \\sum_{j=1}^{9999} i \\cdot j",
    "\\sqrt{2^{99999}+1}",
    "\\sin(10^{50})",
    "\\sin(10^{500})",
    "e^{e^{e^{e}}}",
    "\\ln(\\ln(\\ln(2)))",
    "\\gcd(2^{99999}, 3^{60000})",
    "\\frac{1}{1-\\frac{1}{1-\\frac{1}{1-x}}}",
    "0^0",
    "1/0",
    "0/0",
    "\\lfloor 10^{99999} \\rfloor",
    "\\binom{10000}{5000}",
    "\\binom{2147483647}{1000000}",
    "(1/3)^{99999}",
    "i^{i^{i^{i}}}",
    "-i",
    "\\sqrt[999]{2}",
    "2^{1/999}",
    "1.5e9999",
    "1e-9999",
    "\\arcsin(2)",
    "(-8)^{1/3}",
    "\\sqrt{\\sqrt{\\sqrt{\\sqrt{\\sqrt{x}}}}}",
    "x \\bmod 0",
    "\\tan(\\frac{\\pi}{2})"
  };

  @Test
  void hostileStringsAreGradedWithinTheLimit() {
    Law.forAll(
        "hostile strings are bounded",
        10_000,
        seed -> {
          Generated generated = new Generated(seed);
          String answer = hostile(generated);
          String reference =
              generated.below(2) == 0 ? hostile(generated) : generated.pick(GOLDENS).reference();
          Profile profile = Profile.values()[generated.below(3)];
          Verdict verdict = Grader.grade(answer, reference, profile);
          assertThat(verdict.steps()).isLessThanOrEqualTo(Grader.MAX_STEPS);
        });
  }

  @Test
  void monstersAreGradedWithinTheLimit() {
    for (String answer : MONSTERS) {
      for (Profile profile : Profile.values()) {
        for (String reference : List.of("1", "x", "\\pi", "(" + answer + ")", answer + "+1")) {
          Verdict verdict = Grader.grade(answer, reference, profile);
          assertThat(verdict.steps()).isLessThanOrEqualTo(Grader.MAX_STEPS);
        }
      }
    }
  }

  @Test
  void nothingIsEqualToItselfAndOne() {
    for (String answer : MONSTERS) {
      Verdict verdict = Grader.grade(answer + "+1", answer, Profile.STANDARD);
      assertThat(verdict).as(answer).isNotInstanceOf(Verdict.Correct.class);
    }
  }

  @Test
  void longTextsAreComparedAsTheyAre() {
    for (String piece :
        List.of("\\frac{1}{", "((((", "{", "9", "x^", "\\text{a}", "|", "1,", "あ")) {
      String text = piece.repeat(1_000_000 / piece.length());
      assertThat(Grader.grade(text, text, Profile.STANDARD).isCorrect()).isTrue();
      assertThat(Grader.grade(text, "5", Profile.STANDARD))
          .isEqualTo(new Verdict.Undecided(Reason.LIMIT, "length", 0));
      assertThat(AnswerClasses.same(text, "5")).isFalse();
    }
  }

  private static String hostile(Generated generated) {
    return switch (generated.below(6)) {
      case 0 -> mutated(generated);
      case 1 -> nested(generated);
      case 2 -> generated.pick(List.of(MONSTERS));
      case 3 -> generated.pick(List.of(MONSTERS)) + generated.pick(List.of(SCRAPS)) + "x";
      case 4 -> scraps(generated);
      default ->
          mutated(generated)
              + generated.pick(List.of("+", ",", "=", "\\cdot "))
              + generated.pick(List.of(MONSTERS));
    };
  }

  private static String scraps(Generated generated) {
    StringBuilder text = new StringBuilder();
    for (int i = generated.below(30); i >= 0; i--) {
      text.append(generated.pick(List.of(SCRAPS)));
    }
    return text.toString();
  }

  private static String nested(Generated generated) {
    int depth = 1 + generated.below(400);
    String[] pair =
        generated.pick(
            List.of(
                new String[] {"(", ")"},
                new String[] {"{", "}"},
                new String[] {"\\sqrt{", "}"},
                new String[] {"-", ""},
                new String[] {"2^{", "}"},
                new String[] {"|", "|"},
                new String[] {"\\sin(", ")"},
                new String[] {"\\text{", "}"},
                new String[] {"[", "]"},
                new String[] {"x_{", "}"},
                new String[] {"\\begin{matrix}", "\\end{matrix}"},
                new String[] {"\\frac12", "!"}));
    return pair[0].repeat(depth) + "3" + pair[1].repeat(generated.below(3) == 0 ? 1 : depth);
  }

  private static String mutated(Generated generated) {
    StringBuilder text = new StringBuilder(generated.pick(GOLDENS).answer());
    for (int i = generated.below(4); i >= 0; i--) {
      int at = generated.below(text.length() + 1);
      switch (generated.below(3)) {
        case 0 -> text.insert(at, generated.pick(List.of(SCRAPS)));
        case 1 -> text.delete(at, Math.min(text.length(), at + 1 + generated.below(3)));
        default -> text.insert(at, text.substring(0, Math.min(at, text.length())));
      }
    }
    return text.toString();
  }
}

package ponder.grade;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import ponder.grade.exact.Expr;
import ponder.grade.exact.Variables;
import ponder.grade.exact.Work;
import ponder.testkit.Law;

class GraderLawTest {
  @Test
  void readsWhatItPrints() {
    Law.forAll(
        "parse(print(x)) = x",
        2_000,
        seed -> {
          Expr expr = new Generated(seed).expr(4);
          String text = TexPrinter.print(expr);
          List<Token> tokens = Lexer.tokens(text, true, new Work(100_000));
          assertThat(ExprParser.parse(tokens).expr()).as(text).isEqualTo(expr);
        });
  }

  @Test
  void everyPrintedExpressionEqualsItself() {
    Law.forAll(
        "grading is reflexive",
        1_000,
        seed -> {
          String text = TexPrinter.print(new Generated(seed).expr(4));
          for (Profile profile : Profile.values()) {
            assertThat(Grader.grade(text, text, profile).isCorrect()).as(text).isTrue();
          }
          // Brackets make other tokens, so that this is decided by value.
          Verdict verdict = Grader.grade("(" + text + ")", text, Profile.STANDARD);
          assertThat(verdict.isCorrect()).as("%s: %s", text, verdict).isTrue();
        });
  }

  @Test
  void orderOfTermsAndFactorsIsNeverWrong() {
    Law.forAll(
        "reordering is never wrong",
        1_000,
        seed -> {
          Generated generated = new Generated(seed);
          Expr expr = generated.expr(3);
          String text = TexPrinter.print(expr);
          String turned = TexPrinter.print(turned(expr));
          Verdict verdict = Grader.grade(turned, text, Profile.STANDARD);
          assertThat(verdict).as("%s ~ %s", turned, text).isNotInstanceOf(Verdict.Wrong.class);
        });
  }

  private static Expr turned(Expr expr) {
    return Variables.replace(
        expr,
        part ->
            switch (part) {
              case Expr.Sum sum -> new Expr.Sum(reversed(sum.terms()));
              case Expr.Product product -> new Expr.Product(reversed(product.factors()));
              default -> part;
            });
  }

  private static List<Expr> reversed(List<Expr> parts) {
    List<Expr> reversed = new ArrayList<>(parts);
    Collections.reverse(reversed);
    return reversed;
  }

  @Test
  void anotherDigitIsAlwaysWrong() {
    Law.forAll(
        "one digit changed is wrong",
        1_000,
        seed -> {
          Generated generated = new Generated(seed);
          StringBuilder digits = new StringBuilder("1");
          for (int i = generated.below(40); i >= 0; i--) {
            digits.append(generated.below(10));
          }
          String reference = digits.toString();
          int at = generated.below(reference.length());
          int digit = reference.charAt(at) - '0';
          digits.setCharAt(at, (char) ('0' + (digit + 1 + generated.below(9)) % 10));
          for (Profile profile : Profile.values()) {
            assertThat(Grader.grade(digits.toString(), reference, profile))
                .isInstanceOf(Verdict.Wrong.class);
          }
        });
  }

  @Test
  void strictNeverAcceptsWhatStandardDoesNot() {
    List<Goldens.Golden> goldens = Goldens.read();
    Law.forAll(
        "strict is stricter than standard",
        4_000,
        seed -> {
          Generated generated = new Generated(seed);
          boolean golden = generated.below(2) == 0;
          String answer = golden ? generated.pick(goldens).answer() : generated.answer();
          String reference =
              generated.below(2) == 0 ? generated.pick(goldens).reference() : generated.answer();
          if (Grader.grade(answer, reference, Profile.STRICT).isCorrect()) {
            assertThat(Grader.grade(answer, reference, Profile.STANDARD).isCorrect())
                .as("%s ~ %s", answer, reference)
                .isTrue();
          }
        });
  }

  @Test
  void votesAreSymmetricAndTransitive() {
    List<Goldens.Golden> goldens = Goldens.read();
    Law.forAll(
        "votes are an equivalence",
        300,
        seed -> {
          Generated generated = new Generated(seed);
          List<String> answers = new ArrayList<>();
          for (int i = 0; i < 6; i++) {
            answers.add(
                generated.below(3) == 0
                    ? "0" + generated.pick(goldens).answer()
                    : generated.answer());
          }
          for (String a : answers) {
            for (String b : answers) {
              boolean same = AnswerClasses.same(a, b);
              assertThat(AnswerClasses.same(b, a)).as("%s ~ %s", a, b).isEqualTo(same);
              for (String c : answers) {
                if (same && AnswerClasses.same(b, c)) {
                  assertThat(AnswerClasses.same(a, c)).as("%s ~ %s ~ %s", a, b, c).isTrue();
                }
              }
            }
          }
        });
  }
}

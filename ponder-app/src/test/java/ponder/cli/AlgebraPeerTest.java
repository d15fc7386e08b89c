package ponder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ponder.grade.Grader;
import ponder.grade.Profile;
import ponder.grade.Reason;
import ponder.grade.Verdict;

/// What the grader leaves undecided, asked of the real SymPy. The environment variable
/// `PONDER_PEER_PYTHON` names a Python that has it.
@Tag("peer")
@Timeout(120)
class AlgebraPeerTest {
  private static AlgebraSystem system;

  @BeforeAll
  static void start() {
    String python = System.getenv("PONDER_PEER_PYTHON");
    Assumptions.assumeTrue(python != null, "PONDER_PEER_PYTHON names no Python.");
    system = AlgebraSystem.start(python, shell(), AlgebraSystem.LIMIT);
  }

  @AfterAll
  static void end() {
    if (system != null) {
      system.close();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      textBlock =
          """
          \\sum_{k=1}^{\\infty}\\frac{1}{k^2}      ~ \\frac{\\pi^2}{6}
          \\sum_{k=0}^{\\infty}\\frac{1}{k!}       ~ e
          \\sum_{k=0}^{\\infty} x^k                ~ \\frac{1}{1-x}
          \\sum_{k=1}^{\\infty}\\frac{1}{2^k}      ~ 1
          \\sum_{k=1}^{\\infty}\\frac{(-1)^{k+1}}{k} ~ \\ln 2
          \\ln(\\sin x - 2)                        ~ \\ln(\\cos(x-\\frac{\\pi}{2})-2)
          """)
  void equalIsCorrect(String answer, String reference) {
    assertThat(Grader.grade(answer, reference, Profile.STANDARD))
        .isInstanceOf(Verdict.Undecided.class);
    Verdict verdict = system.judge(answer, reference, Profile.STANDARD);
    assertThat(verdict).isInstanceOf(Verdict.Correct.class);
    assertThat(verdict.reason()).isEqualTo(Reason.CAS);
    assertThat(verdict.path()).endsWith(">cas");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      textBlock =
          """
          \\sum_{k=1}^{\\infty}\\frac{1}{k^2} ~ \\frac{\\pi^2}{7}
          \\sum_{k=0}^{\\infty}\\frac{1}{k!}  ~ e-1
          \\sum_{k=1}^{\\infty}\\frac{1}{2^k} ~ 1-\\frac{1}{2^{99}}
          \\ln(\\sin x - 2)                   ~ \\ln(\\sin x-3)
          """)
  void differentIsWrong(String answer, String reference) {
    assertThat(Grader.grade(answer, reference, Profile.STANDARD))
        .isInstanceOf(Verdict.Undecided.class);
    assertThat(system.judge(answer, reference, Profile.STANDARD)).isInstanceOf(Verdict.Wrong.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      textBlock =
          """
          \\sum_{k=1}^{\\infty}\\frac{1}{k} ~ 7
          \\sum_{k=0}^{\\infty}(-1)^k ~ \\frac12
          \\frac{1}{0}                      ~ \\frac{2}{0}
          """)
  void whatHasNoValueStaysUndecided(String answer, String reference) {
    assertThat(system.judge(answer, reference, Profile.STANDARD))
        .isInstanceOf(Verdict.Undecided.class);
  }

  @Test
  void whatTakesTooLongIsEndedAndTheNextPairIsAnswered() {
    String python = String.valueOf(System.getenv("PONDER_PEER_PYTHON"));
    try (var hasty = AlgebraSystem.start(python, shell(), Duration.ofMillis(1))) {
      for (int i = 0; i < 2; i++) {
        Verdict verdict =
            hasty.judge(
                "\\sum_{k=1}^{\\infty}\\frac{1}{k^2}", "\\frac{\\pi^2}{6}", Profile.STANDARD);
        assertThat(verdict.path()).endsWith(">cas>timeout");
      }
    }
  }

  private static Shell shell() {
    return Shell.of(
        InputStream.nullInputStream(),
        new PrintStream(PrintStream.nullOutputStream()),
        new PrintStream(PrintStream.nullOutputStream()),
        Map.of("PATH", "/usr/bin:/bin"));
  }
}

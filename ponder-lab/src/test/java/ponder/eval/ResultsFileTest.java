package ponder.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.core.Spend;
import ponder.eval.ProblemResult.CandidateResult;
import ponder.eval.ProblemResult.Verdict;
import ponder.model.EngineException;

class ResultsFileTest {
  @TempDir Path folder;
  private Path file;

  private static final Spend SPEND = new Spend(1, 2, 3, 4, 5, 6e20, 7.25);

  private static final ProblemResult GOOD =
      new ProblemResult(
          "a",
          0,
          "\\frac{1}{2}",
          "0.5",
          true,
          Verdict.CORRECT,
          0.5,
          "2 of 2 votes",
          true,
          "0123456789abcdef",
          List.of(
              new CandidateResult("0.5", 0, true, 0.1 + 0.2, 12),
              new CandidateResult(null, -1, false, 0, 9)),
          17,
          1.5,
          SPEND,
          Spend.NONE,
          null);

  private static final ProblemResult FAILED =
      new ProblemResult(
          "b",
          1,
          null,
          null,
          false,
          Verdict.WRONG,
          null,
          "",
          false,
          "",
          List.of(),
          0,
          0,
          Spend.NONE,
          Spend.NONE,
          "no \"luck\"");

  @BeforeEach
  void aFile() {
    file = folder.resolve("results.jsonl");
    ResultsFile.write(file, List.of(GOOD, FAILED));
  }

  @Test
  void givesBackWhatWasWritten() throws IOException {
    assertThat(ResultsFile.read(file)).containsExactly(GOOD, FAILED);
    assertThat(Files.readString(file)).endsWith("}\n");
    assertThat(Files.readAllLines(file).getFirst())
        .startsWith("{\"id\":\"a\",\"index\":0,\"reference\":\"\\\\frac{1}{2}\",\"answer\":\"0.5\"")
        .contains("{\"answer\":\"0.5\",\"class\":0,\"correct\":true,\"score\":0.30000000000000004");
  }

  @Test
  void addsToWhatIsThere() {
    try (ResultsFile.Writer writer = ResultsFile.append(file)) {
      writer.add(GOOD);
    }
    assertThat(ResultsFile.read(file)).containsExactly(GOOD, FAILED, GOOD);
  }

  @Test
  void aTornLastLineIsAnErrorToReadersAndLeftOutByWhoGoesOn() throws IOException {
    String whole = Files.readString(file);
    for (int length = whole.indexOf('\n') + 2; length < whole.length() - 1; length += 7) {
      Files.writeString(file, whole.substring(0, length));

      assertThat(ResultsFile.salvage(file)).containsExactly(GOOD);
      assertThatExceptionOfType(EngineException.class)
          .isThrownBy(() -> ResultsFile.read(file))
          .withMessageStartingWith("Line 2 of")
          .withMessageContaining("torn off");
    }
  }

  @Test
  void aBrokenLineInTheMiddleIsAnErrorToAll() throws IOException {
    String whole = Files.readString(file);
    Files.writeString(file, whole.replaceFirst("\"verdict\":\"correct\",", ""));
    expectBroken("Line 1 of", "has no 'verdict'");
    Files.writeString(file, whole.replaceFirst("\"verdict\":\"correct\"", "\"verdict\":\"fine\""));
    expectBroken("Line 1 of", "verdict (fine)");
    Files.writeString(file, whole.replaceFirst("\"correct\":true", "\"correct\":false"));
    expectBroken("Line 1 of", "Maybe it was edited");
    Files.writeString(file, whole.replaceFirst("\"index\":0", "\"index\":\"zero\""));
    expectBroken("Line 1 of", "unfit 'index'");
    Files.writeString(file, whole.replaceFirst("\"score\":0.3", "\"score\":1.3"));
    expectBroken("Line 1 of", "score 1.3");
    Files.writeString(file, "[]\n" + whole);
    expectBroken("Line 1 of", "no JSON object");
  }

  private void expectBroken(String... parts) {
    for (Runnable read :
        List.<Runnable>of(() -> ResultsFile.read(file), () -> ResultsFile.salvage(file))) {
      assertThatExceptionOfType(EngineException.class)
          .isThrownBy(read::run)
          .satisfies(e -> assertThat(e.getMessage()).contains(parts));
    }
  }

  @Test
  void aFolderWithoutAnEvaluationSaysSo() {
    EvalFolder empty = new EvalFolder(folder.resolve("nowhere"));

    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(empty::plan)
        .withMessageContaining("holds no evaluation");
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(empty::summary)
        .withMessageContaining("has not come to its end");
    assertThatExceptionOfType(EngineException.class).isThrownBy(empty::results);
    assertThat(empty.trace(0)).isEmpty();
  }
}

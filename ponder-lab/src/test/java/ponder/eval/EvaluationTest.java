package ponder.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.core.Spend;
import ponder.eval.ProblemResult.CandidateResult;
import ponder.eval.ProblemResult.Verdict;
import ponder.model.Cancellation;
import ponder.model.EngineException;
import ponder.model.LanguageModel;
import ponder.stats.CurvePoint;
import ponder.store.Journal;
import ponder.testkit.ScriptedModel;

/// Evaluations on a scripted model: of three samples the second and third are right for problems of
/// an even number, the first alone for the others.
class EvaluationTest {
  @TempDir Path folder;

  private Exam exam(int size) {
    return Exam.in(folder.resolve("out"), size);
  }

  private static int number(String prompt) {
    String digits = prompt.replaceAll("(?s).*what is (\\d+)\\?.*", "$1");
    return Integer.parseInt(digits);
  }

  private static String reply(String prompt, int sample) {
    int number = number(prompt);
    boolean right = number % 2 == 0 ? sample > 0 : sample == 0;
    return "so \\boxed{%d}".formatted(right ? number : -1);
  }

  private static ScriptedModel model() {
    return new ScriptedModel(EvaluationTest::reply);
  }

  /// A model that fails for these problems.
  private static LanguageModel failing(List<Integer> numbers, String message) {
    return new ScriptedModel(
        (prompt, sample) -> {
          if (numbers.contains(number(prompt))) {
            throw new EngineException(message);
          }
          return reply(prompt, sample);
        });
  }

  @Test
  void sumsUpWhatEachProblemCameTo() {
    Summary summary = exam(4).run(model());

    assertThat(summary.problems()).isEqualTo(4);
    assertThat(summary.dataset()).isEqualTo("little");
    assertThat(summary.method()).isEqualTo("best-of-n");
    assertThat(summary.verifier()).isEqualTo("logprob");
    // Scores are equal, so the larger class wins: right for the even numbers.
    assertThat(summary.accuracy().mean()).isEqualTo(0.5);
    assertThat(summary.accuracy().low()).isZero();
    assertThat(summary.accuracy().high()).isEqualTo(1);
    assertThat(summary.single().mean()).isCloseTo(0.5, within(1e-12));
    assertThat(summary.oracle().mean()).isEqualTo(1);
    assertThat(summary.oracle().low()).isCloseTo(Math.pow(0.025, 0.25), within(1e-12));
    assertThat(summary.curve()).extracting(CurvePoint::n).containsExactly(1, 2, 3);
    assertThat(summary.curve().getLast().majorityVote().mean()).isEqualTo(0.5);
    assertThat(summary.curve().getLast().generatedTokens())
        .isEqualTo(summary.spend().generatedTokens() / 4.0);
    assertThat(summary.failures()).isEmpty();
    assertThat(summary.unanswered()).isZero();
    assertThat(summary.paid().generatedTokens()).isEqualTo(summary.spend().generatedTokens());
    assertThat(exam(4).folder().summary()).isEqualTo(summary);
    assertThat(exam(4).folder().plan()).isEqualTo(exam(4).plan(model()));
  }

  @Test
  void resultsTellEachCandidate() {
    exam(2).run(model());

    ProblemResult odd = exam(2).folder().results().get(1);

    assertThat(odd.id()).isEqualTo("p1");
    assertThat(odd.reference()).isEqualTo("1");
    assertThat(odd.answer()).isEqualTo("-1");
    assertThat(odd.verdict()).isEqualTo(Verdict.WRONG);
    assertThat(odd.candidates())
        .extracting(CandidateResult::answer, CandidateResult::answerClass, CandidateResult::correct)
        .containsExactly(tuple("1", 0, true), tuple("-1", 1, false), tuple("-1", 1, false));
    assertThat(odd.oracle()).isTrue();
    assertThat(odd.single()).isCloseTo(1.0 / 3, within(1e-12));
    assertThat(exam(2).folder().trace(1).orElseThrow().nodes()).hasSize(4);
    assertThat(exam(2).folder().trace(1).orElseThrow().end()).isNotNull();
  }

  @Test
  void resultsStandInOrderWhicheverEndsFirst() {
    CountDownLatch others = new CountDownLatch(4);
    LanguageModel slowFirst =
        new ScriptedModel(
            (prompt, sample) -> {
              if (number(prompt) == 0) {
                awaitQuietly(others);
              } else if (sample == 2) {
                others.countDown();
              }
              return reply(prompt, sample);
            });

    exam(5).parallel(5).run(slowFirst);

    assertThat(exam(5).folder().results())
        .extracting(ProblemResult::index)
        .containsExactly(0, 1, 2, 3, 4);
    assertThat(exam(5).folder().waitingFile()).doesNotExist();
    Exam alone = Exam.in(folder.resolve("alone"), 5);
    alone.run(model());
    assertThat(exam(5).folder().results())
        .usingRecursiveComparison()
        .ignoringFieldsMatchingRegexes(".*seconds", ".*cachedPromptTokens")
        .isEqualTo(alone.folder().results());
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Cancels when the problem of this number is asked.
  private static LanguageModel cancelling(int at, Cancellation cancellation) {
    return new ScriptedModel(
        (prompt, sample) -> {
          if (number(prompt) == at) {
            cancellation.cancel();
          }
          return reply(prompt, sample);
        });
  }

  @Test
  void anInterruptedEvaluationGoesOnAndPaysNothingTwice() {
    Summary whole = Exam.in(folder.resolve("whole"), 6).run(model());
    try (Journal journal = Journal.open(folder.resolve("journal"))) {
      Exam exam = exam(6).with(journal);
      Cancellation cancellation = new Cancellation();

      assertThat(exam.run(cancelling(3, cancellation), cancellation)).isEmpty();
      assertThat(exam.folder().summaryFile()).doesNotExist();
      assertThat(exam.folder().results()).hasSize(3);
      long kept =
          exam.folder().results().stream().mapToLong(it -> it.spend().generatedTokens()).sum();
      Summary resumed = exam.run(model());
      Summary again = exam.run(model());

      assertThat(result(resumed)).isEqualTo(result(whole));
      assertThat(resumed.paid().generatedTokens())
          .isPositive()
          .isLessThanOrEqualTo(whole.paid().generatedTokens() - kept);
      assertThat(again.paid()).isEqualTo(Spend.NONE);
      assertThat(result(again)).isEqualTo(result(whole));
      assertThat(exam.folder().summary()).isEqualTo(resumed);
    }
  }

  @Test
  void withoutAJournalFinishedProblemsAreKept() {
    Cancellation cancellation = new Cancellation();
    exam(6).run(cancelling(4, cancellation), cancellation);
    ScriptedModel rest = model();

    Summary resumed = exam(6).run(rest);

    assertThat(rest.calls()).hasSize(2);
    assertThat(resumed.problems()).isEqualTo(6);
    assertThat(exam(6).folder().results()).hasSize(6);
  }

  @Test
  void whatStoodAheadOfItsTurnIsKept() throws IOException {
    Exam exam = exam(4);
    exam.run(model());
    List<String> lines = exam.lines();
    Files.delete(exam.folder().summaryFile());
    Files.writeString(exam.folder().resultsFile(), lines.get(0) + "\n" + lines.get(1).substring(9));
    Files.writeString(exam.folder().waitingFile(), lines.get(3) + "\n" + lines.get(2) + "\n");
    ScriptedModel rest = model();

    exam.run(rest);

    assertThat(rest.calls()).hasSize(1); // of the torn line
    assertThat(exam.folder().results())
        .extracting(ProblemResult::id)
        .containsExactly("p0", "p1", "p2", "p3");
  }

  /// Without times, and without what this process computed.
  private static List<Object> result(Summary summary) {
    return List.of(
        summary.accuracy(),
        summary.curve(),
        summary.failures(),
        summary.single(),
        summary.spend().generatedTokens(),
        summary.spend().promptTokens(),
        summary.spend().calls());
  }

  @Test
  void aFailingProblemIsRecordedAndTheOthersGoOn() {
    Exam exam = exam(4);

    Summary summary = exam.run(failing(List.of(2), "The server is gone:\nasked in vain."));

    assertThat(summary.failures())
        .containsExactly(new Summary.Failure("p2", "The server is gone: asked in vain."));
    assertThat(summary.accuracy().mean()).isEqualTo(0.25);
    assertThat(summary.unanswered()).isEqualTo(1);
    ProblemResult failed = exam.folder().results().get(2);
    assertThat(failed.failed()).isTrue();
    assertThat(failed.correct()).isFalse();
    assertThat(failed.candidates()).isEmpty();
  }

  @Test
  void whatFailedIsTriedAgain() {
    Exam exam = exam(4);
    exam.run(failing(List.of(1, 2), "gone"));
    ScriptedModel healthy = model();

    Summary summary = exam.run(healthy);

    assertThat(healthy.calls()).hasSize(2);
    assertThat(summary.failures()).isEmpty();
    assertThat(summary.accuracy().mean()).isEqualTo(0.5);
    assertThat(exam.folder().summary()).isEqualTo(summary);
  }

  @Test
  void endsWhenManyFailInTheSameWay() {
    Exam exam = exam(40);
    AtomicInteger asked = new AtomicInteger();
    LanguageModel dies =
        new ScriptedModel(
            (prompt, sample) -> {
              if (asked.incrementAndGet() > 6) {
                throw new EngineException("Call " + asked.get() + " was refused.");
              }
              return reply(prompt, sample);
            });

    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> exam.run(dies))
        .withMessageContaining(
            "5 problems in a row failed in the same way, the last (p6) with: Call")
        .withMessageContaining("2 of 40 problems are done and kept.");
    ScriptedModel healthy = model();
    Summary summary = exam.run(healthy);

    assertThat(healthy.calls()).hasSize(38);
    assertThat(summary.accuracy().mean()).isEqualTo(0.5);
  }

  @Test
  void aFewThatAllFailEndItToo() {
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> exam(2).run(failing(List.of(0, 1), "gone")))
        .withMessageContaining("with: gone")
        .withMessageContaining("0 of 2 problems are done");
  }

  @Test
  void wrongInputStaysWrongInput() {
    LanguageModel refuses =
        new ScriptedModel(
            (prompt, sample) -> {
              throw new IllegalArgumentException("n (3) is too much.");
            });

    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> exam(9).run(refuses))
        .withMessageContaining("n (3) is too much.");
  }

  @Test
  void aFullDiskEndsItAndKeepsWhatIsDone() throws IOException {
    Path full = Path.of("/dev/full");
    Assumptions.assumeTrue(Files.exists(full), "this system has no file that is always full");
    Exam exam = exam(3);
    Path trace = exam.folder().traceFile(1);
    exam.folder().lock().close();
    Files.createDirectories(trace.getParent());
    EvalFolder.write(exam.folder().planFile(), exam.plan(model()).json());
    Files.createSymbolicLink(trace, full);

    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> exam.run(model()))
        .withMessageContaining(trace.toString())
        .withMessageContaining("No space left on device")
        .withMessageContaining("run the same command again");
    assertThat(exam.folder().results()).extracting(ProblemResult::id).containsExactly("p0");
    Files.delete(trace);
    assertThat(exam.run(model()).problems()).isEqualTo(3);
  }

  @Test
  void redactedFoldersHoldNoTexts() {
    Exam exam =
        Exam.in(folder.resolve("out"), 8)
            .redact()
            .with(exam(8).task().withSettings(Map.of("n", "2")));
    LanguageModel talks =
        new ScriptedModel(
            (prompt, sample) -> {
              if (number(prompt) == 5) {
                throw new EngineException("Cannot say secretword.");
              }
              return "secretword \\boxed{%d31415926}".formatted(number(prompt));
            });

    Summary summary = exam.run(talks);
    String all = exam.everything();

    assertThat(all)
        .contains("p3")
        .doesNotContain("secretword", "what is", "\"answer\"", "31415926");
    assertThat(exam.folder().traceFile(0)).doesNotExist();
    assertThat(exam.folder().results().getFirst().reference()).isNull();
    assertThat(summary.failures()).containsExactly(new Summary.Failure("p5", "EngineException"));
    Exam open = Exam.in(folder.resolve("open"), 8).with(exam.task());
    assertThat(result(open.run(talks)).getFirst()).isEqualTo(result(summary).getFirst());
    assertThat(exam.run(talks).accuracy()).isEqualTo(summary.accuracy());
  }

  @Test
  void anotherPlanIsRefusedAndEveryDifferenceNamed() {
    Exam exam = exam(2);
    exam.run(model());
    String before = exam.everything();
    Exam other = exam.with(exam.task().withSettings(Map.of("n", "5")).withSeed(7));

    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> other.run(model()))
        .withMessageContaining("seed (0) is now 7")
        .withMessageContaining("n (3) is now 5")
        .withMessageContaining("Maybe give another --out");
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> exam(3).run(model()))
        .withMessageContaining("problems (2) is now 3");
    assertThat(exam.everything()).isEqualTo(before);
  }

  @Test
  void aFolderOfSomethingElseIsLeftAlone() throws IOException {
    Exam exam = exam(2);
    Files.createDirectories(exam.out());
    Files.writeString(exam.out().resolve("thesis.tex"), "mine");

    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> exam.run(model()))
        .withMessageContaining("holds something else, such as thesis.tex");
    assertThat(exam.everything()).isEqualTo("thesis.tex\nmine\n");
    Files.writeString(exam.folder().planFile(), "{\"command\":\"compare\"}");
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> exam.run(model()))
        .withMessageContaining("was written by 'ponder compare', not by 'ponder eval'");
    Exam file = Exam.in(exam.out().resolve("thesis.tex"), 2);
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> file.run(model()))
        .withMessageContaining("is a file");
  }

  @Test
  void resultsThatWereChangedAreRefused() throws IOException {
    Exam exam = exam(2);
    exam.run(model());
    Path results = exam.folder().resultsFile();
    String original = Files.readString(results);

    Files.writeString(results, original.replace("\"tokens\":", "\"tokens\":1"));
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> exam.run(model()))
        .withMessageContaining("was changed since its evaluation ended");
    Files.delete(exam.folder().summaryFile());
    Files.writeString(results, original.replace("\"id\":\"p1\"", "\"id\":\"q1\""));
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> exam.run(model()))
        .withMessageContaining("problem q1 at index 1")
        .withMessageContaining("does not fit the data set");
  }

  @Test
  void oneProcessWorksInAFolder() throws Exception {
    Exam exam = exam(2);
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch tried = new CountDownLatch(1);
    Thread other =
        Thread.ofVirtual()
            .start(
                () -> {
                  try (var lock = exam.folder().lock()) {
                    held.countDown();
                    tried.await();
                  } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                });
    held.await();

    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> exam.run(model()))
        .withMessageContaining("Another process is at work in");
    tried.countDown();
    other.join();
    assertThat(exam.run(model()).problems()).isEqualTo(2);
  }

  @Test
  void probesAreSpreadOverTheLengthsOfQuestions() {
    assertThat(EvalEstimate.probes(exam(3).data().problems())).hasSize(3);
    assertThat(EvalEstimate.probes(exam(40).data().problems())).hasSize(10).doesNotHaveDuplicates();
    assertThat(EvalEstimate.probes(exam(400).data().problems())).hasSize(32);
  }
}

package ponder.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;
import ponder.model.Completion;
import ponder.model.EngineException;
import ponder.model.FinishReason;
import ponder.model.Prompt;
import ponder.model.Request;
import ponder.model.Sampling;
import ponder.model.Stop;
import ponder.model.Tokens;
import ponder.testkit.ScriptedBackend;
import ponder.testkit.ScriptedBackend.Fault;

/// One test per line of the table in [Failures].
class FailuresTest {
  static {
    Trial.QUIET.setLevel(Level.OFF);
  }

  private static final int MARK = 255;

  /// Four different prompts, the last with a token that no other has.
  private static List<Request> requests() {
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      int[] ids = Scripted.prompt(i, 20).toArray();
      for (int k = 0; k < ids.length; k++) {
        ids[k] = ids[k] % 250;
      }
      ids[10] = i == 3 ? MARK : ids[10];
      requests.add(
          Request.of(Prompt.of(Tokens.of(ids)))
              .withMaxTokens(12)
              .withBanned(List.of(MARK))
              .withStop(new Stop(List.of(), List.of(), false, true)));
    }
    return requests;
  }

  private static List<Completion> run(Scripted scripted) throws Exception {
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Completion>> futures = new ArrayList<>();
      for (Request request : requests()) {
        futures.add(callers.submit(() -> scripted.model().complete(request).first()));
      }
      List<Completion> answers = new ArrayList<>();
      for (Future<Completion> future : futures) {
        answers.add(future.get());
      }
      return answers;
    }
  }

  private static Scripted scripted(IntFunction<Fault> faults) {
    return Scripted.open(
        new ScriptedBackend(ScriptedBackend.ROOMY, faults::apply), Scripted.CHECKED);
  }

  private static List<Completion> healthy() throws Exception {
    try (Scripted scripted = scripted(forward -> null)) {
      return run(scripted);
    }
  }

  /// Checks that every sample that did not fail is as it should be; gives the number of the others.
  private static int failed(List<Completion> answers) throws Exception {
    List<Completion> expected = healthy();
    int failed = 0;
    for (int i = 0; i < answers.size(); i++) {
      if (answers.get(i).finish() == FinishReason.ERROR) {
        failed++;
      } else {
        assertThat(answers.get(i).tokens()).isEqualTo(expected.get(i).tokens());
        assertThat(answers.get(i).finish()).isEqualTo(FinishReason.LENGTH);
      }
    }
    return failed;
  }

  private static IntFunction<Fault> at(int number, Fault fault) {
    return forward -> forward == number ? fault : null;
  }

  @Test
  void recoversFromMissingCells() {
    // samples of one call, so that it is sure that four run when the cells are missing
    Request request = requests().get(0).withN(4).withSampling(Sampling.of(1));
    List<Completion> expected;
    try (Scripted scripted = scripted(forward -> null)) {
      expected = scripted.model().complete(request).completions();
    }
    for (int number : new int[] {0, 1, 5}) {
      try (Scripted scripted = scripted(at(number, new Fault.Ends(Backend.Outcome.NO_CELLS)))) {
        List<Completion> answers = scripted.model().complete(request).completions();
        for (int i = 0; i < 4; i++) {
          assertThat(answers.get(i).tokens()).isEqualTo(expected.get(i).tokens());
          assertThat(answers.get(i).finish()).isEqualTo(FinishReason.LENGTH);
        }
        assertThat(scripted.settled().noCells()).isEqualTo(1);
        scripted.assertSound();
      }
    }
  }

  @Test
  void givesUpWhenNoCellCanEverBeHad() throws Exception {
    try (Scripted scripted = scripted(forward -> new Fault.Ends(Backend.Outcome.NO_CELLS))) {
      assertThat(failed(run(scripted))).isEqualTo(4);
      scripted.assertSound();
    }
  }

  @Test
  void cutsBackAfterAnAbort() throws Exception {
    try (Scripted scripted = scripted(at(3, new Fault.Ends(Backend.Outcome.ABORTED)))) {
      assertThat(failed(run(scripted))).isZero();
      scripted.assertSound();
    }
  }

  @Test
  void findsTheSequenceThatTheBatchIsRefusedFor() throws Exception {
    try (Scripted scripted = scripted(forward -> new Fault.Refuses(MARK))) {
      List<Completion> answers = run(scripted);
      assertThat(failed(answers)).isEqualTo(1);
      assertThat(answers.get(3).finish()).isEqualTo(FinishReason.ERROR);
      assertThat(answers.get(3).detail()).contains("refused");
      scripted.assertSound();
    }
  }

  @Test
  void computesSuspectSequencesAgain() throws Exception {
    try (Scripted scripted = scripted(at(4, new Fault.Ends(Backend.Outcome.FAILED)))) {
      assertThat(failed(run(scripted))).isZero();
      assertThat(scripted.settled().recomputedTokens()).isPositive();
      scripted.assertSound();
    }
  }

  @Test
  void restartsAfterThreeFailuresInAMinute() throws Exception {
    Fault fault = new Fault.Throws(new IllegalStateException("scripted"));
    try (Scripted scripted =
        scripted(forward -> forward == 2 || forward == 20 || forward == 40 ? fault : null)) {
      for (int i = 0; scripted.backend().forwards() < 41 && i < 50; i++) {
        Request fresh = requests().get(0).withPrompt(Prompt.of(Scripted.prompt(100 + i, 9)));
        scripted.model().complete(fresh);
      }
      assertThat(scripted.backend().restarts()).isEqualTo(1);
      assertThat(failed(run(scripted))).isZero();
      scripted.assertSound();
    }
  }

  @Test
  void failsTheOneSequenceWhoseRowHoldsNan() throws Exception {
    try (Scripted scripted = scripted(at(6, new Fault.Nan(1)))) {
      List<Completion> answers = run(scripted);
      assertThat(failed(answers)).isEqualTo(1);
      assertThat(scripted.backend().restarts()).isZero();
      scripted.assertSound();
    }
  }

  @Test
  void failsTheOneSequenceWhoseRowIsMissing() throws Exception {
    try (Scripted scripted = scripted(at(6, new Fault.Missing()))) {
      assertThat(failed(run(scripted))).isEqualTo(1);
      scripted.assertSound();
    }
  }

  @Test
  void restartsWhenSeveralRowsHoldNanAndGivesTheSameTokens() throws Exception {
    try (Scripted scripted = scripted(at(8, new Fault.Nan(64)))) {
      List<Completion> answers = run(scripted);
      assertThat(failed(answers)).isLessThanOrEqualTo(1); // one, if a single sequence ran just then
      assertThat(scripted.backend().restarts() + failed(answers)).isEqualTo(1);
      scripted.assertSound();
    }
  }

  @Test
  void failsASampleThatMayDrawNoToken() {
    try (Scripted scripted = scripted(forward -> null)) {
      Request request = requests().get(0).withAllowed(List.of(7)).withBanned(List.of(7));
      Completion answer = scripted.model().complete(request).first();
      assertThat(answer.finish()).isEqualTo(FinishReason.ERROR);
      assertThat(answer.detail()).isNotEmpty();
      assertThat(scripted.backend().restarts()).isZero();
      scripted.assertSound();
    }
  }

  @Test
  void anErrorInTheEngineEndsEveryCall() {
    Scripted scripted =
        scripted(
            forward -> {
              throw new AssertionError("scripted");
            });
    assertThatThrownBy(() -> scripted.model().complete(requests().get(0)))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("scripted");
    assertThatThrownBy(() -> scripted.model().complete(requests().get(0)))
        .isInstanceOf(EngineException.class);
    scripted.close();
  }
}

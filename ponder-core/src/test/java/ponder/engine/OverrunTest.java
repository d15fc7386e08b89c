package ponder.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ponder.model.Call;
import ponder.model.Cancellation;
import ponder.model.Completion;
import ponder.model.EngineException;
import ponder.model.FinishReason;
import ponder.model.Prompt;
import ponder.model.Request;
import ponder.model.Stop;
import ponder.testkit.ScriptedBackend;
import ponder.testkit.ScriptedBackend.Fault;

/// Forwards that would last for ever end when nobody wants them any more.
@Timeout(60)
class OverrunTest {
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch begun = new CountDownLatch(1);

  /// An engine whose forwards numbered below `lasting` never end by themselves.
  private Scripted open(int lasting, EngineSettings settings) {
    return Scripted.open(
        new ScriptedBackend(
            ScriptedBackend.ROOMY,
            forward -> {
              begun.countDown();
              return forward < lasting ? new Fault.Lasts() : null;
            }),
        settings);
  }

  @AfterEach
  void close() {
    callers.close();
  }

  private static Request request(int seed) {
    return Request.of(Prompt.of(Scripted.prompt(seed, 60)))
        .withMaxTokens(5)
        .withStop(new Stop(List.of(), List.of(), false, true));
  }

  @Test
  void cancellationEndsTheForwardOfALoneCall() throws Exception {
    try (Scripted scripted = open(1, Scripted.CHECKED)) {
      Cancellation cancellation = new Cancellation();
      Call call = Call.plain().withCancellation(cancellation);
      Future<Completion> answer =
          callers.submit(() -> scripted.model().complete(request(1).withN(3), call).first());
      begun.await();
      cancellation.cancel();
      assertThat(answer.get().finish()).isEqualTo(FinishReason.CANCELLED);
      assertThat(scripted.model().complete(request(1)).first().tokens().size()).isEqualTo(5);
      assertThat(scripted.settled().aborted()).isEqualTo(1);
      scripted.assertSound();
    }
  }

  @Test
  void deadlineEndsTheForwardOfALoneCall() {
    try (Scripted scripted = open(1, Scripted.CHECKED)) {
      Call call = Call.plain().withDeadline(Instant.now().plusMillis(50));
      Completion answer = scripted.model().complete(request(1), call).first();
      assertThat(answer.finish()).isEqualTo(FinishReason.DEADLINE);
      assertThat(scripted.settled().aborted()).isEqualTo(1);
      scripted.assertSound();
    }
  }

  @Test
  void closingEndsAnyForward() throws Exception {
    Scripted scripted = open(1, Scripted.CHECKED);
    Future<Completion> one = callers.submit(() -> scripted.model().complete(request(1)).first());
    begun.await();
    scripted.close();
    assertThatThrownBy(one::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(EngineException.class);
  }

  @Test
  void closingEndsTheForwardOnlyWhenTheDrainIsOver() throws Exception {
    Scripted scripted = open(1, Scripted.CHECKED.with("drain", 50));
    Future<Completion> one = callers.submit(() -> scripted.model().complete(request(1)).first());
    begun.await();
    long start = System.nanoTime();
    scripted.close();
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(50_000_000);
    assertThatThrownBy(one::get).hasCauseInstanceOf(EngineException.class);
  }

  @Test
  void abandonedForwardsCountAgainstNobody() {
    try (Scripted scripted = open(6, Scripted.CHECKED)) {
      for (int i = 0; i < 6; i++) {
        Call call = Call.plain().withDeadline(Instant.now().plusMillis(20));
        assertThat(scripted.model().complete(request(i), call).first().finish())
            .isEqualTo(FinishReason.DEADLINE);
      }
      assertThat(scripted.model().complete(request(7)).first().finish())
          .isEqualTo(FinishReason.LENGTH);
      scripted.assertSound();
    }
  }

  /// What the backend is told, in the order in which things happen around a forward.
  @Test
  void aForwardOfSeveralCallsIsAbortedForTheEnginesEndAlone() {
    ScriptedBackend backend = new ScriptedBackend(ScriptedBackend.ROOMY);
    Overrun overrun = new Overrun(backend);
    Ticket one = new Ticket(Call.plain(), null, 1000, null);
    Ticket other = new Ticket(Call.plain(), null, 500, null);

    overrun.begin(one);
    assertThat(backend.abortsAt()).isEqualTo(1000);
    overrun.withdraw(other);
    assertThat(backend.abortsAt()).isEqualTo(1000);
    overrun.withdraw(one);
    assertThat(backend.abortsAt()).isEqualTo(Long.MIN_VALUE);
    assertThat(overrun.end(0)).isTrue();
    assertThat(backend.abortsAt()).isEqualTo(Long.MAX_VALUE);

    overrun.begin(null);
    overrun.withdraw(one);
    assertThat(backend.abortsAt()).isEqualTo(Long.MAX_VALUE);
    assertThat(overrun.end(2000)).isFalse();
    overrun.begin(other); // withdrawn before its forward began
    assertThat(backend.abortsAt()).isEqualTo(Long.MIN_VALUE);
    assertThat(overrun.end(0)).isTrue();

    overrun.begin(null);
    overrun.close(1500);
    assertThat(backend.abortsAt()).isEqualTo(1500);
    assertThat(overrun.end(1499)).isFalse();
    assertThat(backend.abortsAt()).isEqualTo(1500);
  }
}

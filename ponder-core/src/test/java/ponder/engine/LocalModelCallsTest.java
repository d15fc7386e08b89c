package ponder.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import ponder.model.AdapterKey;
import ponder.model.Call;
import ponder.model.Cancellation;
import ponder.model.Completion;
import ponder.model.Completions;
import ponder.model.ContextOverflowException;
import ponder.model.EngineException;
import ponder.model.FinishReason;
import ponder.model.Hidden;
import ponder.model.Listener;
import ponder.model.Prompt;
import ponder.model.Request;
import ponder.model.Sampling;
import ponder.model.Scoring;
import ponder.model.Stop;
import ponder.model.Tokens;
import ponder.testkit.ByteTokenizer;
import ponder.testkit.ScriptedBackend;

/// How calls behave towards their callers: streaming, ending early, waiting, refusing, closing.
@Timeout(60)
class LocalModelCallsTest {
  private static final Tokens PROMPT = Scripted.prompt(1, 60);
  private static final Stop NEVER = new Stop(List.of(), List.of(), false, true);

  private static Request request(Tokens prompt, int maxTokens) {
    return Request.of(Prompt.of(prompt)).withMaxTokens(maxTokens).withStop(NEVER);
  }

  /// A backend that stands still at its second forward until told to go on.
  private static final class Gate {
    final CountDownLatch reached = new CountDownLatch(1);
    final CountDownLatch open = new CountDownLatch(1);

    ScriptedBackend backend(ScriptedBackend.Shape shape) {
      return new ScriptedBackend(
          shape,
          forward -> {
            if (forward == 1) {
              reached.countDown();
              try {
                open.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            }
            return null;
          });
    }
  }

  @Test
  void streamedTextIsTheText() {
    try (Scripted scripted = Scripted.open()) {
      Map<Integer, StringBuilder> heard = new ConcurrentHashMap<>();
      List<Completion> finished = new ArrayList<>();
      Thread caller = Thread.currentThread();
      Listener listener =
          new Listener() {
            @Override
            public void onText(int sample, String delta) {
              assertThat(Thread.currentThread()).isSameAs(caller);
              assertThat(delta).isNotEmpty();
              heard.computeIfAbsent(sample, s -> new StringBuilder()).append(delta);
            }

            @Override
            public void onFinish(Completion completion) {
              finished.add(completion);
            }
          };
      Request request = request(PROMPT, 50).withSamples(List.of(3, 1)).withSampling(Sampling.of(1));
      Completions answer = scripted.model().complete(request, Call.plain().withListener(listener));
      assertThat(finished).containsExactlyInAnyOrderElementsOf(answer.completions());
      for (Completion completion : answer.completions()) {
        assertThat(heard.get(completion.sample())).hasToString(completion.text());
      }
      assertThat(answer.completions()).extracting(Completion::sample).containsExactly(3, 1);
      scripted.assertSound();
    }
  }

  @Test
  void mergesDeltasWhenTheListenerIsSlow() {
    Mailbox mailbox = new Mailbox(2, 4);
    for (int i = 0; i < 100; i++) {
      mailbox.put(i % 2, (char) ('a' + i % 26) + "");
    }
    mailbox.end(1);
    List<String> events = new ArrayList<>();
    StringBuilder first = new StringBuilder();
    mailbox.drain(
        new Mailbox.Reader() {
          @Override
          public void text(int index, String delta) {
            events.add(delta);
            if (index == 0) {
              first.append(delta);
            }
          }

          @Override
          public void end(int index) {
            events.add("end " + index);
          }
        });
    assertThat(events).hasSize(5).endsWith("end 1");
    assertThat(first).hasSize(50).startsWith("acegikm");
  }

  @Test
  void aListenerThatThrowsEndsItsCall() {
    try (Scripted scripted = Scripted.open()) {
      Call call =
          Call.plain()
              .withListener(
                  (sample, delta) -> {
                    throw new IllegalStateException("enough");
                  });
      assertThatThrownBy(() -> scripted.model().complete(request(PROMPT, 400), call))
          .hasMessage("enough");
      scripted.assertSound();
    }
  }

  @Test
  void cancellationEndsWithWhatThereIs() throws Exception {
    Gate gate = new Gate();
    try (Scripted scripted = Scripted.open(gate.backend(ScriptedBackend.ROOMY), Scripted.CHECKED);
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      Cancellation cancellation = new Cancellation();
      Future<Completions> future =
          callers.submit(
              () ->
                  scripted
                      .model()
                      .complete(request(PROMPT, 400), Call.plain().withCancellation(cancellation)));
      gate.reached.await();
      cancellation.cancel();
      gate.open.countDown();
      Completions answer = future.get();
      assertThat(answer.first().finish()).isEqualTo(FinishReason.CANCELLED);
      assertThat(answer.first().tokens().size()).isBetween(1, 2);
      assertThat(answer.usage().generatedTokens()).isEqualTo(answer.first().tokens().size());
      scripted.assertSound();
    }
  }

  @Test
  void interruptionEndsTheCallAndKeepsTheFlag() throws Exception {
    Gate gate = new Gate();
    try (Scripted scripted = Scripted.open(gate.backend(ScriptedBackend.ROOMY), Scripted.CHECKED)) {
      List<Object> seen = new ArrayList<>();
      Thread caller =
          Thread.ofVirtual()
              .start(
                  () -> {
                    seen.add(scripted.model().complete(request(PROMPT, 400)).first().finish());
                    seen.add(Thread.currentThread().isInterrupted());
                  });
      gate.reached.await();
      caller.interrupt();
      while (caller.getState() != Thread.State.TERMINATED && caller.isInterrupted()) {
        Thread.onSpinWait(); // until the caller has taken the flag and sent its message
      }
      gate.open.countDown();
      caller.join();
      assertThat(seen).containsExactly(FinishReason.CANCELLED, true);
      scripted.assertSound();
    }
  }

  @Test
  void anInterruptedCallerIsNotLetIn() {
    try (Scripted scripted = Scripted.open()) {
      Thread.currentThread().interrupt();
      Completions answer = scripted.model().complete(request(PROMPT, 4).withN(2));
      assertThat(Thread.interrupted()).isTrue();
      assertThat(answer.completions())
          .extracting(Completion::finish)
          .containsExactly(FinishReason.CANCELLED, FinishReason.CANCELLED);
      assertThat(scripted.backend().forwards()).isZero();
    }
  }

  @Test
  void aPastDeadlineEndsAtOnce() {
    try (Scripted scripted = Scripted.open()) {
      Call call = Call.plain().withDeadline(Instant.now().minusSeconds(1));
      Completions answer = scripted.model().complete(request(PROMPT, 4), call);
      assertThat(answer.first().finish()).isEqualTo(FinishReason.DEADLINE);
      assertThat(answer.usage().promptTokens()).isZero();
      assertThatThrownBy(() -> scripted.model().score(PROMPT, PROMPT, null, call))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("deadline");
    }
  }

  @Test
  void callersBeyondTheLimitWaitTheirTurn() throws Exception {
    EngineSettings settings = Scripted.CHECKED.with("queueLimit", 2);
    try (Scripted scripted = Scripted.open(new ScriptedBackend(ScriptedBackend.ROOMY), settings);
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Completions>> futures = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        Tokens prompt = Scripted.prompt(i, 20);
        futures.add(callers.submit(() -> scripted.model().complete(request(prompt, 5))));
      }
      for (Future<Completions> future : futures) {
        assertThat(future.get().first().tokens().size()).isEqualTo(5);
      }
      scripted.assertSound();
    }
  }

  @Test
  void aThousandEqualPromptsArePrefilledOnce() throws Exception {
    try (Scripted scripted = Scripted.open();
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      Request request = request(Scripted.prompt(3, 300), 2).withSampling(Sampling.of(1));
      List<Future<Completions>> futures = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        Request own = request.withSeed(i);
        futures.add(callers.submit(() -> scripted.model().complete(own)));
      }
      for (Future<Completions> future : futures) {
        future.get();
      }
      Metrics metrics = scripted.settled();
      assertThat(metrics.calls()).isEqualTo(1000);
      // latecomers compute the last prompt token again, for its logits
      assertThat(metrics.promptTokens() + metrics.recomputedTokens()).isBetween(300L, 1300L);
      assertThat(metrics.cachedTokens()).isGreaterThan(298_000);
      scripted.assertSound();
    }
  }

  @Test
  void closingEndsRunningCalls() throws Exception {
    Gate gate = new Gate();
    Scripted scripted = Scripted.open(gate.backend(ScriptedBackend.ROOMY), Scripted.CHECKED);
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Completions> future =
          callers.submit(() -> scripted.model().complete(request(PROMPT, 400)));
      gate.reached.await();
      Thread closer = Thread.ofVirtual().start(scripted::close);
      gate.open.countDown();
      assertThatThrownBy(future::get).hasCauseInstanceOf(EngineException.class);
      closer.join();
      scripted.model().close();
      assertThatThrownBy(() -> scripted.model().complete(request(PROMPT, 4)))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("closed");
    }
  }

  @Test
  void closingCanWaitForRunningCalls() throws Exception {
    Gate gate = new Gate();
    Scripted scripted =
        Scripted.open(gate.backend(ScriptedBackend.ROOMY), Scripted.CHECKED.with("drain", 60_000));
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Completions> future =
          callers.submit(() -> scripted.model().complete(request(PROMPT, 40)));
      gate.reached.await();
      Thread closer = Thread.ofVirtual().start(scripted::close);
      gate.open.countDown();
      assertThat(future.get().first().tokens().size()).isEqualTo(40);
      closer.join();
    }
  }

  @Test
  void refusesWhatCannotBeCarriedOut() {
    try (Scripted scripted = Scripted.open()) {
      LocalModel model = scripted.model();
      assertThatThrownBy(() -> model.complete(request(Tokens.of(), 4)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("prompt");
      assertThatThrownBy(() -> model.complete(request(Tokens.of(1, 260), 4)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("260");
      assertThatThrownBy(() -> model.complete(request(Scripted.prompt(1, 512), 4)))
          .isInstanceOf(ContextOverflowException.class)
          .hasMessageContaining("512");
      assertThatThrownBy(() -> model.complete(request(PROMPT, 4).withBanned(List.of(-1))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("-1");
      AdapterKey unknown = new AdapterKey("unknown", 1);
      assertThatThrownBy(() -> model.complete(request(PROMPT, 4).withAdapter(unknown)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("unknown");
      assertThatThrownBy(
              () ->
                  model.score(Scripted.prompt(1, 500), Scripted.prompt(2, 13), null, Call.plain()))
          .isInstanceOf(ContextOverflowException.class);
      assertThatThrownBy(() -> model.next(PROMPT, Tokens.of(1), 61, null, Call.plain()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("61");
      assertThat(scripted.backend().forwards()).isZero();
    }
  }

  @Test
  void refusesABackendWithTokensThatNobodyCanRead() {
    Backend.Shape wide = new Backend.Shape(300, 64, 64, 4, 8, 8, 0, 16, true);
    assertThatThrownBy(() -> Scripted.open(new ScriptedBackend(wide), Scripted.CHECKED))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("300");
  }

  @Test
  void endsWhereTheContextEnds() {
    try (Scripted scripted = Scripted.open()) {
      Completion answer = scripted.model().complete(request(Scripted.prompt(1, 500), 400)).first();
      assertThat(answer.tokens().size()).isEqualTo(12);
      assertThat(answer.finish()).isEqualTo(FinishReason.CONTEXT);
      Completion one = scripted.model().complete(request(Scripted.prompt(2, 1), 3)).first();
      assertThat(one.tokens().size()).isEqualTo(3);
      scripted.assertSound();
    }
  }

  @Test
  void aTagLeavesNoTrace() {
    try (Scripted scripted = Scripted.open()) {
      LocalModel model = scripted.model();
      Tokens tagged = PROMPT.concat(Tokens.of(250, 251));
      Scoring.Score score = model.next(tagged, Tokens.of(10, 11), 2, null, Call.plain());
      assertThat(score.logprobs()).hasSize(2);
      assertThat(scripted.settled().cellsUsed()).isEqualTo(60);
      Scoring.Score again = model.next(tagged, Tokens.of(10, 11), 2, null, Call.plain());
      assertThat(again.logprobs()).containsExactly(score.logprobs());
      assertThat(again.usage().cachedPromptTokens()).isEqualTo(60);
      Tokens grown = PROMPT.concat(Scripted.prompt(9, 5)).concat(Tokens.of(250, 251));
      Scoring.Score next = model.next(grown, Tokens.of(10), 2, null, Call.plain());
      assertThat(next.usage().cachedPromptTokens()).isEqualTo(60);
      scripted.assertSound();
    }
  }

  @Test
  void givesHiddenStatesBesideOthersWork() throws Exception {
    try (Scripted scripted = Scripted.open();
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Completions> beside =
          callers.submit(() -> scripted.model().complete(request(PROMPT, 100)));
      Hidden.States states = scripted.model().hidden(PROMPT, 55, null, Call.plain());
      assertThat(states.rows()).hasDimensions(5, 8);
      float[] expected = new float[8];
      ScriptedBackend.logits(
          ScriptedBackend.path(PROMPT.toArray(), PROMPT.size(), null) + 1, expected);
      assertThat(states.rows()[4]).containsExactly(expected);
      assertThat(states.usage().scoredTokens()).isEqualTo(5);
      beside.get();
      scripted.assertSound();
    }
  }

  @Test
  void adaptersShareNothingAndAreFreedWhenIdle(@TempDir Path folder) throws Exception {
    try (Scripted scripted = Scripted.open()) {
      LocalModel model = scripted.model();
      Path file = Files.writeString(folder.resolve("adapter"), "weights");
      AdapterKey key = model.loadAdapter(file, 1);
      assertThat(model.loadAdapter(file, 1)).isEqualTo(key);
      Completion base = model.complete(request(PROMPT, 6)).first();
      Completions adapted = model.complete(request(PROMPT, 6).withAdapter(key));
      assertThat(adapted.usage().cachedPromptTokens()).isZero();
      assertThat(adapted.first().tokens()).isNotEqualTo(base.tokens());
      assertThat(scripted.settled().cellsUsed()).isEqualTo(2 * 65);
      model.unloadAdapter(key);
      assertThat(scripted.settled().cellsUsed()).isEqualTo(65);
      assertThatThrownBy(() -> model.complete(request(PROMPT, 6).withAdapter(key)))
          .isInstanceOf(IllegalArgumentException.class);
      model.loadAdapter(file, 1);
      Completions again = model.complete(request(PROMPT, 6).withAdapter(key));
      assertThat(again.usage().cachedPromptTokens()).isZero();
      assertThat(again.first().tokens()).isEqualTo(adapted.first().tokens());
      scripted.assertSound();
    }
  }

  @Test
  void preemptionChangesNoUsage() throws Exception {
    Backend.Shape small = new Backend.Shape(ByteTokenizer.SIZE, 200, 220, 32, 64, 32, 0, 16, true);
    try (Scripted scripted =
            Scripted.open(
                new ScriptedBackend(small),
                Scripted.CHECKED.with("reserveAhead", 0).with("watermark", 0));
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Completions>> futures = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        Tokens prompt = Scripted.prompt(i, 20);
        futures.add(callers.submit(() -> scripted.model().complete(request(prompt, 60))));
      }
      for (Future<Completions> future : futures) {
        Completions answer = future.get();
        assertThat(answer.usage().promptTokens()).isEqualTo(20);
        assertThat(answer.usage().cachedPromptTokens()).isZero();
        assertThat(answer.usage().generatedTokens()).isEqualTo(60);
      }
      assertThat(scripted.settled().preemptions()).isPositive();
      scripted.assertSound();
    }
  }
}

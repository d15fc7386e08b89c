package ponder.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import ponder.model.Call;
import ponder.model.Cancellation;
import ponder.model.Completion;
import ponder.model.Completions;
import ponder.model.FinishReason;
import ponder.model.Listener;
import ponder.model.ModelInfo.Determinism;
import ponder.model.Prompt;
import ponder.model.Request;
import ponder.model.Sampling;
import ponder.model.Scoring;
import ponder.model.Tokenizing;
import ponder.model.Tokens;
import ponder.model.Usage;
import ponder.search.LittleModel;
import ponder.store.Journal;
import ponder.store.RunInfo;
import ponder.store.RunLog;
import ponder.testkit.ScriptedModel;

class JournaledModelTest {
  private static final Request REQUEST =
      Request.of(Prompt.text("6*7?")).withSampling(Sampling.of(0.7)).withN(4);
  private static final RunInfo RUN = new RunInfo("solve", "r", "", "b", "w", "m", "n", "q");

  private final Journal journal = Journal.inMemory(Long.MAX_VALUE);
  private final RunLog log = journal.begin(RUN, List.of());

  @AfterEach
  void close() {
    log.close();
    journal.close();
  }

  private JournaledModel journaled(LittleModel model) {
    return new JournaledModel(model, log);
  }

  private static List<byte[]> encoded(Completions completions) {
    return completions.completions().stream()
        .map(it -> SampleCodec.encode(new SampleCodec.Sample(it, 0)))
        .toList();
  }

  @Test
  void replaysByteForByteWithTheSameUsage() {
    LittleModel model = LittleModel.saying("one", "two", "three");
    Completions first = journaled(model).complete(REQUEST);

    LittleModel other = LittleModel.saying("never asked");
    Completions second = journaled(other).complete(REQUEST);

    assertThat(other.computed()).isEmpty();
    assertThat(encoded(second))
        .usingElementComparator(java.util.Arrays::compare)
        .isEqualTo(encoded(first));
    assertThat(second.usage()).isEqualTo(first.usage());
    assertThat(first.usage()).isEqualTo(new Usage(LittleModel.PROMPT_TOKENS, 4, 18, 0, 4));
  }

  @Test
  void moreSamplesPayForTheNewOnes() {
    LittleModel model = LittleModel.saying("one", "two", "three");
    journaled(model).complete(REQUEST);

    Completions more = journaled(model).complete(REQUEST.withN(6));

    assertThat(model.computed()).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5);
    assertThat(more.completions()).extracting(Completion::sample).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(more.usage().promptTokens()).isEqualTo(LittleModel.PROMPT_TOKENS);
    assertThat(more.usage().generatedTokens()).isEqualTo(4 + 4 + 6 + 4 + 4 + 6);
  }

  @Test
  void replayTellsTheListener() {
    journaled(LittleModel.saying("one")).complete(REQUEST);
    List<String> heard = new ArrayList<>();
    var listener =
        new Listener() {
          @Override
          public void onText(int sample, String delta) {
            heard.add(sample + delta);
          }

          @Override
          public void onFinish(Completion completion) {
            heard.add("end " + completion.sample());
          }
        };

    journaled(LittleModel.saying("x")).complete(REQUEST, Call.plain().withListener(listener));

    assertThat(heard)
        .containsExactly("0one", "end 0", "1one", "end 1", "2one", "end 2", "3one", "end 3");
  }

  @Test
  void keepsOnlyFinishedSamples() {
    var cancellation = new Cancellation();
    AtomicInteger tokens = new AtomicInteger();
    var model =
        new LittleModel(
            sample -> sample == 2 ? "!" : "a".repeat(2 * sample + 1),
            () -> {
              if (tokens.incrementAndGet() == 9) {
                cancellation.cancel();
              }
            },
            Determinism.INVARIANT);

    Completions cut =
        journaled(model).complete(REQUEST, Call.plain().withCancellation(cancellation));
    assertThat(cut.completions())
        .extracting(Completion::finish)
        .containsExactly(
            FinishReason.EOS, FinishReason.CANCELLED, FinishReason.ERROR, FinishReason.CANCELLED);

    LittleModel rest = LittleModel.saying("later");
    Completions resumed = journaled(rest).complete(REQUEST);
    assertThat(rest.computed()).containsExactlyInAnyOrder(1, 2, 3);
    assertThat(resumed.first().text()).isEqualTo("a");
  }

  @Test
  void finishedSamplesAreKeptWhenTheModelBreaks() {
    AtomicInteger tokens = new AtomicInteger();
    var model =
        new LittleModel(
            sample -> "a".repeat(10 * sample),
            () -> {
              if (tokens.incrementAndGet() == 30) {
                throw new IllegalStateException("broken");
              }
            },
            Determinism.INVARIANT);
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> journaled(model).complete(REQUEST))
        .withMessage("broken");

    LittleModel rest = LittleModel.saying("later");
    journaled(rest).complete(REQUEST);

    assertThat(rest.computed()).containsExactlyInAnyOrder(1, 2, 3);
  }

  @Test
  void equalRequestsInFlightAreComputedOnce() throws Exception {
    var started = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    var model =
        new LittleModel(
            sample -> "text " + sample,
            () -> {
              started.countDown();
              await(go);
            },
            Determinism.INVARIANT);
    JournaledModel journaled = journaled(model);

    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Completions>> calls = new ArrayList<>();
      calls.add(executor.submit(() -> journaled.complete(REQUEST)));
      started.await();
      for (int i = 0; i < 20; i++) {
        Request overlapping = REQUEST.withSamples(List.of(i % 4, 4 + i % 3));
        calls.add(executor.submit(() -> journaled.complete(overlapping)));
      }
      go.countDown();
      for (Future<Completions> call : calls) {
        for (Completion completion : call.get().completions()) {
          assertThat(completion.text()).isEqualTo("text " + completion.sample());
        }
      }
    }

    assertThat(model.computed()).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void waitingEndsWithOnesOwnCall() throws Exception {
    var started = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    var model =
        new LittleModel(
            sample -> "text",
            () -> {
              started.countDown();
              await(go);
            },
            Determinism.INVARIANT);
    JournaledModel journaled = journaled(model);

    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Completions> owner = executor.submit(() -> journaled.complete(REQUEST));
      started.await();
      var cancelled = new Cancellation();
      cancelled.cancel();

      assertThat(
              journaled.complete(REQUEST, Call.plain().withCancellation(cancelled)).completions())
          .allMatch(it -> it.finish() == FinishReason.CANCELLED && it.tokens().isEmpty());
      assertThat(
              journaled
                  .complete(
                      REQUEST, Call.plain().withDeadline(Instant.now().minus(Duration.ofDays(1))))
                  .completions())
          .allMatch(it -> it.finish() == FinishReason.DEADLINE);
      go.countDown();
      assertThat(owner.get().completions()).allMatch(it -> it.finish() == FinishReason.EOS);
    }
  }

  @Test
  void whoeverGivesUpLeavesTheWorkToTheNext() throws Exception {
    var started = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    var model =
        new LittleModel(
            sample -> "text",
            () -> {
              started.countDown();
              await(go);
            },
            Determinism.INVARIANT);
    JournaledModel journaled = journaled(model);
    var cancellation = new Cancellation();

    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Completions> owner =
          executor.submit(
              () -> journaled.complete(REQUEST, Call.plain().withCancellation(cancellation)));
      started.await();
      Future<Completions> next = executor.submit(() -> journaled.complete(REQUEST));
      cancellation.cancel();
      go.countDown();

      assertThat(owner.get().completions()).allMatch(it -> it.finish() == FinishReason.CANCELLED);
      assertThat(next.get().completions()).allMatch(it -> it.finish() == FinishReason.EOS);
    }
  }

  @Test
  void remoteModelsMaySayTwoThings() {
    AtomicInteger asked = new AtomicInteger();
    var model =
        new LittleModel(sample -> "answer " + asked.incrementAndGet(), () -> {}, Determinism.NONE);
    Request one = REQUEST.withN(1);
    JournaledModel first = journaled(model);
    assertThat(first.complete(one).first().text()).isEqualTo("answer 1");
    assertThat(first.complete(one).first().text()).isEqualTo("answer 2");

    JournaledModel again = journaled(model);

    assertThat(again.complete(one).first().text()).isEqualTo("answer 1");
    assertThat(again.complete(one).first().text()).isEqualTo("answer 2");
    assertThat(again.complete(one).first().text()).isEqualTo("answer 3");
  }

  @Test
  void anyParameterIsAnotherSample() {
    LittleModel model = LittleModel.saying("one");
    JournaledModel journaled = journaled(model);
    Request one = REQUEST.withN(1);
    List<Request> different =
        List.of(
            one,
            one.withSeed(1),
            one.withSamples(List.of(1)),
            one.withMaxTokens(7),
            one.withMinTokens(1),
            one.withTopLogprobs(1),
            one.withCertainty(true),
            one.withBanned(List.of(1)),
            one.withAllowed(List.of(1)),
            one.withSampling(Sampling.of(0.8)),
            one.withSampling(Sampling.of(0.7).withBias(java.util.Map.of(1, 2.0))),
            one.withStop(ponder.model.Stop.at("x")),
            one.withAdapter(new ponder.model.AdapterKey("ab", 1)),
            one.withPrompt(Prompt.text("6*8?")),
            one.withPrompt(Prompt.chat(ponder.model.Message.user("6*7?"))));

    different.forEach(journaled::complete);

    assertThat(model.computed()).hasSize(different.size());
  }

  @Test
  void scoresAreComputedOnce() {
    AtomicInteger asked = new AtomicInteger();
    var model =
        new ScriptedModel((prompt, sample) -> "", (context, token) -> -asked.incrementAndGet(), 99);
    var journaled = new JournaledModel(model, log);
    Scoring scoring = journaled.ability(Scoring.class).orElseThrow();
    Tokens prefix = Tokens.of(1, 2);

    Scoring.Score first = scoring.score(prefix, Tokens.of(3, 4), null, Call.plain());
    Scoring.Score again = scoring.score(prefix, Tokens.of(3, 4), null, Call.plain());
    Scoring.Score next = scoring.next(prefix, Tokens.of(3, 4), 0, null, Call.plain());

    assertThat(first.logprobs()).containsExactly(-1, -2);
    assertThat(again.logprobs()).containsExactly(first.logprobs());
    assertThat(again.usage()).isEqualTo(first.usage());
    assertThat(next.logprobs()).containsExactly(-3, -4);
  }

  @Test
  void claimsNoAbilityThatTheModelLacks() {
    assertThat(journaled(LittleModel.saying("")).ability(Scoring.class)).isEmpty();
    assertThat(journaled(LittleModel.saying("")).ability(Tokenizing.class)).isEmpty();
  }
}

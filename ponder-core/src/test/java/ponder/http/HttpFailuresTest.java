package ponder.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ponder.model.Call;
import ponder.model.Cancellation;
import ponder.model.Completion;
import ponder.model.Completions;
import ponder.model.EngineException;
import ponder.model.FinishReason;
import ponder.model.Listener;
import ponder.model.Message;
import ponder.model.Prompt;
import ponder.model.Request;
import ponder.model.Sampling;
import ponder.testkit.ScriptedModel;
import ponder.testkit.ScriptedServer;
import ponder.testkit.ScriptedServer.Habit;
import ponder.testkit.ScriptedServer.Kind;
import ponder.testkit.ScriptedServer.Trick;

/// What happens when servers fail, lie, stall or break off.
@Timeout(60)
class HttpFailuresTest {
  private static final Request HELLO = Request.of(Prompt.chat(Message.user("hello")));
  private static final String REPLY = "Forty-two, I think.";

  private final Servers.FakeClock clock = new Servers.FakeClock();
  private final ScriptedServer server = start(Kind.VLLM);

  private static ScriptedServer start(Kind kind) {
    return ScriptedServer.start(kind, ScriptedModel.always(REPLY));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private HttpModel open(String... settings) {
    return Servers.open(server, clock, settings);
  }

  /// Collects what a call shows.
  private static final class Shown implements Listener {
    final StringBuilder text = new StringBuilder();
    final List<Completion> finished = new ArrayList<>();

    @Override
    public void onText(int sample, String delta) {
      text.append(delta);
    }

    @Override
    public void onFinish(Completion completion) {
      finished.add(completion);
    }

    Call call() {
      return Call.plain().withListener(this);
    }
  }

  @Test
  void waitsAsLongAsTheServerAsks() {
    server.next(new Trick.Status(429, "{}", Map.of("Retry-After", "7")));
    try (HttpModel model = open()) {
      assertThat(model.complete(HELLO).first().text()).isEqualTo(REPLY);
    }
    assertThat(clock.slept).containsExactly(Duration.ofSeconds(7));
  }

  @Test
  void triesErrorsOfTheServersOwnAgainWithGrowingPauses() {
    server.next(
        new Trick.Status(500, "oops"), new Trick.Status(503, "busy"), new Trick.Status(502, ""));
    try (HttpModel model = open()) {
      assertThat(model.complete(HELLO).first().text()).isEqualTo(REPLY);
    }
    assertThat(clock.slept).hasSize(3);
    for (int k = 0; k < 3; k++) {
      assertThat(clock.slept.get(k).toMillis()).isBetween(250L << k, 500L << k);
    }
  }

  @Test
  void givesUpAfterTheLastTryAndSaysWhatTheServerSaid() {
    for (int k = 0; k < 3; k++) {
      server.next(new Trick.Status(503, "no workers left"));
    }
    try (HttpModel model = open("tries=3")) {
      assertThatThrownBy(() -> model.complete(HELLO))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("503: no workers left")
          .hasMessageContaining(server.endpoint());
    }
    assertThat(server.completions()).hasSize(3);
  }

  @Test
  void givesUpWhenTheServerAsksForMoreTimeThanThereIs() {
    server.next(new Trick.Status(429, "{}", Map.of("Retry-After", "3600")));
    try (HttpModel model = open("retry-seconds=60")) {
      assertThatThrownBy(() -> model.complete(HELLO)).hasMessageContaining("429");
    }
    assertThat(clock.slept).isEmpty();
  }

  @Test
  void neverTriesRefusalsAgain() {
    server.next(new Trick.Status(400, "messages: too many turns"));
    try (HttpModel model = open()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> model.complete(HELLO))
          .withMessageContaining("400: messages: too many turns");
    }
    assertThat(server.completions()).hasSize(1);
  }

  @Test
  void triesAnAnswerThatBrokeOffAgainIfNothingWasShown() {
    server.next(new Trick.Drop(4), new Trick.Garble(2));
    try (HttpModel model = open()) {
      Completion completion = model.complete(HELLO).first();
      assertThat(completion.text()).isEqualTo(REPLY);
      assertThat(completion.tokens().size()).isEqualTo(REPLY.length() + 1);
    }
    assertThat(server.completions()).hasSize(3);
  }

  @Test
  void keepsTheTextOfAnAnswerThatBrokeOffOnceItWasShown() {
    server.next(new Trick.Drop(4));
    Shown shown = new Shown();
    try (HttpModel model = open()) {
      Completion completion = model.complete(HELLO, shown.call()).first();
      assertThat(completion.finish()).isEqualTo(FinishReason.ERROR);
      assertThat(completion.text()).isEqualTo(REPLY.substring(0, 4)).isEqualTo(shown.text + "");
      assertThat(completion.tokens().size()).isEqualTo(4);
      assertThat(completion.detail()).contains("broke off");
      assertThat(shown.finished).containsExactly(completion);
    }
    assertThat(server.completions()).hasSize(1);
  }

  @Test
  void keepsFinishedSamplesWhenAnotherFails() {
    server.next(new Trick.None(), new Trick.Status(400, "no"), new Trick.None());
    Shown shown = new Shown();
    try (HttpModel model = open("together=off", "concurrency=1")) {
      Completions completions = model.complete(HELLO.withN(3), shown.call());
      assertThat(completions.completions())
          .extracting(Completion::finish)
          .containsExactlyInAnyOrder(FinishReason.EOS, FinishReason.EOS, FinishReason.ERROR);
      assertThat(completions.usage().generatedTokens()).isEqualTo(2 * (REPLY.length() + 1));
      assertThat(shown.finished).hasSize(3);
    }
  }

  @Test
  void keepsTheShorterSampleOfACallThatBreaksOff() {
    ScriptedModel two =
        new ScriptedModel((prompt, sample) -> sample % 2 == 0 ? "ab" : "a much longer reply");
    try (ScriptedServer breaking = ScriptedServer.start(Kind.VLLM, two).next(new Trick.Drop(10));
        HttpModel model = Servers.open(breaking, clock)) {
      Request both = HELLO.withN(2).withSampling(Sampling.of(1));
      Completions completions = model.complete(both, new Shown().call());
      assertThat(completions.completions())
          .extracting(Completion::finish)
          .containsExactlyInAnyOrder(FinishReason.EOS, FinishReason.ERROR);
      assertThat(completions.completions()).anyMatch(c -> c.text().equals("ab"));
    }
    assertThat(clock.slept).isEmpty();
  }

  @Test
  void notesSilenceInTheMiddleOfAnAnswer() {
    server.next(new Trick.Stall(3), new Trick.None());
    try (HttpModel model = open("read-timeout=0.2")) {
      assertThat(model.complete(HELLO).first().text()).isEqualTo(REPLY);
    }
    assertThat(server.completions()).hasSize(2);
  }

  @Test
  void notesSilenceBeforeAnAnswer() {
    server.next(new Trick.Stall(0), new Trick.Stall(0));
    try (HttpModel model = open("read-timeout=0.2", "tries=2")) {
      assertThatThrownBy(() -> model.complete(HELLO))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("did not begin within 0.200 s");
    }
  }

  @Test
  void endsAStalledCallAtItsDeadline() {
    server.next(new Trick.Stall(5), new Trick.Stall(0));
    try (HttpModel model = open()) {
      Shown shown = new Shown();
      Call soon = shown.call().withDeadline(Instant.now().plusMillis(300));
      Completion completion = model.complete(HELLO, soon).first();
      assertThat(completion.finish()).isEqualTo(FinishReason.DEADLINE);
      assertThat(completion.text()).isEqualTo(shown.text.toString());
      Call again = Call.plain().withDeadline(Instant.now().plusMillis(100));
      assertThat(model.complete(HELLO, again).first().finish()).isEqualTo(FinishReason.DEADLINE);
    }
  }

  @Test
  void endsAStalledCallWhenCancelledOrInterrupted() throws Exception {
    server.next(new Trick.Stall(5), new Trick.Stall(5));
    try (HttpModel model = open()) {
      Cancellation cancellation = new Cancellation();
      Listener cancelling = (sample, delta) -> cancellation.cancel();
      Call call = Call.plain().withListener(cancelling).withCancellation(cancellation);
      Completion cancelled = model.complete(HELLO, call).first();
      assertThat(cancelled.finish()).isEqualTo(FinishReason.CANCELLED);
      assertThat(cancelled.text()).isEqualTo(REPLY.substring(0, 1));
      CountDownLatch shown = new CountDownLatch(1);
      CompletableFuture<Completion> result = new CompletableFuture<>();
      Thread caller =
          Thread.ofVirtual()
              .start(
                  () -> {
                    Listener listener = (sample, delta) -> shown.countDown();
                    Call slow = Call.plain().withListener(listener);
                    result.complete(model.complete(HELLO, slow).first());
                  });
      shown.await();
      caller.interrupt();
      assertThat(result.get().finish()).isEqualTo(FinishReason.CANCELLED);
    }
  }

  @Test
  void endsRunningCallsWhenClosed() throws Exception {
    server.next(new Trick.Stall(5));
    HttpModel model = open();
    CountDownLatch shown = new CountDownLatch(1);
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                Listener listener = (sample, delta) -> shown.countDown();
                model.complete(HELLO, Call.plain().withListener(listener));
              } catch (EngineException e) {
                thrown.complete(e);
              }
            });
    shown.await();
    model.close();
    assertThat(thrown.get()).hasMessageContaining("closed");
  }

  @Test
  void freesTheListenersThreadOfItsExchangesWhenTheListenerThrows() {
    try (HttpModel model = open("concurrency=1")) {
      Listener angry =
          (sample, delta) -> {
            throw new IllegalStateException("enough");
          };
      assertThatThrownBy(() -> model.complete(HELLO, Call.plain().withListener(angry)))
          .hasMessage("enough");
      assertThat(model.complete(HELLO).first().text()).isEqualTo(REPLY);
    }
  }

  @Test
  void asksForSamplesOneByOneWhereTheServerLiesAboutN() {
    server.with(Habit.LIES_ABOUT_N);
    try (HttpModel model = open()) {
      Request four = HELLO.withN(4).withSampling(Sampling.of(1));
      assertThat(model.complete(four).completions())
          .extracting(Completion::text)
          .containsOnly(REPLY)
          .hasSize(4);
      assertThat(server.completions()).hasSize(4);
      model.complete(four);
      assertThat(server.completions()).hasSize(8);
      assertThat(model.warnings()).hasSize(1).first().asString().contains("'n'");
    }
  }

  @Test
  void asksForSamplesOneByOneWhereTheServerRefusesN() {
    server.with(Habit.REFUSES_N);
    try (HttpModel model = open()) {
      Request three = HELLO.withN(3).withSampling(Sampling.of(1));
      Completions completions = model.complete(three);
      assertThat(completions.completions()).hasSize(3).allMatch(c -> c.text().equals(REPLY));
      assertThat(completions.usage().generatedTokens()).isEqualTo(3 * (REPLY.length() + 1));
    }
  }

  @Test
  void goesWithoutWhatTheServerRefuses() {
    try (ScriptedServer strict =
            start(Kind.OPENAI)
                .refusing("logprobs")
                .refusing("seed")
                .refusing("stream_options")
                .refusing("max_tokens");
        HttpModel model = Servers.open(strict, clock)) {
      Completion completion = model.complete(HELLO).first();
      assertThat(completion.text()).isEqualTo(REPLY);
      assertThat(completion.tokens().size()).isEqualTo(REPLY.length());
      assertThat(completion.logprobs()).containsOnly(Float.NaN);
      assertThat(model.warnings()).hasSize(4); // usage is counted by pieces, too
      int before = strict.completions().size();
      model.complete(HELLO);
      assertThat(strict.completions()).hasSize(before + 1);
      assertThat(strict.completions().getLast().body().has("max_completion_tokens")).isTrue();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> model.complete(HELLO.withTopLogprobs(2)))
          .withMessageContaining("logprobs");
    }
    assertThat(clock.slept).isEmpty();
  }

  @Test
  void countsWhereUsageCannotBe() {
    List<String> lies = List.of("completion_tokens", "prompt_tokens", "total_tokens");
    for (String lie : lies) {
      for (int value : new int[] {-3, 0, 1_000_000}) {
        try (ScriptedServer lying = start(Kind.OPENAI).lying(usage -> usage.put(lie, value));
            HttpModel model = Servers.open(lying, clock)) {
          Completions completions = model.complete(HELLO);
          model.complete(HELLO);
          assertThat(completions.usage().generatedTokens())
              .as("%s %d", lie, value)
              .isBetween((long) REPLY.length(), REPLY.length() + 1L);
          assertThat(completions.usage().promptTokens()).isPositive();
          assertThat(completions.first().tokens().size())
              .isEqualTo((int) completions.usage().generatedTokens());
          assertThat(model.warnings()).as("%s %d", lie, value).hasSize(1);
        }
      }
    }
  }

  @Test
  void countsPiecesWhereThereIsNoUsageAndNoLogprobs() {
    try (ScriptedServer silent =
            start(Kind.OPENAI).with(Habit.GIVES_NO_USAGE, Habit.GIVES_NO_LOGPROBS);
        HttpModel model = Servers.open(silent, clock)) {
      Completions completions = model.complete(HELLO);
      assertThat(completions.first().tokens().size()).isEqualTo(REPLY.length());
      assertThat(completions.usage().promptTokens()).isBetween(4L, 8L);
      assertThat(model.warnings()).hasSize(1);
    }
  }

  @Test
  void readsAnswersThatAreNotStreamedThoughAskedFor() {
    server.with(Habit.IGNORES_STREAM);
    Shown shown = new Shown();
    try (HttpModel model = open()) {
      assertThat(model.complete(HELLO, shown.call()).first().text()).isEqualTo(REPLY);
      assertThat(shown.text).hasToString(REPLY);
    }
  }

  @Test
  void saysWhereNobodyAnswers() {
    String endpoint = server.endpoint();
    HttpModel model = open("tries=2");
    server.close();
    assertThatThrownBy(() -> model.complete(HELLO))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining(endpoint + " cannot be reached")
        .hasMessageContaining("Maybe start the server");
    model.close();
    assertThatThrownBy(() -> Servers.open(endpoint, Map.of(), clock))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining(endpoint + " cannot be reached");
  }

  @Test
  void neverShowsTheKey() {
    try (ScriptedServer locked = start(Kind.VLLM).locked(Servers.KEY)) {
      try (HttpModel model = Servers.open(locked, clock)) {
        assertThat(model.complete(HELLO).first().text()).isEqualTo(REPLY);
        assertThat(locked.received())
            .extracting(ScriptedServer.Received::authorization)
            .containsOnly("Bearer " + Servers.KEY);
        assertThat(model.toString() + model.info() + model.warnings()).doesNotContain("secret");
      }
      Map<String, String> wrong = Map.of("OPENAI_API_KEY", "sk-another-secret");
      assertThatThrownBy(() -> Servers.open(locked.endpoint(), wrong, clock))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("401: Incorrect API key provided: Bearer ***")
          .hasMessageContaining("PONDER_API_KEY")
          .satisfies(e -> assertThat(allOf(e)).doesNotContain("another-secret"));
      assertThatThrownBy(() -> Servers.open(locked.endpoint(), Map.of(), clock))
          .hasMessageContaining("Maybe set PONDER_API_KEY");
    }
  }

  private static String allOf(Throwable thrown) {
    StringBuilder all = new StringBuilder();
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      all.append(t).append('\n');
    }
    return all.toString();
  }

  @Test
  void namesTheSampleThatTheServerCutOffForItsOwnReasons() {
    server.next(new Trick.Status(404, "The model `other` does not exist."));
    try (HttpModel model = open()) {
      assertThatThrownBy(() -> model.complete(HELLO))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("404: The model `other` does not exist.");
    }
  }
}

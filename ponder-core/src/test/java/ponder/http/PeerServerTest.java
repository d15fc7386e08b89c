package ponder.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ponder.model.Call;
import ponder.model.Cancellation;
import ponder.model.Completion;
import ponder.model.Completions;
import ponder.model.ContextOverflowException;
import ponder.model.FinishReason;
import ponder.model.Listener;
import ponder.model.Message;
import ponder.model.Prompt;
import ponder.model.Request;
import ponder.model.Sampling;
import ponder.model.Scoring;
import ponder.model.Stop;
import ponder.model.Tokenizing;
import ponder.model.Tokens;
import ponder.testkit.Child;

/// Against a server that others wrote: the one of llama-cpp-python, with a model of 135 M weights.
///
/// `PONDER_PEER_PYTHON` is a Python with `llama-cpp-python[server]`, `PONDER_TEST_MODELS` a folder
/// with the model.
@Tag("peer")
@Timeout(180)
class PeerServerTest {
  private static final String MODEL = "SmolLM2-135M-Instruct.Q4_1.gguf";
  private static final Request QUESTION =
      Request.of(Prompt.chat(Message.user("Name three colours.")))
          .withMaxTokens(16)
          .withSampling(Sampling.GREEDY);

  private static Child child;
  private static String endpoint;

  @BeforeAll
  static void start() {
    String python = System.getenv("PONDER_PEER_PYTHON");
    String models = System.getenv("PONDER_TEST_MODELS");
    assumeTrue(python != null, "PONDER_PEER_PYTHON is not set.");
    assumeTrue(models != null, "PONDER_TEST_MODELS is not set.");
    String model = Path.of(models, MODEL).toString();
    child =
        Child.start(
            List.of(
                python,
                "-u",
                "-m",
                "llama_cpp.server",
                "--model",
                model,
                "--model_alias",
                "smol",
                "--host",
                "127.0.0.1",
                "--port",
                "0",
                "--n_ctx",
                "512",
                "--verbose",
                "False"));
    CompletableFuture.delayedExecutor(9, TimeUnit.MINUTES).execute(child::kill);
    String address = child.await("INFO:     Uvicorn running on ");
    endpoint = address.substring(0, address.indexOf(' ')) + "/v1";
    Thread.ofVirtual()
        .start(
            () -> {
              while (child.line() != null) {
                Thread.onSpinWait(); // what it logs must not fill the pipe
              }
            });
  }

  @AfterAll
  static void stop() {
    if (child != null) {
      child.kill();
    }
  }

  private static HttpModel open(String... settings) {
    return Servers.open(endpoint, Map.of(), Patience.Clock.SYSTEM, settings);
  }

  @Test
  void knowsItForWhatItIs() {
    try (HttpModel model = open()) {
      assertThat(model.info().build()).startsWith("llama.cpp-python 0.");
      assertThat(model.info().name()).isEqualTo("smol");
      assertThat(model.ability(Tokenizing.class)).isEmpty();
      assertThat(model.ability(Scoring.class)).isEmpty();
    }
  }

  @Test
  void countsAStreamAsTheServerCountsTheSameAnswer() {
    StringBuilder shown = new StringBuilder();
    Call call = Call.plain().withListener((sample, delta) -> shown.append(delta));
    try (HttpModel streaming = open();
        HttpModel whole = open("stream=off")) {
      Completions counted = whole.complete(QUESTION);
      assertThat(whole.warnings()).isEmpty();
      assertThat(counted.usage().promptTokens()).isBetween(10L, 60L);
      assertThat(counted.usage().generatedTokens()).isEqualTo(counted.first().tokens().size());
      Completions streamed = streaming.complete(QUESTION, call);
      assertThat(shown).hasToString(streamed.first().text());
      assertThat(streamed.first().text()).startsWith(counted.first().text().substring(0, 12));
      assertThat(streamed.first().tokens().size()).isBetween(12, 16);
      assertThat(streaming.warnings()).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"stream=on", "stream=off"})
  void tellsLogprobsWhenAskedTo(String stream) {
    try (HttpModel model = open("logprobs=on", stream)) {
      for (Prompt prompt : List.of(QUESTION.prompt(), Prompt.text("The capital of France is"))) {
        // The server takes seconds for each of these tokens.
        Request few = QUESTION.withPrompt(prompt).withMaxTokens(3).withTopLogprobs(3);
        Completion completion = model.complete(few).first();
        assertThat(completion.tokens().size()).isEqualTo(completion.logprobs().length);
        assertThat(completion.tokens().stream()).containsOnly(Tokens.UNKNOWN);
        assertThat(completion.logprobs()[0]).isBetween(-20f, 0f);
        assertThat(completion.topLogprobs().getFirst()).hasSize(3);
        assertThat(completion.topLogprobs().getFirst().getFirst().logprob())
            .isEqualTo(completion.logprobs()[0]);
        assertThat(completion.sumLogprob()).isNegative();
      }
    }
  }

  @Test
  void drawsEachSampleByASeedOfItsOwn() {
    Request drawn = QUESTION.withSampling(Sampling.of(1)).withMaxTokens(12);
    try (HttpModel model = open("stream=off")) {
      Completions four = model.complete(drawn.withN(4));
      assertThat(four.completions()).extracting(Completion::text).doesNotHaveDuplicates();
      Completion alone = model.complete(drawn.withSamples(List.of(2))).first();
      assertThat(alone.text()).startsWith(four.completions().get(2).text().substring(0, 5));
      assertThat(four.usage().generatedTokens())
          .isEqualTo(four.completions().stream().mapToLong(c -> c.tokens().size()).sum());
    }
  }

  @Test
  void stopsAtAString() {
    Request counting = QUESTION.withPrompt(Prompt.text("1, 2, 3, 4, 5, 6,")).withMaxTokens(40);
    try (HttpModel model = open()) {
      Completion completion = model.complete(counting.withStop(Stop.at(" 9"))).first();
      assertThat(completion.finish()).isEqualTo(FinishReason.STOP);
      assertThat(completion.detail()).isEqualTo(" 9");
      assertThat(completion.text()).contains("7").doesNotContain("9");
    }
  }

  @Test
  void endsEarlyAndLeavesTheServerUsable() {
    Cancellation cancellation = new Cancellation();
    Listener listener = (sample, delta) -> cancellation.cancel();
    Call call = Call.plain().withListener(listener).withCancellation(cancellation);
    try (HttpModel model = open()) {
      Request endless = QUESTION.withPrompt(Prompt.text("la la la la la la")).withMaxTokens(400);
      Completion completion = model.complete(endless, call).first();
      assertThat(completion.finish()).isEqualTo(FinishReason.CANCELLED);
      assertThat(completion.tokens().size()).isLessThan(10);
      assertThat(model.complete(QUESTION).first().finish().finished()).isTrue();
    }
  }

  @Test
  void saysWhatDoesNotFit() {
    try (HttpModel model = open("stream=off")) {
      Request tooLong = QUESTION.withPrompt(Prompt.text("word ".repeat(700)));
      assertThatThrownBy(() -> model.complete(tooLong))
          .isInstanceOf(ContextOverflowException.class)
          .hasMessageContaining("512");
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> model.complete(QUESTION.withStop(new Stop(List.of(), List.of(), false, true))))
          .withMessageContaining("ignoreEos");
    }
  }
}

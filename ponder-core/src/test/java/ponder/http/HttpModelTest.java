package ponder.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import ponder.journal.JournaledModel;
import ponder.model.AdapterKey;
import ponder.model.Call;
import ponder.model.Completion;
import ponder.model.Completions;
import ponder.model.EngineException;
import ponder.model.FinishReason;
import ponder.model.Message;
import ponder.model.Prompt;
import ponder.model.Request;
import ponder.model.Sampling;
import ponder.model.Scoring;
import ponder.model.Stop;
import ponder.model.TokenLogprob;
import ponder.model.Tokenizing;
import ponder.model.Tokens;
import ponder.store.Journal;
import ponder.store.RunInfo;
import ponder.store.RunLog;
import ponder.testkit.ByteTokenizer;
import ponder.testkit.ScriptedModel;
import ponder.testkit.ScriptedServer;
import ponder.testkit.ScriptedServer.Habit;
import ponder.testkit.ScriptedServer.Kind;
import tools.jackson.databind.JsonNode;

/// What is sent to each kind of server and what is made of its answers.
@Timeout(60)
class HttpModelTest {
  private static final Request HELLO = Request.of(Prompt.chat(Message.user("hello")));
  private static final Request DRAWN = HELLO.withSampling(Sampling.of(1));

  private static ScriptedServer start(Kind kind, String reply) {
    return ScriptedServer.start(kind, ScriptedModel.always(reply));
  }

  private static JsonNode sent(ScriptedServer server) {
    return server.completions().getLast().body();
  }

  @Test
  void learnsWhatTheServerIs() {
    for (Kind kind : Kind.values()) {
      try (ScriptedServer server = start(kind, "hi");
          HttpModel model = Servers.open(server)) {
        String build =
            switch (kind) {
              case VLLM -> "vllm 0.11.0";
              case LLAMA_CPP -> "llama.cpp b7000";
              case OPENAI -> "openai";
            };
        assertThat(model.info().build()).isEqualTo(build);
        assertThat(model.info().name()).isEqualTo("scripted");
        assertThat(model.info().contextLength())
            .isEqualTo(kind == Kind.OPENAI ? Integer.MAX_VALUE : 32_768);
        assertThat(model.ability(Tokenizing.class).isPresent()).isEqualTo(kind != Kind.OPENAI);
        assertThat(model.ability(Scoring.class).isPresent()).isEqualTo(kind == Kind.VLLM);
        assertThat(server.completions()).as("nothing is generated to find out").isEmpty();
      }
    }
  }

  @Test
  void sendsOnlyPublishedFieldsToServersOfUnknownKind() {
    try (ScriptedServer server = start(Kind.OPENAI, "hi");
        HttpModel model = Servers.open(server)) {
      model.complete(DRAWN.withN(2).withStop(Stop.at("END")));
      assertThat(sent(server).propertyNames())
          .containsExactlyInAnyOrder(
              "model",
              "messages",
              "max_tokens",
              "n",
              "seed",
              "temperature",
              "top_p",
              "stop",
              "logprobs",
              "top_logprobs",
              "stream",
              "stream_options");
    }
  }

  @Test
  void sendsNeutralValuesWhereServersHaveDefaultsOfTheirOwn() {
    try (ScriptedServer server = start(Kind.LLAMA_CPP, "hi");
        HttpModel model = Servers.open(server)) {
      model.complete(DRAWN);
      JsonNode body = sent(server);
      assertThat(body.path("top_k").asInt()).isZero();
      assertThat(body.path("min_p").asDouble()).isZero();
      assertThat(body.path("top_p").asDouble()).isEqualTo(1);
      assertThat(body.path("repeat_penalty").asDouble()).isEqualTo(1);
      assertThat(body.path("samplers").get(1).asString()).isEqualTo("temperature");
    }
  }

  @Test
  void refusesWhatTheServerLacksBeforeAnythingIsSent() {
    Sampling sampling = Sampling.of(1);
    Tokens pair = Tokens.of(1, 2);
    List<Request> refused =
        List.of(
            DRAWN.withBanned(List.of(1)),
            DRAWN.withAllowed(List.of(1)),
            DRAWN.withMinTokens(3),
            DRAWN.withAdapter(new AdapterKey("0".repeat(64), 1)),
            DRAWN.withTopLogprobs(21),
            DRAWN.withCertainty(true),
            DRAWN.withSampling(sampling.withTypicalP(0.5)),
            DRAWN.withSampling(sampling.withTopK(5)),
            DRAWN.withSampling(sampling.withMinP(0.1)),
            DRAWN.withSampling(sampling.withPenalties(1.2, 0, 0)),
            DRAWN.withSampling(sampling.withPenaltyWindow(9)),
            DRAWN.withSampling(sampling.withBias(Map.of(3, -200.0))),
            DRAWN.withStop(new Stop(List.of(), List.of(pair), false, false)),
            DRAWN.withStop(new Stop(List.of(), List.of(), false, true)),
            DRAWN.withStop(new Stop(List.of("x"), List.of(), true, false)),
            DRAWN.withPrompt(Prompt.of(pair)),
            DRAWN.withPrompt(new Prompt.Chat(List.of(Message.user("a")), "b")));
    try (ScriptedServer server = start(Kind.OPENAI, "hi");
        HttpModel model = Servers.open(server)) {
      for (Request request : refused) {
        assertThatIllegalArgumentException()
            .as("%s", request)
            .isThrownBy(() -> model.complete(request))
            .withMessageStartingWith("The server (openai) cannot be asked for ");
      }
      assertThat(server.completions()).isEmpty();
    }
  }

  @Test
  void refusesToContinueTokensThatItWasNotShown() {
    try (ScriptedServer server = start(Kind.VLLM, "hi");
        HttpModel model = Servers.open(server)) {
      Request hidden = HELLO.withPrompt(Prompt.of(Tokens.of(65, Tokens.UNKNOWN)));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> model.complete(hidden))
          .withMessageContaining("Maybe continue its text instead");
    }
  }

  @Test
  void givesASampleTheSameSeedAloneAndInCompany() {
    for (Kind kind : Kind.values()) {
      try (ScriptedServer server =
              ScriptedServer.start(kind, new ScriptedModel((prompt, sample) -> "no. " + sample));
          HttpModel model = Servers.open(server, "together=on")) {
        List<String> eight = texts(model.complete(DRAWN.withN(8)));
        assertThat(eight).doesNotHaveDuplicates();
        assertThat(server.completions()).hasSize(1);
        for (int sample = 0; sample < 8; sample += 3) {
          Completions alone = model.complete(DRAWN.withSamples(List.of(sample)));
          assertThat(texts(alone)).containsExactly(eight.get(sample));
        }
        Completions some = model.complete(DRAWN.withSamples(List.of(6, 7, 2)));
        assertThat(texts(some)).containsExactly(eight.get(6), eight.get(7), eight.get(2));
        assertThat(texts(model.complete(DRAWN.withSeed(9)))).isNotEqualTo(eight.subList(0, 1));
      }
    }
  }

  private static List<String> texts(Completions completions) {
    return completions.completions().stream().map(Completion::text).toList();
  }

  @Test
  void tellsStopsFromEndsWhereTheServerDoes() {
    String reply = "one END two";
    for (Kind kind : List.of(Kind.VLLM, Kind.LLAMA_CPP)) {
      try (ScriptedServer server = start(kind, reply);
          HttpModel model = Servers.open(server)) {
        Completion stopped = model.complete(HELLO.withStop(Stop.at("END", "else"))).first();
        assertThat(stopped.text()).isEqualTo("one ");
        assertThat(stopped.finish()).isEqualTo(FinishReason.STOP);
        assertThat(stopped.tokens().size()).isEqualTo("one END".length());
        assertThat(stopped.textTokens()).isEqualTo(4);
        Completion ended = model.complete(HELLO.withStop(Stop.at("nowhere"))).first();
        assertThat(ended.finish()).isEqualTo(FinishReason.EOS);
        assertThat(ended.textTokens()).isEqualTo(reply.length());
        assertThat(ended.tokens().size()).isEqualTo(reply.length() + 1);
      }
    }
  }

  @Test
  void asksVllmForStopTokensAndKeptStops() {
    try (ScriptedServer server = start(Kind.VLLM, "one END two");
        HttpModel model = Servers.open(server)) {
      Stop kept = new Stop(List.of("END"), List.of(), true, false);
      Completion including = model.complete(HELLO.withStop(kept)).first();
      assertThat(including.text()).isEqualTo("one END");
      assertThat(including.detail()).isEqualTo("END");
      Stop token = new Stop(List.of(), List.of(Tokens.of('e')), false, false);
      Completion atToken = model.complete(HELLO.withStop(token)).first();
      assertThat(atToken.text()).isEqualTo("on");
      assertThat(atToken.finish()).isEqualTo(FinishReason.STOP);
      assertThat(atToken.detail()).isEqualTo("[101]");
    }
  }

  @Test
  void takesAStopForGrantedWhereTheServerDoesNotTell() {
    try (ScriptedServer server = start(Kind.OPENAI, "one END two");
        HttpModel model = Servers.open(server)) {
      Completion stopped = model.complete(HELLO.withStop(Stop.at("END"))).first();
      assertThat(stopped.finish()).isEqualTo(FinishReason.STOP);
      assertThat(stopped.detail()).isEqualTo("END");
      assertThat(stopped.textTokens()).isEqualTo(4);
      assertThat(stopped.tokens().size()).isEqualTo("one END".length());
      assertThat(stopped.tokens().stream()).containsOnly(Tokens.UNKNOWN);
      assertThat(model.complete(HELLO).first().finish()).isEqualTo(FinishReason.EOS);
    }
  }

  @Test
  void putsThoughtsBackInFrontOfTheText() {
    String reply = "<think>Six times seven.</think>Forty-two.";
    for (Kind kind : Kind.values()) {
      try (ScriptedServer server = start(kind, reply).with(Habit.SPLITS_THOUGHTS);
          HttpModel model = Servers.open(server)) {
        StringBuilder shown = new StringBuilder();
        Call call = Call.plain().withListener((sample, delta) -> shown.append(delta));
        assertThat(model.complete(HELLO, call).first().text()).isEqualTo(reply);
        assertThat(shown).hasToString(reply);
      }
    }
  }

  @Test
  void leavesThoughtsOpenThatWereCutOff() {
    try (ScriptedServer server = start(Kind.VLLM, "<think>a</think>b").with(Habit.SPLITS_THOUGHTS);
        HttpModel model = Servers.open(server)) {
      assertThat(model.complete(HELLO.withMaxTokens(8)).first().text()).isIn("<think>a", "");
    }
  }

  @Test
  void givesTopLogprobsWithIdsWhereTheServerShowsThem() {
    for (Kind kind : Kind.values()) {
      for (Prompt prompt : List.of(HELLO.prompt(), Prompt.text("hello"))) {
        try (ScriptedServer server = start(kind, "hi");
            HttpModel model = Servers.open(server)) {
          Completion completion =
              model.complete(HELLO.withPrompt(prompt).withTopLogprobs(3)).first();
          List<TokenLogprob> top = completion.topLogprobs().getFirst();
          assertThat(top.getFirst().logprob()).isEqualTo(completion.logprobs()[0]);
          assertThat(top.getFirst().token())
              .isEqualTo(kind == Kind.OPENAI ? Tokens.UNKNOWN : (int) 'h');
        }
      }
    }
  }

  @Test
  void sharesTheTokensOfSeveralSamplesOutExactly() {
    ScriptedModel replies = new ScriptedModel((prompt, sample) -> "x".repeat(1 + sample % 5));
    try (ScriptedServer server =
            ScriptedServer.start(Kind.OPENAI, replies).with(Habit.GIVES_NO_LOGPROBS);
        HttpModel model = Servers.open(server)) {
      Completions completions = model.complete(DRAWN.withN(5));
      long inSamples = completions.completions().stream().mapToLong(c -> c.tokens().size()).sum();
      assertThat(inSamples).isEqualTo(completions.usage().generatedTokens()).isEqualTo(15 + 5);
      assertThat(completions.completions()).allMatch(c -> c.tokens().size() >= c.text().length());
    }
  }

  @Test
  void runsNoMoreCallsAtATimeThanAllowed() throws Exception {
    try (ScriptedServer server = start(Kind.VLLM, "hi");
        HttpModel model = Servers.open(server, "concurrency=3");
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<java.util.concurrent.Future<Completions>> all = new ArrayList<>();
      for (int k = 0; k < 40; k++) {
        all.add(threads.submit(() -> model.complete(HELLO)));
      }
      for (var one : all) {
        assertThat(one.get().first().text()).isEqualTo("hi");
      }
      assertThat(server.mostAtATime()).isBetween(1, 3);
    }
  }

  @Test
  void takesOnlyAsManyTokensAsFitBehindAPromptOfUnknownLength() {
    ScriptedModel small = new ScriptedModel((prompt, sample) -> "x".repeat(500), null, 200);
    try (ScriptedServer server = ScriptedServer.start(Kind.VLLM, small);
        HttpModel model = Servers.open(server)) {
      Completion completion = model.complete(HELLO.withMaxTokens(300)).first();
      assertThat(completion.finish()).isEqualTo(FinishReason.CONTEXT);
      assertThat(completion.tokens().size()).isBetween(100, 199);
      Request tooLong = HELLO.withPrompt(Prompt.chat(Message.user("y".repeat(400))));
      assertThatThrownBy(() -> model.complete(tooLong))
          .isInstanceOf(ponder.model.ContextOverflowException.class)
          .hasMessageContaining("200");
    }
  }

  @Test
  void refusesScoresThatOnlyLookLikeOnes() {
    ScriptedModel model = new ScriptedModel((p, s) -> "hi", (context, token) -> -1, 1000);
    try (ScriptedServer server = ScriptedServer.start(Kind.VLLM, model).with(Habit.IGNORES_ECHO);
        HttpModel http = Servers.open(server)) {
      Scoring scoring = http.ability(Scoring.class).orElseThrow();
      assertThatThrownBy(
              () -> scoring.score(Tokens.of('a', 'b'), Tokens.of('c'), null, Call.plain()))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("does not give the log-probabilities of a prompt");
    }
  }

  @Test
  void keepsASampleOfARemoteModelInTheJournalByItsOccurrence(@TempDir Path folder) {
    ScriptedModel counting = new ScriptedModel((prompt, sample) -> "no. " + sample);
    try (ScriptedServer server =
            ScriptedServer.start(Kind.OPENAI, counting).with(Habit.IGNORES_SEED);
        HttpModel model = Servers.open(server);
        Journal journal = Journal.open(folder)) {
      List<List<String>> first = ask(model, journal);
      int paid = server.completions().size();
      List<List<String>> second = ask(model, journal);
      assertThat(second).isEqualTo(first);
      assertThat(server.completions()).hasSize(paid);
      assertThat(first.get(0)).isNotEqualTo(first.get(1));
    }
  }

  /// Asks for the same two samples twice in one run.
  private static List<List<String>> ask(HttpModel model, Journal journal) {
    RunInfo run = new RunInfo("solve", "{}", "", "http", model.info().weightsHash(), "m", "n", "q");
    try (RunLog log = journal.begin(run, List.of())) {
      JournaledModel journaled = new JournaledModel(model, log);
      return IntStream.range(0, 2)
          .mapToObj(k -> texts(journaled.complete(DRAWN.withN(2))))
          .toList();
    }
  }

  @Test
  void hidesNothingOfTheTokenizer() {
    ByteTokenizer bytes = new ByteTokenizer();
    for (Kind kind : List.of(Kind.VLLM, Kind.LLAMA_CPP)) {
      try (ScriptedServer server = start(kind, "hi");
          HttpModel model = Servers.open(server)) {
        Tokenizing tokenizing = model.ability(Tokenizing.class).orElseThrow();
        var tokenizer = tokenizing.tokenizer();
        assertThat(tokenizer.vocabularySize()).isEqualTo(ByteTokenizer.SIZE);
        assertThat(tokenizer.eos()).containsExactly(ByteTokenizer.IM_END);
        assertThat(tokenizer.bos()).isEqualTo(-1);
        Tokens tokens = bytes.encode("é<|im_end|>x", true);
        assertThat(tokenizer.encode("é<|im_end|>x", true)).isEqualTo(tokens);
        assertThat(tokenizer.decode(tokens, true)).isEqualTo("é<|im_end|>x");
        assertThat(tokenizer.decode(tokens, false)).isEqualTo("éx");
        assertThat(tokenizer.isSpecial(ByteTokenizer.IM_END)).isTrue();
        assertThat(tokenizer.isSpecial('<')).isFalse();
        List<Message> messages = List.of(Message.user("a"));
        assertThat(tokenizing.chatTemplate().render(messages, true))
            .isEqualTo(ByteTokenizer.CHATML.render(messages, true));
      }
    }
  }
}

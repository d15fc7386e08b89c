package ponder.testkit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import ponder.engine.Output;
import ponder.model.Call;
import ponder.model.Completion;
import ponder.model.Completions;
import ponder.model.FinishReason;
import ponder.model.Message;
import ponder.model.Prompt;
import ponder.model.Request;
import ponder.model.Sampling;
import ponder.model.Scoring;
import ponder.model.Stop;
import ponder.model.TokenLogprob;
import ponder.model.Tokens;
import ponder.model.Usage;
import ponder.testkit.ScriptedServer.Habit;
import ponder.testkit.ScriptedServer.Kind;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What a [ScriptedServer] answers, in the form of the server it imitates.
final class ScriptedAnswers {
  static final String NAME = "scripted";

  private final Kind kind;
  private final ScriptedModel model;
  private final Set<Habit> habits;
  private final ByteTokenizer tokenizer = new ByteTokenizer();
  private final AtomicInteger arrivals = new AtomicInteger();

  ScriptedAnswers(Kind kind, ScriptedModel model, Set<Habit> habits) {
    this.kind = kind;
    this.model = model;
    this.habits = habits;
  }

  /// An answer as a whole and in pieces.
  record Answer(ObjectNode all, List<ObjectNode> pieces, ObjectNode usage) {
    ObjectNode whole(boolean withUsage) {
      return withUsage ? all.set("usage", usage) : all;
    }

    /// The event that tells the usage.
    ObjectNode last() {
      ObjectNode last = ScriptedServer.MAPPER.createObjectNode();
      last.putArray("choices");
      return last.set("usage", usage);
    }
  }

  /// The answer to whatever is not a completion; null if there is no such address.
  @Nullable ObjectNode tell(String path, JsonNode body) {
    ObjectNode answer = ScriptedServer.MAPPER.createObjectNode();
    boolean vllm = kind == Kind.VLLM;
    boolean llama = kind == Kind.LLAMA_CPP;
    switch (path) {
      case "/v1/models" -> models(answer.putArray("data").addObject().put("id", NAME));
      case "/version" -> answer.put("version", "0.11.0");
      case "/props" -> {
        answer.put("build_info", "b7000").put("eos_token", "<|im_end|>").put("bos_token", "");
        answer.putObject("default_generation_settings").put("n_ctx", context());
      }
      case "/tokenize" -> ids(answer.putArray("tokens"), tokenize(body));
      case "/detokenize" -> {
        String text = tokenizer.decode(tokens(body.path("tokens")), true);
        answer.put(vllm ? "prompt" : "content", text);
      }
      case "/apply-template" -> answer.put("prompt", rendered(body));
      default -> {
        return null;
      }
    }
    boolean known =
        switch (path) {
          case "/version" -> vllm;
          case "/props", "/apply-template" -> llama;
          case "/tokenize", "/detokenize" -> vllm || llama;
          default -> true;
        };
    return known ? answer : null;
  }

  private int context() {
    return model.info().contextLength();
  }

  private void models(ObjectNode entry) {
    switch (kind) {
      case VLLM -> entry.put("owned_by", "vllm").put("max_model_len", context());
      case LLAMA_CPP ->
          entry.put("owned_by", "llamacpp").putObject("meta").put("n_vocab", ByteTokenizer.SIZE);
      case OPENAI -> entry.put("owned_by", "organization-owner");
    }
  }

  private Tokens tokenize(JsonNode body) {
    if (body.has("messages")) {
      return tokenizer.encode(rendered(body), true);
    }
    return kind == Kind.VLLM
        ? tokenizer.encode(body.path("prompt").asString(), true)
        : tokenizer.encode(
            body.path("content").asString(), body.path("parse_special").asBoolean(true));
  }

  private static String rendered(JsonNode body) {
    return ByteTokenizer.CHATML.render(
        messages(body), body.path("add_generation_prompt").asBoolean(true));
  }

  private static List<Message> messages(JsonNode body) {
    List<Message> messages = new ArrayList<>();
    body.path("messages")
        .forEach(
            m ->
                messages.add(new Message(m.path("role").asString(), m.path("content").asString())));
    return messages;
  }

  private static Tokens tokens(JsonNode array) {
    return Tokens.of(IntStream.range(0, array.size()).map(i -> array.get(i).asInt()).toArray());
  }

  private static void ids(ArrayNode array, Tokens tokens) {
    tokens.stream().forEach(array::add);
  }

  /// Completes.
  ///
  /// @throws IllegalArgumentException if the model refuses the request
  Answer answer(String path, JsonNode body) {
    boolean chat = path.endsWith("/chat/completions");
    if (body.path("echo").asBoolean(false) && !habits.contains(Habit.IGNORES_ECHO)) {
      return echo(body);
    }
    Request request = request(body, chat);
    Completions completions = model.complete(request, Call.plain());
    ObjectNode all = ScriptedServer.MAPPER.createObjectNode();
    ArrayNode choices = all.putArray("choices");
    List<List<ObjectNode>> pieces = new ArrayList<>();
    boolean logprobs = body.has("logprobs") && !habits.contains(Habit.GIVES_NO_LOGPROBS);
    for (int i = 0; i < completions.completions().size(); i++) {
      Completion completion = completions.completions().get(i);
      var choice = new Choice(i, chat, logprobs, request, completion);
      choice.write(choices.addObject(), "message", 0, completion.tokens().size(), true);
      pieces.add(choice.pieces());
    }
    return new Answer(all, interleaved(pieces), usage(completions.usage()));
  }

  private static List<ObjectNode> interleaved(List<List<ObjectNode>> samples) {
    List<ObjectNode> all = new ArrayList<>();
    int longest = samples.stream().mapToInt(List::size).max().orElse(0);
    for (int k = 0; k < longest; k++) {
      for (List<ObjectNode> sample : samples) {
        if (k < sample.size()) {
          all.add(sample.get(k));
        }
      }
    }
    return all;
  }

  private static ObjectNode usage(Usage usage) {
    ObjectNode node = ScriptedServer.MAPPER.createObjectNode();
    long prompt = usage.promptTokens() + usage.scoredTokens();
    node.put("prompt_tokens", prompt).put("completion_tokens", usage.generatedTokens());
    node.put("total_tokens", prompt + usage.generatedTokens());
    node.putObject("prompt_tokens_details").put("cached_tokens", usage.cachedPromptTokens());
    return node;
  }

  private Request request(JsonNode body, boolean chat) {
    int n = habits.contains(Habit.LIES_ABOUT_N) ? 1 : body.path("n").asInt(1);
    boolean seeded = body.has("seed") && !habits.contains(Habit.IGNORES_SEED);
    int first = seeded ? body.path("seed").asInt() : arrivals.getAndAdd(n);
    List<String> strings = new ArrayList<>();
    body.path("stop").forEach(s -> strings.add(s.asString()));
    List<Tokens> sequences = new ArrayList<>();
    body.path("stop_token_ids").forEach(id -> sequences.add(Tokens.of(id.asInt())));
    int top = chat ? body.path("top_logprobs").asInt(0) : body.path("logprobs").asInt(0);
    Prompt prompt = prompt(body, chat);
    int wanted =
        body.path("max_tokens").asInt(body.path("max_completion_tokens").asInt(Integer.MAX_VALUE));
    int maxTokens = Math.max(1, wanted);
    int size = model.tokens(prompt).size();
    if (kind == Kind.VLLM && size + maxTokens > context()) {
      throw new IllegalArgumentException(
          "'max_tokens' is too large: %d. This model's maximum context length is %d tokens and your request has %d input tokens."
              .formatted(maxTokens, context(), size));
    }
    return Request.of(prompt)
        .withSamples(IntStream.range(first, first + n).boxed().toList())
        .withMaxTokens(maxTokens)
        .withMinTokens(body.path("min_tokens").asInt(0))
        .withSampling(Sampling.of(body.path("temperature").asDouble(1)))
        .withTopLogprobs(top)
        .withStop(
            new Stop(
                strings,
                sequences,
                body.path("include_stop_str_in_output").asBoolean(false),
                body.path("ignore_eos").asBoolean(false)));
  }

  private Prompt prompt(JsonNode body, boolean chat) {
    if (!chat) {
      JsonNode prompt = body.path("prompt");
      return prompt.isArray() ? Prompt.of(tokens(prompt)) : Prompt.text(prompt.asString());
    }
    List<Message> messages = messages(body);
    if (!body.path("continue_final_message").asBoolean(false)) {
      return new Prompt.Chat(messages, "");
    }
    String prefill = messages.getLast().content();
    return new Prompt.Chat(messages.subList(0, messages.size() - 1), prefill);
  }

  private Answer echo(JsonNode body) {
    Tokens tokens = tokens(body.path("prompt"));
    Scoring scoring = model.ability(Scoring.class).orElseThrow();
    Scoring.Score score =
        scoring.score(tokens.slice(0, 1), tokens.slice(1, tokens.size()), null, Call.plain());
    ObjectNode all = ScriptedServer.MAPPER.createObjectNode();
    ObjectNode choice = all.putArray("choices").addObject().put("index", 0);
    choice.put("text", tokenizer.decode(tokens, true)).put("finish_reason", "length");
    ObjectNode logprobs = choice.putObject("logprobs");
    ArrayNode names = logprobs.putArray("tokens");
    tokens.stream().forEach(id -> names.add("token_id:" + id));
    ArrayNode values = logprobs.putArray("token_logprobs").addNull();
    for (float value : score.logprobs()) {
      values.add(value);
    }
    return new Answer(all, List.of(), usage(score.usage()));
  }

  /// One sample of an answer.
  private final class Choice {
    private final int index;
    private final boolean chat;
    private final boolean logprobs;
    private final Completion completion;
    private final String[] deltas;
    private final int shown;
    private int thoughtEnd;

    Choice(int index, boolean chat, boolean logprobs, Request request, Completion completion) {
      this.index = index;
      this.chat = chat;
      this.logprobs = logprobs;
      this.completion = completion;
      deltas = deltas(request);
      boolean stopped =
          completion.finish() == FinishReason.STOP
              || (kind == Kind.OPENAI && completion.finish() == FinishReason.EOS);
      shown = kind != Kind.VLLM && stopped ? completion.textTokens() : completion.tokens().size();
      boolean thinks = habits.contains(Habit.SPLITS_THOUGHTS);
      String text = completion.text();
      thoughtEnd = thinks && text.startsWith("<think>") ? text.indexOf("</think>") : -1;
    }

    /// The text that each token adds, as it becomes certain.
    private String[] deltas(Request request) {
      Output output = new Output(tokenizer, request.stop());
      String[] all = new String[completion.tokens().size()];
      for (int k = 0; k < all.length; k++) {
        output.accept(completion.tokens().get(k));
        if (k == all.length - 1) {
          output.finish();
        }
        all[k] = output.takeDelta();
      }
      return all;
    }

    List<ObjectNode> pieces() {
      List<ObjectNode> pieces = new ArrayList<>();
      for (int k = 0; k < deltas.length; k++) {
        ObjectNode piece = ScriptedServer.MAPPER.createObjectNode();
        write(piece.putArray("choices").addObject(), "delta", k, k + 1, k == deltas.length - 1);
        pieces.add(piece);
      }
      return pieces;
    }

    /// Writes tokens `from` to `to`.
    void write(ObjectNode choice, String message, int from, int to, boolean last) {
      choice.put("index", index);
      StringBuilder before = new StringBuilder();
      StringBuilder now = new StringBuilder();
      for (int k = 0; k < to; k++) {
        (k < from ? before : now).append(deltas[k]);
      }
      if (chat) {
        message(choice.putObject(message), before.length(), now.toString());
      } else {
        choice.put("text", now.toString());
      }
      if (logprobs) {
        logprobs(choice.putObject("logprobs"), Math.min(from, shown), Math.min(to, shown));
      }
      if (last) {
        finish(choice);
      } else {
        choice.putNull("finish_reason");
      }
    }

    private void message(ObjectNode message, int start, String text) {
      StringBuilder thought = new StringBuilder();
      StringBuilder said = new StringBuilder();
      for (int i = 0; i < text.length(); i++) {
        int at = start + i;
        if (thoughtEnd < 0 || at >= thoughtEnd + "</think>".length()) {
          said.append(text.charAt(i));
        } else if (at >= "<think>".length() && at < thoughtEnd) {
          thought.append(text.charAt(i));
        }
      }
      message.put("role", "assistant").put("content", said.toString());
      if (!thought.isEmpty()) {
        message.put("reasoning_content", thought.toString());
      }
    }

    private void finish(ObjectNode choice) {
      boolean length =
          completion.finish() == FinishReason.LENGTH || completion.finish() == FinishReason.CONTEXT;
      choice.put("finish_reason", length ? "length" : "stop");
      if (kind != Kind.VLLM || completion.finish() != FinishReason.STOP) {
        return;
      }
      String detail = completion.detail();
      if (detail.startsWith("[")) {
        choice.put("stop_reason", Integer.parseInt(detail.substring(1, detail.length() - 1)));
      } else {
        choice.put("stop_reason", detail);
      }
    }

    private void logprobs(ObjectNode node, int from, int to) {
      if (!chat && kind != Kind.LLAMA_CPP) {
        legacy(node, from, to);
        return;
      }
      ArrayNode content = node.putArray("content");
      for (int k = from; k < to; k++) {
        ObjectNode entry = content.addObject();
        token(entry, completion.tokens().get(k), completion.logprobs()[k]);
        ArrayNode top = entry.putArray("top_logprobs");
        for (TokenLogprob one : top(k)) {
          token(top.addObject(), one.token(), one.logprob());
        }
      }
    }

    private List<TokenLogprob> top(int k) {
      return completion.topLogprobs().isEmpty() ? List.of() : completion.topLogprobs().get(k);
    }

    private void token(ObjectNode entry, int id, float logprob) {
      entry.put("token", name(id)).put("logprob", logprob);
      byte[] bytes = kind == Kind.VLLM ? name(id).getBytes(StandardCharsets.UTF_8) : bytes(id);
      ArrayNode array = entry.putArray("bytes");
      for (byte b : bytes) {
        array.add(b & 0xFF);
      }
      if (kind == Kind.LLAMA_CPP) {
        entry.put("id", id);
      }
    }

    private byte[] bytes(int id) {
      return tokenizer.isSpecial(id) ? new byte[0] : tokenizer.bytes(id);
    }

    private String name(int id) {
      return kind == Kind.VLLM ? "token_id:" + id : new String(bytes(id), StandardCharsets.UTF_8);
    }

    private void legacy(ObjectNode node, int from, int to) {
      ArrayNode names = node.putArray("tokens");
      ArrayNode values = node.putArray("token_logprobs");
      ArrayNode tops = node.putArray("top_logprobs");
      for (int k = from; k < to; k++) {
        names.add(name(completion.tokens().get(k)));
        values.add(completion.logprobs()[k]);
        ObjectNode top = tops.addObject();
        Map<String, Float> byName = new java.util.LinkedHashMap<>();
        top(k).forEach(one -> byName.putIfAbsent(name(one.token()), one.logprob()));
        byName.forEach(top::put);
      }
    }
  }
}

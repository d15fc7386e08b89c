package ponder.testkit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import ponder.engine.Hit;
import ponder.engine.Output;
import ponder.engine.Text;
import ponder.model.AdapterKey;
import ponder.model.Call;
import ponder.model.Certain;
import ponder.model.ChatTemplate;
import ponder.model.Completion;
import ponder.model.Completions;
import ponder.model.ContextOverflowException;
import ponder.model.EngineException;
import ponder.model.FinishReason;
import ponder.model.LanguageModel;
import ponder.model.ModelInfo;
import ponder.model.ModelInfo.Determinism;
import ponder.model.Request;
import ponder.model.Scoring;
import ponder.model.TokenLogprob;
import ponder.model.Tokenizer;
import ponder.model.Tokenizing;
import ponder.model.Tokens;
import ponder.model.Usage;

/// A language model that says what a script tells it to, for tests of whatever stands on models.
///
/// The script is a function of prompt text and sample index; the reply is tokenised by
/// [ByteTokenizer] (special tokens written out are recognised), then comes `<|im_end|>`. Length,
/// stops, minimum, bans, streaming, cancellation, deadlines, context and usage are as in a real
/// engine: a token that may not be drawn is passed over, and where end-of-text does not end the
/// text, the reply begins anew. Temperature and seed change nothing. Every generated token has
/// probability one half, the rest share the other half evenly.
///
/// Thread-safe if the script is. Calls run on their callers' threads and do not wait for each
/// other.
public final class ScriptedModel implements LanguageModel, Tokenizing, Scoring, Certain {
  private static final int DEFAULT_CONTEXT = 32_768;
  private static final float CHOSEN = (float) Math.log(0.5);

  private final ByteTokenizer tokenizer = new ByteTokenizer();
  private final Script script;
  private final int contextLength;
  private final @Nullable Scores scores;
  private final Map<Integer, RuntimeException> failures = new ConcurrentHashMap<>();
  private final List<Recorded> calls = new ArrayList<>();
  private final List<Tokens> memory = new CopyOnWriteArrayList<>();
  private volatile boolean closed;

  /// What the model says.
  @FunctionalInterface
  public interface Script {
    /// The reply to `prompt` (special tokens written out) for one sample.
    String reply(String prompt, int sample);

    /// The reply where it depends on more of the request, such as its seed.
    default String reply(Request request, String prompt, int sample) {
      return reply(prompt, sample);
    }
  }

  /// What the model thinks of a given token.
  @FunctionalInterface
  public interface Scores {
    /// Log-probability of `token` after `context`.
    double logprob(Tokens context, int token);
  }

  /// A call that was made.
  ///
  /// @param prompt the prompt as one text, special tokens written out
  public record Recorded(Request request, String prompt) {}

  /// Says what `script` tells it to; cannot score.
  public ScriptedModel(Script script) {
    this(script, null, DEFAULT_CONTEXT);
  }

  /// Says what `script` tells it to.
  ///
  /// @param scores log-probabilities for [Scoring]; null for a model without that ability
  /// @param contextLength most tokens of prompt and reply together
  public ScriptedModel(Script script, @Nullable Scores scores, int contextLength) {
    this.script = script;
    this.scores = scores;
    this.contextLength = contextLength;
  }

  /// Says `reply` whatever it is asked.
  public static ScriptedModel always(String reply) {
    return new ScriptedModel((prompt, sample) -> reply);
  }

  /// Says one of `replies`, by sample index, over and over.
  public static ScriptedModel cycle(String... replies) {
    return new ScriptedModel((prompt, sample) -> replies[sample % replies.length]);
  }

  /// Answers each prompt by its entry.
  ///
  /// @param replies by the whole prompt's text; other prompts are refused with
  ///   [IllegalArgumentException]
  public static ScriptedModel replies(Map<String, String> replies) {
    return new ScriptedModel(
        (prompt, sample) -> {
          String reply = replies.get(prompt);
          if (reply == null) {
            throw new IllegalArgumentException("The script has no reply to '" + prompt + "'.");
          }
          return reply;
        });
  }

  /// Makes the call with this number, counted from 0, throw.
  public ScriptedModel failAt(int call, RuntimeException failure) {
    failures.put(call, failure);
    return this;
  }

  /// The calls to [#complete] so far, in order of arrival, failed ones included.
  public List<Recorded> calls() {
    synchronized (calls) {
      return List.copyOf(calls);
    }
  }

  @Override
  public ModelInfo info() {
    return new ModelInfo(
        "scripted",
        "scripted",
        "1",
        "0".repeat(64),
        contextLength,
        tokenizer.vocabularySize(),
        0,
        Determinism.INVARIANT);
  }

  @Override
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  @Override
  public ChatTemplate chatTemplate() {
    return ByteTokenizer.CHATML;
  }

  @Override
  public <T> Optional<T> ability(Class<T> ability) {
    return ability == Scoring.class && scores == null
        ? Optional.empty()
        : LanguageModel.super.ability(ability);
  }

  @Override
  public Completions complete(Request request, Call call) {
    requireOpen();
    Tokens prompt = tokens(request.prompt());
    String text = tokenizer.decode(prompt, true);
    int number;
    synchronized (calls) {
      number = calls.size();
      calls.add(new Recorded(request, text));
    }
    RuntimeException failure = failures.get(number);
    if (failure != null) {
      throw failure;
    }
    check(request, prompt);
    int cached = cached(prompt);
    List<Completion> completions = new ArrayList<>();
    for (int sample : request.samples()) {
      Tokens reply = tokenizer.encode(script.reply(request, text, sample), true);
      Completion completion = new Reading(request, call, sample, prompt.size(), reply).read();
      memory.add(prompt.concat(completion.tokens()));
      completions.add(completion);
    }
    long generated = completions.stream().mapToLong(c -> c.tokens().size()).sum();
    long sequences = completions.stream().filter(c -> c.tokens().size() > 0).count();
    return new Completions(completions, new Usage(prompt.size(), cached, generated, 0, sequences));
  }

  @Override
  public Score score(Tokens prefix, Tokens continuation, @Nullable AdapterKey adapter, Call call) {
    Tokens all = prefix.concat(continuation);
    float[] logprobs = new float[continuation.size()];
    for (int k = 0; k < logprobs.length; k++) {
      logprobs[k] = logprob(all.slice(0, prefix.size() + k), continuation.get(k));
    }
    int cached = cached(prefix);
    memory.add(all);
    return new Score(logprobs, new Usage(prefix.size(), cached, 0, continuation.size()));
  }

  @Override
  public Score next(
      Tokens context, Tokens candidates, int privateTail, @Nullable AdapterKey adapter, Call call) {
    float[] logprobs = new float[candidates.size()];
    for (int k = 0; k < logprobs.length; k++) {
      logprobs[k] = logprob(context, candidates.get(k));
    }
    int cached = cached(context);
    memory.add(context.slice(0, context.size() - privateTail));
    return new Score(logprobs, new Usage(context.size(), cached, 0, candidates.size()));
  }

  @Override
  public void close() {
    closed = true;
  }

  private float logprob(Tokens context, int token) {
    requireOpen();
    if (scores == null) {
      throw new UnsupportedOperationException("This scripted model has no scores.");
    }
    if (context.size() >= contextLength) {
      throw new ContextOverflowException(context.size(), contextLength);
    }
    return (float) scores.logprob(context, token);
  }

  private void requireOpen() {
    if (closed) {
      throw new EngineException("The scripted model is closed.");
    }
  }

  private void check(Request request, Tokens prompt) {
    if (prompt.isEmpty()) {
      throw new IllegalArgumentException("prompt (0 tokens) must hold at least one.");
    }
    if (prompt.size() >= contextLength) {
      throw new ContextOverflowException(prompt.size(), contextLength);
    }
    if (request.adapter() != null) {
      throw new IllegalArgumentException("adapter (" + request.adapter() + ") is not loaded.");
    }
    request.banned().forEach(tokenizer::bytes);
    request.allowed().forEach(tokenizer::bytes);
  }

  /// How much of `prompt` some earlier call has seen; the last token never counts.
  private int cached(Tokens prompt) {
    int longest = 0;
    for (Tokens seen : memory) {
      int most = Math.min(seen.size(), prompt.size() - 1);
      int length = 0;
      while (length < most && seen.get(length) == prompt.get(length)) {
        length++;
      }
      longest = Math.max(longest, length);
    }
    return longest;
  }

  /// One sample being read off its reply.
  private final class Reading {
    private final Request request;
    private final Call call;
    private final int sample;
    private final int room;
    private final Tokens source;
    private final Output output;
    private final List<Integer> tokens = new ArrayList<>();
    private int at;

    Reading(Request request, Call call, int sample, int promptTokens, Tokens reply) {
      this.request = request;
      this.call = call;
      this.sample = sample;
      room = contextLength - promptTokens;
      source = reply.concat(Tokens.of(ByteTokenizer.IM_END));
      output = new Output(tokenizer, request.stop());
    }

    Completion read() {
      Hit end = null;
      while (end == null) {
        end = interruption();
        if (end == null) {
          end = step();
        }
      }
      Text text = output.finish();
      tell();
      float[] logprobs = new float[tokens.size()];
      Arrays.fill(logprobs, CHOSEN);
      Completion completion =
          new Completion(
              sample,
              Tokens.of(tokens),
              text.text(),
              text.textTokens(),
              end.reason(),
              end.detail(),
              logprobs,
              request.sampling().greedy() ? new float[logprobs.length] : logprobs.clone(),
              request.topLogprobs() == 0 ? List.of() : tokens.stream().map(this::top).toList(),
              certainty());
      call.listener().onFinish(completion);
      return completion;
    }

    private float[] certainty() {
      float[] certainty = new float[request.certainty() ? tokens.size() : 0];
      int vocabulary = tokenizer.vocabularySize();
      double sum = Math.log(0.5) + (vocabulary - 1) * Math.log(0.5 / (vocabulary - 1));
      Arrays.fill(certainty, (float) (-sum / vocabulary - Math.log(vocabulary)));
      return certainty;
    }

    private @Nullable Hit interruption() {
      requireOpen();
      if (call.cancellation().isCancelled() || Thread.currentThread().isInterrupted()) {
        return new Hit(FinishReason.CANCELLED, "");
      }
      Instant deadline = call.deadline();
      return deadline != null && !Instant.now().isBefore(deadline)
          ? new Hit(FinishReason.DEADLINE, "")
          : null;
    }

    private @Nullable Hit step() {
      int token = draw();
      if (token < 0) {
        return new Hit(FinishReason.ERROR, "mask leaves no token");
      }
      tokens.add(token);
      Hit hit = output.accept(token);
      tell();
      if (hit != null) {
        return hit;
      }
      if (tokens.size() == request.maxTokens()) {
        return new Hit(FinishReason.LENGTH, "");
      }
      return tokens.size() == room ? new Hit(FinishReason.CONTEXT, "") : null;
    }

    /// The script's next token that may be drawn; -1 if there is none in all of it.
    private int draw() {
      for (int tried = 0; tried < source.size(); tried++) {
        int token = source.get(at);
        at = (at + 1) % source.size();
        if (permitted(token)) {
          return token;
        }
      }
      return -1;
    }

    private boolean permitted(int token) {
      return !request.banned().contains(token)
          && (request.allowed().isEmpty() || request.allowed().contains(token))
          && (tokens.size() >= request.minTokens() || !ends(token));
    }

    private boolean ends(int token) {
      return tokenizer.eos().contains(token)
          || request.stop().sequences().contains(Tokens.of(token));
    }

    private void tell() {
      String delta = output.takeDelta();
      if (!delta.isEmpty()) {
        call.listener().onText(sample, delta);
      }
    }

    private List<TokenLogprob> top(int chosen) {
      float rest = (float) Math.log(0.5 / (tokenizer.vocabularySize() - 1));
      List<TokenLogprob> top = new ArrayList<>();
      top.add(new TokenLogprob(chosen, CHOSEN));
      for (int id = 0; top.size() < request.topLogprobs(); id++) {
        if (id != chosen) {
          top.add(new TokenLogprob(id, rest));
        }
      }
      return top;
    }
  }
}

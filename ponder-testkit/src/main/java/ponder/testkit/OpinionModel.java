package ponder.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import ponder.core.Seed;
import ponder.model.AdapterKey;
import ponder.model.Call;
import ponder.model.ChatTemplate;
import ponder.model.Completion;
import ponder.model.Completions;
import ponder.model.ContextOverflowException;
import ponder.model.EngineException;
import ponder.model.FinishReason;
import ponder.model.Hidden;
import ponder.model.LanguageModel;
import ponder.model.ModelInfo;
import ponder.model.Request;
import ponder.model.Scoring;
import ponder.model.TokenLogprob;
import ponder.model.Tokenizing;
import ponder.model.Tokens;
import ponder.model.Usage;

/// A language model that has an opinion on the next token, for tests of verifiers.
///
/// It scores, shows hidden states and writes one greedy token; each is a function of the text
/// before. It keeps what it was asked, and counts cached tokens as an engine with endless memory
/// and one prefix tree would. Chats are written in ChatML.
///
/// Thread-safe if the functions are.
public final class OpinionModel implements LanguageModel, Tokenizing, Scoring, Hidden {
  /// What the model thinks.
  @FunctionalInterface
  public interface Opinion {
    /// Log-probability of `token` after `text` (special tokens written out).
    double logprob(String text, String token);
  }

  /// A text that was read.
  ///
  /// @param tail how many of its last tokens were not to be kept
  public record Reading(Tokens context, int tail) {}

  private static final int WIDTH = 4;

  private final WordTokenizer tokenizer;
  private final Opinion opinion;
  private final Set<Class<?>> lacking;
  private final int contextLength;
  private final List<Reading> readings = new ArrayList<>();
  private final List<Tokens> kept = new ArrayList<>();

  /// @param lacking abilities that it does not show
  /// @param contextLength most tokens of a text
  public OpinionModel(
      WordTokenizer tokenizer, Opinion opinion, Collection<Class<?>> lacking, int contextLength) {
    this.tokenizer = tokenizer;
    this.opinion = opinion;
    this.lacking = Set.copyOf(lacking);
    this.contextLength = contextLength;
  }

  /// A model with every ability.
  public OpinionModel(WordTokenizer tokenizer, Opinion opinion) {
    this(tokenizer, opinion, Set.of(), 1 << 20);
  }

  /// An opinion that differs from text to text and is always the same for the same.
  public static double whim(String text, String token) {
    long bits = new Seed(0).split("text", text).split("token", token).value();
    return -0.01 - 5 * ((bits >>> 40) / (double) (1 << 24));
  }

  /// What it was asked so far, in order of arrival.
  public List<Reading> readings() {
    synchronized (readings) {
      return List.copyOf(readings);
    }
  }

  /// The texts of [#readings].
  public List<String> texts() {
    return readings().stream().map(it -> tokenizer.decode(it.context(), true)).toList();
  }

  @Override
  public ModelInfo info() {
    return new ModelInfo(
        "opinion",
        "scripted",
        "1",
        "ab".repeat(32),
        contextLength,
        tokenizer.vocabularySize(),
        1_000,
        ModelInfo.Determinism.INVARIANT);
  }

  @Override
  public <T> Optional<T> ability(Class<T> ability) {
    return lacking.contains(ability) ? Optional.empty() : LanguageModel.super.ability(ability);
  }

  @Override
  public WordTokenizer tokenizer() {
    return tokenizer;
  }

  @Override
  public ChatTemplate chatTemplate() {
    return ByteTokenizer.CHATML;
  }

  @Override
  public int hiddenWidth() {
    return WIDTH;
  }

  @Override
  public Score score(Tokens prefix, Tokens continuation, @Nullable AdapterKey adapter, Call call) {
    Tokens all = prefix.concat(continuation);
    int cached = read(all, 0, call);
    float[] logprobs = new float[continuation.size()];
    for (int k = 0; k < logprobs.length; k++) {
      logprobs[k] = logprob(all.slice(0, prefix.size() + k), continuation.get(k));
    }
    int promptCached = Math.min(cached, prefix.size() - 1);
    return new Score(logprobs, new Usage(prefix.size(), promptCached, 0, logprobs.length));
  }

  @Override
  public Score next(
      Tokens context, Tokens candidates, int privateTail, @Nullable AdapterKey adapter, Call call) {
    int cached = read(context, privateTail, call);
    float[] logprobs = new float[candidates.size()];
    for (int k = 0; k < logprobs.length; k++) {
      logprobs[k] = logprob(context, candidates.get(k));
    }
    return new Score(logprobs, new Usage(context.size(), cached, 0, logprobs.length));
  }

  /// States made of [#whim]s in (-2, 2).
  @Override
  public States hidden(Tokens tokens, int from, @Nullable AdapterKey adapter, Call call) {
    int cached = Math.min(read(tokens, 0, call), from);
    float[][] rows = new float[tokens.size() - from][WIDTH];
    for (int k = 0; k < rows.length; k++) {
      String text = tokenizer.decode(tokens.slice(0, from + k + 1), true);
      for (int i = 0; i < WIDTH; i++) {
        rows[k][i] = (float) (whim(text, "state " + i) + 2.5) * 0.8f;
      }
    }
    return new States(rows, new Usage(from, cached, 0, rows.length));
  }

  /// Writes the most probable of the tokenizer's words.
  @Override
  public Completions complete(Request request, Call call) {
    Tokens prompt = tokens(request.prompt());
    if (call.cancellation().isCancelled() || Thread.currentThread().isInterrupted()) {
      return new Completions(List.of(nothing()), Usage.NONE);
    }
    int cached = read(prompt, 0, call);
    List<TokenLogprob> top =
        IntStream.range(ByteTokenizer.SIZE, tokenizer.vocabularySize())
            .mapToObj(id -> new TokenLogprob(id, logprob(prompt, id)))
            .sorted(Comparator.comparing(TokenLogprob::logprob).reversed())
            .toList();
    Tokens word = Tokens.of(top.getFirst().token());
    List<List<TokenLogprob>> shown =
        request.topLogprobs() == 0
            ? List.of()
            : List.of(top.subList(0, Math.min(top.size(), request.topLogprobs())));
    Completion completion =
        new Completion(
            0,
            word,
            tokenizer.decode(word, false),
            1,
            FinishReason.LENGTH,
            "",
            new float[] {top.getFirst().logprob()},
            new float[1],
            shown);
    return new Completions(List.of(completion), new Usage(prompt.size(), cached, 1, 0));
  }

  private static Completion nothing() {
    return new Completion(
        0, Tokens.of(), "", 0, FinishReason.CANCELLED, "", new float[0], new float[0], List.of());
  }

  @Override
  public void close() {}

  private float logprob(Tokens context, int token) {
    return (float)
        opinion.logprob(tokenizer.decode(context, true), tokenizer.decode(Tokens.of(token), true));
  }

  /// Notes a reading and returns how much of it was known.
  private int read(Tokens context, int tail, Call call) {
    if (call.cancellation().isCancelled() || Thread.currentThread().isInterrupted()) {
      throw new EngineException("The text was not read to its end: cancelled.");
    }
    if (context.size() > contextLength) {
      throw new ContextOverflowException(context.size(), contextLength);
    }
    synchronized (readings) {
      int cached = 0;
      for (Tokens known : kept) {
        int mismatch = Arrays.mismatch(known.toArray(), context.toArray());
        cached = Math.max(cached, mismatch < 0 ? context.size() : mismatch);
      }
      readings.add(new Reading(context, tail));
      kept.add(context.slice(0, context.size() - tail));
      return Math.min(cached, context.size() - 1);
    }
  }
}

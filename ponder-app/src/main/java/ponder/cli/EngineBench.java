package ponder.cli;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import ponder.core.Seed;
import ponder.engine.LocalModel;
import ponder.engine.Metrics;
import ponder.model.Cancellation;
import ponder.model.EngineException;
import ponder.model.LanguageModel;
import ponder.model.Prompt;
import ponder.model.Request;
import ponder.model.Sampling;
import ponder.model.Tokenizer;
import ponder.model.Tokenizing;
import ponder.model.Tokens;

/// One round of measurements on an open model.
///
/// Prompts are plain words behind a number of their own, so that no call finds a prefix of another
/// in the cache unless that is what is measured. Sampling is at T 0.7 with top-p 0.95, and the end
/// of a text does not end a sample, so every call has its full length.
final class EngineBench {
  /// What is measured.
  enum What {
    LOAD("load", "s"),
    PREFILL("prefill", "tokens/s"),
    DECODE_ONE("decode, one sample", "tokens/s"),
    DECODE_MANY("decode, n samples of one prompt", "tokens/s"),
    SHARED("n samples, prompt included", "tokens/s"),
    FIRST_COLD("time to first token, prefix and 20 more, cold", "s"),
    FIRST_WARM("time to first token, 20 more on the cached prefix", "s"),
    SAVED("cold by warm", "times"),
    IDLE_QUARTER_ONE("decode, one sample, 25 % of the cache idle", "tokens/s"),
    IDLE_QUARTER_MANY("decode, n samples, 25 % of the cache idle at first", "tokens/s"),
    IDLE_MOST_ONE("decode, one sample, 75 % of the cache idle", "tokens/s"),
    IDLE_MOST_MANY("decode, n samples, 75 % of the cache idle at first", "tokens/s"),
    THRASH("prompts of 1.5 times the cache in turn, speed by that without reuse", "times"),
    THRASH_PARKED("the same with evicted prefixes parked", "times"),
    GAP_ALONE("between two pieces of a text, alone, median", "ms"),
    GAP_ALONE_WORST("between two pieces of a text, alone, 99th percentile", "ms"),
    GAP_BESIDE("between two pieces of a text, beside a long prefill, median", "ms"),
    GAP_BESIDE_WORST("between two pieces of a text, beside a long prefill, 99th percentile", "ms"),
    GAP_RATIO("99th percentile beside a long prefill by alone", "times"),
    JAVA_SHARE("share of a step not in the backend", "%"),
    STEP("mean step, n samples", "ms");

    final String text;
    final String unit;

    What(String text, String unit) {
      this.text = text;
      this.unit = unit;
    }
  }

  private static final int MORE = 20;
  static final int ALONE = 16;
  private static final int FILLER = 500;
  private static final String WORDS =
      "The quick brown fox jumps over the lazy dog while seven wise owls count the stars. ";
  private static final Sampling SAMPLING = Sampling.of(0.7).withTopP(0.95);

  private final LanguageModel model;
  private final Tokenizer tokenizer;
  private final Stopwatch stopwatch;
  private final Seed seed;
  private int prompts;

  EngineBench(LanguageModel model, Cancellation cancellation, int run) {
    this.model = model;
    this.tokenizer =
        model
            .ability(Tokenizing.class)
            .orElseThrow(
                () ->
                    new EngineException(
                        "The engine '%s' does not show its tokens. Maybe use --engine llama."
                            .formatted(model.info().engine())))
            .tokenizer();
    this.stopwatch = new Stopwatch(model, cancellation);
    this.seed = new Seed(run);
  }

  /// Measures everything but loading.
  Map<What, Double> measure(int n, int promptTokens, int maxTokens, int prefixTokens) {
    stopwatch.time(request(tokens(16), 1, 2)); // the first forward is slower than all others
    Map<What, Double> found = new EnumMap<>(What.class);
    found.put(
        What.PREFILL, promptTokens / stopwatch.time(request(tokens(promptTokens), 1, 1)).seconds());
    found.put(What.DECODE_ONE, decode(1, ALONE, maxTokens));
    many(n, promptTokens, maxTokens, found);
    prefix(prefixTokens, found);
    return found;
  }

  /// Measures decoding while a quarter, then three quarters of the cache hold prefixes that nobody
  /// uses. Cost: the prefill of those prefixes, twice.
  ///
  /// @throws EngineException if the engine does not tell its metrics
  Map<What, Double> idle(int n, int promptTokens, int maxTokens) {
    Map<What, Double> found = new EnumMap<>(What.class);
    fill(0.25);
    found.put(What.IDLE_QUARTER_ONE, decode(1, ALONE, maxTokens));
    found.put(What.IDLE_QUARTER_MANY, decode(n, promptTokens, maxTokens));
    fill(0.75);
    found.put(What.IDLE_MOST_ONE, decode(1, ALONE, maxTokens));
    found.put(What.IDLE_MOST_MANY, decode(n, promptTokens, maxTokens));
    return found;
  }

  private void fill(double share) {
    Metrics now = local().metrics();
    int before = -1;
    while (now.cellsIdle() < share * now.cells() && now.cellsIdle() > before) {
      before = now.cellsIdle();
      stopwatch.time(request(tokens(FILLER), 1, 1));
      now = local().metrics();
    }
  }

  /// Tokens per second after the first.
  private double decode(int n, int promptTokens, int maxTokens) {
    Stopwatch.Lap lap = stopwatch.time(request(tokens(promptTokens), n, maxTokens));
    return afterFirst(lap, n, maxTokens);
  }

  private static double afterFirst(Stopwatch.Lap lap, int n, int maxTokens) {
    return n * (maxTokens - 1.0) / (lap.seconds() - lap.firstToken());
  }

  private void many(int n, int promptTokens, int maxTokens, Map<What, Double> found) {
    Optional<Metrics> before = metrics();
    Stopwatch.Lap lap = stopwatch.time(request(tokens(promptTokens), n, maxTokens));
    found.put(What.DECODE_MANY, afterFirst(lap, n, maxTokens));
    found.put(What.SHARED, (double) n * maxTokens / lap.seconds());
    before.ifPresent(then -> metrics().ifPresent(now -> steps(then, now, found)));
  }

  private Optional<Metrics> metrics() {
    return model instanceof LocalModel local ? Optional.of(local.metrics()) : Optional.empty();
  }

  private LocalModel local() {
    if (model instanceof LocalModel local) {
      return local;
    }
    throw new EngineException(
        "The engine '%s' does not tell what its cache holds. Maybe leave out --idle."
            .formatted(model.info().engine()));
  }

  private static void steps(Metrics then, Metrics now, Map<What, Double> found) {
    double step = now.step().totalNanos() - then.step().totalNanos();
    double forward = now.forward().totalNanos() - then.forward().totalNanos();
    long count = now.step().count() - then.step().count();
    found.put(What.JAVA_SHARE, 100 * (1 - forward / step));
    found.put(What.STEP, step / 1e6 / count);
  }

  private void prefix(int wanted, Map<What, Double> found) {
    int length = Math.min(wanted, model.info().contextLength() - 2 * MORE);
    double cold = stopwatch.time(request(tokens(length + MORE), 1, 1)).seconds();
    Tokens prefix = tokens(length);
    stopwatch.time(request(prefix, 1, 1));
    double warm = stopwatch.time(request(prefix.concat(tokens(MORE)), 1, 1)).seconds();
    found.put(What.FIRST_COLD, cold);
    found.put(What.FIRST_WARM, warm);
    found.put(What.SAVED, cold / warm);
  }

  Request request(Tokens prompt, int n, int maxTokens) {
    return Request.of(Prompt.of(prompt))
        .withN(n)
        .withMaxTokens(maxTokens)
        .withSampling(SAMPLING)
        .withSeed(seed.split("sample", prompts).value());
  }

  /// A prompt of plain words that no earlier one begins with.
  Tokens tokens(int length) {
    StringBuilder text = new StringBuilder("Call " + prompts++ + ". ");
    Tokens tokens = Tokens.of();
    while (tokens.size() < length) {
      text.repeat(WORDS, Math.max(1, (length - tokens.size()) / WORDS.length()));
      tokens = tokenizer.encode(text.toString(), false);
    }
    return tokens.slice(0, length);
  }
}

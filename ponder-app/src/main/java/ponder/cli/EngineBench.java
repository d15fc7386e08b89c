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
/// Prompts are random ids of ordinary tokens, drawn anew for every call, so that no call finds a
/// prefix of another in the cache unless that is what is measured. What they mean does not matter
/// to a dense model's speed.
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
    Stopwatch.Lap one = stopwatch.time(request(tokens(16), 1, maxTokens));
    found.put(What.DECODE_ONE, (maxTokens - 1) / (one.seconds() - one.firstToken()));
    many(n, promptTokens, maxTokens, found);
    prefix(prefixTokens, found);
    return found;
  }

  private void many(int n, int promptTokens, int maxTokens, Map<What, Double> found) {
    Optional<Metrics> before = metrics();
    Stopwatch.Lap lap = stopwatch.time(request(tokens(promptTokens), n, maxTokens));
    double all = (double) n * maxTokens;
    found.put(What.DECODE_MANY, (all - n) / (lap.seconds() - lap.firstToken()));
    found.put(What.SHARED, all / lap.seconds());
    before.ifPresent(then -> metrics().ifPresent(now -> steps(then, now, found)));
  }

  private Optional<Metrics> metrics() {
    return model instanceof LocalModel local ? Optional.of(local.metrics()) : Optional.empty();
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

  private Request request(Tokens prompt, int n, int maxTokens) {
    return Request.of(Prompt.of(prompt))
        .withN(n)
        .withMaxTokens(maxTokens)
        .withSampling(Sampling.of(1))
        .withSeed(seed.split("sample", prompts).value());
  }

  /// A prompt of ordinary tokens that no earlier one begins with.
  private Tokens tokens(int length) {
    Seed own = seed.split("prompt", prompts++);
    int[] ids = new int[length];
    for (int i = 0; i < length; i++) {
      int attempt = 0;
      do {
        long random = own.split("token", i).split("attempt", attempt++).value();
        ids[i] = (int) Long.remainderUnsigned(random, tokenizer.vocabularySize());
      } while (tokenizer.isSpecial(ids[i]));
    }
    return Tokens.of(ids);
  }
}

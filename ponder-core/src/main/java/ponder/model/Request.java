package ponder.model;

import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// What is to be computed: everything that decides a completion's content, and nothing else.
///
/// Stateless: equal requests to the same model with the same numeric path give equal completions.
/// Each sample has a random stream of its own, fixed by `seed` and its index, so sample 5 is the
/// same whether it is asked for alone, among eight, or after a restart.
///
/// @param prompt what to continue
/// @param samples indices of the wanted samples, at least one, each at least 0, all different
/// @param maxTokens most tokens to generate for each sample, at least 1
/// @param minTokens before this many tokens neither end-of-text is drawn nor a token that is a stop
///   sequence by itself; stop strings and longer sequences end the text even so; at least 0
/// @param sampling how tokens are drawn
/// @param stop when a completion ends, besides `maxTokens`
/// @param banned token ids that are never drawn
/// @param allowed if not empty, the only token ids that may be drawn
/// @param seed root of the samples' random streams
/// @param topLogprobs how many of the most probable tokens to report per position, 0 to 64
/// @param certainty whether to report how far each distribution is from uniform
///   ([Completion#certainty]); only models with the ability [Certain] can
/// @param adapter the adapter to use; null for the base model
public record Request(
    Prompt prompt,
    List<Integer> samples,
    int maxTokens,
    int minTokens,
    Sampling sampling,
    Stop stop,
    List<Integer> banned,
    List<Integer> allowed,
    long seed,
    int topLogprobs,
    boolean certainty,
    @Nullable AdapterKey adapter) {

  public static final int DEFAULT_MAX_TOKENS = 512;

  public Request {
    samples = List.copyOf(samples);
    banned = List.copyOf(banned);
    allowed = List.copyOf(allowed);
    if (samples.isEmpty()) {
      throw new IllegalArgumentException("n (0) must be at least 1.");
    }
    if (samples.stream().anyMatch(i -> i < 0)
        || samples.stream().distinct().count() != samples.size()) {
      throw new IllegalArgumentException(
          "samples (" + samples + ") must be different indices of at least 0.");
    }
    if (maxTokens < 1) {
      throw new IllegalArgumentException("maxTokens (" + maxTokens + ") must be at least 1.");
    }
    if (minTokens < 0 || minTokens > maxTokens) {
      throw new IllegalArgumentException(
          "minTokens (" + minTokens + ") must be between 0 and maxTokens (" + maxTokens + ").");
    }
    if (topLogprobs < 0 || topLogprobs > 64) {
      throw new IllegalArgumentException(
          "topLogprobs (" + topLogprobs + ") must be between 0 and 64.");
    }
  }

  /// One greedy completion of at most [#DEFAULT_MAX_TOKENS] tokens.
  public static Request of(Prompt prompt) {
    return new Request(
        prompt,
        List.of(0),
        DEFAULT_MAX_TOKENS,
        0,
        Sampling.GREEDY,
        Stop.AT_EOS,
        List.of(),
        List.of(),
        0,
        0,
        false,
        null);
  }

  /// How many samples are wanted.
  public int n() {
    return samples.size();
  }

  public Request withPrompt(Prompt value) {
    return new Request(
        value,
        samples,
        maxTokens,
        minTokens,
        sampling,
        stop,
        banned,
        allowed,
        seed,
        topLogprobs,
        certainty,
        adapter);
  }

  /// Asks for samples 0 to `n` - 1.
  public Request withN(int n) {
    if (n < 1) {
      throw new IllegalArgumentException("n (" + n + ") must be at least 1.");
    }
    return withSamples(IntStream.range(0, n).boxed().toList());
  }

  public Request withSamples(List<Integer> value) {
    return new Request(
        prompt,
        value,
        maxTokens,
        minTokens,
        sampling,
        stop,
        banned,
        allowed,
        seed,
        topLogprobs,
        certainty,
        adapter);
  }

  public Request withMaxTokens(int value) {
    return new Request(
        prompt,
        samples,
        value,
        Math.min(minTokens, value),
        sampling,
        stop,
        banned,
        allowed,
        seed,
        topLogprobs,
        certainty,
        adapter);
  }

  public Request withMinTokens(int value) {
    return new Request(
        prompt,
        samples,
        maxTokens,
        value,
        sampling,
        stop,
        banned,
        allowed,
        seed,
        topLogprobs,
        certainty,
        adapter);
  }

  public Request withSampling(Sampling value) {
    return new Request(
        prompt,
        samples,
        maxTokens,
        minTokens,
        value,
        stop,
        banned,
        allowed,
        seed,
        topLogprobs,
        certainty,
        adapter);
  }

  public Request withStop(Stop value) {
    return new Request(
        prompt,
        samples,
        maxTokens,
        minTokens,
        sampling,
        value,
        banned,
        allowed,
        seed,
        topLogprobs,
        certainty,
        adapter);
  }

  public Request withBanned(List<Integer> value) {
    return new Request(
        prompt,
        samples,
        maxTokens,
        minTokens,
        sampling,
        stop,
        value,
        allowed,
        seed,
        topLogprobs,
        certainty,
        adapter);
  }

  public Request withAllowed(List<Integer> value) {
    return new Request(
        prompt,
        samples,
        maxTokens,
        minTokens,
        sampling,
        stop,
        banned,
        value,
        seed,
        topLogprobs,
        certainty,
        adapter);
  }

  public Request withSeed(long value) {
    return new Request(
        prompt,
        samples,
        maxTokens,
        minTokens,
        sampling,
        stop,
        banned,
        allowed,
        value,
        topLogprobs,
        certainty,
        adapter);
  }

  public Request withTopLogprobs(int value) {
    return new Request(
        prompt, samples, maxTokens, minTokens, sampling, stop, banned, allowed, seed, value,
        certainty, adapter);
  }

  public Request withCertainty(boolean value) {
    return new Request(
        prompt,
        samples,
        maxTokens,
        minTokens,
        sampling,
        stop,
        banned,
        allowed,
        seed,
        topLogprobs,
        value,
        adapter);
  }

  public Request withAdapter(@Nullable AdapterKey value) {
    return new Request(
        prompt,
        samples,
        maxTokens,
        minTokens,
        sampling,
        stop,
        banned,
        allowed,
        seed,
        topLogprobs,
        certainty,
        value);
  }
}

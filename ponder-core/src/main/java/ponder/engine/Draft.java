package ponder.engine;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import ponder.model.Request;
import ponder.model.Tokens;

/// What drawing one sample's next token depends on, besides the logits: the request, the sample's
/// index, how many tokens it has and which.
///
/// Prompt and generated tokens are kept apart, so it is rebuilt after a preemption from the same
/// prompt and the tokens so far, in order. Not thread-safe.
final class Draft {
  private final Request request;
  private final int sample;
  private final int[] allowed;
  private final int[] banned;
  private final int[] early;
  private final int[] biased;
  private final float[] bias;
  private final @Nullable Penalties penalties;
  private int generated;

  /// @param sample the sample's index in the request's sense
  /// @param eos the ids that end a text; `minTokens` keeps them, and tokens that are a stop
  ///   sequence by themselves, from being drawn
  Draft(Request request, int sample, Set<Integer> eos, Tokens prompt) {
    this.request = request;
    this.sample = sample;
    allowed = Tokens.of(request.allowed()).toArray();
    banned = Tokens.of(request.banned()).toArray();
    early =
        IntStream.concat(
                eos.stream().mapToInt(Integer::intValue),
                request.stop().sequences().stream()
                    .filter(sequence -> sequence.size() == 1)
                    .mapToInt(sequence -> sequence.get(0)))
            .toArray();
    Map<Integer, Double> biases = request.sampling().bias();
    biased = biases.keySet().stream().mapToInt(Integer::intValue).toArray();
    bias = new float[biased.length];
    for (int k = 0; k < bias.length; k++) {
      bias[k] = biases.getOrDefault(biased[k], 0.0).floatValue();
    }
    penalties =
        Penalties.active(request.sampling()) ? new Penalties(request.sampling(), prompt) : null;
  }

  Request request() {
    return request;
  }

  /// Counts `token` as the next generated one.
  void append(int token) {
    generated++;
    if (penalties != null) {
      penalties.append(token);
    }
  }

  /// How many tokens have been appended.
  int generated() {
    return generated;
  }

  /// The noise of the next draw.
  long stream() {
    return Gumbel.stream(request.seed(), sample, generated);
  }

  /// Whether [#adjust] changes anything now.
  boolean adjusts() {
    return allowed.length > 0
        || banned.length > 0
        || biased.length > 0
        || penalties != null
        || endsBanned();
  }

  /// Copies `logits` to `into` with mask, bias and penalties applied.
  void adjust(float[] logits, float[] into) {
    if (allowed.length == 0) {
      System.arraycopy(logits, 0, into, 0, logits.length);
    } else {
      Arrays.fill(into, Float.NEGATIVE_INFINITY);
      for (int token : allowed) {
        into[token] = logits[token];
      }
    }
    mask(into, banned);
    if (endsBanned()) {
      mask(into, early);
    }
    for (int k = 0; k < biased.length; k++) {
      into[biased[k]] += bias[k];
    }
    if (penalties != null) {
      penalties.apply(into);
    }
  }

  private boolean endsBanned() {
    return generated < request.minTokens() && early.length > 0;
  }

  private static void mask(float[] z, int[] tokens) {
    for (int token : tokens) {
      z[token] = Float.NEGATIVE_INFINITY;
    }
  }
}

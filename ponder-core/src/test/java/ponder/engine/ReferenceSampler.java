package ponder.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import ponder.model.Sampling;

/// The filters and the draw written down plainly, with sorts and doubles, to compare with.
///
/// Logits are scaled in floats as the sampler does, so that ties are the same.
final class ReferenceSampler {
  private final float[] z;
  private List<Integer> kept;

  /// How near a cumulative sum came to the border it was compared with.
  double margin = 1;

  ReferenceSampler(float[] logits, Sampling sampling) {
    z = logits.clone();
    kept =
        new ArrayList<>(
            IntStream.range(0, z.length)
                .filter(i -> z[i] > Float.NEGATIVE_INFINITY)
                .boxed()
                .toList());
    if (sampling.order() == Sampling.Order.TEMPERATURE_FIRST) {
      scale(sampling);
      minP(sampling);
      topK(sampling);
      typical(sampling);
      topP(sampling);
    } else {
      topK(sampling);
      typical(sampling);
      topP(sampling);
      minP(sampling);
      scale(sampling);
    }
  }

  List<Integer> kept() {
    return kept.stream().sorted().toList();
  }

  int draw(long stream) {
    int winner = -1;
    double best = Double.NEGATIVE_INFINITY;
    for (int token : kept()) {
      double score = z[token] + Gumbel.noise(Gumbel.bits(stream, token));
      if (score > best) {
        best = score;
        winner = token;
      }
    }
    return winner;
  }

  double logprob(int token) {
    return z[token] - logTotal();
  }

  double logTotal() {
    double max = kept.stream().mapToDouble(i -> z[i]).max().orElseThrow();
    return max + Math.log(kept.stream().mapToDouble(i -> Math.exp(z[i] - max)).sum());
  }

  private void scale(Sampling sampling) {
    for (int i = 0; i < z.length; i++) {
      z[i] /= (float) sampling.temperature();
    }
  }

  private void minP(Sampling sampling) {
    double max = kept.stream().mapToDouble(i -> z[i]).max().orElseThrow();
    if (sampling.minP() > 0) {
      kept.removeIf(i -> z[i] < max + Math.log(sampling.minP()));
    }
  }

  private void topK(Sampling sampling) {
    kept.sort(byLogit());
    if (sampling.topK() > 0 && sampling.topK() < kept.size()) {
      kept = new ArrayList<>(kept.subList(0, sampling.topK()));
    }
  }

  private void typical(Sampling sampling) {
    if (sampling.typicalP() < 1) {
      double total = logTotal();
      double entropy =
          kept.stream().mapToDouble(i -> -Math.exp(z[i] - total) * (z[i] - total)).sum();
      kept.sort(
          Comparator.comparingDouble((Integer i) -> Math.abs(total - z[i] - entropy))
              .thenComparing(i -> i));
      prefix(sampling.typicalP());
    }
  }

  private void topP(Sampling sampling) {
    if (sampling.topP() < 1) {
      kept.sort(byLogit());
      prefix(sampling.topP());
    }
  }

  private void prefix(double mass) {
    double total = logTotal();
    double sum = 0;
    int count = 0;
    while (count < kept.size() && sum < mass) {
      sum += Math.exp(z[kept.get(count++)] - total);
      margin = Math.min(margin, Math.abs(sum - mass));
    }
    kept = new ArrayList<>(kept.subList(0, count));
  }

  private Comparator<Integer> byLogit() {
    return Comparator.comparingDouble((Integer i) -> -z[i]).thenComparing(i -> i);
  }
}

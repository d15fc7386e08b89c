package ponder.stats;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import ponder.core.Seed;

/// One problem's samples, looked at in the ways that estimators need, each worked out once for all
/// numbers of samples. Not thread-safe.
final class Pool {
  private final int n;
  private final int correct;
  private final int silent;

  /// By class: how many, and the part of them that are right.
  private final int[] sizes;

  private final double[] worth;

  /// By score, ascending.
  private final Sample[] ranked;

  private final WeightedAt weighted;

  Pool(List<Sample> samples) {
    n = samples.size();
    int classes = 0;
    for (Sample sample : samples) {
      classes = Math.max(classes, sample.answerClass() + 1);
    }
    sizes = new int[classes];
    worth = new double[classes];
    int right = 0;
    int without = 0;
    for (Sample sample : samples) {
      right += sample.correct() ? 1 : 0;
      if (sample.answerClass() < 0) {
        without++;
      } else {
        sizes[sample.answerClass()]++;
        worth[sample.answerClass()] += sample.correct() ? 1 : 0;
      }
    }
    for (int i = 0; i < classes; i++) {
      worth[i] /= Math.max(1, sizes[i]);
    }
    correct = right;
    silent = without;
    ranked = samples.toArray(Sample[]::new);
    Arrays.sort(ranked, Comparator.comparingDouble(BestAt::score));
    weighted = new WeightedAt(samples, classes);
  }

  int size() {
    return n;
  }

  int correct() {
    return correct;
  }

  /// What one sample is worth, and with it every choice of one.
  private double single() {
    return (double) correct / n;
  }

  double pass(int k) {
    return PassAt.of(n, correct, k);
  }

  double majority(int k) {
    return k == 1 ? single() : MajorityAt.of(sizes, worth, silent, k);
  }

  double best(int k) {
    return k == 1 ? single() : BestAt.of(ranked, k);
  }

  WeightedAt.Estimate weighted(int k, Seed seed) {
    return k == 1 ? new WeightedAt.Estimate(single(), 0) : weighted.at(k, seed);
  }
}

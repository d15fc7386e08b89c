package ponder.stats;

import java.util.Arrays;
import java.util.List;

/// maj@k, exactly: how often the largest class of answers among k of n samples is right, on average
/// over all choices.
///
/// For every count j that the largest class may have, one pass over the classes builds the number
/// of choices in which no class has more than j members, by how many samples were chosen so far and
/// how many classes have exactly j. Beside that number runs the sum of the worth of the classes
/// that have j, so that one pass serves all right classes at once: the vote is worth that sum
/// divided by the number of classes that tie. O(n k^2 log k) in all.
///
/// **Ties** are split evenly. That is also what "the first seen wins" comes to: in a random order
/// of the choice every one of the tied classes, being equally large, is as likely to hold the first
/// sample as another. So the even split is the expectation over orders of both rules, and drawing
/// choices to play the second one would only add noise.
///
/// **Precision**: the numbers of choices are carried as probabilities, C(m, c) x^c of each class
/// scaled to the sum 1 at the odds x = k / (n - k), for which k chosen samples are what is to be
/// expected. The scale cancels in the result. Everything added and multiplied is positive, so no
/// digits cancel: the relative error is below (n + 2 k + 20 classes) 2^-53, at a thousand samples
/// less than 1e-11. Counting in whole numbers would take integers of hundreds of digits.
///
/// Samples without an answer are chosen like others and do not vote.
public final class MajorityAt {
  private final double[][] weights;
  private final double[] worth;
  private final double[] silent;
  private final int[] sizes;
  private final int k;

  private MajorityAt(int[] sizes, double[] worth, int silentSize, int n, int k) {
    this.sizes = sizes;
    this.worth = worth;
    this.k = k;
    this.weights = new double[sizes.length][];
    double odds = (double) k / (n - k);
    for (int i = 0; i < sizes.length; i++) {
      weights[i] = weights(sizes[i], k, odds);
    }
    this.silent = weights(silentSize, k, odds);
  }

  /// The chance that the majority among `k` of the samples is right. A class is worth the part of
  /// its members that are right, which is 0 or 1 where equal answers are graded equally.
  ///
  /// @param k 1 to the number of samples
  public static double of(List<Sample> samples, int k) {
    if (k < 1 || k > samples.size()) {
      throw undefined(samples.size(), k);
    }
    return new Pool(samples).majority(k);
  }

  private static IllegalArgumentException undefined(int n, int k) {
    return new IllegalArgumentException(
        "majority of %d among %d samples is not defined.".formatted(k, n));
  }

  /// The expected worth of the majority's class among `k` of the samples; nothing where none has an
  /// answer.
  ///
  /// @param sizes samples of each class
  /// @param worth of each class, in [0, 1]
  /// @param silent samples without an answer
  /// @param k 1 to the number of samples
  public static double of(int[] sizes, double[] worth, int silent, int k) {
    int n = silent;
    for (int size : sizes) {
      n += size;
    }
    if (sizes.length != worth.length || k < 1 || k > n) {
      throw undefined(n, k);
    }
    return k == n ? whole(sizes, worth) : new MajorityAt(sizes, worth, silent, n, k).chance();
  }

  private static double whole(int[] sizes, double[] worth) {
    int most = most(sizes);
    double sum = 0;
    int ties = 0;
    for (int i = 0; i < sizes.length; i++) {
      if (most > 0 && sizes[i] == most) {
        sum += worth[i];
        ties++;
      }
    }
    return ties == 0 ? 0 : sum / ties;
  }

  private static int most(int[] sizes) {
    int most = 0;
    for (int size : sizes) {
      most = Math.max(most, size);
    }
    return most;
  }

  /// C(size, c) odds^c for c = 0 to min(size, k), scaled to the sum 1 over all c; from the largest
  /// outward, so that nothing overflows and only what cannot matter becomes 0.
  private static double[] weights(int size, int k, double odds) {
    double[] all = new double[size + 1];
    int mode = (int) Math.min(size, (size + 1.0) * odds / (1 + odds));
    all[mode] = 1;
    double sum = 1;
    for (int c = mode; c < size; c++) {
      all[c + 1] = all[c] * (size - c) / (c + 1) * odds;
      sum += all[c + 1];
    }
    for (int c = mode; c > 0; c--) {
      all[c - 1] = all[c] * c / ((size - c + 1) * odds);
      sum += all[c - 1];
    }
    double[] scaled = Arrays.copyOf(all, Math.min(size, k) + 1);
    for (int c = 0; c < scaled.length; c++) {
      scaled[c] /= sum;
    }
    return scaled;
  }

  private double chance() {
    int most = Math.min(k, most(sizes));
    double sum = 0;
    for (int j = 1; j <= most; j++) {
      sum += chance(j);
    }
    return sum / choices();
  }

  /// The weight of all choices of k samples.
  private double choices() {
    double[] chosen = Arrays.copyOf(silent, k + 1);
    for (double[] weight : weights) {
      double[] next = new double[k + 1];
      for (int used = 0; used <= k; used++) {
        for (int c = 0; c < weight.length && used + c <= k; c++) {
          next[used + c] += chosen[used] * weight[c];
        }
      }
      chosen = next;
    }
    return chosen[k];
  }

  /// The weight of the choices whose largest class has `j` members, each times the mean worth of
  /// such classes.
  private double chance(int j) {
    int full = 0;
    for (int size : sizes) {
      full += size >= j ? 1 : 0;
    }
    int ties = Math.min(k / j, full);
    double[][] ways = new double[k + 1][ties + 1];
    double[][] worths = new double[k + 1][ties + 1];
    for (int used = 0; used < silent.length; used++) {
      ways[used][0] = silent[used];
    }
    for (int i = 0; i < sizes.length; i++) {
      choose(i, j, ways, worths);
    }
    double sum = 0;
    for (int tie = 1; tie <= ties; tie++) {
      sum += worths[k][tie] / tie;
    }
    return sum;
  }

  /// Adds up to `j` members of class `index` to all choices, in place: from the most used down, so
  /// that what is read is what was there before.
  private void choose(int index, int j, double[][] ways, double[][] worths) {
    double[] weight = weights[index];
    int ties = ways[0].length - 1;
    int under = Math.min(weight.length, j);
    boolean full = weight.length > j;
    for (int used = k; used >= 0; used--) {
      for (int tie = ties; tie >= 0; tie--) {
        double way = 0;
        double value = 0;
        for (int c = 0; c < under && c <= used; c++) {
          way += ways[used - c][tie] * weight[c];
          value += worths[used - c][tie] * weight[c];
        }
        if (full && tie > 0 && j <= used) {
          double before = ways[used - j][tie - 1];
          way += before * weight[j];
          value += (worths[used - j][tie - 1] + before * worth[index]) * weight[j];
        }
        ways[used][tie] = way;
        worths[used][tie] = value;
      }
    }
  }
}

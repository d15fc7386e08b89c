package ponder.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import ponder.model.TokenLogprob;

/// The tokens of one row that may still be drawn, as the filters narrow them down.
///
/// At first that is the whole row, and nothing is copied. The first filter gathers the tokens it
/// could possibly keep into an array of keys, from then on filters work on that. A key is one long:
/// how early the token stands in the filter's order, then its id, so that comparing longs is
/// comparing with ties to the lowest id. A filter keeps the shortest prefix of the order that
/// reaches some weight; a selection by quickselect finds it, so nothing but short runs is ever
/// sorted, and the vocabulary never. Top-p gathers tokens with a probability above 1e-3 (there are
/// at most a thousand), above 1e-5 if those do not suffice, and all only as a last resort.
///
/// Probabilities are renormalised over what the filters before have kept. Sums are in double, over
/// weights correct to 1e-5 relative, so a border that lies within that of `topP` may fall either
/// way; equal rows give equal sets always.
///
/// Not thread-safe: holds scratch arrays.
final class Candidates {
  private static final int SHORT_RUN = 16;

  private final Race race;
  private final double[] maxima = new double[Row.LANES];
  private final double[] lanes = new double[Row.LANES];
  private final float[] weight;
  private final long[] keys;

  private float[] z;
  private boolean whole;
  private int count;
  private float max;
  private boolean weighed;
  private double total;

  Candidates(int vocabularySize) {
    race = new Race(vocabularySize);
    weight = new float[vocabularySize];
    keys = new long[Math.max(vocabularySize, Row.LANES)];
    z = weight;
  }

  /// Begins with all of `row`, which is read, and changed by [#divide], until the next reset.
  ///
  /// Returns the row's maximum; only [#largest] and the like may follow unless it is finite.
  float reset(float[] row) {
    z = row;
    whole = true;
    weighed = false;
    Row.maxima(row, maxima);
    max = (float) Row.max(maxima);
    return max;
  }

  /// The row that the candidates are of.
  float[] row() {
    return z;
  }

  /// `ln Σ exp(z)` over the candidates, correct to 2e-5 absolute.
  double logTotal() {
    weigh();
    return max + Math.log(total);
  }

  /// Sum of `row`, in double and in a fixed order; leaves the candidates as they are.
  double sum(float[] row) {
    return Row.sum(row, lanes);
  }

  /// The lowest id of the largest logit of the whole row.
  int largest() {
    int first = Integer.MAX_VALUE;
    for (int lane = 0; lane < maxima.length; lane++) {
      if (maxima[lane] == max) {
        int token = lane;
        while (z[token] != max) {
          token += Row.LANES;
        }
        first = Math.min(first, token);
      }
    }
    return first;
  }

  /// The most probable tokens of the whole row in falling order; leaves the candidates as they are.
  List<TokenLogprob> largest(int wanted, double logZ) {
    int kept = gatherLargest(wanted);
    Arrays.sort(keys, 0, kept);
    List<TokenLogprob> result = new ArrayList<>(kept);
    for (int k = 0; k < kept; k++) {
      int token = (int) keys[k];
      result.add(new TokenLogprob(token, (float) (z[token] - logZ)));
    }
    return result;
  }

  /// Divides the candidates' logits by `divisor`; returns the new maximum.
  float divide(float divisor) {
    if (whole) {
      Row.divide(z, divisor);
      for (int lane = 0; lane < maxima.length; lane++) {
        maxima[lane] = (float) maxima[lane] / divisor;
      }
    } else {
      for (int k = 0; k < count; k++) {
        z[(int) keys[k]] /= divisor;
      }
    }
    weighed = false;
    max /= divisor;
    return max;
  }

  /// Keeps tokens at least `minP` times as probable as the most probable one.
  void minP(double minP) {
    if (whole) {
      narrow(gather(max + Math.log(minP)));
      return;
    }
    weigh(); // the largest may have been dropped
    double limit = max + Math.log(minP);
    int kept = 0;
    for (int k = 0; k < count; k++) {
      if (z[(int) keys[k]] >= limit) {
        keys[kept++] = keys[k];
      }
    }
    narrow(kept);
  }

  /// Keeps the `k` largest.
  void topK(int k) {
    if (whole) {
      narrow(gatherLargest(k));
    } else {
      orderByLogit();
      narrow(prefix(count, k, false));
    }
  }

  /// Keeps the tokens whose surprise is nearest to the entropy, up to mass `typicalP` (Meister et
  /// al. 2022, "Locally typical sampling").
  void typical(double typicalP) {
    if (whole) {
      narrow(gather(-Float.MAX_VALUE));
    }
    weigh();
    double logTotal = Math.log(total);
    double entropy = 0;
    for (int k = 0; k < count; k++) {
      int token = (int) keys[k];
      entropy += weight[token] / total * (max - z[token] + logTotal);
    }
    for (int k = 0; k < count; k++) {
      int token = (int) keys[k];
      float distance = (float) Math.abs(max - z[token] + logTotal - entropy);
      keys[k] = key(-distance, token);
    }
    narrow(prefix(count, typicalP * total, true));
  }

  /// Keeps the most probable tokens up to mass `topP`, the one that crosses it included.
  void topP(double topP) {
    weigh();
    double target = topP * total;
    if (whole) {
      count = gather(max + Math.log(1e-3 * total));
      if (mass(0, count) < target) {
        count = gather(max + Math.log(1e-5 * total));
      }
      if (mass(0, count) < target) {
        count = gather(-Float.MAX_VALUE);
      }
    } else {
      orderByLogit();
    }
    narrow(prefix(count, target, true));
  }

  /// Draws one of the candidates.
  int draw(long stream) {
    weigh();
    return whole ? race.run(z, max, weight, stream) : race.run(keys, count, z, max, weight, stream);
  }

  /// Sets `max`, `weight` and `total` for the current candidates.
  private void weigh() {
    if (weighed) {
      return;
    }
    weighed = true;
    if (whole) {
      Row.exp(z, max, weight);
      total = Row.sum(weight, lanes);
      return;
    }
    max = Float.NEGATIVE_INFINITY;
    for (int k = 0; k < count; k++) {
      max = Math.max(max, z[(int) keys[k]]);
    }
    for (int k = 0; k < count; k++) {
      int token = (int) keys[k];
      weight[token] = Row.exp(z[token] - max);
    }
    total = mass(0, count);
  }

  /// Weight of the tokens of `keys[from, to)`; four sums, so that additions overlap.
  private double mass(int from, int to) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int k = from;
    for (; k + 4 <= to; k += 4) {
      a += weight[(int) keys[k]];
      b += weight[(int) keys[k + 1]];
      c += weight[(int) keys[k + 2]];
      d += weight[(int) keys[k + 3]];
    }
    for (; k < to; k++) {
      a += weight[(int) keys[k]];
    }
    return a + b + (c + d);
  }

  private void narrow(int kept) {
    whole = false;
    count = kept;
    weighed = false;
  }

  private void orderByLogit() {
    for (int k = 0; k < count; k++) {
      int token = (int) keys[k];
      keys[k] = key(z[token], token);
    }
  }

  /// A long that is the smaller the larger `value` is, then the smaller the lower `token` is.
  static long key(float value, int token) {
    int bits = Float.floatToRawIntBits(value + 0f); // -0 becomes 0, so that they tie
    int rising = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
    return ((long) ~rising << 32) | token;
  }

  /// The value that a key was made of.
  static float value(long key) {
    int rising = ~(int) (key >>> 32);
    return Float.intBitsToFloat(rising ^ ((rising >> 31) & Integer.MAX_VALUE));
  }

  /// Writes the keys of all tokens of the row with a finite logit of at least `limit`; returns how
  /// many.
  private int gather(double limit) {
    int lanesAbove = 0;
    for (double lane : maxima) {
      lanesAbove += lane >= limit ? 1 : 0;
    }
    if (lanesAbove > Row.LANES / 4) {
      return gather(limit, 0, 1, 0);
    }
    int gathered = 0;
    for (int lane = 0; lane < maxima.length; lane++) {
      if (maxima[lane] >= limit) {
        gathered = gather(limit, lane, Row.LANES, gathered);
      }
    }
    return gathered;
  }

  private int gather(double limit, int from, int step, int gathered) {
    for (int token = from; token < z.length; token += step) {
      if (z[token] >= limit) {
        keys[gathered++] = key(z[token], token);
      }
    }
    return gathered;
  }

  /// Writes the keys of the `k` largest finite logits of the row, in no order; returns how many.
  ///
  /// The k-th largest lane maximum is a limit that at least k tokens reach, and not many more.
  private int gatherLargest(int k) {
    double limit = -Float.MAX_VALUE;
    if (k < Math.min(Row.LANES, z.length)) {
      for (int lane = 0; lane < maxima.length; lane++) {
        keys[lane] = key((float) maxima[lane], lane);
      }
      prefix(maxima.length, k, false);
      limit = Float.POSITIVE_INFINITY;
      for (int i = 0; i < k; i++) {
        limit = Math.min(limit, maxima[(int) keys[i]]);
      }
    }
    return prefix(gather(Math.max(limit, -Float.MAX_VALUE)), k, false);
  }

  /// Moves the shortest prefix, in key order, whose weight reaches `target` to the front of the
  /// first `n` keys; returns its length, `n` if nothing reaches it.
  ///
  /// Weighted quickselect with the middle of three as pivot: O(n) on average.
  ///
  /// @param weighted whether tokens weigh their `weight`, or 1 each
  private int prefix(int n, double target, boolean weighted) {
    int from = 0;
    int to = n;
    double reached = 0;
    while (to - from > SHORT_RUN) {
      int border = partition(from, to);
      double left = weighted ? mass(from, border) : border - from;
      if (reached + left >= target) {
        to = border;
        continue;
      }
      reached += left + (weighted ? weight[(int) keys[border]] : 1);
      from = border + 1;
      if (reached >= target) {
        return from;
      }
    }
    Arrays.sort(keys, from, to);
    while (from < to && reached < target) {
      reached += weighted ? weight[(int) keys[from]] : 1;
      from++;
    }
    return from;
  }

  /// Splits `keys[from, to)` at a pivot; returns where the pivot came to stand.
  private int partition(int from, int to) {
    int middle = (from + to) >>> 1;
    int last = to - 1;
    if (keys[middle] < keys[from]) {
      swap(middle, from);
    }
    if (keys[last] < keys[from]) {
      swap(last, from);
    }
    if (keys[last] < keys[middle]) {
      swap(last, middle);
    }
    swap(middle, last);
    long pivot = keys[last];
    int border = from;
    for (int k = from; k < last; k++) { // swaps always: a branch here would be foreseen badly
      swap(k, border);
      border += keys[border] < pivot ? 1 : 0;
    }
    swap(border, last);
    return border;
  }

  private void swap(int a, int b) {
    long key = keys[a];
    keys[a] = keys[b];
    keys[b] = key;
  }
}

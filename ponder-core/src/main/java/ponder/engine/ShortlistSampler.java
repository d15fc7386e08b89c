package ponder.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ponder.model.Sampling;
import ponder.model.TokenLogprob;

/// Draws what [Sampler] would draw from the whole row, from its [Shortlist] alone, or says that the
/// list does not decide it.
///
/// Sorted by logit, what min-p, top-k and top-p keep is a beginning of the list, and it is known as
/// long as it ends above the list's floor. The weight of the whole row, against which top-p is
/// measured, comes with the list and is rounded; where the border lies within [#DOUBT] of the mass
/// that is asked for, the list does not decide.
///
/// Without a filter, tokens outside the list take part in the draw too. Their logits are unknown
/// but at most the floor, and their noise is a hash of their id: if even the luckiest of them,
/// taken for as probable as the floor, arrives after the winner of the list ([Race]), that winner
/// is the row's.
///
/// Not thread-safe: holds scratch arrays, 12 bytes per token of the vocabulary.
final class ShortlistSampler {
  /// Twice what the totals of list and row may differ by.
  private static final double DOUBT = 5e-5;

  private final int vocabularySize;
  private final Race race;
  private final long[] order = new long[Shortlist.CAPACITY];
  private final int[] tokens = new int[Shortlist.CAPACITY];
  private final float[] raw = new float[Shortlist.CAPACITY];
  private final float[] z = new float[Shortlist.CAPACITY];
  private final float[] weight = new float[Shortlist.CAPACITY];

  /// Tokens of the list above its floor, by falling logit, ties by lowest id.
  private int known;

  /// Those of them that are still in; tokens outside the list are too while this is false.
  private int kept;

  private boolean narrowed;
  private float max;

  /// `ln` of the weight of the row at the logits' present scale.
  private double rowTotal;

  ShortlistSampler(int vocabularySize) {
    this.vocabularySize = vocabularySize;
    race = new Race(vocabularySize);
  }

  /// The temperature that a backend needs to know for a draft's shortlist: 0 for greedy, NaN where
  /// only the whole row will do.
  static float temperature(Draft draft) {
    Sampling sampling = draft.request().sampling();
    if (draft.adjusts() || sampling.typicalP() < 1) {
      return Float.NaN;
    }
    return sampling.greedy() ? 0 : (float) sampling.temperature();
  }

  /// Draws the draft's next token; null if that takes the whole row.
  ///
  /// @param list made for the draft's [#temperature], which is not NaN
  @Nullable Draw draw(Shortlist list, Draft draft) {
    int wanted = draft.request().topLogprobs();
    if (!begin(list) || wanted > known) {
      return null;
    }
    List<TokenLogprob> top = top(wanted, list.logTotal);
    float certainty =
        draft.request().certainty()
            ? (float) Math.max(0, list.logTotal - list.mean - Math.log(vocabularySize))
            : Float.NaN;
    Sampling sampling = draft.request().sampling();
    if (sampling.greedy()) {
      return new Draw(tokens[0], (float) (raw[0] - list.logTotal), 0, top, certainty, null);
    }
    if (!filter(list, sampling)) {
      return null;
    }
    int winner = narrowed ? winner(draft.stream()) : winnerOfAll(list, sampling, draft.stream());
    if (winner < 0) {
      return null;
    }
    return new Draw(
        tokens[winner],
        (float) (raw[winner] - list.logTotal),
        (float) (z[winner] - (narrowed ? max + Math.log(mass(kept)) : rowTotal)),
        top,
        certainty,
        null);
  }

  /// Sorts the list; false if it is broken or says nothing.
  private boolean begin(Shortlist list) {
    for (int k = 0; k < list.count; k++) {
      order[k] = Candidates.key(list.logits[k], list.tokens[k]);
      if (!(list.logits[k] < Float.POSITIVE_INFINITY)) {
        return false;
      }
    }
    Arrays.sort(order, 0, list.count);
    known = 0;
    for (int k = 0; k < list.count; k++) {
      float logit = Candidates.value(order[k]);
      if (logit > list.floor) {
        tokens[known] = (int) order[k];
        raw[known] = logit;
        z[known++] = logit;
      }
    }
    kept = known;
    narrowed = known == vocabularySize;
    rowTotal = list.logTotal;
    return known > 0 && Double.isFinite(rowTotal) && Double.isFinite(list.heatedLogTotal);
  }

  private List<TokenLogprob> top(int wanted, double logTotal) {
    List<TokenLogprob> top = new ArrayList<>(wanted);
    for (int k = 0; k < wanted; k++) {
      top.add(new TokenLogprob(tokens[k], (float) (raw[k] - logTotal)));
    }
    return top;
  }

  /// Runs the filters in the request's order; false if the list does not decide one.
  private boolean filter(Shortlist list, Sampling sampling) {
    if (sampling.order() == Sampling.Order.TEMPERATURE_FIRST) {
      return scale(list, sampling) && minP(sampling) && topK(sampling) && topP(sampling);
    }
    weigh();
    return topK(sampling) && topP(sampling) && minP(sampling) && scale(list, sampling);
  }

  private boolean scale(Shortlist list, Sampling sampling) {
    float temperature = (float) sampling.temperature();
    if (temperature != 1) {
      for (int k = 0; k < known; k++) {
        z[k] /= temperature;
      }
    }
    rowTotal = list.heatedLogTotal;
    weigh();
    return Float.isFinite(max);
  }

  private void weigh() {
    max = z[0];
    for (int k = 0; k < kept; k++) {
      weight[k] = Row.exp(z[k] - max);
    }
  }

  private boolean minP(Sampling sampling) {
    if (sampling.minP() == 0) {
      return true;
    }
    double limit = max + Math.log(sampling.minP());
    int end = 0;
    while (end < kept && z[end] >= limit) {
      end++;
    }
    return narrow(end, narrowed || end < kept);
  }

  private boolean topK(Sampling sampling) {
    int most = sampling.topK();
    if (most == 0 || most >= vocabularySize) {
      return true;
    }
    return narrow(Math.min(most, kept), narrowed || most <= kept);
  }

  private boolean topP(Sampling sampling) {
    if (sampling.topP() == 1) {
      return true;
    }
    double total = narrowed ? mass(kept) : Math.exp(rowTotal - max);
    double target = sampling.topP() * total;
    double before = 0;
    double reached = 0;
    int end = 0;
    while (end < kept && reached < target) {
      before = reached;
      reached += weight[end++];
    }
    double doubt = DOUBT * total;
    return narrow(end, reached > target + doubt && before < target - doubt);
  }

  /// Keeps the first `end`, if it is certain that these are all that pass.
  private boolean narrow(int end, boolean certain) {
    kept = end;
    narrowed = true;
    return certain && end > 0;
  }

  private double mass(int end) {
    double sum = 0;
    for (int k = 0; k < end; k++) {
      sum += weight[k];
    }
    return sum;
  }

  /// The place of `argmax z + noise` among those kept, ties to the lowest id.
  private int winner(long stream) {
    int winner = -1;
    double best = Double.NEGATIVE_INFINITY;
    float limit = Float.POSITIVE_INFINITY;
    for (int k = 0; k < kept; k++) {
      long bits = Gumbel.bits(stream, tokens[k]);
      if ((float) (~bits >>> 11) / weight[k] <= limit) {
        double score = z[k] + Gumbel.noise(bits);
        if (score > best || (score == best && tokens[k] < tokens[winner])) {
          best = score;
          winner = k;
          limit = Race.limit(max, best);
        }
      }
    }
    return winner;
  }

  /// The winner of the whole row; -1 if it may be one outside of the list.
  private int winnerOfAll(Shortlist list, Sampling sampling, long stream) {
    int winner = winner(stream);
    double best = z[winner] + Gumbel.noise(Gumbel.bits(stream, tokens[winner]));
    float temperature = (float) sampling.temperature();
    float outside = list.floor / temperature;
    float heaviest = Row.exp(outside - max);
    float first = race.earliestOutside(tokens, known, stream);
    return first / heaviest > Race.limit(max, best) ? winner : -1;
  }
}

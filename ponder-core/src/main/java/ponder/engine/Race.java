package ponder.engine;

/// Finds `argmax over i of z[i] + noise(i)`, ties to the lowest id, without computing the noise of
/// more than a few tokens.
///
/// Seen as a race, token i arrives at time `-ln(u[i]) / weight[i]` with `weight[i] = exp(z[i] -
/// max)`, and the first to arrive is the arg max. Since `-ln u >= 1 - u`, the quotient `(1 - u[i])
/// / weight[i]` never overstates an arrival; it costs a hash and a division, both vectorised, where
/// the noise costs two logarithms. The token with the smallest quotient is computed exactly, then
/// whoever's quotient still lies below the arrival that this one proved. That is a handful of the
/// vocabulary, and the result is that of the naive loop, bit for bit: the limit is raised by
/// [#SLACK], a hundred times what the rounded weights and quotients can be wrong by.
///
/// Rejected: skipping by `z[i] < max - 41` (exact too, but real logits span less, so nothing is
/// skipped) and walking the tokens in falling order of z (needs a sort).
///
/// Not thread-safe: holds scratch arrays.
final class Race {
  private static final double SLACK = 1e-3;

  private final long[] strides;
  private final float[] quotients;
  private final double[] lanes = new double[Row.LANES];

  private float[] z;
  private double max;
  private long stream;
  private int winner;
  private double best;
  private float limit;

  Race(int vocabularySize) {
    strides = Gumbel.strides(vocabularySize);
    quotients = new float[vocabularySize];
    z = quotients;
  }

  /// The winner among all tokens.
  ///
  /// @param z float[vocabulary], at least one of them finite, the rest finite or -infinity
  /// @param max the largest of `z`
  /// @param weight `exp(z - max)` as [Row#exp] gives it
  int run(float[] z, float max, float[] weight, long stream) {
    begin(z, max, stream);
    Row.race(stream, strides, weight, quotients);
    Row.minima(quotients, lanes);
    int first = 0;
    for (int lane = 1; lane < lanes.length; lane++) {
      if (lanes[lane] < lanes[first]) {
        first = lane;
      }
    }
    limit = (float) lanes[first];
    visit(first);
    for (int lane = 0; lane < lanes.length; lane++) {
      if (lanes[lane] <= limit) {
        visit(lane);
      }
    }
    return winner;
  }

  /// The winner among the tokens in the low halves of `keys[0, count)`, at least one; other
  /// arguments as above.
  int run(long[] keys, int count, float[] z, float max, float[] weight, long stream) {
    begin(z, max, stream);
    for (int k = 0; k < count; k++) {
      int token = (int) keys[k];
      if ((float) (~Gumbel.bits(stream, token) >>> 11) / weight[token] <= limit) {
        offer(token);
      }
    }
    return winner;
  }

  /// A lower bound of when the first of the tokens that are not in `listed[0, count)` arrives,
  /// times 2^53, if each weighs 1.
  float earliestOutside(int[] listed, int count, long stream) {
    Row.waits(stream, strides, quotients);
    for (int k = 0; k < count; k++) {
      quotients[listed[k]] = Float.POSITIVE_INFINITY;
    }
    Row.minima(quotients, lanes);
    double first = Double.POSITIVE_INFINITY;
    for (double lane : lanes) {
      first = Math.min(first, lane);
    }
    return (float) first;
  }

  /// What a quotient must not be above for its token to arrive before one that reached `best`.
  static float limit(double max, double best) {
    return (float) (0x1p53 * Math.exp(max - best + SLACK));
  }

  private void begin(float[] logits, double largest, long noise) {
    z = logits;
    max = largest;
    stream = noise;
    winner = -1;
    best = Double.NEGATIVE_INFINITY;
    limit = Float.POSITIVE_INFINITY;
  }

  private void visit(int lane) {
    for (int token = lane; token < quotients.length; token += Row.LANES) {
      if (quotients[token] <= limit) {
        offer(token);
      }
    }
  }

  private void offer(int token) {
    double score = z[token] + Gumbel.noise(Gumbel.bits(stream, token));
    if (score > best || (score == best && token < winner)) {
      best = score;
      winner = token;
      limit = limit(max, best);
    }
  }
}

package ponder.engine;

import java.util.Arrays;
import ponder.core.Seed;

/// The loops over a whole row of the vocabulary, each shaped so that the JIT makes vector code of
/// it.
///
/// Two shapes get vectorised: reading and writing at the same index, and adding up into an array of
/// another type, where the compiler knows that the arrays are not one. Hence the **lanes**: the row
/// is folded into 1,024 doubles, lane j taking the elements j, j + 1,024, j + 2,048, ... Besides
/// the speed that gives sums in double in a fixed order, and an index of where the row is large: a
/// search for all elements above a limit visits only the lanes whose maximum is above it.
///
/// Rejected: a plain `max` or `sum` loop (18 and 40 microseconds for 49,152 floats against 7 and
/// 4), exponentials by splicing exponent bits (the conversion is not vectorised: 144 against 16).
final class Row {
  static final int LANES = 1024;

  /// Exponentials below this are given as its exponential: 9.4e-14, nothing in any sum.
  static final float FLOOR = -30;

  private static final float EXP1 = 0.9999999986534908f;
  private static final float EXP2 = 0.4999998590898286f;
  private static final float EXP3 = 0.1666642482197592f;
  private static final float EXP4 = 0.04165101412435127f;
  private static final float EXP5 = 0.008284679319778256f;
  private static final float EXP6 = 0.0013100060484218504f;
  private static final float EXP7 = 0.00013253345620116078f;

  private Row() {}

  /// The maximum of each lane; NaN if the lane holds one, -infinity if it is empty.
  static void maxima(float[] row, double[] lanes) {
    Arrays.fill(lanes, Double.NEGATIVE_INFINITY);
    for (int from = 0; from < row.length; from += LANES) {
      raise(row, from, Math.min(LANES, row.length - from), lanes);
    }
  }

  private static void raise(float[] row, int from, int count, double[] lanes) {
    for (int j = 0; j < count; j++) {
      lanes[j] = Math.max(lanes[j], (double) row[from + j]);
    }
  }

  /// The minimum of each lane; +infinity if it is empty.
  static void minima(float[] row, double[] lanes) {
    Arrays.fill(lanes, Double.POSITIVE_INFINITY);
    for (int from = 0; from < row.length; from += LANES) {
      lower(row, from, Math.min(LANES, row.length - from), lanes);
    }
  }

  private static void lower(float[] row, int from, int count, double[] lanes) {
    for (int j = 0; j < count; j++) {
      lanes[j] = Math.min(lanes[j], (double) row[from + j]);
    }
  }

  /// Sum of the row, in double; `lanes` is overwritten.
  static double sum(float[] row, double[] lanes) {
    Arrays.fill(lanes, 0);
    for (int from = 0; from < row.length; from += LANES) {
      add(row, from, Math.min(LANES, row.length - from), lanes);
    }
    double sum = 0;
    for (double lane : lanes) {
      sum += lane;
    }
    return sum;
  }

  private static void add(float[] row, int from, int count, double[] lanes) {
    for (int j = 0; j < count; j++) {
      lanes[j] += (double) row[from + j];
    }
  }

  /// The largest lane; NaN if any is NaN.
  static double max(double[] lanes) {
    double max = Double.NEGATIVE_INFINITY;
    for (double lane : lanes) {
      max = Math.max(max, lane);
    }
    return max;
  }

  /// `into[i] = exp(row[i] - max)` to a relative 1e-5, for finite `max` not below any element.
  static void exp(float[] row, float max, float[] into) {
    for (int i = 0; i < into.length; i++) {
      into[i] = exp(row[i] - max);
    }
  }

  /// exp(x) for x at most 0, to a relative 1e-5; exactly 1 at 0, and [#FLOOR]'s below it.
  ///
  /// A polynomial of degree 7 for exp(x/32), interpolated at Chebyshev nodes of [-30/32, 0] with
  /// the value at 0 fixed, then squared five times, which multiplies its error by 32.
  static float exp(float x) {
    float y = Math.max(x, FLOOR) * 0x1p-5f;
    float p = EXP7;
    p = p * y + EXP6;
    p = p * y + EXP5;
    p = p * y + EXP4;
    p = p * y + EXP3;
    p = p * y + EXP2;
    p = p * y + EXP1;
    p = p * y + 1;
    p *= p;
    p *= p;
    p *= p;
    p *= p;
    p *= p;
    return p;
  }

  /// `row[i] /= divisor`.
  static void divide(float[] row, float divisor) {
    for (int i = 0; i < row.length; i++) {
      row[i] /= divisor;
    }
  }

  /// `into[i] = floor(2^53 (1 - u[i])) / weight[i]` with the u of [Gumbel]: a lower bound of token
  /// i's arrival time in [Race], times 2^53.
  static void race(long stream, long[] strides, float[] weight, float[] into) {
    for (int i = 0; i < into.length; i++) {
      into[i] = (float) (~Seed.mix(stream ^ strides[i]) >>> 11) / weight[i];
    }
  }

  /// What [#race] gives for weights of 1.
  static void waits(long stream, long[] strides, float[] into) {
    for (int i = 0; i < into.length; i++) {
      into[i] = (float) (~Seed.mix(stream ^ strides[i]) >>> 11);
    }
  }
}

package ponder.torch;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import ponder.engine.Shortlist;

/// Makes [Shortlist]s of rows of logits where these lie.
///
/// A packed row has `3 + 2 K` numbers of 32 bits: `ln sum exp(z)`, `ln sum exp(z / T)`, the mean,
/// K logits, K ids (whole numbers in the same bits). One copy brings all rows to the host.
final class Condenser {
  private static final int SUMS = 3;

  private final int vocabulary;
  private final int listed;

  Condenser(int vocabulary) {
    this.vocabulary = vocabulary;
    this.listed = Math.min(vocabulary, Shortlist.CAPACITY);
  }

  /// Numbers of a packed row.
  int width() {
    return SUMS + 2 * listed;
  }

  /// Packs rows of logits.
  ///
  /// @param logits [N, vocabulary or more]
  /// @param temperatures [N], 32 bits; 0 counts as 1
  /// @param into [N, width], 32 bits
  void pack(Tensor logits, Tensor temperatures, Tensor into) {
    Tensor rows = logits.narrow(1, 0, vocabulary).to(ScalarType.Float);
    Tensor heat = temperatures.masked_fill(temperatures.le(new Scalar(0f)), new Scalar(1f));
    into.select(1, 0).copy_(torch.logsumexp(rows, 1));
    into.select(1, 1).copy_(torch.logsumexp(rows.div(heat.unsqueeze(1)), 1));
    into.select(1, 2).copy_(rows.mean(1));
    T_TensorTensor_T best = torch.topk(rows, listed, 1, true, false);
    into.narrow(1, SUMS, listed).copy_(best.get0());
    into.view(ScalarType.Int).narrow(1, SUMS + listed, listed).copy_(best.get1());
  }

  /// Reads a packed row.
  ///
  /// @param packed float[rows][width] in host memory
  void read(java.lang.foreign.MemorySegment packed, int row, Shortlist into) {
    var numbers = java.lang.foreign.ValueLayout.JAVA_FLOAT;
    long from = (long) row * width();
    into.logTotal = packed.getAtIndex(numbers, from);
    into.heatedLogTotal = packed.getAtIndex(numbers, from + 1);
    into.mean = packed.getAtIndex(numbers, from + 2);
    into.count = listed;
    java.lang.foreign.MemorySegment.copy(
        packed, numbers, (from + SUMS) * Float.BYTES, into.logits, 0, listed);
    java.lang.foreign.MemorySegment.copy(
        packed,
        java.lang.foreign.ValueLayout.JAVA_INT,
        (from + SUMS + listed) * Float.BYTES,
        into.tokens,
        0,
        listed);
    float floor = Float.NEGATIVE_INFINITY;
    if (listed < vocabulary) {
      floor = Float.POSITIVE_INFINITY;
      for (int k = 0; k < listed; k++) {
        floor = Math.min(floor, into.logits[k]);
      }
    }
    into.floor = floor;
  }
}

package ponder.torch;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import ponder.engine.Shortlist;

/// Makes [Shortlist]s of rows of logits where these lie.
///
/// A packed row has `7 + 2 K` numbers of 32 bits: `ln sum exp(z)`, `ln sum exp(z / T)`, the mean,
/// the floor, how many are listed, the wanted token's logit, what the second number lacks of its
/// exact value, K logits, K ids (whole numbers in the same bits). One copy brings all rows to the
/// host.
final class Condenser {
  private static final int SUMS = 7;

  /// Numbers at the beginning that do not depend on how a list is made.
  static final int COMPARABLE = 3;

  private final int vocabulary;
  private final int listed;

  Condenser(int vocabulary) {
    this.vocabulary = vocabulary;
    this.listed = Math.min(vocabulary, Shortlist.CAPACITY);
  }

  /// Logits of a row that count.
  int vocabulary() {
    return vocabulary;
  }

  /// Numbers of a packed row.
  int width() {
    return SUMS + 2 * Shortlist.CAPACITY;
  }

  /// Packs rows of logits.
  ///
  /// @param logits [N, vocabulary or more]
  /// @param temperatures [N], 32 bits; 0 counts as 1
  /// @param wanted [N], whole numbers: tokens whose logit is asked for, -1 for none
  /// @param into [N, width], 32 bits
  void pack(Tensor logits, Tensor temperatures, Tensor wanted, Tensor into) {
    Tensor rows = logits.narrow(1, 0, vocabulary).to(ScalarType.Float);
    Tensor heat = temperatures.masked_fill(temperatures.le(new Scalar(0f)), new Scalar(1f));
    into.select(1, 0).copy_(torch.logsumexp(rows, 1));
    Tensor max = rows.amax(new long[] {1}, true);
    Tensor rest = torch.logsumexp(rows.sub(max).div(heat.unsqueeze(1)), 1).to(ScalarType.Double);
    Tensor heated = max.squeeze(1).to(ScalarType.Double).div(heat.to(ScalarType.Double)).add(rest);
    into.select(1, 1).copy_(heated);
    into.select(1, 6).copy_(heated.sub(heated.to(ScalarType.Float)));
    into.select(1, 2).copy_(rows.mean(1));
    T_TensorTensor_T best = torch.topk(rows, listed, 1, true, false);
    if (listed < vocabulary) {
      into.select(1, 3).copy_(best.get0().amin(new long[] {1}, false));
    } else {
      into.select(1, 3).fill_(new Scalar(Float.NEGATIVE_INFINITY));
    }
    Tensor whole = into.view(ScalarType.Int);
    whole.select(1, 4).fill_(new Scalar(listed));
    Tensor known = wanted.clamp_min(new Scalar(0)).unsqueeze(1);
    into.narrow(1, 5, 1).copy_(rows.gather(1, known));
    into.narrow(1, SUMS, listed).copy_(best.get0());
    whole.narrow(1, SUMS + Shortlist.CAPACITY, listed).copy_(best.get1());
  }

  /// Reads a packed row.
  ///
  /// @param packed float[rows][width] in host memory
  void read(MemorySegment packed, int row, Shortlist into) {
    long from = (long) row * width();
    into.logTotal = packed.getAtIndex(JAVA_FLOAT, from);
    into.heatedLogTotal =
        (double) packed.getAtIndex(JAVA_FLOAT, from + 1) + packed.getAtIndex(JAVA_FLOAT, from + 6);
    into.mean = packed.getAtIndex(JAVA_FLOAT, from + 2);
    into.floor = packed.getAtIndex(JAVA_FLOAT, from + 3);
    into.count = packed.getAtIndex(JAVA_INT, from + 4);
    into.wanted = packed.getAtIndex(JAVA_FLOAT, from + 5);
    long logits = (from + SUMS) * Float.BYTES;
    long tokens = logits + (long) Shortlist.CAPACITY * Float.BYTES;
    MemorySegment.copy(packed, JAVA_FLOAT, logits, into.logits, 0, into.count);
    MemorySegment.copy(packed, JAVA_INT, tokens, into.tokens, 0, into.count);
  }
}

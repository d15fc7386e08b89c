package ponder.torch;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;
import ponder.engine.Shortlist;

/// Output rows whose logits stay on the device, with shortlists of them in host memory. Whole rows
/// are fetched when they are asked for, or all at once where it is known that many will be.
final class ListedResults implements Outputs {
  /// With more whole rows than this, one transfer is cheaper.
  private static final int SINGLE = 4;

  private final Tensor logits;
  private final boolean owned;
  private final Condenser condenser;
  private final MemorySegment packed;
  private final int[] placeOfRow;
  private final @Nullable Results all;

  /// @param logits [places, vocabulary or more] on the device, unchanged until the next forward
  /// @param owned whether closing frees them
  /// @param packed what `condenser` made of them, in host memory that lives as long
  /// @param placeOfRow for each row of the batch the row here, or -1
  /// @param whole how many rows will be read whole
  ListedResults(
      Tensor logits,
      boolean owned,
      Condenser condenser,
      MemorySegment packed,
      int[] placeOfRow,
      int whole) {
    this.logits = logits;
    this.owned = owned;
    this.condenser = condenser;
    this.packed = packed;
    this.placeOfRow = placeOfRow;
    this.all = whole > SINGLE ? new Results(logits, false, placeOfRow) : null;
  }

  private boolean has(int row) {
    return row >= 0 && row < placeOfRow.length && placeOfRow[row] >= 0;
  }

  @Override
  public boolean read(int row, boolean hiddenState, float[] into) {
    if (all != null) {
      return all.read(row, hiddenState, into);
    }
    if (hiddenState || !has(row)) {
      return false;
    }
    try (PointerScope scope = new PointerScope()) {
      Tensor copy = logits.select(0, placeOfRow[row]).cpu().to(ScalarType.Float);
      MemorySegment.copy(
          Tensors.segment(copy), ValueLayout.JAVA_FLOAT, 0, into, 0, into.length);
    }
    return true;
  }

  @Override
  public boolean shortlist(int row, Shortlist into) {
    if (all != null || !has(row)) {
      return false;
    }
    condenser.read(packed, placeOfRow[row], into);
    return true;
  }

  @Override
  public void close() {
    if (all != null) {
      all.close();
    }
    if (owned) {
      logits.close();
    }
  }
}

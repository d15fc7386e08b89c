package ponder.torch;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import ponder.engine.Shortlist;

/// The output rows of the last forward in host memory, until the next one. Any thread may read
/// between two forwards.
final class Results implements Outputs {
  static final Results NONE = new Results();

  private final Tensor rows;
  private final MemorySegment memory;
  private final boolean hidden;
  private final int[] placeOfRow;
  private final long columns;

  private Results() {
    rows = new Tensor();
    memory = MemorySegment.NULL;
    hidden = false;
    placeOfRow = new int[0];
    columns = 0;
  }

  /// @param rows [outputs, columns]; copied
  /// @param placeOfRow for each row of the batch the row here, or -1
  Results(Tensor rows, boolean hidden, int[] placeOfRow) {
    this.rows = Tensors.owned(() -> rows.cpu().to(ScalarType.Float).contiguous());
    this.memory = Tensors.segment(this.rows);
    this.hidden = hidden;
    this.placeOfRow = placeOfRow;
    this.columns = rows.size(1);
  }

  @Override
  public boolean read(int row, boolean hiddenState, float[] into) {
    if (hiddenState != hidden || row < 0 || row >= placeOfRow.length || placeOfRow[row] < 0) {
      return false;
    }
    MemorySegment.copy(
        memory, ValueLayout.JAVA_FLOAT, placeOfRow[row] * columns * 4, into, 0, into.length);
    return true;
  }

  @Override
  public boolean shortlist(int row, Shortlist into) {
    return false;
  }

  /// The places of the rows marked as outputs, in the order of computing.
  static int[] places(boolean[] output, int[] order) {
    int[] places = new int[order.length];
    Arrays.fill(places, -1);
    int next = 0;
    for (int row : order) {
      if (output[row]) {
        places[row] = next++;
      }
    }
    return places;
  }

  @Override
  public void close() {
    if (this != NONE) {
      rows.close();
    }
  }
}

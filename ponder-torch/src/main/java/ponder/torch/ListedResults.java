package ponder.torch;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;
import ponder.engine.Backend.Batch;
import ponder.engine.Shortlist;

/// Output rows whose logits stay on the device, with shortlists of them in host memory. Whole rows
/// are fetched when they are asked for, or all at once where it is known that many will be.
final class ListedResults implements Outputs {
  /// With more whole rows than this, one transfer is cheaper.
  private static final int SINGLE = 4;

  private final Tensor logits;
  private final Condenser condenser;
  private final @Nullable Tensor packedOwned;
  private final MemorySegment packed;
  private final int[] placeOfRow;

  /// Rows that are read whole, of which a list would tell the wrong thing.
  private final boolean[] whole;

  /// Those rows, if they are many.
  private final @Nullable Results all;

  /// Rows in tensors that others keep, and leave as they are until the next forward.
  ///
  /// @param logits [places, vocabulary or more] on the device
  /// @param packed what `condenser` made of them, in host memory
  /// @param placeOfRow for each row of the batch the row here, or -1
  ListedResults(
      Tensor logits, Condenser condenser, MemorySegment packed, int[] placeOfRow, Batch batch) {
    this(logits, null, packed, condenser, placeOfRow, batch);
  }

  private ListedResults(
      Tensor logits,
      @Nullable Tensor packedOwned,
      MemorySegment packed,
      Condenser condenser,
      int[] placeOfRow,
      Batch batch) {
    this.logits = logits;
    this.packedOwned = packedOwned;
    this.packed = packed;
    this.condenser = condenser;
    this.placeOfRow = placeOfRow;
    this.whole = new boolean[batch.rows];
    int[] places = new int[batch.rows];
    int[] placeInAll = new int[batch.rows];
    Arrays.fill(placeInAll, -1);
    int count = 0;
    for (int row = 0; row < batch.rows; row++) {
      whole[row] = batch.output[row] && Float.isNaN(batch.temperature[row]);
      if (whole[row]) {
        placeInAll[row] = count;
        places[count++] = placeOfRow[row];
      }
    }
    this.all = count > SINGLE ? together(logits, places, count, placeInAll) : null;
  }

  private static Results together(Tensor logits, int[] places, int count, int[] placeInAll) {
    try (PointerScope scope = new PointerScope()) {
      Tensor wanted = Tensors.longs(places, count).to(logits.device(), ScalarType.Long);
      return new Results(logits.index_select(0, wanted), false, placeInAll);
    }
  }

  /// Rows that are owned from now on, and condensed here.
  ///
  /// @param logits [outputs, vocabulary or more] on any device, in the surrounding scope
  static ListedResults of(Tensor logits, Condenser condenser, int[] placeOfRow, Batch batch) {
    int count = (int) logits.size(0);
    float[] temperatures = new float[count];
    int[] wanted = new int[count];
    for (int row = 0; row < batch.rows; row++) {
      int place = placeOfRow[row];
      if (place >= 0) {
        temperatures[place] = Float.isNaN(batch.temperature[row]) ? 0 : batch.temperature[row];
        wanted[place] = batch.wanted[row];
      }
    }
    Tensor packed =
        Tensors.owned(
            () -> {
              Tensor heat =
                  Tensors.floats(temperatures, count).to(logits.device(), ScalarType.Float);
              Tensor asked = Tensors.longs(wanted, count).to(logits.device(), ScalarType.Long);
              Tensor rows =
                  torch.zeros(
                      new long[] {count, condenser.width()},
                      Tensors.options(ScalarType.Float, logits.device()));
              condenser.pack(logits, heat, asked, rows);
              return rows.cpu();
            });
    logits.retainReference();
    return new ListedResults(logits, packed, Tensors.segment(packed), condenser, placeOfRow, batch);
  }

  private boolean has(int row) {
    return row >= 0 && row < placeOfRow.length && placeOfRow[row] >= 0;
  }

  @Override
  public boolean read(int row, boolean hiddenState, float[] into) {
    if (hiddenState || !has(row)) {
      return false;
    }
    if (all != null && whole[row]) {
      return all.read(row, false, into);
    }
    try (PointerScope scope = new PointerScope()) {
      Tensor copy = logits.select(0, placeOfRow[row]).cpu().to(ScalarType.Float);
      MemorySegment.copy(Tensors.segment(copy), ValueLayout.JAVA_FLOAT, 0, into, 0, into.length);
    }
    return true;
  }

  @Override
  public boolean shortlist(int row, Shortlist into) {
    if (!has(row) || whole[row]) {
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
    if (packedOwned != null) {
      packedOwned.close();
      logits.close();
    }
  }
}

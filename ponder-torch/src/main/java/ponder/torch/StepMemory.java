package ponder.torch;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import ponder.engine.Backend.Batch;

/// The host's side of a [DecodeStep]'s tensors: what goes to the device before a step in one copy,
/// and what comes back after it in another. Pinned where there is a device, so that it reads and
/// writes them by itself.
final class StepMemory implements AutoCloseable {
  private final DecodeStep step;
  private final Tensor hostInputs;
  private final Tensor hostTable;
  private final Tensor hostPacked;
  private final MemorySegment inputs;
  private final MemorySegment packed;
  private final long rows;

  private final int spare;

  /// @param spare the cell that rows write to which only pad
  StepMemory(DecodeStep step, int spare, boolean pinned) {
    this.step = step;
    this.spare = spare;
    hostInputs = host(step.inputs, pinned);
    hostTable = host(step.table, pinned);
    hostPacked = host(step.packed, pinned);
    inputs = Tensors.segment(hostInputs);
    packed = Tensors.segment(hostPacked);
    rows = step.inputs.size(1);
  }

  private static Tensor host(Tensor like, boolean pinned) {
    return Tensors.owned(
        () -> {
          Tensor plain = torch.zeros(like.shape(), new TensorOptions(like.scalar_type()));
          return pinned ? plain.pin_memory() : plain;
        });
  }

  /// What the condenser made of the outputs, as of the last [#download].
  MemorySegment packed() {
    return packed;
  }

  /// Sets the inputs of a step of decoding: a row for each slot.
  ///
  /// @param slots with the batch's sequences in their places
  /// @param places is told each row's slot
  /// @return the longest sequence's length
  int fill(SlotTable slots, Batch batch, CellTable table, int[] places) {
    int longest = 1;
    for (int slot = 0; slot < slots.width; slot++) {
      int row = slots.row[slot];
      put(DecodeStep.SLOTS, slot, slot);
      if (row < 0) {
        putRow(slot, 0, 0, spare);
        putOutput(slot, 0, -1);
        continue;
      }
      places[row] = slot;
      int position = batch.position[row];
      longest = Math.max(longest, position + 1);
      putRow(slot, batch.token[row], position, table.cell(batch.sequence[row], position));
      putOutput(slot, batch.temperature[row], batch.wanted[row]);
    }
    return longest;
  }

  /// Sets the inputs of a step of any rows.
  ///
  /// @param slots with the batch's sequences in their places
  void fill(RowOrder order, SlotTable slots, Batch batch, CellTable table) {
    for (int place = 0; place < order.row.length; place++) {
      int row = order.row[place];
      int sequence = batch.sequence[row];
      int position = batch.position[row];
      putRow(place, batch.token[row], position, table.cell(sequence, position));
      put(DecodeStep.SLOTS, place, slots.slot(sequence));
    }
    for (int tile = 0; tile < order.tiles; tile++) {
      put(DecodeStep.TILES, tile, (long) order.length[tile] << 32 | order.first[tile]);
    }
    for (int row = 0; row < batch.rows; row++) {
      int output = order.output[row];
      if (output >= 0) {
        put(DecodeStep.OUTPUTS, output, order.outputs[output]);
        putOutput(output, batch.temperature[row], batch.wanted[row]);
      }
    }
  }

  private void putRow(int at, int token, int position, int cell) {
    put(DecodeStep.TOKENS, at, token);
    put(DecodeStep.POSITIONS, at, position);
    put(DecodeStep.CELLS, at, cell);
  }

  /// @param temperature NaN counts as 0
  private void putOutput(int at, float temperature, int wanted) {
    double value = Float.isNaN(temperature) ? 0 : temperature;
    inputs.setAtIndex(ValueLayout.JAVA_DOUBLE, DecodeStep.TEMPERATURES * rows + at, value);
    put(DecodeStep.WANTED, at, wanted);
  }

  private void put(int kind, int at, long value) {
    inputs.setAtIndex(ValueLayout.JAVA_LONG, kind * rows + at, value);
  }

  /// Sends the inputs, and what the device lacks of the table.
  void upload(SlotTable slots, Batch batch, CellTable table) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard noGradients = new NoGradGuard()) {
      step.inputs.copy_(hostInputs, true);
      for (int slot = 0; slot < slots.slots(); slot++) {
        int row = slots.row[slot];
        if (row >= 0 && slots.from[slot] < batch.position[row]) {
          uploadCells(slot, table, batch.sequence[row], slots.from[slot], batch.position[row]);
        }
      }
    }
  }

  private void uploadCells(int slot, CellTable table, int sequence, int from, int to) {
    int[] cells = table.cells(sequence, from, to);
    Tensor part = hostTable.select(0, slot).narrow(0, from, to - from);
    MemorySegment.copy(cells, 0, Tensors.segment(part), ValueLayout.JAVA_INT, 0, cells.length);
    step.table.select(0, slot).narrow(0, from, to - from).copy_(part, true);
  }

  /// Fetches what was made of the first outputs.
  void download(int outputs) {
    try (PointerScope scope = new PointerScope()) {
      hostPacked.narrow(0, 0, outputs).copy_(step.packed.narrow(0, 0, outputs), true);
    }
  }

  @Override
  public void close() {
    List.of(hostInputs, hostTable, hostPacked).forEach(Tensor::close);
  }
}

package ponder.torch;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

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

  StepMemory(DecodeStep step, boolean pinned) {
    this.step = step;
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

  /// Sets a number of the inputs.
  ///
  /// @param kind one of [DecodeStep]'s
  void put(int kind, int at, long value) {
    inputs.setAtIndex(ValueLayout.JAVA_LONG, kind * rows + at, value);
  }

  /// Sets what the sampler asks of an output.
  ///
  /// @param temperature NaN counts as 0
  void putOutput(int at, float temperature, int wanted) {
    double value = Float.isNaN(temperature) ? 0 : temperature;
    inputs.setAtIndex(ValueLayout.JAVA_DOUBLE, DecodeStep.TEMPERATURES * rows + at, value);
    put(DecodeStep.WANTED, at, wanted);
  }

  /// Sends the inputs, and what the device lacks of the table.
  void upload(SlotTable slots, int[] sequenceOfRow, int[] positionOfRow, CellTable table) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard noGradients = new NoGradGuard()) {
      step.inputs.copy_(hostInputs, true);
      for (int slot = 0; slot < slots.slots(); slot++) {
        int row = slots.row[slot];
        if (row >= 0 && slots.from[slot] < positionOfRow[row]) {
          uploadCells(slot, table, sequenceOfRow[row], slots.from[slot], positionOfRow[row]);
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

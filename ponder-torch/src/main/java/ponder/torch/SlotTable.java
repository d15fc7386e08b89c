package ponder.torch;

import java.util.Arrays;
import ponder.engine.Backend.Batch;

/// Which row of a decode step belongs to which sequence, and what of its cells the device knows.
///
/// A decode step has a slot for each sequence, and the device keeps a table of each slot's cells. A
/// sequence keeps its slot from step to step, so that the step's one new cell is all that the table
/// lacks; the step itself enters it. What else changed (a sequence that is new in its slot, went on
/// elsewhere meanwhile, was cut back or had cells replaced) is uploaded before the step.
///
/// Slots are numbered from 0 without regard to order; those beyond the bucket of the step are moved
/// below it, so a step is never wider than its rows need. Pure bookkeeping; not thread-safe.
final class SlotTable {
  private static final int NONE = -1;

  private final int[] sequenceOf;
  private final int[] slotOf;
  private final long[] version;
  private final int[] known;

  /// For each slot of the step its row in the batch, or -1 where it only pads.
  final int[] row;

  /// For each slot of the step the first position whose cell the device lacks.
  final int[] from;

  /// Slots of the step, padding included.
  int width;

  SlotTable(int slots, int sequences) {
    sequenceOf = new int[slots];
    slotOf = new int[sequences];
    version = new long[slots];
    known = new int[slots];
    row = new int[slots];
    from = new int[slots];
    clear();
  }

  int slots() {
    return sequenceOf.length;
  }

  /// Forgets what the device knows.
  void clear() {
    Arrays.fill(sequenceOf, NONE);
    Arrays.fill(slotOf, NONE);
    width = 0;
  }

  /// Gives each row of a batch, one of each sequence, its slot; its new cell is in `table`.
  void place(Batch batch, CellTable table) {
    width = DecodeBuckets.rows(batch.rows, slots());
    Arrays.fill(row, NONE);
    for (int at = 0; at < batch.rows; at++) {
      int slot = slotOf[batch.sequence[at]];
      if (slot != NONE && slot < width) {
        row[slot] = at;
      }
    }
    for (int slot = 0; slot < slots(); slot++) {
      if (row[slot] == NONE && sequenceOf[slot] != NONE) {
        slotOf[sequenceOf[slot]] = NONE;
        sequenceOf[slot] = NONE;
      }
    }
    int free = 0;
    for (int at = 0; at < batch.rows; at++) {
      int sequence = batch.sequence[at];
      if (slotOf[sequence] == NONE) {
        while (row[free] != NONE) {
          free++;
        }
        row[free] = at;
        sequenceOf[free] = sequence;
        slotOf[sequence] = free;
        known[free] = 0;
      }
      update(slotOf[sequence], batch.position[at], table.version(sequence));
    }
  }

  private void update(int slot, int position, long now) {
    from[slot] = version[slot] == now ? Math.min(known[slot], position) : 0;
    version[slot] = now;
    known[slot] = position + 1;
  }
}

package ponder.torch;

import java.util.Arrays;
import ponder.engine.Backend.Batch;

/// Which sequence has which slot on the device, and what of its cells the device knows.
///
/// The device keeps a table of each slot's cells. A sequence keeps its slot from step to step, so
/// that a step's new cells, which the step itself enters, are all that the table lacks. What else
/// changed (a sequence that is new in its slot, was cut back or had cells replaced) is uploaded
/// before the step.
///
/// A step of decoding is recorded by its width and has one row a slot, so its sequences are moved
/// to the slots below that width, and slots between them that it only pads are given up. Any other
/// step takes its sequences' slots where they are, and frees others' only when there are no more.
/// Pure bookkeeping; not thread-safe.
final class SlotTable {
  private static final int NONE = -1;

  private final int[] sequenceOf;
  private final int[] slotOf;
  private final long[] version;
  private final int[] known;

  /// For each slot the sequence's first row in the step's batch, or -1 where it has none.
  final int[] row;

  /// For each slot of the step the first position whose cell the device lacks.
  final int[] from;

  /// Slots of a step of decoding, padding included.
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

  /// The slot of a sequence that was placed last.
  int slot(int sequence) {
    return slotOf[sequence];
  }

  /// Forgets what the device knows.
  void clear() {
    Arrays.fill(sequenceOf, NONE);
    Arrays.fill(slotOf, NONE);
    width = 0;
  }

  /// Gives each row of a batch, one of each sequence, its slot below [#width]; its new cell is in
  /// `table`.
  void placeDecoding(Batch batch, CellTable table) {
    width = DecodeBuckets.rows(batch.rows, slots());
    place(batch, table, width);
    for (int slot = 0; slot < width; slot++) {
      if (row[slot] == NONE) {
        free(slot);
      }
    }
  }

  /// Gives each sequence of a batch, at most as many as there are slots, its slot; the rows' new
  /// cells are in `table`.
  void place(Batch batch, CellTable table) {
    place(batch, table, slots());
  }

  private void place(Batch batch, CellTable table, int limit) {
    Arrays.fill(row, NONE);
    for (int at = 0; at < batch.rows; at++) {
      int slot = slotOf[batch.sequence[at]];
      if (slot >= limit) {
        free(slot);
      } else if (slot != NONE && row[slot] == NONE) {
        row[slot] = at;
      }
    }
    for (int at = 0; at < batch.rows; at++) {
      int sequence = batch.sequence[at];
      if (slotOf[sequence] == NONE) {
        take(place(limit), sequence, at);
      }
      update(slotOf[sequence], at, batch.position[at], table.version(sequence));
    }
  }

  /// A slot that nobody has, or else one whose sequence is not in the step.
  private int place(int limit) {
    int idle = NONE;
    for (int slot = 0; slot < limit; slot++) {
      if (sequenceOf[slot] == NONE) {
        return slot;
      }
      idle = idle == NONE && row[slot] == NONE ? slot : idle;
    }
    return idle;
  }

  private void take(int slot, int sequence, int at) {
    free(slot);
    sequenceOf[slot] = sequence;
    slotOf[sequence] = slot;
    known[slot] = 0;
    row[slot] = at;
  }

  private void free(int slot) {
    if (sequenceOf[slot] != NONE) {
      slotOf[sequenceOf[slot]] = NONE;
      sequenceOf[slot] = NONE;
    }
  }

  private void update(int slot, int at, int position, long now) {
    if (at == row[slot]) {
      from[slot] = version[slot] == now ? Math.min(known[slot], position) : 0;
      version[slot] = now;
    }
    known[slot] = position + 1;
  }
}

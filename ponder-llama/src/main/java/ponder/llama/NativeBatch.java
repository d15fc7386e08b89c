package ponder.llama;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import ponder.engine.Backend.Batch;

/// The library's batch struct with its arrays, allocated once.
///
/// Each row has one sequence id, or two if every sequence has a twin (see [LlamaBackend]), so
/// `n_seq_id` is constant and `seq_id` points into one array of ids; both are written here and
/// never again. A step copies four arrays.
final class NativeBatch implements AutoCloseable {
  private final Arena arena = Arena.ofShared();
  private final MemorySegment struct = arena.allocate(Layouts.BATCH);
  private final MemorySegment token;
  private final MemorySegment position;
  private final MemorySegment sequence;
  private final MemorySegment output;
  private final byte[] flags;
  private final int[] ids;
  private final int twin;

  /// @param twin what is added to a sequence's id to get its twin's; 0 for no twins
  NativeBatch(int capacity, int twin) {
    int idsPerRow = twin == 0 ? 1 : 2;
    this.twin = twin;
    token = arena.allocate(JAVA_INT, capacity);
    position = arena.allocate(JAVA_INT, capacity);
    sequence = arena.allocate(JAVA_INT, (long) capacity * idsPerRow);
    output = arena.allocate(JAVA_BYTE, capacity);
    flags = new byte[capacity];
    ids = new int[capacity * idsPerRow];
    MemorySegment counts = arena.allocate(JAVA_INT, capacity);
    MemorySegment pointers = arena.allocate(ADDRESS, capacity);
    for (int row = 0; row < capacity; row++) {
      counts.setAtIndex(JAVA_INT, row, idsPerRow);
      pointers.setAtIndex(ADDRESS, row, sequence.asSlice(row * 4L * idsPerRow, 4L * idsPerRow));
    }
    Layouts.setAddress(Layouts.BATCH, struct, "token", token);
    Layouts.setAddress(Layouts.BATCH, struct, "pos", position);
    Layouts.setAddress(Layouts.BATCH, struct, "n_seq_id", counts);
    Layouts.setAddress(Layouts.BATCH, struct, "seq_id", pointers);
    Layouts.setAddress(Layouts.BATCH, struct, "logits", output);
  }

  /// The struct holding `batch`'s rows, at least one and at most the capacity; valid until the next
  /// call.
  MemorySegment of(Batch batch) {
    int rows = batch.rows;
    for (int row = 0; row < rows; row++) {
      flags[row] = (byte) (batch.output[row] ? 1 : 0);
      if (twin == 0) {
        ids[row] = batch.sequence[row];
      } else {
        ids[2 * row] = batch.sequence[row];
        ids[2 * row + 1] = batch.sequence[row] + twin;
      }
    }
    MemorySegment.copy(batch.token, 0, token, JAVA_INT, 0, rows);
    MemorySegment.copy(batch.position, 0, position, JAVA_INT, 0, rows);
    MemorySegment.copy(ids, 0, sequence, JAVA_INT, 0, twin == 0 ? rows : 2 * rows);
    MemorySegment.copy(flags, 0, output, JAVA_BYTE, 0, rows);
    Layouts.setInt(Layouts.BATCH, struct, "n_tokens", rows);
    return struct;
  }

  @Override
  public void close() {
    arena.close();
  }
}

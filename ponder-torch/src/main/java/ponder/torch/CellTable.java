package ponder.torch;

import java.util.Arrays;
import java.util.BitSet;

/// Which cells of the cache hold which sequence's tokens.
///
/// A cell keeps the keys and values of one token; several sequences may refer to it, and it is free
/// when none does. A sequence is a list of cells in the order of positions, so sharing a beginning
/// copies numbers, never keys. Cells need not be neighbours: the lowest free one is taken, which
/// keeps those in use together. Pure bookkeeping; not thread-safe.
final class CellTable {
  private final int[] references;
  private final BitSet used;
  private final int[][] cells;
  private final int[] lengths;
  private final long[] versions;
  private int usedCount;

  /// No cell below it is free.
  private int lowest;

  CellTable(int cellCount, int sequences) {
    references = new int[cellCount];
    used = new BitSet(cellCount);
    cells = new int[sequences][16];
    lengths = new int[sequences];
    versions = new long[sequences];
  }

  int free() {
    return references.length - usedCount;
  }

  int length(int sequence) {
    return lengths[sequence];
  }

  /// Another number whenever cells of a sequence were taken away or replaced, not when it grew.
  long version(int sequence) {
    return versions[sequence];
  }

  /// The cell of a sequence's token.
  int cell(int sequence, int position) {
    return cells[sequence][position];
  }

  /// The cells of positions `[begin, end)`.
  int[] cells(int sequence, int begin, int end) {
    return Arrays.copyOfRange(cells[sequence], begin, end);
  }

  /// Appends a free cell to a sequence and returns it; there must be one.
  int append(int sequence) {
    int cell = used.nextClearBit(lowest);
    lowest = cell;
    if (cell >= references.length) {
      throw new IllegalStateException("No cell is free.");
    }
    push(sequence, cell);
    return cell;
  }

  private void push(int sequence, int cell) {
    if (lengths[sequence] == cells[sequence].length) {
      cells[sequence] = Arrays.copyOf(cells[sequence], 2 * lengths[sequence]);
    }
    cells[sequence][lengths[sequence]++] = cell;
    hold(cell);
  }

  private void hold(int cell) {
    if (references[cell]++ == 0) {
      used.set(cell);
      usedCount++;
    }
  }

  private void release(int cell) {
    if (--references[cell] == 0) {
      used.clear(cell);
      lowest = Math.min(lowest, cell);
      usedCount--;
    }
  }

  /// Appends to sequence `to` the cells of `from` at positions `[begin, end)`, shared.
  void share(int from, int to, int begin, int end) {
    for (int position = begin; position < end; position++) {
      push(to, cells[from][position]);
    }
  }

  /// Cuts a sequence back to `length` tokens, if it is longer.
  void cutBack(int sequence, int length) {
    if (lengths[sequence] > length) {
      versions[sequence]++;
    }
    while (lengths[sequence] > length) {
      release(cells[sequence][--lengths[sequence]]);
    }
  }

  /// Lets sequence `to` refer to the cells of `from` at positions `[begin, end)` instead of its
  /// own.
  void replace(int from, int to, int begin, int end) {
    versions[to]++;
    for (int position = begin; position < end; position++) {
      hold(cells[from][position]);
      release(cells[to][position]);
      cells[to][position] = cells[from][position];
    }
  }

  void clear() {
    Arrays.fill(references, 0);
    Arrays.fill(lengths, 0);
    for (int sequence = 0; sequence < versions.length; sequence++) {
      versions[sequence]++;
    }
    used.clear();
    usedCount = 0;
    lowest = 0;
  }
}

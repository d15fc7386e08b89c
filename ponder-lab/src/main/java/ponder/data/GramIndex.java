package ponder.data;

import java.util.Arrays;
import java.util.BitSet;

/// Which rows of a set have which runs of words: a hash table of 64-bit keys with a chain of rows
/// each. About 40 bytes for each different run of each row, and nothing of the texts.
final class GramIndex {
  private static final int NONE = -1;

  private long[] keys = new long[1 << 10];
  private int[] heads = filled(keys.length);
  private int[] rows = new int[1 << 10];
  private int[] next = new int[1 << 10];
  private final BitSet hit = new BitSet();
  private int used;
  private int postings;

  private static int[] filled(int length) {
    int[] heads = new int[length];
    Arrays.fill(heads, NONE);
    return heads;
  }

  /// Says that `row` has `gram`; once for each pair.
  void add(long gram, int row) {
    if (2 * used >= keys.length) {
      grow();
    }
    if (postings == rows.length) {
      rows = Arrays.copyOf(rows, 2 * postings);
      next = Arrays.copyOf(next, 2 * postings);
    }
    int slot = slot(keys, heads, gram);
    used += heads[slot] == NONE ? 1 : 0;
    keys[slot] = gram;
    rows[postings] = row;
    next[postings] = heads[slot];
    heads[slot] = postings++;
  }

  private void grow() {
    long[] moreKeys = new long[2 * keys.length];
    int[] moreHeads = filled(moreKeys.length);
    for (int i = 0; i < keys.length; i++) {
      if (heads[i] != NONE) {
        int slot = slot(moreKeys, moreHeads, keys[i]);
        moreKeys[slot] = keys[i];
        moreHeads[slot] = heads[i];
      }
    }
    keys = moreKeys;
    heads = moreHeads;
  }

  /// Where `gram` is, or where it may be put. Keys are well mixed: their low bits do.
  private static int slot(long[] keys, int[] heads, long gram) {
    int mask = keys.length - 1;
    int slot = (int) gram & mask;
    while (heads[slot] != NONE && keys[slot] != gram) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  /// Hears the rows that have a gram.
  interface Heard {
    void row(int row);
  }

  /// Tells at most `most` rows that have `gram`, the last added first, and remembers that it was
  /// found.
  ///
  /// @return whether any has it
  boolean find(long gram, int most, Heard heard) {
    int slot = slot(keys, heads, gram);
    if (heads[slot] == NONE) {
      return false;
    }
    hit.set(heads[slot]);
    int told = 0;
    for (int at = heads[slot]; at != NONE && told < most; at = next[at]) {
      heard.row(rows[at]);
      told++;
    }
    return true;
  }

  /// All rows that have any of the grams found so far.
  BitSet rowsFound() {
    BitSet found = new BitSet();
    for (int head = hit.nextSetBit(0); head >= 0; head = hit.nextSetBit(head + 1)) {
      for (int at = head; at != NONE; at = next[at]) {
        found.set(rows[at]);
      }
    }
    return found;
  }
}

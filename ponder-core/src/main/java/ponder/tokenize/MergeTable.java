package ponder.tokenize;

/// Which pairs of symbols merge, how early, and into what: an open-addressing hash table.
///
/// Built once by one thread, then read by any number.
final class MergeTable {
  private static final long EMPTY = -1;

  private final long[] pairs;
  private final int[] ranks;
  private final int[] results;
  private final int mask;

  MergeTable(int expected) {
    int capacity = Integer.highestOneBit(Math.max(8, expected)) * 4;
    pairs = new long[capacity];
    java.util.Arrays.fill(pairs, EMPTY);
    ranks = new int[capacity];
    results = new int[capacity];
    mask = capacity - 1;
  }

  /// Adds a merge; of a pair added twice the first counts.
  void add(int left, int right, int rank, int result) {
    long pair = pair(left, right);
    int slot = slot(pair);
    if (pairs[slot] == EMPTY) {
      pairs[slot] = pair;
      ranks[slot] = rank;
      results[slot] = result;
    }
  }

  /// The place of the merge of `left` and `right`, or -1 if they do not merge.
  int find(int left, int right) {
    int slot = slot(pair(left, right));
    return pairs[slot] == EMPTY ? -1 : slot;
  }

  /// The rank of the merge at `place`: the lowest goes first.
  int rank(int place) {
    return ranks[place];
  }

  /// The symbol that the merge at `place` makes.
  int result(int place) {
    return results[place];
  }

  private static long pair(int left, int right) {
    return (long) left << 32 | right;
  }

  private int slot(long pair) {
    int slot = (int) (pair * 0x9E3779B97F4A7C15L >>> 32) & mask;
    while (pairs[slot] != EMPTY && pairs[slot] != pair) {
      slot = slot + 1 & mask;
    }
    return slot;
  }
}

package ponder.tokenize;

/// Merges the symbols of one word: again and again the pair of lowest rank, the leftmost of equals.
///
/// Short words scan all pairs for each merge, which is quickest up to some dozens of symbols. Long
/// ones keep the pairs in a heap and the symbols in a linked list: O(n log n), so a megabyte
/// without a space takes a second and not a day.
final class Merger {
  private static final int SCAN_UP_TO = 48;
  private static final int NONE = Integer.MAX_VALUE;

  private final MergeTable merges;

  Merger(MergeTable merges) {
    this.merges = merges;
  }

  /// Merges `symbols[0, count)` in place and returns how many are left.
  int merge(int[] symbols, int count) {
    return count <= SCAN_UP_TO ? scan(symbols, count) : heap(symbols, count);
  }

  int scan(int[] symbols, int count) {
    int left = count;
    while (left > 1) {
      int bestRank = NONE;
      int bestAt = -1;
      int bestPlace = -1;
      for (int i = 0; i + 1 < left; i++) {
        int place = merges.find(symbols[i], symbols[i + 1]);
        if (place >= 0 && merges.rank(place) < bestRank) {
          bestRank = merges.rank(place);
          bestAt = i;
          bestPlace = place;
        }
      }
      if (bestAt < 0) {
        return left;
      }
      symbols[bestAt] = merges.result(bestPlace);
      System.arraycopy(symbols, bestAt + 2, symbols, bestAt + 1, left - bestAt - 2);
      left--;
    }
    return left;
  }

  int heap(int[] symbols, int count) {
    int[] next = new int[count];
    int[] previous = new int[count];
    Heap heap = new Heap();
    for (int i = 0; i < count; i++) {
      next[i] = i + 1;
      previous[i] = i - 1;
      if (i + 1 < count) {
        push(heap, symbols, i, i + 1);
      }
    }
    while (!heap.isEmpty()) {
      long top = heap.pop();
      int at = (int) top;
      int right = next[at];
      // Swallowed since, or at the end; a changed pair of the same rank is the same merge.
      if (symbols[at] < 0 || right >= count) {
        continue;
      }
      int place = merges.find(symbols[at], symbols[right]);
      if (place < 0 || merges.rank(place) != (int) (top >>> 32)) {
        continue;
      }
      symbols[at] = merges.result(place);
      symbols[right] = -1;
      next[at] = next[right];
      if (next[at] < count) {
        previous[next[at]] = at;
        push(heap, symbols, at, next[at]);
      }
      if (previous[at] >= 0) {
        push(heap, symbols, previous[at], at);
      }
    }
    int left = 0;
    for (int i = 0; i < count; i = next[i]) {
      symbols[left++] = symbols[i];
    }
    return left;
  }

  private void push(Heap heap, int[] symbols, int at, int right) {
    int place = merges.find(symbols[at], symbols[right]);
    if (place >= 0) {
      heap.push((long) merges.rank(place) << 32 | at);
    }
  }

  /// A binary heap of longs, the least first.
  private static final class Heap {
    private long[] values = new long[256];
    private int size;

    boolean isEmpty() {
      return size == 0;
    }

    void push(long value) {
      if (size == values.length) {
        values = java.util.Arrays.copyOf(values, size * 2);
      }
      int hole = size++;
      while (hole > 0 && values[(hole - 1) / 2] > value) {
        values[hole] = values[(hole - 1) / 2];
        hole = (hole - 1) / 2;
      }
      values[hole] = value;
    }

    long pop() {
      long top = values[0];
      long last = values[--size];
      int hole = 0;
      while (2 * hole + 1 < size) {
        int child = 2 * hole + 1;
        if (child + 1 < size && values[child + 1] < values[child]) {
          child++;
        }
        if (values[child] >= last) {
          break;
        }
        values[hole] = values[child];
        hole = child;
      }
      values[hole] = last;
      return top;
    }
  }
}

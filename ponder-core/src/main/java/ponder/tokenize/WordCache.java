package ponder.tokenize;

import org.jspecify.annotations.Nullable;

/// Remembers the ids of words seen before; text repeats its words, so most are found here.
///
/// One entry a slot, the latest wins: bounded, and free of locks, since entries are immutable and a
/// lost write costs only time.
final class WordCache {
  private static final int SLOTS = 1 << 14;
  private static final int LONGEST = 48;

  private record Entry(String word, int[] ids) {}

  private final @Nullable Entry[] entries = new Entry[SLOTS];

  /// The ids of `text[start, end)`, or null if they are not here.
  int @Nullable [] find(String text, int start, int end) {
    if (end - start > LONGEST) {
      return null;
    }
    Entry entry = entries[slot(text, start, end)];
    return entry != null
            && entry.word().length() == end - start
            && text.startsWith(entry.word(), start)
        ? entry.ids()
        : null;
  }

  void put(String text, int start, int end, int[] ids) {
    if (end - start <= LONGEST) {
      entries[slot(text, start, end)] = new Entry(text.substring(start, end), ids);
    }
  }

  private static int slot(String text, int start, int end) {
    int hash = 0;
    for (int i = start; i < end; i++) {
      hash = hash * 31 + text.charAt(i);
    }
    return (hash * 0x9E3779B9) >>> 18;
  }
}

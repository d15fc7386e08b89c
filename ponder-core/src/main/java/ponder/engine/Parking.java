package ponder.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ponder.engine.PrefixTree.Node;

/// Evicted prefixes in host memory: a second, slower tier behind the cache's cells.
///
/// Copying a token's keys and values out and in again costs a few microseconds, computing them anew
/// about a thousand times as much, so whatever is evicted and long enough to be worth a search is
/// copied out first. An entry holds the cells of one stretch of a path, not of the whole path:
/// branches do not park their common beginning once each. It can be put back behind any sequence
/// that has its beginning.
///
/// The entry longest unused makes room for a new one. One thread. Lookups walk all entries, of
/// which there are hundreds at most, and compare tokens by vector instructions.
final class Parking {
  /// Cells of a stretch of a path.
  ///
  /// @param root where the path begins
  /// @param path tokens from the root to the last cell's
  /// @param start of the first cell
  @SuppressWarnings("ArrayRecordComponent") // long, never changed, not compared
  record Entry(Node root, int[] path, int start, Backend.Parked cells) {
    int length() {
      return path.length - start;
    }

    /// How many tokens a sequence can have with this entry of its own `have`; no more than `have`
    /// if it is of no use.
    private int reach(Node at, int[] tokens, int have, int limit) {
      if (at != root || start > have) {
        return have;
      }
      int n = Math.min(limit, path.length);
      int mismatch = Arrays.mismatch(path, 0, n, tokens, 0, n);
      return mismatch < 0 ? n : mismatch;
    }
  }

  private final Backend backend;
  private final long mostBytes;
  private final int leastTokens;

  /// The longest unused first.
  private final List<Entry> entries = new ArrayList<>();

  private long bytes;

  Parking(Backend backend, EngineSettings settings) {
    this.backend = backend;
    this.mostBytes = settings.parkBytes();
    this.leastTokens = settings.parkTokens();
  }

  /// Copies the cells of a leaf out, unless they are too few or there already; returns how many
  /// were copied.
  ///
  /// @param id a sequence that covers the leaf
  int park(Node root, Node leaf, int id) {
    int start = leaf.end() - leaf.length();
    if (mostBytes == 0 || leaf.length() < leastTokens) {
      return 0;
    }
    int[] path = leaf.path();
    for (Entry entry : entries) {
      if (entry.start <= start && entry.reach(root, path, start, path.length) == path.length) {
        use(entry);
        return 0;
      }
    }
    Backend.Parked cells = backend.park(id, start, leaf.end());
    if (cells == null) {
      return 0;
    }
    add(new Entry(root, path, start, cells));
    return leaf.length();
  }

  /// Takes out the entry that brings a sequence furthest; null if none brings it far enough. While
  /// it is out, parking something else cannot push it out of memory; [#restore] or [#add] puts it
  /// back.
  ///
  /// @param have leading tokens that it has already
  /// @param limit tokens that it may take
  @Nullable Entry take(Node root, int[] tokens, int have, int limit) {
    Entry best = null;
    int furthest = have + leastTokens - 1;
    for (Entry entry : entries) {
      int reach = entry.reach(root, tokens, have, limit);
      if (reach > furthest) {
        best = entry;
        furthest = reach;
      }
    }
    if (best != null) {
      entries.remove(best);
      bytes -= best.cells.bytes();
    }
    return best;
  }

  /// Puts the cells of an entry that was taken out behind the `have` tokens of sequence `id`;
  /// returns how many tokens it has then.
  int restore(Entry entry, int id, int[] tokens, int have, int limit) {
    int reach = entry.reach(entry.root, tokens, have, limit);
    boolean done = backend.unpark(entry.cells, id, have, reach);
    add(entry);
    return done ? reach : have;
  }

  /// Adds an entry as the last used one; the longest unused make room for it.
  void add(Entry entry) {
    entries.add(entry);
    bytes += entry.cells.bytes();
    while (bytes > mostBytes) {
      drop(entries.removeFirst());
    }
  }

  private void use(Entry entry) {
    entries.remove(entry);
    entries.add(entry);
  }

  /// Forgets what lies below `root`.
  void drop(Node root) {
    for (Entry entry : List.copyOf(entries)) {
      if (entry.root == root) {
        entries.remove(entry);
        drop(entry);
      }
    }
  }

  private void drop(Entry entry) {
    bytes -= entry.cells.bytes();
    entry.cells.close();
  }

  /// Forgets everything.
  void clear() {
    entries.forEach(this::drop);
    entries.clear();
  }
}

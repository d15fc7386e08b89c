package ponder.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Finds stop strings in a stream of code points (Aho and Corasick 1975, "Efficient string
/// matching").
///
/// A state is a node of the trie of all strings: the longest suffix of the stream that begins some
/// string. Its depth is therefore what must be held back. Immutable once built.
final class StopStrings {
  static final int ROOT = 0;
  private static final int NONE = -1;

  private final List<String> strings;
  private final List<Map<Integer, Integer>> next = new ArrayList<>();
  private final List<Integer> depth = new ArrayList<>();
  private final List<Integer> failure = new ArrayList<>();
  private final List<Integer> match = new ArrayList<>();

  StopStrings(List<String> strings) {
    this.strings = strings;
    addNode(0);
    for (int index = 0; index < strings.size(); index++) {
      insert(index);
    }
    link();
  }

  /// The state after `codePoint`.
  int step(int state, int codePoint) {
    int node = state;
    while (true) {
      Integer child = next.get(node).get(codePoint);
      if (child != null) {
        return child;
      }
      if (node == ROOT) {
        return ROOT;
      }
      node = failure.get(node);
    }
  }

  /// How many of the last code points begin a stop string.
  int depth(int state) {
    return depth.get(state);
  }

  /// The longest stop string that ends here, by index; -1 if none does.
  int match(int state) {
    return match.get(state);
  }

  String string(int index) {
    return strings.get(index);
  }

  int length(int index) {
    String string = strings.get(index);
    return string.codePointCount(0, string.length());
  }

  private void insert(int index) {
    int node = ROOT;
    for (int codePoint : strings.get(index).codePoints().toArray()) {
      int parent = node;
      node = next.get(node).computeIfAbsent(codePoint, key -> addNode(depth.get(parent) + 1));
    }
    match.set(node, index);
  }

  /// Sets failure links in order of depth: children are numbered after their parents, but not by
  /// depth, hence the queue.
  private void link() {
    List<Integer> queue = new ArrayList<>(next.getFirst().values());
    for (int head = 0; head < queue.size(); head++) {
      int node = queue.get(head);
      if (match.get(node) == NONE) {
        match.set(node, match.get(failure.get(node)));
      }
      next.get(node)
          .forEach(
              (codePoint, child) -> {
                failure.set(child, step(failure.get(node), codePoint));
                queue.add(child);
              });
    }
  }

  private int addNode(int nodeDepth) {
    next.add(new HashMap<>());
    depth.add(nodeDepth);
    failure.add(ROOT);
    match.add(NONE);
    return next.size() - 1;
  }
}

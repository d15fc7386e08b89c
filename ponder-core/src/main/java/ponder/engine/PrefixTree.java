package ponder.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import ponder.model.AdapterKey;

/// The token sequences whose keys and values lie in the cache, as a radix tree; one root per
/// adapter, because an adapter changes every key and value.
///
/// # How it works
///
/// An edge carries a run of tokens and lives in the node below it, so a node stands for the path
/// from its root to its own last token. Whatever is in the tree has been computed; tokens that are
/// only promised are kept by the jobs that will compute them ([Job#followers]), so a split or an
/// eviction can never touch a promise.
///
/// A running job *locks* the path from its node to the root: each node counts the locks on itself
/// and below. A node without locks has none below it either, so the unlocked nodes form whole
/// subtrees and all their tokens can be won back leaf by leaf. Unlocked leaves are kept in one set
/// ordered by last use, so an eviction never walks the tree. The clock of `lastUse` counts steps:
/// two runs with the same steps evict the same nodes.
///
/// A split gives the *lower* half the old node's identity. Locks that were taken on it stay valid,
/// and the new upper half starts with the same count, since every one of them covers it too.
///
/// Rejected: fixed blocks as edges (vLLM's hash table of 16-token blocks). They waste half a block
/// per branch, and llama.cpp's cells need no alignment. Radix trees for this purpose: Zheng et al.
/// 2024, "SGLang: Efficient Execution of Structured Language Model Programs" (RadixAttention).
///
/// One thread. Tokens are counted, not stored: [Cache] ties nodes to sequence ids and cells.
final class PrefixTree {
  private static final int[] NOTHING = {};

  /// A run of tokens and everything that hangs below it.
  static final class Node {
    private static final Comparator<Node> EVICTION_ORDER =
        Comparator.<Node>comparingLong(node -> node.lastUse)
            .thenComparing(node -> node.end, Comparator.reverseOrder())
            .thenComparingLong(node -> node.serial);

    private final long serial;
    private final Map<Integer, Node> children = new HashMap<>(4);
    private int[] tokens;
    private int length;
    private @Nullable Node parent;
    private int end;
    private int locks;
    private long lastUse;

    /// The sequence id that keeps an unlocked leaf's cells alive, or -1.
    int holder = -1;

    /// The ids of running jobs whose node is exactly this one.
    private int[] attached = NOTHING;

    private int attachedCount;

    private Node(long serial, int[] tokens, int length, @Nullable Node parent) {
      this.serial = serial;
      this.tokens = tokens;
      this.length = length;
      this.parent = parent;
      this.end = parent == null ? 0 : parent.end + length;
    }

    /// Tokens from the root to this node's last one.
    int end() {
      return end;
    }

    /// Tokens of this node alone.
    int length() {
      return length;
    }

    int locks() {
      return locks;
    }

    @Nullable Node parent() {
      return parent;
    }

    /// All tokens from the root to this node's last one, a copy.
    int[] path() {
      int[] path = new int[end];
      for (Node node = this; node != null; node = node.parent) {
        System.arraycopy(node.tokens, 0, path, node.end - node.length, node.length);
      }
      return path;
    }

    boolean isRoot() {
      return parent == null;
    }

    boolean isLeaf() {
      return children.isEmpty();
    }

    int attachedCount() {
      return attachedCount;
    }

    void attach(int id) {
      if (attachedCount == attached.length) {
        attached = Arrays.copyOf(attached, Math.max(2, attachedCount * 2));
      }
      attached[attachedCount++] = id;
    }

    void detach(int id) {
      for (int i = 0; i < attachedCount; i++) {
        if (attached[i] == id) {
          attached[i] = attached[--attachedCount];
          return;
        }
      }
      throw new IllegalStateException("sequence " + id + " is not attached here.");
    }

    /// A sequence id that covers this node's whole path.
    int coveringId() {
      Node node = this;
      while (node.attachedCount == 0 && node.holder < 0) {
        node = node.children.values().iterator().next();
      }
      return node.holder >= 0 ? node.holder : node.attached[0];
    }

    private int common(int[] ids, int from, int to) {
      int n = Math.min(length, to - from);
      int mismatch = Arrays.mismatch(tokens, 0, n, ids, from, from + n);
      return mismatch < 0 ? n : mismatch;
    }
  }

  /// How much of a sequence is in the tree.
  ///
  /// @param length tokens that match
  /// @param unlocked how many of them could be evicted just now
  record Probe(int length, int unlocked) {}

  private final Map<Object, Node> roots = new HashMap<>();
  private final TreeSet<Node> evictable = new TreeSet<>(Node.EVICTION_ORDER);
  private long serials;
  private int tokens;
  private int unlockedTokens;
  private int nodes;

  /// Tokens in all nodes.
  int tokens() {
    return tokens;
  }

  /// Tokens in nodes that no running job stands on: all of them can be evicted.
  int unlockedTokens() {
    return unlockedTokens;
  }

  int nodes() {
    return nodes;
  }

  /// The root of this adapter's sequences; null is the base model.
  Node root(@Nullable AdapterKey adapter) {
    return roots.computeIfAbsent(
        adapter == null ? "" : adapter, key -> new Node(serials++, NOTHING, 0, null));
  }

  /// Forgets an adapter's root, which must have nothing below it.
  void dropRoot(AdapterKey adapter) {
    Node root = roots.remove(adapter);
    if (root != null && !(root.isLeaf() && root.attachedCount == 0)) {
      throw new IllegalStateException("adapter " + adapter + " still has nodes.");
    }
  }

  /// How many of `ids[0, limit)` match, changing nothing.
  Probe probe(Node root, int[] ids, int limit) {
    Node node = root;
    int at = 0;
    int unlocked = 0;
    while (at < limit) {
      Node child = node.children.get(ids[at]);
      if (child == null) {
        break;
      }
      int common = child.common(ids, at, limit);
      at += common;
      if (child.locks == 0) {
        unlocked += common;
      }
      if (common < child.length) {
        break;
      }
      node = child;
    }
    return new Probe(at, unlocked);
  }

  /// The node that ends where the match of `ids[from, limit)` below `node` ends, split off if the
  /// match ends inside an edge. Marks the path as used at `now`.
  Node border(Node node, int[] ids, int from, int limit, long now) {
    Node at = node;
    int position = from;
    while (position < limit) {
      Node child = at.children.get(ids[position]);
      if (child == null) {
        break;
      }
      int common = child.common(ids, position, limit);
      at = common < child.length ? split(child, common, now) : child;
      touch(at, now);
      position += common;
    }
    return at;
  }

  private void touch(Node node, long now) {
    boolean listed = evictable.remove(node);
    node.lastUse = now;
    if (listed) {
      evictable.add(node);
    }
  }

  /// Cuts `lower` after its first `k` tokens; the new upper node is returned.
  private Node split(Node lower, int k, long now) {
    Node parent = parentOf(lower);
    Node upper = new Node(serials++, Arrays.copyOf(lower.tokens, k), k, parent);
    upper.locks = lower.locks;
    upper.lastUse = now;
    parent.children.put(upper.tokens[0], upper);
    lower.tokens = Arrays.copyOfRange(lower.tokens, k, lower.length);
    lower.length -= k;
    lower.parent = upper;
    upper.children.put(lower.tokens[0], lower);
    nodes++;
    return upper;
  }

  /// Adds `ids[from, to)` as a new, unlocked child of `parent`, which must have no child that
  /// begins so. The child is not evictable until it has been locked and unlocked.
  Node add(Node parent, int[] ids, int from, int to, long now) {
    Node child = new Node(serials++, Arrays.copyOfRange(ids, from, to), to - from, parent);
    child.lastUse = now;
    evictable.remove(parent);
    if (parent.children.put(ids[from], child) != null) {
      throw new IllegalStateException("token " + ids[from] + " already begins a child.");
    }
    nodes++;
    tokens += child.length;
    unlockedTokens += child.length;
    return child;
  }

  /// Lengthens a locked leaf by `ids[from, to)`.
  void extend(Node leaf, int[] ids, int from, int to, long now) {
    int added = to - from;
    if (leaf.length + added > leaf.tokens.length) {
      leaf.tokens = Arrays.copyOf(leaf.tokens, Math.max(leaf.length + added, leaf.length * 2));
    }
    System.arraycopy(ids, from, leaf.tokens, leaf.length, added);
    leaf.length += added;
    leaf.end += added;
    leaf.lastUse = now;
    tokens += added;
  }

  /// Protects the path from `node` to its root.
  void lock(Node node) {
    for (Node at = node; at != null; at = at.parent) {
      if (at.locks++ == 0 && !at.isRoot()) {
        unlockedTokens -= at.length;
        evictable.remove(at);
      }
    }
  }

  /// Takes one lock off the path from `node` to its root.
  void unlock(Node node) {
    for (Node at = node; at != null; at = at.parent) {
      if (--at.locks == 0 && !at.isRoot()) {
        unlockedTokens += at.length;
        list(at);
      }
      if (at.locks < 0) {
        throw new IllegalStateException("a node was unlocked more often than locked.");
      }
    }
  }

  private void list(Node node) {
    if (node.isLeaf() && node.locks == 0 && !node.isRoot()) {
      evictable.add(node);
    }
  }

  /// The unlocked leaf to evict next, or null.
  @Nullable Node oldest() {
    return evictable.isEmpty() ? null : evictable.first();
  }

  /// Takes the last `count` tokens off an unlocked leaf that has more.
  void shorten(Node leaf, int count) {
    evictable.remove(leaf);
    leaf.length -= count;
    leaf.end -= count;
    tokens -= count;
    unlockedTokens -= count;
    evictable.add(leaf);
  }

  /// Takes an unlocked leaf out and returns its parent.
  Node remove(Node leaf) {
    Node parent = parentOf(leaf);
    evictable.remove(leaf);
    parent.children.remove(leaf.tokens[0]);
    leaf.parent = null;
    nodes--;
    tokens -= leaf.length;
    unlockedTokens -= leaf.length;
    list(parent);
    return parent;
  }

  /// All unlocked leaves below this adapter's root.
  List<Node> leaves(AdapterKey adapter) {
    Node root = root(adapter);
    return evictable.stream().filter(leaf -> rootOf(leaf) == root).toList();
  }

  /// The root above `node`.
  static Node rootOf(Node node) {
    Node at = node;
    for (Node parent = at.parent; parent != null; parent = at.parent) {
      at = parent;
    }
    return at;
  }

  private static Node parentOf(Node node) {
    Node parent = node.parent;
    if (parent == null) {
      throw new IllegalStateException("a root has no parent.");
    }
    return parent;
  }

  /// Every node but the roots, parents first; for checks.
  Collection<Node> all() {
    List<Node> found = new ArrayList<>();
    ArrayDeque<Node> open = new ArrayDeque<>(roots.values());
    while (!open.isEmpty()) {
      Node node = open.poll();
      if (!node.isRoot()) {
        found.add(node);
      }
      open.addAll(node.children.values());
    }
    return found;
  }

  /// Recounts everything that is kept incrementally.
  ///
  /// @throws IllegalStateException naming the first thing that does not add up
  void check() {
    int sum = 0;
    int unlocked = 0;
    int leaves = 0;
    Collection<Node> all = all();
    for (Node node : all) {
      sum += node.length;
      unlocked += node.locks == 0 ? node.length : 0;
      leaves += node.locks == 0 && node.isLeaf() ? 1 : 0;
      int below = node.children.values().stream().mapToInt(child -> child.locks).sum();
      require(node.length > 0, "a node is empty");
      require(node.end == parentOf(node).end + node.length, "a node's end is wrong");
      require(node.locks == below + node.attachedCount, "a node's locks are miscounted");
      require(
          (node.holder >= 0) == (node.isLeaf() && node.locks == 0),
          "holders and unlocked leaves differ");
      require(
          !(node.isLeaf() && node.locks == 0) || evictable.contains(node),
          "an unlocked leaf is not listed");
    }
    require(all.size() == nodes, "nodes are miscounted");
    require(sum == tokens, "tokens are miscounted");
    require(unlocked == unlockedTokens, "unlocked tokens are miscounted");
    require(leaves == evictable.size(), "the evictable set has strangers");
  }

  private static void require(boolean holds, String complaint) {
    if (!holds) {
      throw new IllegalStateException("Prefix tree: " + complaint + ".");
    }
  }
}

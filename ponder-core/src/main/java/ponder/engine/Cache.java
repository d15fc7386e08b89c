package ponder.engine;

import java.util.Collection;
import ponder.engine.PrefixTree.Node;
import ponder.engine.PrefixTree.Probe;
import ponder.model.AdapterKey;

/// The key-value cache's books: which sequence id covers which path, how many cells are used, and
/// the backend calls that keep both true.
///
/// # Ids and cells
///
/// A cell lives as long as one sequence id refers to it. Every id covers one path from a root,
/// without gaps, and is in one of three states:
///
/// - *free*: it refers to nothing;
/// - *running*: it belongs to a job, which is attached to exactly one node; it covers that node's
///   path and behind it the job's private cells (tokens not published yet);
/// - *holder*: its job has ended and it keeps one unlocked leaf alive.
///
/// Inner nodes live through the leaves below them, locked leaves through the jobs attached to them.
/// So there are never more ids in use than running jobs and unlocked leaves, and these moves cost
/// no or one call: a job that continues a leaf exactly takes over the holder's id; a job that ends
/// leaves its id as the holder of its new leaf; an evicted leaf's id, cut back, becomes the holder
/// of a parent that would be left without one.
///
/// # Publishing
///
/// A job's cells become visible to others when published: prefill after every step, generated text
/// at its end. If others have published the same tokens meanwhile, theirs win: the job's id drops
/// its own cells for that stretch and refers to theirs ([Backend#replace]), so equal text is never
/// kept twice.
///
/// # Parking
///
/// What is evicted is copied to host memory first ([Parking]) and put back when a job begins that
/// can use it.
///
/// `used` counts cells of nodes, private cells and cells reserved for the running step.
final class Cache {
  /// Cells are freed in batches of at least this, since a removal scans all cells in some backends.
  private static final int EVICTION_BATCH = 64;

  private final Backend backend;
  private final Backend.Shape shape;
  private final boolean reuse;
  private final int capacity;
  private final Meter meter;
  private final Parking parking;
  private PrefixTree tree = new PrefixTree();
  private int[] freeIds;
  private int freeIdCount;
  private int used;
  private long now;

  Cache(Backend backend, EngineSettings settings, Meter meter) {
    this.backend = backend;
    this.shape = backend.shape();
    this.reuse = settings.reuse() && !settings.deterministic() && shape.partialRemoval();
    this.capacity = capacity(shape, settings);
    this.meter = meter;
    this.parking = new Parking(backend, settings);
    this.freeIds = allIds();
    this.freeIdCount = freeIds.length;
  }

  /// Cells that may be used: the backend's, or as many as the memory setting allows.
  static int capacity(Backend.Shape shape, EngineSettings settings) {
    return settings.memoryBytes() == 0 || shape.bytesPerCell() == 0
        ? shape.cells()
        : (int) Math.min(shape.cells(), settings.memoryBytes() / shape.bytesPerCell());
  }

  private int[] allIds() {
    int[] ids = new int[shape.sequenceIds() - 1]; // the last id is scratch
    for (int i = 0; i < ids.length; i++) {
      ids[i] = ids.length - 1 - i;
    }
    return ids;
  }

  boolean reuse() {
    return reuse;
  }

  int capacity() {
    return capacity;
  }

  int used() {
    return used;
  }

  /// Cells in the tree that no running job stands on.
  int idle() {
    return tree.unlockedTokens();
  }

  int nodes() {
    return tree.nodes();
  }

  int free() {
    return capacity - used;
  }

  /// Moves the clock of last uses to this step.
  void tick(long step) {
    now = step;
  }

  /// How many of the job's first tokens could be had without computing them.
  Probe probe(Job job) {
    return reuse
        ? tree.probe(tree.root(job.adapter()), job.tokens, job.matchLimit())
        : new Probe(0, 0);
  }

  /// Whether an id can be had without touching a running job.
  boolean idAvailable() {
    return freeIdCount > 0 || tree.oldest() != null;
  }

  /// Gives the job an id that covers its longest computed prefix. The caller has checked
  /// [#idAvailable].
  void attach(Job job) {
    Node node = border(job);
    if (node.holder < 0 && freeIdCount == 0) {
      evictForId(); // may take the very prefix, so it is looked up again and locked only then
      node = border(job);
    }
    tree.lock(node);
    int id = node.holder;
    if (id >= 0) {
      node.holder = -1;
    } else {
      id = freeIds[--freeIdCount];
      if (!node.isRoot()) {
        backend.share(node.coveringId(), id, node.end());
      }
    }
    node.attach(id);
    job.node = node;
    job.slot = id;
    job.computed = node.end();
    if (reuse) {
      restore(job);
    }
  }

  /// Puts back parked cells that go on where the job's prefix in the tree ends.
  private void restore(Job job) {
    Node root = tree.root(job.adapter());
    int limit = job.matchLimit();
    while (true) {
      int have = job.computed;
      Parking.Entry entry = parking.take(root, job.tokens, have, limit);
      if (entry == null) {
        return;
      }
      if (!reserve(entry.length())) {
        parking.add(entry);
        return;
      }
      job.computed = parking.restore(entry, job.slot, job.tokens, have, limit);
      used -= entry.length() - (job.computed - have);
      meter.restored += job.computed - have;
      publish(job, Math.min(job.computed, job.publishLimit()));
      if (job.computed == have) {
        return; // no room after all
      }
    }
  }

  private Node border(Job job) {
    Node root = tree.root(job.adapter());
    return reuse ? tree.border(root, job.tokens, 0, job.matchLimit(), now) : root;
  }

  private void evictForId() {
    while (freeIdCount == 0) {
      Node leaf = tree.oldest();
      if (leaf == null) {
        throw new IllegalStateException("all sequence ids are running.");
      }
      meter.evicted += leaf.length();
      park(leaf);
      removeLeaf(leaf);
    }
  }

  private void park(Node leaf) {
    meter.parked += parking.park(PrefixTree.rootOf(leaf), leaf, leaf.holder);
  }

  private void freeId(int id) {
    freeIds[freeIdCount++] = id;
  }

  /// Makes room for `count` more cells, evicting as needed; false if there is none without touching
  /// a running job.
  boolean reserve(int count) {
    if (free() < count && count <= free() + idle()) {
      evict(Math.max(count - free(), Math.min(EVICTION_BATCH, idle())));
    }
    if (free() < count) {
      return false;
    }
    used += count;
    return true;
  }

  /// Gives back cells that were reserved and not computed.
  void unreserve(int count) {
    used -= count;
  }

  /// Puts the job's computed tokens up to `end` into the tree.
  void publish(Job job, int end) {
    Node node = nodeOf(job);
    if (!reuse || end <= node.end()) {
      return;
    }
    int start = node.end();
    Node at = tree.border(node, job.tokens, start, end, now);
    int merged = at.end();
    if (merged > start) {
      backend.replace(at.coveringId(), job.slot, start, merged);
      used -= merged - start;
    } else if (canGrow(node)) {
      tree.extend(node, job.tokens, start, end, now);
      return;
    }
    Node target = merged < end ? tree.add(at, job.tokens, merged, end, now) : at;
    tree.lock(target);
    dropHolder(at);
    node.detach(job.slot);
    tree.unlock(node);
    target.attach(job.slot);
    job.node = target;
  }

  /// Whether the node is a leaf that its job alone stands on, so that no other path ends there.
  private static boolean canGrow(Node node) {
    return !node.isRoot() && node.isLeaf() && node.locks() == 1;
  }

  private void dropHolder(Node node) {
    if (node.holder >= 0) {
      backend.remove(node.holder, 0);
      freeId(node.holder);
      node.holder = -1;
    }
  }

  /// Takes the job off the cache: its first `keep` computed tokens stay for others to find, the
  /// rest is dropped.
  void release(Job job, int keep) {
    publish(job, Math.min(keep, job.computed));
    Node node = nodeOf(job);
    int id = job.slot;
    int tail = job.computed - node.end();
    node.detach(id);
    if (!node.isRoot() && node.isLeaf() && node.attachedCount() == 0) {
      if (tail > 0) {
        backend.remove(id, node.end());
      }
      node.holder = id;
    } else {
      backend.remove(id, 0);
      freeId(id);
    }
    tree.unlock(node);
    used -= tail;
    job.node = null;
    job.slot = -1;
    job.computed = 0;
  }

  /// Takes the job off the cache, and with it every cell that no other job needs: after a failure
  /// that may have spoilt them.
  void forget(Job job) {
    Node node = nodeOf(job);
    release(job, 0);
    Node at = node;
    while (at != null && !at.isRoot() && at.isLeaf() && at.locks() == 0) {
      at = removeLeaf(at);
    }
  }

  /// Frees at least `count` cells if so many are idle, least recently used first.
  int evict(int count) {
    int freed = 0;
    for (Node leaf = tree.oldest(); freed < count && leaf != null; leaf = tree.oldest()) {
      int wanted = count - freed;
      park(leaf);
      if (leaf.length() <= wanted) {
        freed += leaf.length();
        removeLeaf(leaf);
      } else {
        tree.shorten(leaf, wanted);
        backend.remove(leaf.holder, leaf.end());
        used -= wanted;
        freed += wanted;
      }
    }
    meter.evicted += freed;
    return freed;
  }

  private Node removeLeaf(Node leaf) {
    int id = leaf.holder;
    leaf.holder = -1;
    used -= leaf.length();
    Node parent = tree.remove(leaf);
    if (!parent.isRoot() && parent.isLeaf() && parent.locks() == 0) {
      backend.remove(id, parent.end());
      parent.holder = id;
    } else {
      backend.remove(id, 0);
      freeId(id);
    }
    return parent;
  }

  /// Evicts everything an adapter has left and forgets its root. No job may run with it.
  void drop(AdapterKey adapter) {
    for (var leaves = tree.leaves(adapter); !leaves.isEmpty(); leaves = tree.leaves(adapter)) {
      leaves.forEach(this::removeLeaf);
    }
    parking.drop(tree.root(adapter));
    tree.dropRoot(adapter);
  }

  /// Frees host memory, before the backend is closed.
  void close() {
    parking.clear();
  }

  /// Forgets everything, as after [Backend#clear] or [Backend#restart]; no job is attached any
  /// more.
  void reset() {
    parking.clear();
    tree = new PrefixTree();
    freeIds = allIds();
    freeIdCount = freeIds.length;
    used = 0;
  }

  private static Node nodeOf(Job job) {
    Node node = job.node;
    if (node == null) {
      throw new IllegalStateException("the job has no place in the cache.");
    }
    return node;
  }

  /// Recounts cells, ids and locks from the running jobs and the tree, and asks the backend for
  /// each id's length.
  ///
  /// @throws IllegalStateException naming the first thing that does not add up
  void check(Collection<? extends Job> running) {
    tree.check();
    int cells = tree.tokens();
    int attached = 0;
    for (Job job : running) {
      Node node = nodeOf(job);
      cells += job.computed - node.end();
      attached++;
      require(backend.length(job.slot), job.computed, "cached length of sequence " + job.slot);
    }
    int holders = 0;
    for (Node node : tree.all()) {
      if (node.holder >= 0) {
        holders++;
        require(backend.length(node.holder), node.end(), "cached length of holder " + node.holder);
      }
    }
    require(cells, used, "cells in use");
    require(freeIdCount + attached + holders, shape.sequenceIds() - 1, "sequence ids");
  }

  private static void require(long found, long expected, String what) {
    if (found != expected) {
      throw new IllegalStateException(
          "Cache: " + what + " is " + found + " where the books say " + expected + ".");
    }
  }
}

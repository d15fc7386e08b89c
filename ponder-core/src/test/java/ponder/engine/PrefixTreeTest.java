package ponder.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import ponder.engine.PrefixTree.Node;
import ponder.model.AdapterKey;
import ponder.testkit.Dice;
import ponder.testkit.Law;

class PrefixTreeTest {
  /// Puts a path in as a job does that runs and ends; returns its last node.
  private static Node insert(PrefixTree tree, Node root, int[] ids, long now) {
    Node at = tree.border(root, ids, 0, ids.length, now);
    if (at.end() < ids.length) {
      Node child = tree.add(at, ids, at.end(), ids.length, now);
      at.holder = -1;
      tree.lock(child);
      child.holder = 0;
      tree.unlock(child);
      return child;
    }
    return at;
  }

  private static int[] text(Dice dice) {
    int[] ids = new int[dice.between(1, 12)];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = dice.below(2);
    }
    return ids;
  }

  private static int longestCommon(List<int[]> texts, int[] ids, int limit) {
    int best = 0;
    for (int[] text : texts) {
      int n = Math.min(limit, text.length);
      int mismatch = Arrays.mismatch(text, 0, n, ids, 0, n);
      best = Math.max(best, mismatch < 0 ? n : mismatch);
    }
    return best;
  }

  @Test
  void matchesTheLongestPrefix() {
    Law.forAll(
        "a match is the longest prefix of anything inserted",
        300,
        seed -> {
          Dice dice = new Dice(seed);
          PrefixTree tree = new PrefixTree();
          Node root = tree.root(null);
          List<int[]> texts = new ArrayList<>();
          for (int i = 0; i < 20; i++) {
            int[] ids = text(dice);
            int limit = dice.between(0, ids.length);
            int expected = longestCommon(texts, ids, limit);
            assertThat(tree.probe(root, ids, limit).length()).isEqualTo(expected);
            assertThat(tree.border(root, ids, 0, limit, i).end()).isEqualTo(expected);
            insert(tree, root, ids, i);
            texts.add(ids);
          }
          for (int[] ids : texts) {
            assertThat(tree.probe(root, ids, ids.length).length()).isEqualTo(ids.length);
          }
        });
  }

  @Test
  void splitKeepsLocksOfTheLowerNode() {
    PrefixTree tree = new PrefixTree();
    Node root = tree.root(null);
    Node leaf = insert(tree, root, new int[] {1, 2, 3, 4}, 1);
    leaf.holder = -1;
    tree.lock(leaf);
    leaf.attach(5);
    Node upper = tree.border(root, new int[] {1, 2, 9}, 0, 3, 2);
    assertThat(upper.end()).isEqualTo(2);
    assertThat(upper.locks()).isEqualTo(1);
    assertThat(leaf.parent()).isSameAs(upper);
    assertThat(leaf.length()).isEqualTo(2);
    assertThat(tree.oldest()).isNull();
    assertThat(tree.unlockedTokens()).isZero();
    tree.check();
    leaf.detach(5);
    leaf.holder = 5;
    tree.unlock(leaf);
    assertThat(tree.unlockedTokens()).isEqualTo(4);
    assertThat(tree.oldest()).isSameAs(leaf);
    tree.check();
  }

  @Test
  void givesUpTheLeastRecentlyUsedLeafFirst() {
    PrefixTree tree = new PrefixTree();
    Node root = tree.root(null);
    Node first = insert(tree, root, new int[] {1, 1}, 1);
    Node second = insert(tree, root, new int[] {2, 2}, 2);
    assertThat(tree.oldest()).isSameAs(first);
    tree.border(root, new int[] {1, 1}, 0, 2, 3);
    assertThat(tree.oldest()).isSameAs(second);
    tree.remove(second);
    assertThat(tree.oldest()).isSameAs(first);
    assertThat(tree.tokens()).isEqualTo(2);
  }

  @Test
  void keepsAdaptersApart() {
    PrefixTree tree = new PrefixTree();
    AdapterKey adapter = new AdapterKey("a", 1);
    int[] ids = {1, 2, 3};
    insert(tree, tree.root(adapter), ids, 1);
    assertThat(tree.probe(tree.root(null), ids, 3).length()).isZero();
    assertThat(tree.probe(tree.root(new AdapterKey("a", 0.5)), ids, 3).length()).isZero();
    assertThat(tree.probe(tree.root(adapter), ids, 3).length()).isEqualTo(3);
  }
}

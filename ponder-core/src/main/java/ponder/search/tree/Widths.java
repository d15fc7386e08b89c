package ponder.search.tree;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// What the level-by-level policies share.
final class Widths {
  /// The better value first; among equals the one that was made earlier, since sorting is stable.
  static final Comparator<Node> BEST = Comparator.comparingDouble(Node::value).reversed();

  private Widths() {}

  /// Checks that `n` samples make groups of `m`.
  ///
  /// @throws IllegalArgumentException naming the values that would do
  static void requireDivisible(int n, int m) {
    if (n % m == 0) {
      return;
    }
    int below = n / m * m;
    throw new IllegalArgumentException(
        "beam-width (%d) must divide n (%d). Maybe n = %s was meant."
            .formatted(m, n, below == 0 ? below + m : below + " or " + (below + m)));
  }

  /// The most groups of `m` among `samples`, as samples; one smaller group if there is none.
  static int groups(int n, int m, long samples) {
    int most = (int) Math.min(n, samples);
    return most < m ? most : most / m * m;
  }

  static Stream<Node> all(List<List<Node>> grown) {
    return grown.stream().flatMap(List::stream);
  }

  /// The best `count` of `nodes`, best first; the others are given up.
  static List<Node> best(List<Node> nodes, int count, Grower grower) {
    List<Node> sorted = new ArrayList<>(nodes);
    sorted.sort(BEST);
    int kept = Math.min(count, sorted.size());
    String reason = "not among the best %d of %d".formatted(kept, sorted.size());
    sorted.subList(kept, sorted.size()).forEach(node -> grower.prune(node, reason));
    return List.copyOf(sorted.subList(0, kept));
  }
}

package ponder.search.tree;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// Depth-first search with backtracking: of a node's next steps the best is tried first, those
/// below a threshold never, and the first solution ends the search (Yao et al. 2023, "Tree of
/// Thoughts", algorithm 2).
///
/// @param proposals steps from each node
/// @param threshold in [0, 1]; a step of a smaller value is given up
/// @param expansions most nodes that are expanded
public record DepthFirst(int proposals, double threshold, int expansions) implements StepSearch {
  @Override
  public Found search(Grower grower) {
    Deque<Node> open = new ArrayDeque<>(List.of(grower.root()));
    for (int expanded = 0; expanded < expansions && !open.isEmpty() && !grower.over(); expanded++) {
      Node node = open.pop();
      List<Node> children =
          grower.expand(List.of(new Order(node, proposals))).getFirst().stream()
              .sorted(Widths.BEST)
              .toList();
      List<Node> good = children.stream().filter(it -> it.value() >= threshold).toList();
      List<Node> solved = good.stream().filter(Node::solved).toList();
      if (!solved.isEmpty()) {
        return Found.of(solved.subList(0, 1));
      }
      children.stream()
          .filter(it -> it.value() < threshold)
          .forEach(it -> grower.prune(it, "its value is below the threshold"));
      good.reversed().stream().filter(Node::open).forEach(open::push);
    }
    return Found.of(List.of());
  }

  @Override
  public int width() {
    return proposals;
  }

  @Override
  public int parents() {
    return 1;
  }

  @Override
  public long waves(int steps) {
    return expansions;
  }

  @Override
  public DepthFirst atMost(long samples) {
    return this;
  }
}

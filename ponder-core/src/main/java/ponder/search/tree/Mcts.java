package ponder.search.tree;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import ponder.core.Seed;

/// Monte-Carlo tree search over steps.
///
/// One path after the other runs from the root to the end of a solution; every leaf it meets is
/// expanded by `width` steps, whose values guide it on. The value of the solution it ends in goes
/// back to all nodes of the path. With [TreePolicy.Puct] this is OpenR's value-guided search (Wang
/// et al. 2024), with [TreePolicy.Uct] search with greedy roll-outs, with [TreePolicy.RandomUct]
/// and `byPrior` that of rStar, whose roll-outs are random; roll-outs stay in the tree, so that
/// later paths need not sample them again.
///
/// With [Moves] a path does not always begin at the root: after some paths the search goes one step
/// on, drawn by visits, and the next paths begin there, until that ends and it begins anew. That is
/// how a player of games moves (Silver et al. 2017), and OpenR's other mode.
///
/// A path that repeats an earlier one costs nothing and finds nothing new, so a solution is one
/// candidate however often it is visited; in a vote it may count as often.
///
/// @param paths solutions at most
/// @param width steps sampled at a leaf
/// @param byPrior whether below a node without visits the child is drawn by its prior, instead of
///   taking the best
/// @param noise part of Dirichlet noise in the priors where paths begin, in [0, 1]; 0 for none
///   (AlphaZero 0.25)
/// @param alpha of that noise, above 0 (AlphaZero 0.3)
/// @param countVisits whether a solution counts in a vote as often as it was visited
public record Mcts(
    int paths,
    int width,
    TreePolicy policy,
    Backup backup,
    boolean byPrior,
    double noise,
    double alpha,
    Moves moves,
    boolean countVisits)
    implements StepSearch {
  /// When the search goes a step on for good, and how that step is drawn: by `softmax(ln visits /
  /// T)`.
  ///
  /// @param every so many paths; 0 for never (OpenR 20)
  /// @param temperature T, above 0; low takes the most visited
  public record Moves(int every, double temperature) {
    public static final Moves NONE = new Moves(0, 1);

    /// One of `children`, of which one was visited at least.
    Node choose(List<Node> children, Seed seed) {
      double most = children.stream().mapToLong(Node::visits).max().orElse(1);
      return draw(children, it -> Math.pow(it.visits() / most, 1 / temperature), seed);
    }
  }

  /// What the paths through a node say of it.
  public enum Backup {
    MEAN,
    MAX;

    /// The quality of a node, in [0, 1]: the verifier's value if no path went through it.
    double quality(Node node) {
      if (node.visits() == 0) {
        return node.value();
      }
      return this == MEAN ? node.mean() : node.best();
    }
  }

  @Override
  public Found search(Grower grower) {
    Set<Node> found = new LinkedHashSet<>();
    Node start = grower.root();
    for (int path = 0; path < paths && grower.root().open() && !grower.over(); path++) {
      if (moves.every > 0 && path > 0 && path % moves.every == 0) {
        start = move(start, grower.root(), path);
      }
      Node end = descend(start, grower, path); // 1. select, expand, and roll out
      if (end.solved()) {
        found.add(end);
      }
      if (!grower.over() || end.solved()) {
        backUp(end, grower); // 2. and tell all of the path what it came to
      }
    }
    return new Found(
        List.copyOf(found),
        found.stream().map(it -> countVisits ? (double) it.visits() : 1.0).toList());
  }

  /// Where the next paths begin: one step on, or at the root where nothing can follow that.
  private Node move(Node from, Node root, int path) {
    List<Node> visited = from.children().stream().filter(it -> it.visits() > 0).toList();
    if (visited.isEmpty()) {
      return root;
    }
    Node next = moves.choose(visited, from.seed().split("move", path));
    if (!next.open()) {
      return root;
    }
    addNoise(next);
    return next;
  }

  /// Where a path ends: in a solution, or where nothing can follow.
  private Node descend(Node start, Grower grower, int path) {
    Node node = start;
    while (node.open()) {
      if (node.children().isEmpty() && !expand(node, grower)) {
        return node;
      }
      List<Node> children =
          node.children().stream().filter(it -> it.open() || it.solved()).toList();
      if (children.isEmpty()) {
        grower.prune(node, "nothing that follows can be continued");
        return node;
      }
      node =
          byPrior && node.visits() == 0
              ? draw(children, Node::prior, node.seed().split("path", path))
              : policy.at((double) path / paths).choose(node, children, backup);
    }
    return node;
  }

  private boolean expand(Node node, Grower grower) {
    List<Node> children = grower.expand(List.of(new Order(node, width))).getFirst();
    if (node == grower.root()) {
      addNoise(node);
    }
    return !children.isEmpty() && !grower.over();
  }

  private void addNoise(Node node) {
    if (noise > 0) {
      List<Node> children = node.children();
      double[] shares = Dirichlet.draw(children.size(), alpha, node.seed().split("noise", 0));
      for (int i = 0; i < shares.length; i++) {
        Node child = children.get(i);
        child.prior((1 - noise) * child.prior() + noise * shares[i]);
      }
    }
  }

  /// A node drawn by its weight.
  private static Node draw(List<Node> children, ToDoubleFunction<Node> weight, Seed seed) {
    double sum = children.stream().mapToDouble(weight).sum();
    double at = Dirichlet.unit(seed) * sum;
    for (Node child : children) {
      at -= weight.applyAsDouble(child);
      if (at < 0) {
        return child;
      }
    }
    return children.getLast();
  }

  private static void backUp(Node end, Grower grower) {
    double reward = end.solved() ? end.value() : 0;
    List<Node> path = new ArrayList<>();
    for (@Nullable Node node = end; node != null; node = node.parent()) {
      path.add(node);
    }
    for (Node node : path.reversed()) {
      node.visit(reward);
      grower.visited(node);
    }
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public int parents() {
    return 1;
  }

  @Override
  public long waves(int steps) {
    return (long) paths * steps;
  }

  @Override
  public Mcts atMost(long samples) {
    return new Mcts(
        (int) Math.min(paths, samples),
        width,
        policy,
        backup,
        byPrior,
        noise,
        alpha,
        moves,
        countVisits);
  }
}

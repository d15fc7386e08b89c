package ponder.search;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import ponder.model.EngineException;
import ponder.search.tree.Node;

/// `--checked` of rStar: counts its tree again with every expansion and fails if anything does not
/// add up.
///
/// Checked are: the tokens of all samples against what the budget was charged; that nothing follows
/// an end; that visits of a node are at least those of its children; that values are in (0, 1];
/// that an answer given again keeps its sub-question; and that only the question itself is
/// rephrased.
final class RstarAudit {
  private final RstarTree tree;
  private final Solver solver;
  private final List<String> wrong = new ArrayList<>();
  private final long before;
  private long tokens;

  /// @param solver with the whole budget
  RstarAudit(RstarTree tree, Solver solver) {
    this.tree = tree;
    this.solver = solver;
    before = spent();
  }

  private long spent() {
    return solver.budget().spent().generatedTokens();
  }

  /// Takes note of what was sampled.
  void asked(List<List<Solver.Sample>> replies) {
    for (List<Solver.Sample> samples : replies) {
      tokens += samples.stream().mapToLong(it -> it.completion().tokens().size()).sum();
    }
  }

  /// Looks at the whole tree after an expansion.
  ///
  /// @throws EngineException naming everything that does not add up
  void grown() {
    if (!solver.checked()) {
      return;
    }
    expect("%d tokens were sampled and %d charged", tokens, spent() - before);
    Stream.concat(Stream.of(tree.root()), tree.nodes().stream()).forEach(this::look);
    if (!wrong.isEmpty()) {
      throw new EngineException(
          "The search does not add up: %s.".formatted(String.join("; ", wrong)));
    }
  }

  private void look(Node node) {
    long below = node.children().stream().mapToLong(Node::visits).sum();
    if (below > node.visits()) {
      wrong.add("node %d has fewer visits than its children".formatted(node.id()));
    }
    if (node.judged() && !(node.value() > 0 && node.value() <= 1)) {
      wrong.add("node %d is worth %s".formatted(node.id(), node.value()));
    }
    if (node.ended() && !node.children().isEmpty()) {
      wrong.add("something follows the end at node %d".formatted(node.id()));
    }
    Node parent = node.parent();
    if (parent != null) {
      follows(node, parent);
    }
  }

  private void follows(Node node, Node parent) {
    Trail trail = tree.trail(node);
    if (trail.last() == RstarAction.REPHRASE && parent != tree.root()) {
      wrong.add("node %d rephrases what is no question".formatted(node.id()));
    }
    if (trail.last() == RstarAction.AGAIN) {
      String question = trail.facts().getLast().question();
      if (!question.equals(tree.trail(parent).facts().getLast().question())) {
        wrong.add("node %d answers another sub-question again".formatted(node.id()));
      }
    }
  }

  private void expect(String words, long is, long should) {
    if (is != should) {
      wrong.add(words.formatted(is, should));
    }
  }
}

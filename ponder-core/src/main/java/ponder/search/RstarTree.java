package ponder.search;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import ponder.core.Event;
import ponder.core.TraceSink;
import ponder.search.tree.End;
import ponder.search.tree.Node;
import ponder.search.tree.Step;
import ponder.verify.Candidate;

/// rStar's tree: its nodes, what is known of each besides what the search knows, and what the trace
/// is told of them. Used by one thread.
final class RstarTree {
  /// What a node with a value is worth at least.
  private static final double LEAST = 0.01;

  private final int depth;
  private final TraceSink sink;
  private final Node root;
  private final List<Node> nodes = new ArrayList<>();
  private final Map<Node, Place> places = new HashMap<>();

  /// What is known of a node besides what the search knows.
  ///
  /// @param question the trace's node of its sub-question; -1 if it has none
  /// @param completions the answers that A2 came to from here, one for each sample
  private record Place(Trail trail, int question, List<@Nullable String> completions) {}

  /// @param depth most actions from the question to an answer
  RstarTree(int depth, Node root, RstarQuestion question, TraceSink sink) {
    this.depth = depth;
    this.root = root;
    this.sink = sink;
    places.put(root, new Place(Trail.of(question), -1, new ArrayList<>()));
  }

  /// The question.
  Node root() {
    return root;
  }

  /// Every node below the root, in the order they were made.
  List<Node> nodes() {
    return List.copyOf(nodes);
  }

  Trail trail(Node node) {
    return place(node).trail;
  }

  /// The answers that A2 came to from `node`, one for each sample; null where a sample has none.
  List<@Nullable String> completions(Node node) {
    return place(node).completions;
  }

  private Place place(Node node) {
    Place place = places.get(node);
    if (place == null) {
      throw new IllegalStateException("Node %d is not of this tree.".formatted(node.id()));
    }
    return place;
  }

  /// Makes a node of a sample.
  ///
  /// @param text what it adds to the solution
  /// @param trail as far as the node
  /// @param value what it is worth; null if nothing tells
  Node add(Node parent, Solver.Sample sample, String text, Trail trail, @Nullable Double value) {
    Candidate own = sample.attempt().candidate();
    return add(
        parent,
        sample,
        step(text, own.tokens(), own.sumLogprob(), own.certainty() * own.tokens()),
        new Place(trail, -1, new ArrayList<>()),
        value);
  }

  /// Makes a node of a sub-question and its answer.
  ///
  /// @param asked the sub-question
  /// @param winner its answer
  Node add(Node parent, Solver.Sample asked, Solver.Sample winner, Trail trail, double value) {
    Candidate question = asked.attempt().candidate();
    Candidate answer = winner.attempt().candidate();
    Step step =
        step(
            answer.text(),
            question.tokens() + answer.tokens(),
            question.sumLogprob() + answer.sumLogprob(),
            question.certainty() * question.tokens() + answer.certainty() * answer.tokens());
    return add(parent, winner, step, new Place(trail, asked.node(), new ArrayList<>()), value);
  }

  private static Step step(String text, long tokens, double sumLogprob, double certainty) {
    return new Step(text, null, tokens, sumLogprob, certainty, null, null);
  }

  private Node add(
      Node parent, Solver.Sample sample, Step step, Place place, @Nullable Double value) {
    Trail trail = place.trail;
    boolean deepest = parent.depth() + 1 >= depth;
    boolean answered = trail.answered().isPresent();
    End end = trail.open() && !deepest ? null : answered ? End.ANSWERED : End.TRUNCATED;
    Step ended =
        end == null
            ? step
            : step.then(new Step("", null, 0, 0, 0, end, trail.answered().orElse(null)));
    Node node = new Node(sample.node(), parent, parent.take(1), ended);
    parent.add(node);
    nodes.add(node);
    places.put(node, place);
    if (value != null) {
      node.judge(Math.max(LEAST, value), List.of());
      sink.accept(new Event.Scored(node.id(), "vote", node.value()));
    }
    if (end == End.TRUNCATED) {
      prune(node, "as deep as a path may be");
    }
    return node;
  }

  /// Gives `node` up.
  void prune(Node node, String reason) {
    node.close();
    sink.accept(new Event.Pruned(node.id(), reason));
  }

  /// Tells that the statistics of `node` changed, which are those of its sub-question too.
  void visited(Node node) {
    int question = place(node).question;
    if (question >= 0) {
      sink.accept(new Event.Visited(question, node.visits(), node.mean()));
    }
    sink.accept(new Event.Visited(node.id(), node.visits(), node.mean()));
  }
}

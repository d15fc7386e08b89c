package ponder.core;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a run thought, as a tree: the fold of its kept events.
///
/// @param start who ran what; null if the events do not tell
/// @param nodes by number; node 0 is the problem
/// @param warnings in order
/// @param end how it ended; null for a run that was cut off
public record Trace(
    Event.@Nullable Started start,
    List<Node> nodes,
    List<String> warnings,
    Event.@Nullable Finished end) {
  public Trace {
    nodes = List.copyOf(nodes);
    warnings = List.copyOf(warnings);
  }

  /// A step or a whole solution.
  ///
  /// @param parent the node it continues, -1 for node 0
  /// @param proposer who proposed it
  /// @param text the node's own text; empty while it is open
  /// @param tokens tokens generated for it
  /// @param logprob sum of their log-probabilities, natural log
  /// @param finish why it ended; empty while it is open
  /// @param answer the answer read from it; null if it holds none
  /// @param scores by scorer, each in [0, 1], in the order they were given
  /// @param visits how often a tree search went through it; 0 outside tree search
  /// @param value mean value of those visits
  /// @param pruned why it was given up; null if it was not
  public record Node(
      int id,
      int parent,
      String proposer,
      String text,
      long tokens,
      double logprob,
      String finish,
      @Nullable String answer,
      Map<String, Double> scores,
      long visits,
      double value,
      @Nullable String pruned) {}

  /// The node whose answer won; -1 if there is none, or the run was cut off.
  public int winner() {
    return end == null || end.node() >= nodes.size() ? -1 : end.node();
  }

  /// The nodes from the problem to the one numbered `id`, both included; none for -1.
  public List<Node> path(int id) {
    List<Node> path = new ArrayList<>();
    for (int at = id; at >= 0; at = nodes.get(at).parent()) {
      path.add(nodes.get(at));
    }
    return path.reversed();
  }

  /// How many steps each node is from the problem.
  public int[] depths() {
    int[] depths = new int[nodes.size()];
    for (Node node : nodes) {
      depths[node.id()] = node.parent() < 0 ? 0 : depths[node.parent()] + 1;
    }
    return depths;
  }

  /// Builds the tree that `events` tell of.
  ///
  /// @throws IllegalArgumentException if an event names a node that was not opened, or nodes are
  ///   opened out of order
  public static Trace of(Iterable<Event> events) {
    var builder = new Builder();
    events.forEach(builder::accept);
    return builder.build();
  }

  /// A sink that keeps the tree of what it has heard; thread-safe.
  public static final class Builder implements TraceSink {
    private final List<Growing> nodes = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private Event.@Nullable Started start;
    private Event.@Nullable Finished end;

    @Override
    public synchronized void accept(Event event) {
      switch (event) {
        case Event.Started started -> start = started;
        case Event.Opened opened -> open(opened);
        case Event.Closed closed -> node(closed.node()).closed = closed;
        case Event.Scored scored -> node(scored.node()).scores.put(scored.by(), scored.score());
        case Event.Visited visited -> node(visited.node()).visited = visited;
        case Event.Pruned pruned -> node(pruned.node()).pruned = pruned.reason();
        case Event.Warned warned -> warnings.add(warned.message());
        case Event.Finished finished -> end = finished;
        case Event.Text text -> {}
        case Event.Progress progress -> {}
      }
    }

    private void open(Event.Opened opened) {
      if (opened.node() != nodes.size() || opened.parent() >= opened.node()) {
        throw new IllegalArgumentException(
            "node (%d) with parent %d must be number %d with an earlier parent."
                .formatted(opened.node(), opened.parent(), nodes.size()));
      }
      nodes.add(new Growing(opened));
    }

    private Growing node(int id) {
      if (id < 0 || id >= nodes.size()) {
        throw new IllegalArgumentException(
            "node (%d) was not opened: there are %d.".formatted(id, nodes.size()));
      }
      return nodes.get(id);
    }

    /// The tree so far.
    public synchronized Trace build() {
      return new Trace(start, nodes.stream().map(Growing::node).toList(), warnings, end);
    }
  }

  private static final class Growing {
    private final Event.Opened opened;
    private final Map<String, Double> scores = new LinkedHashMap<>();
    private Event.Closed closed;
    private Event.Visited visited;
    private @Nullable String pruned;

    private Growing(Event.Opened opened) {
      this.opened = opened;
      this.closed = new Event.Closed(opened.node(), "", 0, 0, "", null);
      this.visited = new Event.Visited(opened.node(), 0, 0);
    }

    private Node node() {
      return new Node(
          opened.node(),
          opened.parent(),
          opened.proposer(),
          closed.text(),
          closed.tokens(),
          closed.logprob(),
          closed.finish(),
          closed.answer(),
          java.util.Collections.unmodifiableMap(new LinkedHashMap<>(scores)),
          visited.visits(),
          visited.value(),
          pruned);
    }
  }
}

package ponder.cli;

import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import ponder.core.Event;
import ponder.core.Trace;
import ponder.store.EventJson;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// One node of a trace, for people and as JSON.
final class TraceNode {
  private static final JsonMapper MAPPER = new JsonMapper();

  private final Trace trace;
  private final Trace.Node node;
  private final Shell shell;

  TraceNode(Trace trace, Trace.Node node, Shell shell) {
    this.trace = trace;
    this.node = node;
    this.shell = shell;
  }

  /// The node numbered `id`.
  ///
  /// @throws IllegalArgumentException if there is none
  static Trace.Node require(Trace trace, int id) {
    if (id < 0 || id >= trace.nodes().size()) {
      throw new IllegalArgumentException(
          "--node (%d) must be one of the %d nodes, counted from 0."
              .formatted(id, trace.nodes().size()));
    }
    return trace.nodes().get(id);
  }

  /// Why a node ended, where that is worth telling: empty for one that came to its own end.
  static String unusualEnd(Trace.Node node) {
    return switch (node.finish()) {
      case "stop", "eos" -> "";
      case "" -> node.id() == 0 || !node.text().isEmpty() ? "" : "unfinished";
      default -> "ended by " + Ink.line(node.finish());
    };
  }

  void print(boolean json) {
    Set<Integer> won = won(trace);
    if (json) {
      Json.print(json(node, trace.depths()[node.id()], won), shell);
      return;
    }
    Table table = new Table(2);
    table.row("node", "%d, %s".formatted(node.id(), Ink.line(node.proposer())));
    table.row(
        "path",
        trace.path(node.id()).stream()
            .map(it -> Integer.toString(it.id()))
            .collect(Collectors.joining(" > ")));
    node.scores().forEach((by, score) -> table.row(Ink.line(by), number("%.4f", score)));
    if (node.visits() > 0) {
      table.row("visits", number("%d, mean value %.4f", node.visits(), node.value()));
    }
    if (node.tokens() > 0) {
      table.row("tokens", Long.toString(node.tokens()));
      table.row("log-probability", number("%.3f", node.logprob()));
    }
    if (!node.finish().isEmpty()) {
      table.row("finish", Ink.line(node.finish()));
    }
    if (node.answer() != null) {
      table.row("answer", Ink.line(node.answer()));
    }
    if (node.pruned() != null) {
      table.row("given up", Ink.line(node.pruned()));
    }
    if (won.contains(node.id())) {
      table.row("won", node.id() == trace.winner() ? "yes" : "on the way to the winner");
    }
    table.print(shell);
    shell.out().println();
    shell.out().println(Ink.plain(text()).strip());
    shell.out().flush();
  }

  private String text() {
    Event.@Nullable Started start = trace.start();
    return node.id() == 0 && start != null ? start.problem().question() : node.text();
  }

  private static String number(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  private static Set<Integer> won(Trace trace) {
    return trace.path(trace.winner()).stream().map(Trace.Node::id).collect(Collectors.toSet());
  }

  /// The whole trace as one object.
  ///
  /// @param most steps from the problem; deeper nodes are left out
  static ObjectNode json(Trace trace, int most) {
    ObjectNode all = MAPPER.createObjectNode();
    Event.@Nullable Started start = trace.start();
    if (start != null) {
      all.put("run", start.run())
          .put("id", start.problem().id())
          .put("question", start.problem().question())
          .put("method", start.method())
          .put("model", start.model())
          .put("seed", start.seed());
    }
    Event.@Nullable Finished end = trace.end();
    all.put("finished", end != null);
    if (end != null) {
      all.put("answer", end.answer())
          .put("node", end.node())
          .put("why", end.why())
          .put("anytime", end.anytime());
      all.set("spend", EventJson.spend(end.spend()));
      all.set("paid", EventJson.spend(end.paid()));
    }
    ArrayNode warnings = all.putArray("warnings");
    trace.warnings().forEach(warnings::add);
    ArrayNode nodes = all.putArray("nodes");
    int[] depths = trace.depths();
    Set<Integer> won = won(trace);
    trace.nodes().stream()
        .filter(node -> depths[node.id()] <= most)
        .forEach(node -> nodes.add(json(node, depths[node.id()], won)));
    return all;
  }

  private static ObjectNode json(Trace.Node node, int depth, Set<Integer> won) {
    ObjectNode one =
        MAPPER
            .createObjectNode()
            .put("node", node.id())
            .put("parent", node.parent())
            .put("depth", depth)
            .put("proposer", node.proposer())
            .put("text", node.text())
            .put("tokens", node.tokens())
            .put("logprob", Double.isFinite(node.logprob()) ? node.logprob() : null)
            .put("finish", node.finish())
            .put("answer", node.answer());
    ObjectNode scores = one.putObject("scores");
    node.scores().forEach(scores::put);
    return one.put("visits", node.visits())
        .put("value", node.value())
        .put("pruned", node.pruned())
        .put("won", won.contains(node.id()));
  }
}

package ponder.cli;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import ponder.core.Event;
import ponder.core.Trace;

/// Prints a trace as a tree, one line a node, as wide as the terminal.
///
/// A line tells the node's number, its scores, how often a tree search visited it, its tokens, the
/// answer it holds or why it was given up, and how its text begins. A row of only children stands
/// in one column, so that long chains of thoughts do not run out of the window.
final class TraceTree {
  private static final int NARROWEST = 40;

  /// From this width on there is room for who proposed a node.
  private static final int ROOMY = 80;

  private final Trace trace;
  private final int most;
  private final Shell shell;
  private final Ink ink;
  private final int columns;
  private final List<List<Integer>> children = new ArrayList<>();
  private final Set<Integer> won = new HashSet<>();

  /// Everybody who gave a score; a single one is named once, in the head.
  private final List<String> scorers;

  /// @param most steps from the problem
  TraceTree(Trace trace, int most, Shell shell) {
    this.trace = trace;
    this.most = most;
    this.shell = shell;
    ink = Ink.of(shell);
    columns = shell.outIsTerminal() ? Math.max(NARROWEST, shell.columns()) : Integer.MAX_VALUE / 2;
    trace.nodes().forEach(node -> children.add(new ArrayList<>()));
    trace.nodes().stream()
        .filter(node -> node.parent() >= 0)
        .forEach(node -> children.get(node.parent()).add(node.id()));
    trace.path(trace.winner()).forEach(node -> won.add(node.id()));
    scorers =
        trace.nodes().stream().flatMap(it -> it.scores().keySet().stream()).distinct().toList();
  }

  void print() {
    head();
    if (!trace.nodes().isEmpty()) {
      tree();
    }
    foot();
    shell.out().flush();
  }

  private void head() {
    Event.@Nullable Started start = trace.start();
    if (start == null) {
      return;
    }
    String method = Ink.cut(Ink.line(start.method()), columns);
    String rest =
        " on %s, seed %d, run %s"
            .formatted(Ink.line(start.model()), start.seed(), Ink.line(start.run()));
    line(ink.bold(method) + Ink.cut(rest, columns - Ink.width(method)));
    shell.out().println(cut("Question: " + Ink.line(start.problem().question())));
    if (scorers.size() == 1) {
      line(ink.faint(cut("scores by " + Ink.line(scorers.getFirst()))));
    }
    shell.out().println();
  }

  /// A node to print.
  ///
  /// @param before what stands in front of its mark
  /// @param below what stands in front of its children's branches
  private record Row(int id, int depth, String before, String below) {}

  private void tree() {
    Deque<Row> open = new ArrayDeque<>(List.of(new Row(0, 0, "", "")));
    while (!open.isEmpty()) {
      Row row = open.pop();
      List<Integer> next = children.get(row.id);
      print(row, next);
      if (row.depth >= most) {
        continue;
      }
      for (int i = next.size() - 1; i >= 0; i--) {
        boolean last = i == next.size() - 1;
        // The only child of a node other than the root goes on below it, without another branch.
        boolean straight = next.size() == 1 && row.id > 0;
        String branch = straight ? "" : last ? "└─ " : "├─ ";
        String rest = straight ? "" : last ? "   " : "│  ";
        open.push(new Row(next.get(i), row.depth + 1, row.below + branch, row.below + rest));
      }
    }
  }

  private void print(Row row, List<Integer> next) {
    Trace.Node node = trace.nodes().get(row.id);
    String before = shortened(row.before);
    String facts = facts(node);
    if (row.depth >= most && !next.isEmpty()) {
      facts += " · +" + below(row.id) + " below";
    }
    int room = columns - Ink.width(before) - Ink.width(facts) - 2;
    String text = row.id == 0 ? "" : excerpt(node, room);
    String whole = Ink.cut(facts + text, columns - Ink.width(before) - 2);
    line(
        ink.faint(before)
            + mark(node)
            + " "
            + coloured(node, whole, Math.min(facts.length(), whole.length())));
  }

  /// The end of a deep indentation, so that at least half of the line is left for the node.
  private String shortened(String before) {
    int room = columns / 2;
    return before.length() <= room ? before : "…" + before.substring(before.length() - room + 1);
  }

  private String mark(Trace.Node node) {
    if (node.id() == trace.winner()) {
      return ink.won("★");
    }
    if (won.contains(node.id())) {
      return ink.won("●");
    }
    return ink.faint(node.pruned() != null ? "✗" : "○");
  }

  private String coloured(Trace.Node node, String line, int facts) {
    if (won.contains(node.id())) {
      return ink.bold(line.substring(0, facts)) + line.substring(facts);
    }
    return node.pruned() != null
        ? ink.faint(line)
        : line.substring(0, facts) + ink.faint(line.substring(facts));
  }

  /// `12 step 3 · 0.81 · 5 visits, 0.62 · = 72 · 34 tok`.
  private String facts(Trace.Node node) {
    List<String> facts = new ArrayList<>();
    facts.add(node.id() + (columns < ROOMY ? "" : " " + Ink.line(node.proposer())));
    node.scores()
        .forEach(
            (by, score) ->
                facts.add(
                    scorers.size() == 1
                        ? number("%.2f", score)
                        : number("%s %.2f", Ink.line(by), score)));
    if (node.visits() > 0) {
      facts.add(number("%d visits, %.2f", node.visits(), node.value()));
    }
    if (node.answer() != null) {
      facts.add("= " + Ink.line(node.answer()));
    }
    String end = node.pruned() == null ? TraceNode.unusualEnd(node) : Ink.line(node.pruned());
    if (!end.isEmpty()) {
      facts.add(end);
    }
    if (node.tokens() > 0) {
      facts.add(node.tokens() + " tok");
    }
    return String.join(" · ", facts);
  }

  private static String number(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  private static String excerpt(Trace.Node node, int room) {
    // A line needs only so much of a text that may be very long.
    String start = node.text().substring(0, Math.min(node.text().length(), 2_000));
    String line = Ink.line(start);
    return line.isEmpty() || room < 8 ? "" : " · " + Ink.cut(line, Math.min(room - 3, 160));
  }

  private int below(int id) {
    Deque<Integer> open = new ArrayDeque<>(children.get(id));
    int count = 0;
    while (!open.isEmpty()) {
      count++;
      open.addAll(children.get(open.pop()));
    }
    return count;
  }

  private void foot() {
    shell.out().println();
    Event.@Nullable Finished end = trace.end();
    long tokens = trace.nodes().stream().mapToLong(Trace.Node::tokens).sum();
    int deepest = Arrays.stream(trace.depths()).max().orElse(0);
    if (end == null) {
      shell.out().println("The run was cut off before it came to its end.");
    } else {
      String answer = end.answer() == null ? "none" : Ink.line(end.answer());
      line("Answer: " + ink.won(Ink.cut(answer, columns - 8)));
      wrapped("Why: " + Ink.line(end.why()) + (end.anytime() ? " (ended early)" : ""));
    }
    line(
        cut(
            String.format(
                Locale.ROOT,
                "%d nodes, depth %d, %d given up, %d tokens%s",
                trace.nodes().size(),
                deepest,
                trace.nodes().stream().filter(node -> node.pruned() != null).count(),
                tokens,
                end == null ? "" : judged(end, tokens))));
    trace.warnings().forEach(warning -> wrapped("warning: " + Ink.line(warning)));
  }

  /// What judges and lookaheads generated besides.
  private static String judged(Event.Finished end, long tokens) {
    long more = end.spend().generatedTokens() - tokens;
    return String.format(
        Locale.ROOT,
        "%s, %.1f s",
        more > 0 ? " and " + more + " besides" : "",
        end.spend().seconds());
  }

  private void wrapped(String text) {
    String rest = text;
    while (Ink.width(rest) > columns) {
      int end = Ink.cut(rest, columns).length() - 1;
      int space = rest.lastIndexOf(' ', end);
      int at = space > end / 2 ? space : end;
      shell.out().println(rest.substring(0, at));
      rest = "  " + rest.substring(at).strip();
    }
    shell.out().println(rest);
  }

  private String cut(String text) {
    return Ink.cut(text, columns);
  }

  private void line(String text) {
    shell.out().println(text);
  }
}

package ponder.cli;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ponder.core.Event;
import ponder.core.Trace;
import ponder.report.TraceReport;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Prints which problems of an evaluation have traces, one line each; one trace at a time is in
/// memory.
final class TraceList {
  private static final int LONGEST_ANSWER = 20;

  private final List<TraceReport.Source> sources;
  private final Shell shell;

  TraceList(List<TraceReport.Source> sources, Shell shell) {
    this.sources = sources;
    this.shell = shell;
  }

  void print(boolean json) {
    Table table =
        new Table("#", "VERDICT", "NODES", "DEPTH", "TOKENS", "ANSWER", "PROBLEM", "QUESTION");
    ObjectNode all = new JsonMapper().createObjectNode();
    ArrayNode traces = all.putArray("traces");
    for (TraceReport.Source source : sources) {
      Trace trace = source.trace().get();
      Event.@Nullable Started start = trace.start();
      Event.@Nullable Finished end = trace.end();
      String answer = end == null ? null : end.answer();
      int depth = Arrays.stream(trace.depths()).max().orElse(0);
      long tokens = trace.nodes().stream().mapToLong(Trace.Node::tokens).sum();
      String question = start == null ? "" : start.problem().question();
      if (json) {
        traces
            .addObject()
            .put("number", source.number())
            .put("id", source.name())
            .put("verdict", source.verdict())
            .put("nodes", trace.nodes().size())
            .put("depth", depth)
            .put("tokens", tokens)
            .put("answer", answer)
            .put("question", question);
      } else {
        table.row(
            Integer.toString(source.number()),
            source.verdict(),
            Integer.toString(trace.nodes().size()),
            Integer.toString(depth),
            Long.toString(tokens),
            answer == null ? "none" : Ink.cut(Ink.line(answer), LONGEST_ANSWER),
            Ink.line(source.name()),
            Ink.line(question));
      }
    }
    if (json) {
      Json.print(all, shell);
    } else {
      table.print(shell);
      shell.out().flush();
    }
  }
}

package ponder.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ponder.core.Event;
import ponder.core.Trace;
import ponder.eval.EvalFolder;
import ponder.eval.EvalPlan;
import ponder.eval.ProblemResult;
import ponder.eval.ProblemResult.CandidateResult;
import ponder.eval.ResultsFile;
import ponder.model.EngineException;
import ponder.store.EventJson;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The data of a report's page: a short row per problem and, apart from it, what opens under the
/// row. One problem at a time is in memory.
///
/// The keys are explained at the head of `report.js`, which reads them.
final class ReportData {
  private static final JsonMapper MAPPER = new JsonMapper();

  private final EvalFolder folder;
  private final EvalPlan plan;

  /// Problems whose texts have no place in the page.
  private final BitSet leftOut = new BitSet();

  /// Problems whose trace should be there and cannot be used.
  private final BitSet broken = new BitSet();

  /// @param most bytes of traces that the page takes in
  ReportData(EvalFolder folder, EvalPlan plan, long most) {
    this.folder = folder;
    this.plan = plan;
    long room = most;
    for (int i = 0; i < plan.problems(); i++) {
      long size = size(i);
      if (size > room) {
        leftOut.set(i);
      } else {
        room -= size;
      }
    }
  }

  private long size(int index) {
    try {
      return Files.exists(folder.traceFile(index)) ? Files.size(folder.traceFile(index)) : 0;
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be read.".formatted(folder.traceFile(index)), e);
    }
  }

  /// How many problems' texts the page does not hold for want of room.
  int leftOut() {
    return leftOut.cardinality();
  }

  /// How many problems' traces could not be read; known after [#write].
  int broken() {
    return broken.cardinality();
  }

  /// Writes the data as script elements, two a problem.
  void write(Writer out) throws IOException {
    try (var results = ResultsFile.open(folder.resultsFile())) {
      while (results.hasNext()) {
        ProblemResult result = results.next();
        int index = result.index();
        Texts texts = texts(index);
        element("class=\"row\"", row(result, texts), out);
        element("id=\"p%d\"".formatted(index), detail(result, texts), out);
      }
    }
  }

  private static void element(String name, ObjectNode data, Writer out) throws IOException {
    out.write("<script type=\"application/json\" " + name + ">");
    var safe = new ScriptWriter(out);
    safe.write(MAPPER.writeValueAsString(data));
    safe.finish();
    out.write("</script>\n");
  }

  /// What a trace tells of a problem.
  ///
  /// @param question null if the folder does not tell
  /// @param trace null if there is none, or its texts have no place
  /// @param note why there are no texts; empty if there are
  private record Texts(@Nullable String question, @Nullable Trace trace, String note) {}

  private Texts texts(int index) {
    Path file = folder.traceFile(index);
    if (plan.redacted()) {
      return new Texts(null, null, "This evaluation is redacted: its folder holds no texts.");
    }
    if (leftOut.get(index)) {
      return new Texts(
          question(file),
          null,
          "The texts did not fit into this page; they are in %s.".formatted(name(file)));
    }
    try {
      Trace trace = folder.trace(index).orElse(null);
      if (trace == null) {
        return new Texts(null, null, "No trace was kept, so there are no texts.");
      }
      var start = trace.start();
      return new Texts(start == null ? null : start.problem().question(), trace, "");
    } catch (EngineException e) {
      broken.set(index);
      return new Texts(null, null, String.valueOf(e.getMessage()));
    }
  }

  /// The question in the first line of a trace.
  private static @Nullable String question(Path trace) {
    try (var reader = Files.newBufferedReader(trace)) {
      String line = reader.readLine();
      return line != null && EventJson.read(line) instanceof Event.Started started
          ? started.problem().question()
          : null;
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be read.".formatted(trace), e);
    }
  }

  private String name(Path file) {
    return folder.root().relativize(file).toString().replace('\\', '/');
  }

  private ObjectNode row(ProblemResult result, Texts texts) {
    List<CandidateResult> candidates = result.candidates();
    ObjectNode row = MAPPER.createObjectNode().put("i", result.index()).put("id", result.id());
    row.put("v", result.failed() ? "failed" : result.verdict().json());
    put(row, "q", texts.question());
    put(row, "a", result.answer());
    put(row, "r", result.reference());
    put(row, "f", result.failure());
    put(row, "w", result.why().isEmpty() ? null : result.why());
    row.put("n", candidates.size());
    row.put("g", candidates.stream().filter(CandidateResult::correct).count());
    int winner = winner(result);
    if (winner >= 0) {
      row.put("k", candidates.stream().filter(it -> it.answerClass() == winner).count());
    }
    var pattern = new StringBuilder();
    candidates.forEach(it -> pattern.append(it.correct() ? 'y' : it.answerClass() < 0 ? 'x' : 'n'));
    row.put("m", pattern.toString());
    row.put("t", result.spend().generatedTokens()).put("s", result.seconds());
    if (result.anytime()) {
      row.put("any", true);
    }
    put(row, "run", result.run().isEmpty() ? null : result.run());
    Path trace = folder.traceFile(result.index());
    put(row, "trace", Files.exists(trace) ? name(trace) : null);
    return row;
  }

  private static void put(ObjectNode node, String key, @Nullable String value) {
    if (value != null) {
      node.put(key, value);
    }
  }

  /// The class of the method's answer; -1 where the results do not tell.
  private static int winner(ProblemResult result) {
    return result.candidates().stream()
        .filter(it -> it.answer() != null && it.answer().equals(result.answer()))
        .mapToInt(CandidateResult::answerClass)
        .findFirst()
        .orElse(-1);
  }

  private static ObjectNode detail(ProblemResult result, Texts texts) {
    ObjectNode detail = MAPPER.createObjectNode();
    ArrayNode candidates = detail.putArray("c");
    for (CandidateResult it : result.candidates()) {
      candidates
          .addArray()
          .add(it.answerClass())
          .add(it.correct())
          .add(it.score())
          .add(it.tokens())
          .add(it.answer());
    }
    Trace trace = texts.trace();
    if (trace != null) {
      ArrayNode nodes = detail.putArray("nodes");
      trace.nodes().forEach(node -> put(nodes.addObject(), node));
      if (trace.end() != null) {
        detail.put("won", trace.end().node());
      }
    }
    put(detail, "note", texts.note().isEmpty() ? null : texts.note());
    detail.set("spend", EventJson.spend(result.spend()));
    detail.set("paid", EventJson.spend(result.paid()));
    return detail;
  }

  private static void put(ObjectNode to, Trace.Node node) {
    to.put("id", node.id())
        .put("parent", node.parent())
        .put("by", node.proposer())
        .put("text", node.text())
        .put("tokens", node.tokens())
        .put("logprob", Double.isFinite(node.logprob()) ? node.logprob() : null)
        .put("finish", node.finish());
    if (!node.scores().isEmpty()) {
      ObjectNode scores = to.putObject("scores");
      node.scores().forEach(scores::put);
    }
    put(to, "pruned", node.pruned());
  }
}

package ponder.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import ponder.core.Event;
import ponder.core.Problem;
import ponder.core.Spend;
import ponder.eval.EvalFolder;
import ponder.eval.EvalPlan;
import ponder.eval.Summary;
import ponder.stats.CurvePoint;
import ponder.stats.Interval;
import ponder.store.EventJson;
import ponder.store.TraceFile;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Writes an evaluation's folder as `ponder eval` does.
final class Folder {
  static final Spend SPEND = new Spend(90, 30, 400, 0, 1, 2.5e12, 3.5);
  private static final JsonMapper MAPPER = new JsonMapper();

  private final EvalFolder folder;
  private final boolean redacted;
  private final List<String> lines = new ArrayList<>();
  private final List<Summary.Failure> failures = new ArrayList<>();

  Folder(Path root, boolean redacted) {
    this.folder = new EvalFolder(root);
    this.redacted = redacted;
  }

  /// A problem with candidates that answer `answers`, whose texts are `texts`; the first answer
  /// wins.
  Folder problem(String question, String reference, List<String> answers, List<String> texts) {
    int index = lines.size();
    String answer = answers.getFirst();
    boolean right = answer.equals(reference);
    ObjectNode line = line(index, right ? "correct" : "wrong");
    line.put("answered", true);
    if (!redacted) {
      line.put("reference", reference).put("answer", answer).put("why", "2 of 3 votes");
    }
    var candidates = line.putArray("candidates");
    List<String> classes = answers.stream().distinct().toList();
    for (String one : answers) {
      ObjectNode candidate = candidates.addObject();
      if (!redacted) {
        candidate.put("answer", one);
      }
      candidate
          .put("class", classes.indexOf(one))
          .put("correct", one.equals(reference))
          .put("score", 0.5)
          .put("tokens", 100);
    }
    lines.add(MAPPER.writeValueAsString(line));
    if (!redacted) {
      trace(index, question, answers, texts);
    }
    return this;
  }

  Folder failed(String message) {
    ObjectNode line = line(lines.size(), "wrong").put("answered", false);
    line.putArray("candidates");
    line.put("failure", message);
    failures.add(new Summary.Failure(line.get("id").asString(), message));
    lines.add(MAPPER.writeValueAsString(line));
    return this;
  }

  private static ObjectNode line(int index, String verdict) {
    ObjectNode line =
        MAPPER
            .createObjectNode()
            .put("id", "toy-" + index)
            .put("index", index)
            .put("verdict", verdict)
            .put("correct", verdict.equals("correct"))
            .put("anytime", false)
            .put("run", "run" + index)
            .put("thinkingTokens", 0)
            .put("seconds", 3.5);
    line.set("spend", EventJson.spend(SPEND));
    line.set("paid", EventJson.spend(SPEND));
    return line;
  }

  private void trace(int index, String question, List<String> answers, List<String> texts) {
    try (TraceFile trace = TraceFile.create(folder.traceFile(index))) {
      trace.accept(
          new Event.Started("run" + index, new Problem("toy-" + index, question), "m", "toy", 0));
      trace.accept(new Event.Opened(0, -1, "problem"));
      for (int i = 0; i < texts.size(); i++) {
        trace.accept(new Event.Opened(i + 1, 0, "sample " + i));
        trace.accept(new Event.Closed(i + 1, texts.get(i), 100, -20, "stop", answers.get(i)));
      }
      trace.accept(new Event.Finished(1, answers.getFirst(), "2 of 3 votes", false, SPEND, SPEND));
    }
  }

  /// Writes what is left to write.
  Path write() {
    return write("self-consistency", null);
  }

  Path write(String method, @Nullable String note) {
    int n = lines.size();
    Interval half = new Interval(0.5, 0.4, 0.6);
    var plan =
        new EvalPlan(
            "0.1",
            "toy",
            "scripted",
            "b1",
            "w1",
            method,
            Map.of("n", "3", "wait-text", "a 'b'"),
            "vote",
            "last",
            "",
            note == null ? "" : note,
            7,
            "toys",
            "d1",
            "100 from number 5 on, of these 20@3",
            "r1",
            n,
            "math",
            redacted);
    List<CurvePoint> curve = new ArrayList<>();
    for (int samples = 1; samples <= 4; samples *= 2) {
      curve.add(new CurvePoint(samples, half, half, half, half, 100.0 * samples, 0));
    }
    var summary =
        new Summary(
            "toy",
            "scripted",
            method,
            "vote",
            "toys",
            "d1",
            n,
            half,
            7,
            SPEND,
            SPEND,
            curve,
            failures,
            0,
            failures.size(),
            0,
            new Interval(0.3, 0.2, 0.4),
            new Interval(0.8, 0.7, 0.9),
            0,
            12.5,
            320,
            null,
            "0.1",
            "math",
            null,
            "x1");
    put(folder.planFile(), MAPPER.writeValueAsString(plan.json()));
    put(folder.resultsFile(), String.join("\n", lines) + "\n");
    put(folder.summaryFile(), MAPPER.writeValueAsString(summary.json()));
    return folder.root();
  }

  private static void put(Path file, String text) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

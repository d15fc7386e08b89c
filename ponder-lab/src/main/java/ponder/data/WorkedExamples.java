package ponder.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import ponder.model.EngineException;
import ponder.store.Durable;
import ponder.store.FileHash;
import ponder.store.Home;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Rows of a data set that are shown before a question as worked examples, for few-shot methods.
///
/// They become a file of JSON lines with `question`, `solution` and `answer`, which is what a
/// method's setting `shots` takes. The guard of [#apartFrom] keeps an evaluation honest: nothing
/// that is asked may be among the examples.
///
/// @param source where they are from, for messages
/// @param sha256 of the file where they are from
/// @param rows at least one
public record WorkedExamples(String source, String sha256, List<Row> rows) {
  public WorkedExamples {
    rows = List.copyOf(rows);
  }

  /// The first `count` rows of `data` that have a worked solution; if none has, the first rows, of
  /// which the answers are shown alone.
  ///
  /// @param count at least 1
  /// @throws EngineException if there are fewer
  public static WorkedExamples of(DataSet data, int count) {
    boolean worked = data.rows().stream().anyMatch(row -> row.solution() != null);
    List<Row> rows =
        data.rows().stream().filter(row -> !worked || row.solution() != null).limit(count).toList();
    if (rows.size() < count) {
      throw new EngineException(
          "%s has %d rows to show as worked examples, and %d are wanted."
              .formatted(data.name(), rows.size(), count));
    }
    return new WorkedExamples(data.name(), data.sha256(), rows);
  }

  /// Refuses examples that will be asked: those with the question of an evaluated row (case and
  /// white space do not matter), and those with its id if both are from one file.
  ///
  /// @throws EngineException naming the first of them
  public void apartFrom(DataSet evaluated) {
    Map<String, String> shown = new LinkedHashMap<>();
    rows.forEach(row -> shown.put(row.id(), row.question()));
    refuse(source, shown, evaluated, sha256.equals(evaluated.sha256()));
  }

  /// The same for a file that a method's setting `shots` names: its rows need no answer.
  ///
  /// @param sets reads it
  /// @param count how many of its rows are shown, from the first on
  /// @throws EngineException if it cannot be read, or naming the first example that will be asked
  public static void refuseAsked(DataSets sets, Path file, long count, DataSet evaluated) {
    Map<String, String> shown = new LinkedHashMap<>();
    sets.questions(DataQuery.of(file.toString()), row -> row < count)
        .forEach((row, question) -> shown.put("number " + row, question));
    refuse(file.toString(), shown, evaluated, false);
  }

  private static void refuse(
      String source, Map<String, String> shown, DataSet evaluated, boolean sameFile) {
    Map<Long, String> questions = new HashMap<>();
    shown.forEach((id, question) -> questions.put(Words.of(question).whole(), id));
    for (Row row : evaluated.rows()) {
      String same = questions.get(Words.of(row.question()).whole());
      if (same == null && sameFile && shown.containsKey(row.id())) {
        same = row.id();
      }
      if (same != null) {
        throw new EngineException(
            "Worked example %s of %s is the evaluated problem %s. Maybe take examples from another split, or leave these rows out with --offset."
                .formatted(same, source, row.id()));
      }
    }
  }

  /// Writes them under the home's `datasets`, unless they are there; the file is named by its
  /// content.
  ///
  /// @return the file, for the setting `shots`
  /// @throws EngineException if it cannot be written
  public Path write(Home home) {
    byte[] text = text().getBytes(StandardCharsets.UTF_8);
    String name = java.util.HexFormat.of().formatHex(FileHash.sha256().digest(text));
    Path file = home.make(home.datasets().resolve("shots")).resolve(name + ".jsonl");
    try {
      Durable.write(file, text);
      return file;
    } catch (IOException e) {
      throw new EngineException("%s cannot be written: %s.".formatted(file, e), e);
    }
  }

  private String text() {
    JsonMapper mapper = new JsonMapper();
    List<String> lines = new ArrayList<>();
    for (Row row : rows) {
      ObjectNode line =
          mapper
              .createObjectNode()
              .put("id", row.id())
              .put("question", row.question())
              .put("solution", row.solution())
              .put("answer", row.answer());
      lines.add(line.toString());
    }
    return String.join("\n", lines) + "\n";
  }
}

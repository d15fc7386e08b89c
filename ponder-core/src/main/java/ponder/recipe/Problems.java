package ponder.recipe;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import ponder.core.LabelledProblem;
import ponder.core.Problem;
import ponder.model.EngineException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads problems with their reference answers from JSON lines.
public final class Problems {
  private static final JsonMapper MAPPER = new JsonMapper();

  private Problems() {}

  /// The rows `offset` to `offset + limit` of a file of objects `{"id"?, "question", "answer",
  /// "solution"?}`, one a line; other keys are left alone, empty lines skipped. A row without an id
  /// is called by its number among the rows, from 0. A file whose name ends in `.gz` is unpacked.
  ///
  /// @throws EngineException naming the file and line that cannot be read, an id that comes twice,
  ///   or a file without such rows
  public static List<LabelledProblem> read(Path file, int offset, int limit) {
    List<LabelledProblem> problems = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    int line = 0;
    int row = 0;
    try (BufferedReader lines = open(file)) {
      for (String text = lines.readLine();
          text != null && problems.size() < limit;
          text = lines.readLine()) {
        line++;
        if (text.isBlank()) {
          continue;
        }
        LabelledProblem problem = problem(text, row, file, line);
        if (!ids.add(problem.problem().id())) {
          throw broken(file, line, "its id (%s) came before".formatted(problem.problem().id()));
        }
        if (row++ >= offset) {
          problems.add(problem);
        }
      }
    } catch (IOException e) {
      throw new EngineException("The data set %s cannot be read.".formatted(file), e);
    }
    if (problems.isEmpty()) {
      throw new EngineException(
          "The data set %s has %d rows, none of them from number %d on. Maybe a smaller --offset was meant."
              .formatted(file, row, offset));
    }
    return List.copyOf(problems);
  }

  private static BufferedReader open(Path file) throws IOException {
    InputStream bytes = Files.newInputStream(file);
    try {
      InputStream plain = file.toString().endsWith(".gz") ? new GZIPInputStream(bytes) : bytes;
      return new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8));
    } catch (IOException e) {
      bytes.close();
      throw e;
    }
  }

  private static LabelledProblem problem(String text, int row, Path file, int line) {
    JsonNode node;
    try {
      node = MAPPER.readTree(text);
    } catch (JacksonException e) {
      throw new EngineException(
          "Line %d of %s is no JSON: %s".formatted(line, file, e.getOriginalMessage()), e);
    }
    String id = node.has("id") ? node.path("id").asString() : Integer.toString(row);
    String question = text(node, "question", file, line);
    String answer = text(node, "answer", file, line);
    JsonNode solution = node.path("solution");
    return new LabelledProblem(
        new Problem(id, question), answer, solution.isString() ? solution.asString() : null);
  }

  private static String text(JsonNode node, String key, Path file, int line) {
    JsonNode value = node.path(key);
    String text = value.isValueNode() ? value.asString() : "";
    if (text.isBlank()) {
      throw broken(file, line, "its \"%s\" is missing or empty".formatted(key));
    }
    return text;
  }

  private static EngineException broken(Path file, int line, String why) {
    return new EngineException("Line %d of %s cannot be used: %s.".formatted(line, file, why));
  }
}

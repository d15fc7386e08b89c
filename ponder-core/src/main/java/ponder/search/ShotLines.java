package ponder.search;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads worked examples, one JSON object a line; blank lines are passed over. Immutable.
///
/// @param <T> an example
/// @param row reads an example
record ShotLines<T>(Row<T> row) {
  private static final JsonMapper MAPPER = new JsonMapper();

  /// Reads an example from its JSON object.
  @FunctionalInterface
  interface Row<T> {
    /// @param where the line, as the messages of errors begin
    /// @throws IllegalArgumentException if it is no such example
    T read(JsonNode row, String where);
  }

  /// Those of a file beside this class.
  List<T> resource(String name) {
    try (InputStream in = ShotLines.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("The resource " + name + " is missing.");
      }
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), name);
    } catch (IOException e) {
      throw new UncheckedIOException("The resource " + name + " cannot be read.", e);
    }
  }

  /// Those of a file, in its order.
  ///
  /// @throws IllegalArgumentException if the file cannot be read, holds none, or a line is broken;
  ///   the message names the line
  List<T> file(Path file) {
    try {
      return parse(Files.readString(file), file.toString());
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("shots (%s) must be UTF-8 text.".formatted(file), e);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "shots (%s) cannot be read. Maybe built-in or none was meant.".formatted(file), e);
    }
  }

  /// The first `k` of `examples`.
  ///
  /// @throws IllegalArgumentException if there are fewer
  static <T> List<T> first(int k, List<T> examples) {
    if (k > examples.size()) {
      throw new IllegalArgumentException(
          "k (%d) must be at most %d, the number of worked examples."
              .formatted(k, examples.size()));
    }
    return examples.subList(0, k);
  }

  private List<T> parse(String content, String source) {
    List<T> examples = new ArrayList<>();
    int number = 0;
    for (String line : content.split("\n", -1)) {
      number++;
      if (!line.isBlank()) {
        String where = "shots (%s), line %d:".formatted(source, number);
        examples.add(row.read(object(line, where), where));
      }
    }
    if (examples.isEmpty()) {
      throw new IllegalArgumentException(
          "shots (%s) must hold at least one worked example.".formatted(source));
    }
    return examples;
  }

  private static JsonNode object(String line, String where) {
    JsonNode row;
    try {
      row = MAPPER.readTree(line);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(
          "%s this is no JSON: %s.".formatted(where, e.getOriginalMessage()), e);
    }
    if (!row.isObject()) {
      throw new IllegalArgumentException(where + " this is no JSON object.");
    }
    return row;
  }
}

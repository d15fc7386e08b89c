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
import ponder.grade.Extractor;
import ponder.grade.Profile;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Worked examples that are shown before the question (Wei et al. 2022, "Chain-of-Thought Prompting
/// Elicits Reasoning in Large Language Models").
///
/// Ours are eight short word problems about numbers, invented for Ponder, in both languages. Others
/// come from a file with one JSON object a line: a `question` and a `solution`, an `answer`, or
/// both. The solution is shown as it is; if it marks no answer, the answer follows in a box. Keys
/// besides these are of no concern here: the rows may be a data set's.
///
/// @param english shown with questions in English
/// @param japanese shown with questions in Japanese
record Shots(List<Shot> english, List<Shot> japanese) {
  static final Shots NONE = new Shots(List.of(), List.of());

  private static final JsonMapper MAPPER = new JsonMapper();

  Shots {
    english = List.copyOf(english);
    japanese = List.copyOf(japanese);
  }

  /// A question and its solution.
  record Shot(String question, String solution) {}

  List<Shot> in(Language language) {
    return switch (language) {
      case ENGLISH -> english;
      case JAPANESE -> japanese;
    };
  }

  /// Our own.
  static Shots builtIn() {
    return new Shots(resource("shots-en.jsonl"), resource("shots-ja.jsonl"));
  }

  /// Those of a file, in its order.
  ///
  /// @throws IllegalArgumentException if the file cannot be read, holds none, or a line is broken;
  ///   the message names the line
  static Shots read(Path file) {
    try {
      List<Shot> shots = parse(Files.readString(file), file.toString());
      return new Shots(shots, shots);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("shots (%s) must be UTF-8 text.".formatted(file), e);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "shots (%s) cannot be read. Maybe built-in or none was meant.".formatted(file), e);
    }
  }

  /// The first `k` of them.
  ///
  /// @throws IllegalArgumentException if there are fewer
  Shots first(int k) {
    int most = Math.min(english.size(), japanese.size());
    if (k > most) {
      throw new IllegalArgumentException(
          "k (%d) must be at most %d, the number of worked examples.".formatted(k, most));
    }
    return new Shots(english.subList(0, k), japanese.subList(0, k));
  }

  private static List<Shot> resource(String name) {
    try (InputStream in = Shots.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("The resource " + name + " is missing.");
      }
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), name);
    } catch (IOException e) {
      throw new UncheckedIOException("The resource " + name + " cannot be read.", e);
    }
  }

  private static List<Shot> parse(String content, String source) {
    List<Shot> shots = new ArrayList<>();
    int number = 0;
    for (String line : content.split("\n", -1)) {
      number++;
      if (!line.isBlank()) {
        shots.add(shot(line, "shots (%s), line %d:".formatted(source, number)));
      }
    }
    if (shots.isEmpty()) {
      throw new IllegalArgumentException(
          "shots (%s) must hold at least one worked example.".formatted(source));
    }
    return shots;
  }

  private static Shot shot(String line, String where) {
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
    String question = text(row, "question", where);
    String solution = text(row, "solution", where);
    String answer = text(row, "answer", where);
    if (question.isBlank()) {
      throw new IllegalArgumentException(where + " a question is missing.");
    }
    if (solution.isBlank() && answer.isBlank()) {
      throw new IllegalArgumentException(where + " a solution or an answer is missing.");
    }
    return new Shot(question, worked(solution, answer));
  }

  private static String worked(String solution, String answer) {
    String text = solution.isBlank() ? answer : solution;
    if (answer.isBlank() || new Extractor().extract(text, Profile.STRICT).isPresent()) {
      return text;
    }
    String boxed = "\\boxed{" + answer + "}";
    return solution.isBlank() ? boxed : solution + "\n" + boxed;
  }

  /// A row's text; empty if there is none. A number is as good as a text.
  private static String text(JsonNode row, String key, String where) {
    JsonNode value = row.get(key);
    if (value == null || value.isNull()) {
      return "";
    }
    if (!value.isString() && !value.isNumber()) {
      throw new IllegalArgumentException("%s %s (%s) must be a text.".formatted(where, key, value));
    }
    return value.asString().strip();
  }
}

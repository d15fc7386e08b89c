package ponder.search;

import java.nio.file.Path;
import java.util.List;
import ponder.grade.Extractor;
import ponder.grade.Profile;
import tools.jackson.databind.JsonNode;

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

  private static final ShotLines<Shot> LINES = new ShotLines<>(Shots::shot);

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
    return new Shots(LINES.resource("shots-en.jsonl"), LINES.resource("shots-ja.jsonl"));
  }

  /// Those of a file, in its order.
  ///
  /// @throws IllegalArgumentException as [ShotLines#file]
  static Shots read(Path file) {
    List<Shot> shots = LINES.file(file);
    return new Shots(shots, shots);
  }

  /// The first `k` of them.
  ///
  /// @throws IllegalArgumentException if there are fewer
  Shots first(int k) {
    return new Shots(ShotLines.first(k, english), ShotLines.first(k, japanese));
  }

  private static Shot shot(JsonNode row, String where) {
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

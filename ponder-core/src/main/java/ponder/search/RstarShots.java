package ponder.search;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import tools.jackson.databind.JsonNode;

/// The worked examples of rStar's actions.
///
/// One example serves all of them: its question, also in other words, its steps, and its
/// sub-questions. Ours are four, invented for Ponder, in both languages. Others come from a file
/// with one JSON object a line:
///
/// `{"question", "conditions": [...], "asked", "steps": [...], "parts": [{"question", "solution",
/// "answer"}, ...], "answer"}`; the last part answers what is asked and has no question of its own.
///
/// @param english shown with questions in English
/// @param japanese shown with questions in Japanese
record RstarShots(List<Example> english, List<Example> japanese) {
  static final RstarShots NONE = new RstarShots(List.of(), List.of());

  private static final ShotLines<Example> LINES = new ShotLines<>(RstarShots::example);

  RstarShots {
    english = List.copyOf(english);
    japanese = List.copyOf(japanese);
  }

  /// A sub-question and its answer; the last one's question is empty.
  record Part(String question, String solution, String answer) {}

  /// A worked example.
  record Example(
      String question,
      List<String> conditions,
      String asked,
      List<String> steps,
      List<Part> parts,
      String answer) {
    Example {
      conditions = List.copyOf(conditions);
      steps = List.copyOf(steps);
      parts = List.copyOf(parts);
    }

    /// Its question in other words, on one line.
    String rephrased(Language in) {
      List<String> words = new ArrayList<>();
      for (int i = 0; i < conditions.size(); i++) {
        words.add(Phrase.CONDITION.in(in) + " " + (i + 1) + ": " + conditions.get(i));
      }
      words.add(Phrase.QUESTION.in(in) + " " + asked);
      return String.join(" ", words);
    }

    /// Numbered steps, a line for each.
    String numbered(Language in) {
      List<String> lines = new ArrayList<>();
      for (int i = 0; i < steps.size(); i++) {
        lines.add(Phrase.STEP.in(in) + " " + (i + 1) + ": " + steps.get(i));
      }
      return String.join("\n", lines) + " " + tail(answer, in);
    }

    /// The steps in one paragraph.
    String paragraph(Language in) {
      return String.join(" ", steps) + " " + tail(answer, in);
    }

    /// Sub-questions and their answers, a line for each.
    String decomposed(Language in) {
      List<String> lines = new ArrayList<>();
      for (int i = 0; i < parts.size(); i++) {
        Part part = parts.get(i);
        boolean last = i + 1 == parts.size();
        String question = last ? Phrase.NOW_ANSWER.in(in) + " " + asked : part.question;
        lines.add(Phrase.SUB_QUESTION.in(in) + " " + (i + 1) + ": " + question);
        lines.add(
            "%s %d: %s %s"
                .formatted(Phrase.SUB_ANSWER.in(in), i + 1, part.solution, tail(part.answer, in)));
      }
      return String.join("\n", lines);
    }

    private static String tail(String answer, Language in) {
      return switch (in) {
        case ENGLISH -> "%s %s.".formatted(Phrase.ANSWER_IS.in(in), answer);
        case JAPANESE -> "%s %s です。".formatted(Phrase.ANSWER_IS.in(in), answer);
      };
    }
  }

  /// The examples as one action shows them.
  ///
  /// @param question how their questions are put
  /// @param solution what follows
  Shots as(
      BiFunction<Example, Language, String> question,
      BiFunction<Example, Language, String> solution) {
    return new Shots(
        as(english, Language.ENGLISH, question, solution),
        as(japanese, Language.JAPANESE, question, solution));
  }

  private static List<Shots.Shot> as(
      List<Example> examples,
      Language in,
      BiFunction<Example, Language, String> question,
      BiFunction<Example, Language, String> solution) {
    return examples.stream()
        .map(it -> new Shots.Shot(question.apply(it, in), solution.apply(it, in)))
        .toList();
  }

  /// The first `k` of them.
  ///
  /// @throws IllegalArgumentException if there are fewer
  RstarShots first(int k) {
    return new RstarShots(ShotLines.first(k, english), ShotLines.first(k, japanese));
  }

  /// Our own.
  static RstarShots builtIn() {
    return new RstarShots(LINES.resource("rstar-en.jsonl"), LINES.resource("rstar-ja.jsonl"));
  }

  /// Those of a file, in its order.
  ///
  /// @throws IllegalArgumentException as [ShotLines#file]
  static RstarShots read(Path file) {
    List<Example> examples = LINES.file(file);
    return new RstarShots(examples, examples);
  }

  private static Example example(JsonNode row, String where) {
    List<Part> parts = new ArrayList<>();
    List<JsonNode> rows = list(row, "parts", where);
    for (int i = 0; i < rows.size(); i++) {
      boolean last = i + 1 == rows.size();
      JsonNode part = rows.get(i);
      parts.add(
          new Part(
              last ? "" : text(part, "question", where),
              text(part, "solution", where),
              text(part, "answer", where)));
    }
    return new Example(
        text(row, "question", where),
        texts(row, "conditions", where),
        text(row, "asked", where),
        texts(row, "steps", where),
        parts,
        text(row, "answer", where));
  }

  private static List<String> texts(JsonNode row, String key, String where) {
    return list(row, key, where).stream().map(it -> text(it, key, where)).toList();
  }

  private static List<JsonNode> list(JsonNode row, String key, String where) {
    JsonNode value = row.get(key);
    if (value == null || !value.isArray() || value.isEmpty()) {
      throw new IllegalArgumentException("%s %s must be a list.".formatted(where, key));
    }
    return value.valueStream().toList();
  }

  /// The text at `key`, or the value itself if it is one.
  private static String text(JsonNode row, String key, String where) {
    JsonNode value = row.isObject() ? row.get(key) : row;
    if (value == null || !(value.isString() || value.isNumber()) || value.asString().isBlank()) {
      throw new IllegalArgumentException("%s %s must be a text.".formatted(where, key));
    }
    return value.asString().strip();
  }
}

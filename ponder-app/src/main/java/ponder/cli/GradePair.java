package ponder.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One line of what is graded: an answer and the references of which it has to equal one.
///
/// @param id as it stood in the line; null if there was none
/// @param references at least one
record GradePair(@Nullable JsonNode id, String answer, List<String> references) {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  GradePair {
    references = List.copyOf(references);
  }

  /// Reads `{"id"?, "answer", "reference"}`; other keys are passed over. Answer and reference are
  /// texts or numbers; the answer may be null for none, the reference a list of alternatives.
  ///
  /// @throws IllegalArgumentException saying what is wrong with the line
  static GradePair parse(String line) {
    JsonNode row = row(line);
    JsonNode answer = row.path("answer");
    if (answer.isMissingNode()) {
      throw new IllegalArgumentException("\"answer\" is missing");
    }
    return new GradePair(
        row.get("id"), answer.isNull() ? "" : text(answer, "answer"), references(row));
  }

  private static JsonNode row(String line) {
    try {
      JsonNode row = MAPPER.readTree(line);
      if (!row.isObject()) {
        throw new IllegalArgumentException("it is JSON, but no object");
      }
      return row;
    } catch (JacksonException e) {
      throw new IllegalArgumentException("it is not JSON: " + firstLine(e.getOriginalMessage()), e);
    }
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("it cannot be read");
  }

  private static List<String> references(JsonNode row) {
    JsonNode reference = row.path("reference");
    if (reference.isMissingNode() || reference.isNull()) {
      throw new IllegalArgumentException("\"reference\" is missing");
    }
    if (!reference.isArray()) {
      return List.of(text(reference, "reference"));
    }
    if (reference.isEmpty()) {
      throw new IllegalArgumentException("\"reference\" is an empty list");
    }
    List<String> alternatives = new ArrayList<>();
    for (JsonNode alternative : reference.values()) {
      alternatives.add(text(alternative, "reference"));
    }
    return alternatives;
  }

  private static String text(JsonNode value, String key) {
    if (value.isString()) {
      return value.stringValue();
    }
    if (value.isNumber()) {
      return value.isIntegralNumber() ? value.asString() : value.decimalValue().toPlainString();
    }
    throw new IllegalArgumentException("\"%s\" must be a text or a number".formatted(key));
  }
}

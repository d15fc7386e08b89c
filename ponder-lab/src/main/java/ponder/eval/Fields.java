package ponder.eval;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import ponder.core.Spend;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The fields of one JSON object of an evaluation's folder; what is missing or of the wrong kind is
/// an error that names the place and the key.
///
/// @param where the place, whose text is asked for by errors alone, so that it costs nothing where
///   a million lines are read
record Fields(JsonNode node, Object where) {
  private static final JsonMapper MAPPER = new JsonMapper();

  /// @throws IllegalArgumentException if `text` is no JSON object
  static Fields parse(String text, Object where) {
    JsonNode node;
    try {
      node = MAPPER.readTree(text);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(
          "%s is no JSON: %s.".formatted(where, e.getOriginalMessage()), e);
    }
    if (!node.isObject()) {
      throw new IllegalArgumentException(where + " is no JSON object.");
    }
    return new Fields(node, where);
  }

  /// A line of a file.
  record Line(long number, Path file) {
    @Override
    public String toString() {
      return "Line %d of %s".formatted(number, file);
    }
  }

  /// A part of a place.
  ///
  /// @param index in a list; -1 if it is in none
  private record Part(String key, int index, Object whole) {
    @Override
    public String toString() {
      return index < 0
          ? "'%s' in %s".formatted(key, whole)
          : "'%s' %d in %s".formatted(key, index, whole);
    }
  }

  boolean has(String key) {
    return node.hasNonNull(key);
  }

  String text(String key) {
    return field(key, JsonNode::isString).asString();
  }

  String text(String key, String otherwise) {
    return has(key) ? text(key) : otherwise;
  }

  @Nullable String textOrNull(String key) {
    return has(key) ? text(key) : null;
  }

  boolean flag(String key) {
    return field(key, JsonNode::isBoolean).asBoolean();
  }

  int integer(String key) {
    return field(key, JsonNode::canConvertToInt).asInt();
  }

  long whole(String key) {
    return field(key, JsonNode::canConvertToLong).asLong();
  }

  double number(String key) {
    return field(key, JsonNode::isNumber).asDouble();
  }

  Fields object(String key) {
    return new Fields(field(key, JsonNode::isObject), new Part(key, -1, where));
  }

  List<Fields> objects(String key) {
    List<Fields> all = new ArrayList<>();
    for (JsonNode element : field(key, JsonNode::isArray)) {
      all.add(new Fields(element, new Part(key, all.size(), where)));
    }
    return List.copyOf(all);
  }

  double[] numbers(String key, int count) {
    JsonNode list = field(key, it -> it.isArray() && it.size() == count);
    double[] numbers = new double[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = list.get(i).asDouble();
    }
    return numbers;
  }

  Map<String, String> texts(String key) {
    Map<String, String> texts = new LinkedHashMap<>();
    field(key, JsonNode::isObject)
        .properties()
        .forEach(entry -> texts.put(entry.getKey(), entry.getValue().asString()));
    return texts;
  }

  Spend spend(String key) {
    Fields spend = object(key);
    return new Spend(
        spend.whole("promptTokens"),
        spend.whole("cachedPromptTokens"),
        spend.whole("generatedTokens"),
        spend.whole("scoredTokens"),
        spend.whole("calls"),
        spend.number("flops"),
        spend.number("seconds"));
  }

  private JsonNode field(String key, Function<JsonNode, Boolean> fits) {
    JsonNode field = node.get(key);
    if (field == null || !fits.apply(field)) {
      throw new IllegalArgumentException(
          field == null
              ? "%s has no '%s'.".formatted(where, key)
              : "%s has an unfit '%s' (%s).".formatted(where, key, field));
    }
    return field;
  }
}

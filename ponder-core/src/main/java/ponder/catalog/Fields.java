package ponder.catalog;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import ponder.core.Nearest;
import ponder.model.EngineException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// Reads the fields of a YAML mapping and collects all that is wrong with them, so that a user sees
/// every mistake of a file at once. A field that was not asked for is a mistake, with the nearest
/// known name.
final class Fields {
  private final String where;
  private final JsonNode node;
  private final List<String> problems;
  private final Set<String> known = new HashSet<>();

  private Fields(String where, JsonNode node, List<String> problems) {
    this.where = where;
    this.node = node;
    this.problems = problems;
  }

  /// The mapping that a whole file is.
  ///
  /// @throws EngineException if the text is not YAML
  static Fields ofFile(String origin, String text, List<String> problems) {
    try {
      JsonNode root = new YAMLMapper().readTree(text);
      return new Fields(origin, root, problems).mapping();
    } catch (JacksonException e) {
      throw new EngineException("%s is not YAML: %s".formatted(origin, e.getOriginalMessage()), e);
    }
  }

  private Fields mapping() {
    if (!node.isObject()) {
      problem("a mapping is needed");
    }
    return this;
  }

  /// The mappings in the list called `field`.
  List<Fields> list(String field, String nameField) {
    known.add(field);
    JsonNode list = node.path(field);
    if (!list.isArray()) {
      problem(field + " must be a list");
    }
    var parts = new ArrayList<Fields>();
    for (JsonNode item : list.values()) {
      String name = item.path(nameField).asString("entry " + (parts.size() + 1));
      parts.add(new Fields(where + ", " + name, item, problems).mapping());
    }
    return parts;
  }

  /// A text that must be there and of the given form.
  String text(String field, Pattern form) {
    String value = optional(field, form);
    if (value == null && node.path(field).isMissingNode()) {
      problem(field + " is missing");
    }
    return value == null ? "" : value;
  }

  /// A text of the given form, or null if there is none.
  @Nullable String optional(String field, Pattern form) {
    known.add(field);
    JsonNode value = node.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    String text = value.asString("");
    if (!value.isValueNode() || !form.matcher(text).matches()) {
      problem("%s (%s) has not the form it should".formatted(field, text));
      return null;
    }
    return text;
  }

  /// A number from 1 up, or 0 if there is none.
  long count(String field) {
    known.add(field);
    JsonNode value = node.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return 0;
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 1) {
      problem("%s (%s) must be a whole number above 0".formatted(field, value));
      return 0;
    }
    return value.longValue();
  }

  /// True, false, or false if there is none.
  boolean flag(String field) {
    known.add(field);
    JsonNode value = node.path(field);
    if (!value.isMissingNode() && !value.isBoolean()) {
      problem("%s (%s) must be true or false".formatted(field, value));
    }
    return value.isBoolean() && value.booleanValue();
  }

  /// The sources in the list called `field`; one at least.
  List<Source> sources(String field) {
    known.add(field);
    var sources = new ArrayList<Source>();
    JsonNode list = node.path(field);
    if (!list.isArray() || list.isEmpty()) {
      problem(field + " must list one source at least");
    }
    for (JsonNode item : list.values()) {
      source(item.asString("")).ifPresent(sources::add);
    }
    return sources;
  }

  private Optional<Source> source(String text) {
    try {
      return Optional.of(Source.parse(text));
    } catch (IllegalArgumentException e) {
      problem("source: " + e.getMessage());
      return Optional.empty();
    }
  }

  /// To be called when every field was asked for: the others are mistakes.
  void end() {
    for (String field : node.propertyNames()) {
      if (!known.contains(field)) {
        problem("unknown field '%s'.%s".formatted(field, Nearest.maybe(field, sorted())));
      }
    }
  }

  private List<String> sorted() {
    return known.stream().sorted().toList();
  }

  void problem(String problem) {
    problems.add(where + ": " + problem);
  }
}

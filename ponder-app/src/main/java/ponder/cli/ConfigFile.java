package ponder.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// A file of options, `key: value`, in YAML or JSON (which is YAML as well).
final class ConfigFile {
  private ConfigFile() {}

  /// The file's keys and values, in order; a list's values are joined by commas.
  ///
  /// @throws IllegalArgumentException if the file is not such a list of keys and values
  static Map<String, String> read(Path file) {
    JsonNode root = parse(file);
    Map<String, String> values = new LinkedHashMap<>();
    List<String> problems = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : root.properties()) {
      JsonNode value = entry.getValue();
      if (value.isValueNode() && !value.isNull()) {
        values.put(entry.getKey(), value.asString());
      } else if (value.isArray() && scalars(value)) {
        values.put(
            entry.getKey(),
            String.join(
                ",",
                StreamSupport.stream(value.spliterator(), false).map(JsonNode::asString).toList()));
      } else {
        problems.add("%s (%s)".formatted(entry.getKey(), value));
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "--config (%s) must hold single values or lists of them, unlike %s."
              .formatted(file, String.join(", ", problems)));
    }
    return values;
  }

  private static JsonNode parse(Path file) {
    String text = Texts.file(file);
    try {
      JsonNode root = new YAMLMapper().readTree(text);
      if (root.isObject() || root.isMissingNode() || root.isNull()) {
        return root;
      }
      throw new IllegalArgumentException(
          "--config (%s) must hold keys and values, such as 'n: 16'.".formatted(file));
    } catch (JacksonException e) {
      throw new IllegalArgumentException(
          "--config (%s) cannot be read at line %d: %s."
              .formatted(file, e.getLocation().getLineNr(), e.getOriginalMessage()),
          e);
    }
  }

  private static boolean scalars(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false)
        .allMatch(value -> value.isValueNode() && !value.isNull());
  }
}

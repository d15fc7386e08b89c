package ponder.data;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import ponder.data.Column.Unusable;
import ponder.data.Columns.Field;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/// Makes rows of records, as the columns say.
final class RowReader {
  private static final int LONGEST_PLAIN = 40;

  /// The usual name of a choice's options.
  private static final String CHOICES = "choices";

  private final Columns columns;
  private final Set<String> taken;

  RowReader(Columns columns) {
    this.columns = columns;
    this.taken = new HashSet<>(columns.taken());
  }

  /// The row that `values` are.
  ///
  /// @param number its number in the file, from 0: its id if it has none
  /// @throws Unusable if it cannot be one
  Row read(ObjectNode values, long number) throws Unusable {
    String id = id(values, number);
    String question = filled(values, Field.QUESTION);
    String answer = filled(values, Field.ANSWER);
    Column options = columns.named(Field.OPTIONS).orElse(null);
    boolean unnamed = options == null && Choices.labelled(values.path(CHOICES), answer);
    if (unnamed) {
      options = Column.parse(CHOICES);
    }
    if (options != null) {
      Column answers = columns.named(Field.ANSWER).orElseGet(Field.ANSWER::usual);
      Choices choices = Choices.read(values, options, id);
      question = question + "\n" + choices.lines();
      answer = choices.letter(answer, answers.firstIndex());
    }
    return new Row(id, question, answer, solution(values), extra(values, unnamed));
  }

  /// What can be read of a broken row's id, or null.
  @Nullable String idIn(ObjectNode values, long number) {
    try {
      return id(values, number);
    } catch (Unusable e) {
      return null;
    }
  }

  /// What can be read of a broken row's question, or null.
  @Nullable String questionIn(ObjectNode values) {
    try {
      return filled(values, Field.QUESTION);
    } catch (Unusable e) {
      return null;
    }
  }

  private String id(ObjectNode values, long number) throws Unusable {
    Column column = columns.named(Field.ID).orElse(null);
    if (column == null) {
      JsonNode value = values.path(Field.ID.text());
      return value.isMissingNode() || value.isNull() ? Long.toString(number) : ownId(value);
    }
    return ownId(existing(values, column, Field.ID));
  }

  private static String ownId(JsonNode value) throws Unusable {
    String id = text(value, Field.ID).strip();
    if (id.isEmpty()) {
      throw new Unusable("its id is empty");
    }
    return id;
  }

  /// The field's text, which must not be empty.
  private String filled(ObjectNode values, Field field) throws Unusable {
    Column column = columns.named(field).orElseGet(field::usual);
    String text = text(existing(values, column, field), field);
    if (text.isBlank()) {
      throw new Unusable(
          "its %s is empty".formatted(field.text()),
          field == Field.ANSWER ? Entries.Kind.EMPTY_ANSWER : Entries.Kind.EMPTY_QUESTION);
    }
    String kept = ruled(column, text, field).strip();
    if (kept.isEmpty()) {
      throw new Unusable("its %s is empty after '%s'".formatted(field.text(), column.text()));
    }
    return field == Field.QUESTION && kept.equals(text.strip()) ? text : kept;
  }

  private @Nullable String solution(ObjectNode values) throws Unusable {
    Column column = columns.named(Field.SOLUTION).orElse(null);
    JsonNode value =
        column == null
            ? values.path(Field.SOLUTION.text())
            : existing(values, column, Field.SOLUTION);
    if (column == null && !value.isString()) {
      return null;
    }
    String text = text(value, Field.SOLUTION);
    if (column == null || text.isBlank()) {
      return text.isBlank() ? null : text;
    }
    String kept = ruled(column, text, Field.SOLUTION).strip();
    return kept.isEmpty() ? null : kept;
  }

  private static String ruled(Column column, String text, Field field) throws Unusable {
    try {
      return column.apply(text);
    } catch (Unusable e) {
      throw new Unusable("its %s cannot be read: %s".formatted(field.text(), e.why()));
    }
  }

  /// The value at a column; of several columns their texts, with spaces between.
  private static JsonNode existing(ObjectNode values, Column column, Field field) throws Unusable {
    List<JsonNode> found = new ArrayList<>();
    for (String path : column.paths()) {
      JsonNode value = Column.at(values, path);
      if (value.isMissingNode()) {
        String absent = Column.absent(path, values.propertyNames());
        throw new Unusable("it has no %s: %s".formatted(field.text(), absent));
      }
      found.add(value);
    }
    if (found.size() == 1) {
      return found.getFirst();
    }
    StringJoiner joined = new StringJoiner(" ");
    for (JsonNode value : found) {
      joined.add(text(value, field).strip());
    }
    return StringNode.valueOf(joined.toString());
  }

  private static String text(JsonNode value, Field field) throws Unusable {
    if (!value.isValueNode()) {
      throw new Unusable(
          "its %s is %s and no text"
              .formatted(field.text(), value.isArray() ? "a list" : "an object"));
    }
    return plain(value);
  }

  /// A plain value as text; empty for null. Numbers keep their digits.
  static String plain(JsonNode value) {
    if (value.isNull()) {
      return "";
    }
    if (value.isBigDecimal()) {
      BigDecimal number = value.decimalValue();
      boolean shown = Math.abs(number.scale()) + number.precision() < LONGEST_PLAIN;
      return shown ? number.toPlainString() : number.toString();
    }
    return value.asString();
  }

  private Map<String, String> extra(ObjectNode values, boolean choices) {
    Map<String, String> extra = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : values.properties()) {
      JsonNode value = entry.getValue();
      boolean used = taken.contains(entry.getKey()) || choices && entry.getKey().equals(CHOICES);
      if (!used && !value.isNull()) {
        extra.put(entry.getKey(), value.isValueNode() ? plain(value) : value.toString());
      }
    }
    return extra;
  }
}

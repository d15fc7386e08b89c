package ponder.data;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ponder.core.Seed;
import ponder.data.Column.Unusable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The options of a choice question, in the order in which they are shown.
///
/// @param options at least two and at most 26
/// @param numbers for each, its number in the file, from 0
record Choices(List<Option> options, List<Integer> numbers) {
  private static final int MOST = 26;

  Choices {
    options = List.copyOf(options);
    numbers = List.copyOf(numbers);
  }

  /// @param label what the file calls it; empty if nothing
  record Option(String label, String text) {}

  /// Reads the options of the row called `id`.
  static Choices read(ObjectNode values, Column column, String id) throws Unusable {
    List<Option> options = options(values, column);
    if (options.size() < 2 || options.size() > MOST) {
      throw new Unusable("it has %d options and not 2 to %d".formatted(options.size(), MOST));
    }
    for (Option option : options) {
      if (option.text().isBlank()) {
        throw new Unusable("one of its options is empty");
      }
    }
    List<Integer> numbers = Stream.iterate(0, i -> i + 1).limit(options.size()).toList();
    if (column.shuffles()) {
      Seed seed = new Seed(0).split("options", id);
      numbers =
          numbers.stream()
              .sorted(Comparator.comparingLong(i -> seed.split("option", i).value()))
              .toList();
    }
    return new Choices(numbers.stream().map(options::get).toList(), numbers);
  }

  /// Whether `value` is a list of options with labels, one of which is `answer`.
  static boolean labelled(JsonNode value, String answer) {
    try {
      List<Option> options = value.isContainer() ? inside(value) : List.of();
      return options.size() >= 2
          && options.size() <= MOST
          && options.stream().noneMatch(it -> it.label().isBlank() || it.text().isBlank())
          && options.stream().filter(it -> it.label().equals(answer)).count() == 1;
    } catch (Unusable e) {
      return false;
    }
  }

  private static List<Option> options(ObjectNode values, Column column) throws Unusable {
    List<JsonNode> found = new ArrayList<>();
    for (String path : column.paths()) {
      JsonNode value = Column.at(values, path);
      if (value.isMissingNode()) {
        throw new Unusable("it has no options: " + Column.absent(path, values.propertyNames()));
      }
      found.add(value);
    }
    return found.size() == 1 ? inside(found.getFirst()) : plain(found);
  }

  private static List<Option> inside(JsonNode value) throws Unusable {
    if (value.isObject() && value.path("text").isArray()) {
      return labelled(value.path("label"), value.path("text"));
    }
    if (value.isObject()) {
      List<Option> options = new ArrayList<>();
      for (Map.Entry<String, JsonNode> entry : value.properties()) {
        options.add(new Option(entry.getKey(), text(entry.getValue())));
      }
      return options;
    }
    if (value.isArray() && value.path(0).isArray()) {
      List<Option> options = new ArrayList<>();
      for (JsonNode pair : value) {
        options.add(new Option(text(pair.path(0)), text(pair.path(1))));
      }
      return options;
    }
    if (value.isArray()) {
      List<JsonNode> list = new ArrayList<>();
      value.forEach(list::add);
      return list.stream().allMatch(it -> it.path("text").isValueNode())
          ? list.stream()
              .map(it -> new Option(it.path("label").asString(""), it.path("text").asString()))
              .toList()
          : plain(list);
    }
    throw new Unusable("its options are no list");
  }

  private static List<Option> labelled(JsonNode labels, JsonNode texts) throws Unusable {
    List<Option> options = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      options.add(new Option(labels.path(i).asString(""), text(texts.path(i))));
    }
    return options;
  }

  private static List<Option> plain(List<JsonNode> values) throws Unusable {
    List<Option> options = new ArrayList<>();
    for (JsonNode value : values) {
      options.add(new Option("", text(value)));
    }
    return options;
  }

  private static String text(JsonNode value) throws Unusable {
    if (!value.isValueNode()) {
      throw new Unusable("one of its options is no text");
    }
    return RowReader.plain(value).strip();
  }

  /// `A) text` and so on, a line each.
  String lines() {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < options.size(); i++) {
      lines.append(i == 0 ? "" : "\n").append(letter(i)).append(") ");
      lines.append(options.get(i).text());
    }
    return lines.toString();
  }

  /// The letter of the right option.
  ///
  /// @param answer its label or whole text, or its number
  /// @param firstIndex the number of the first option in the file; null if answers are no numbers
  String letter(String answer, @Nullable Integer firstIndex) throws Unusable {
    if (firstIndex != null) {
      return letter(numbered(answer, firstIndex));
    }
    List<Integer> right = matching(answer, true);
    if (right.isEmpty()) {
      right = matching(answer, false);
    }
    if (right.size() != 1) {
      throw new Unusable(
          "its answer names %d of its %d options".formatted(right.size(), options.size()));
    }
    return letter(right.getFirst());
  }

  private int numbered(String answer, int firstIndex) throws Unusable {
    boolean number = answer.length() < 10 && answer.matches("\\d+");
    int place = number ? numbers.indexOf(Integer.parseInt(answer) - firstIndex) : -1;
    if (place < 0) {
      throw new Unusable("its answer is no number of an option");
    }
    return place;
  }

  private List<Integer> matching(String answer, boolean labels) {
    return Stream.iterate(0, i -> i + 1)
        .limit(options.size())
        .filter(i -> answer.equals(labels ? options.get(i).label() : options.get(i).text()))
        .toList();
  }

  private static String letter(int place) {
    return String.valueOf((char) ('A' + place));
  }
}

package ponder.data;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import ponder.core.Nearest;
import tools.jackson.databind.JsonNode;

/// Where a field of a row comes from: a column, or several for options, and what is done to it.
///
/// Written `NAME`, `NAME.INNER.0` (into objects and lists; a column whose whole name is so written
/// comes first), `NAME|NAME|NAME` (options in columns of their own, or texts to be joined), each
/// with rules behind it: `NAME~RULE~RULE`.
///
/// @param paths at least one
/// @param rules in the order of doing
/// @param text as it was written
record Column(List<String> paths, List<Rule> rules, String text) {
  private static final Pattern PART = Pattern.compile("~(?=[a-z-]+(?::|~|$))");
  private static final List<String> RULES =
      List.of(
          "after:TEXT", "before:TEXT", "drop:FROM...TO", "index:0", "index:1", "yes-no", "shuffle");

  Column {
    paths = List.copyOf(paths);
    rules = List.copyOf(rules);
  }

  /// What is done to a column's value.
  sealed interface Rule {
    /// Keeps what follows the last `marker`: `after:####`.
    record After(String marker) implements Rule {}

    /// Keeps what stands before the last `marker`: `before:####`.
    record Before(String marker) implements Rule {}

    /// Takes away each piece that begins with `from` and ends with the next `to`: `drop:<<...>>`.
    record Drop(String from, String to) implements Rule {}

    /// The answer is the number of the right option, counted from `first`: `index:0`.
    record Index(int first) implements Rule {}

    /// `true` and `1` become yes, `false` and `0` no: `yes-no`.
    record YesNo() implements Rule {}

    /// Options are shown in an order drawn from the row's id: `shuffle`.
    record Shuffle() implements Rule {}
  }

  /// Reads what a user wrote.
  ///
  /// @throws IllegalArgumentException if it is no column; the message lists the rules
  static Column parse(String text) {
    String[] parts = PART.split(text, -1);
    List<String> paths = List.of(parts[0].split("\\|", -1));
    if (paths.stream().anyMatch(String::isBlank)) {
      throw new IllegalArgumentException("column (%s) has no name.".formatted(text));
    }
    List<Rule> rules = new ArrayList<>();
    for (int i = 1; i < parts.length; i++) {
      rules.add(rule(parts[i]));
    }
    return new Column(paths, rules, text);
  }

  private static Rule rule(String text) {
    if (text.startsWith("after:") && text.length() > "after:".length()) {
      return new Rule.After(text.substring("after:".length()));
    }
    if (text.startsWith("before:") && text.length() > "before:".length()) {
      return new Rule.Before(text.substring("before:".length()));
    }
    if (text.startsWith("drop:")) {
      return drop(text);
    }
    return switch (text) {
      case "index:0" -> new Rule.Index(0);
      case "index:1" -> new Rule.Index(1);
      case "yes-no" -> new Rule.YesNo();
      case "shuffle" -> new Rule.Shuffle();
      default ->
          throw new IllegalArgumentException(
              "rule (%s) of a column is unknown.%s".formatted(text, Nearest.maybe(text, RULES)));
    };
  }

  private static Rule drop(String text) {
    String[] ends = text.substring("drop:".length()).split("\\.\\.\\.", -1);
    if (ends.length != 2 || ends[0].isEmpty() || ends[1].isEmpty()) {
      throw new IllegalArgumentException(
          "rule (%s) of a column must be of the form drop:FROM...TO. Maybe drop:<<...>> was meant."
              .formatted(text));
    }
    return new Rule.Drop(ends[0], ends[1]);
  }

  /// Whether options are shuffled.
  boolean shuffles() {
    return rules.stream().anyMatch(Rule.Shuffle.class::isInstance);
  }

  /// The number of the first option if the answer is a number; null if it is not.
  @Nullable Integer firstIndex() {
    return rules.stream()
        .filter(Rule.Index.class::isInstance)
        .map(rule -> ((Rule.Index) rule).first())
        .findFirst()
        .orElse(null);
  }

  /// The value at `path`, a whole name or steps with dots between.
  static JsonNode at(JsonNode row, String path) {
    JsonNode whole = row.path(path);
    if (!whole.isMissingNode()) {
      return whole;
    }
    JsonNode inner = row;
    for (String step : path.split("\\.", -1)) {
      inner = inner.isArray() ? element(inner, step) : inner.path(step);
    }
    return inner;
  }

  private static JsonNode element(JsonNode list, String step) {
    boolean number = step.length() < 10 && step.matches("\\d+");
    return number ? list.path(Integer.parseInt(step)) : list.path(step);
  }

  /// `value` after the rules for texts.
  ///
  /// @throws Unusable if a marker is not in it, or it is neither yes nor no
  String apply(String value) throws Unusable {
    String text = value;
    for (Rule rule : rules) {
      text =
          switch (rule) {
            case Rule.After after ->
                text.substring(last(text, after.marker()) + after.marker().length());
            case Rule.Before before -> text.substring(0, last(text, before.marker()));
            case Rule.Drop drop -> without(text, drop);
            case Rule.YesNo _ -> yesNo(text);
            case Rule.Index _, Rule.Shuffle _ -> text;
          };
    }
    return text;
  }

  private static String without(String text, Rule.Drop drop) {
    StringBuilder kept = new StringBuilder();
    int at = 0;
    for (int from = text.indexOf(drop.from()); from >= 0; from = text.indexOf(drop.from(), at)) {
      int to = text.indexOf(drop.to(), from + drop.from().length());
      if (to < 0) {
        break;
      }
      kept.append(text, at, from);
      at = to + drop.to().length();
    }
    return kept.append(text, at, text.length()).toString();
  }

  private static int last(String text, String marker) throws Unusable {
    int at = text.lastIndexOf(marker);
    if (at < 0) {
      throw new Unusable("there is no '%s' in it".formatted(marker));
    }
    return at;
  }

  private static String yesNo(String text) throws Unusable {
    return switch (text.strip().toLowerCase(java.util.Locale.ROOT)) {
      case "true", "1", "yes" -> "yes";
      case "false", "0", "no" -> "no";
      default -> throw new Unusable("it is neither true nor false");
    };
  }

  /// What to say when no column of that name is there.
  static String absent(String path, Collection<String> known) {
    Optional<String> near = Nearest.to(path, known);
    return "there is no column '%s', but %s%s"
        .formatted(
            path,
            known.isEmpty() ? "none at all" : String.join(", ", known),
            near.map(name -> "; '%s' may be meant".formatted(name)).orElse(""));
  }

  /// Why a row cannot be used; never leaves the package.
  static final class Unusable extends Exception {
    private static final long serialVersionUID = 1;

    private final Entries.Kind kind;

    Unusable(String why) {
      this(why, Entries.Kind.BROKEN);
    }

    Unusable(String why, Entries.Kind kind) {
      super(why, null, false, false);
      this.kind = kind;
    }

    Entries.Kind kind() {
      return kind;
    }

    String why() {
      return String.valueOf(getMessage());
    }
  }
}

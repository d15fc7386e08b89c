package ponder.data;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import ponder.core.Nearest;

/// Which columns of a file are a row's id, question, answer, solution and options.
///
/// Written `question=prompt,answer=target`. Where nothing is said, `question` and `answer` are the
/// columns of these names and must be there; `id` and `solution` are taken from columns of these
/// names if there are any, and so are options from a column `choices` if they have labels and the
/// answer is one of these. A column that is named must be there in each row, though a `solution`
/// may be empty.
///
/// A column can be a path into objects and lists (`extra.answer`, `answers.0`), and rules may
/// follow it:
/// - `answer=answer~after:####,solution=answer~before:####`: what stands after or before the last
///   such text, for sets whose answers are solutions with the result at their end;
/// - `solution=answer~drop:<<...>>`: without the pieces between these, such as a calculator's
///   marks;
/// - `question=Body|Question`: several columns, with a space between;
/// - `answer=label~yes-no`: true and false, 1 and 0 become yes and no;
/// - `options=choices`: the question is a choice. The options are a list of texts, a list of pairs
///   `[label, text]`, an object of a list `label` and a list `text`, or an object of texts; they
///   are written below the question as lines `A) text`. The answer is then the letter of the option
///   that the answer column names by its label or by its whole text, or by its number
///   (`answer=answer~index:0`, counted from 0 or 1);
/// - `options=Right|Wrong 1|Wrong 2~shuffle`: options in columns of their own, shown in an order
///   that depends on the row's id alone.
public final class Columns {
  /// The usual names, all of Ponder's own data files have them.
  public static final Columns USUAL = new Columns(Map.of());

  private static final Pattern ONE = Pattern.compile("\\s*([A-Za-z-]+)\\s*=(.*)", Pattern.DOTALL);

  /// A comma ends a column only where another one begins: texts of rules may hold commas.
  private static final Pattern COMMA = Pattern.compile(",(?=\\s*[A-Za-z-]+\\s*=)");

  private final Map<Field, Column> named;

  private Columns(Map<Field, Column> named) {
    this.named = named;
  }

  /// What a row has.
  enum Field {
    ID,
    QUESTION,
    ANSWER,
    SOLUTION,
    OPTIONS;

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    Column usual() {
      return Column.parse(text());
    }
  }

  /// Reads mappings as `--column` takes them, each one or several with commas between.
  ///
  /// @throws IllegalArgumentException if one is none, or a field is named twice
  public static Columns parse(List<String> texts) {
    Map<Field, Column> named = new EnumMap<>(Field.class);
    for (String text : texts) {
      for (String part : COMMA.split(text)) {
        Matcher one = ONE.matcher(part);
        if (!one.matches()) {
          throw new IllegalArgumentException(
              "column (%s) must be of the form question=NAME,answer=NAME.".formatted(part));
        }
        Field field = field(one.group(1));
        if (named.put(field, column(field, one.group(2).strip())) != null) {
          throw new IllegalArgumentException(
              "column (%s) is named twice for %s.".formatted(part, field.text()));
        }
      }
    }
    return new Columns(named);
  }

  private static Field field(String name) {
    List<String> known = List.of(Field.values()).stream().map(Field::text).toList();
    return List.of(Field.values()).stream()
        .filter(field -> field.text().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "column (%s=) is no field of a row.%s"
                        .formatted(name, Nearest.maybe(name, known))));
  }

  private static Column column(Field field, String text) {
    Column column = Column.parse(text);
    boolean options = field == Field.OPTIONS;
    if (!options && column.shuffles()) {
      throw new IllegalArgumentException(
          "column (%s=%s) cannot be shuffled. Maybe options= was meant."
              .formatted(field.text(), text));
    }
    return column;
  }

  /// These, and where nothing is said here, `others`.
  public Columns over(Columns others) {
    Map<Field, Column> both = new EnumMap<>(Field.class);
    both.putAll(others.named);
    both.putAll(named);
    return new Columns(both);
  }

  /// The column that was named for `field`.
  Optional<Column> named(Field field) {
    return Optional.ofNullable(named.get(field));
  }

  /// The top-level columns that become a field; the others are extra.
  List<String> taken() {
    List<String> taken = new ArrayList<>();
    for (Field field : Field.values()) {
      Column column = named.getOrDefault(field, field.usual());
      if (field != Field.OPTIONS || named.containsKey(field)) {
        taken.addAll(column.paths());
      }
    }
    return taken;
  }

  /// As [#parse] reads it, fields in fixed order; empty if nothing was named. Equal texts read
  /// equal.
  @Override
  public String toString() {
    return named.entrySet().stream()
        .map(entry -> entry.getKey().text() + "=" + entry.getValue().text())
        .collect(Collectors.joining(","));
  }
}

package ponder.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import ponder.grade.Extracted;
import ponder.grade.Reason;
import ponder.grade.Verdict;

/// Prints verdicts as they come, a line each, and counts them.
final class GradeReport {
  private static final String COLUMNS = "%-10s  %-9s  %-11s  %s%n";
  private static final int CELL = 40;

  private final Shell shell;
  private final boolean json;
  private final boolean extracting;
  private final Map<String, Long> counts = new LinkedHashMap<>();
  private long broken;

  GradeReport(Shell shell, boolean json, boolean extracting) {
    this.shell = shell;
    this.json = json;
    this.extracting = extracting;
    for (String verdict : List.of("correct", "wrong", "undecided")) {
      counts.put(verdict, 0L);
    }
  }

  /// Prints the table's headings, if it is one.
  void begin() {
    if (!json) {
      shell.out().printf(COLUMNS, "ID", "VERDICT", "REASON", "ANSWER ~ REFERENCE");
    }
  }

  /// What came of one line.
  sealed interface Row {
    long line();
  }

  /// A line that was graded.
  ///
  /// @param extracted what was found in the text; null if nothing was, or nothing was looked for
  record Graded(long line, GradePair pair, @Nullable Extracted extracted, Verdict verdict)
      implements Row {}

  /// A line that could not be read.
  record Broken(long line, String problem) implements Row {}

  /// Prints some lines' rows.
  void print(List<Row> rows, String source) {
    var text = new StringBuilder();
    for (Row row : rows) {
      switch (row) {
        case Graded graded -> text.append(json ? object(graded) : line(graded));
        case Broken bad -> {
          broken++;
          shell.note("ponder: %s, line %d: %s.".formatted(source, bad.line(), bad.problem()));
        }
      }
    }
    shell.out().print(text);
    shell.out().flush();
  }

  private String object(Graded row) {
    Map<String, Object> object = new LinkedHashMap<>();
    if (row.pair().id() != null) {
      object.put("id", row.pair().id());
    }
    object.put("verdict", count(row.verdict()));
    object.put("reason", name(row.verdict().reason()));
    object.put("path", row.verdict().path());
    if (extracting) {
      Extracted extracted = row.extracted();
      object.put("extracted", extracted == null ? null : extracted.raw());
      object.put("source", extracted == null ? null : lower(extracted.source()));
    }
    return Json.text(object) + "\n";
  }

  private String line(Graded row) {
    String id = row.pair().id() == null ? row.line() + "" : row.pair().id().asString();
    Extracted extracted = row.extracted();
    String answer = !extracting ? row.pair().answer() : extracted == null ? "" : extracted.raw();
    return COLUMNS.formatted(
        cell(id, 10),
        count(row.verdict()),
        name(row.verdict().reason()),
        cell(answer, CELL) + " ~ " + cell(String.join(" | ", row.pair().references()), CELL));
  }

  private String count(Verdict verdict) {
    String name = name(verdict);
    counts.merge(name, 1L, Long::sum);
    return name;
  }

  /// The verdict's name in JSON.
  static String name(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Correct _ -> "correct";
      case Verdict.Wrong _ -> "wrong";
      case Verdict.Undecided _ -> "undecided";
    };
  }

  private static String name(Reason reason) {
    return lower(reason);
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String cell(String text, int width) {
    String line = text.replaceAll("\\s+", " ").strip();
    return line.codePointCount(0, line.length()) <= width
        ? line
        : line.substring(0, line.offsetByCodePoints(0, width - 1)) + "…";
  }

  /// How many lines could not be read.
  long broken() {
    return broken;
  }

  /// `3 correct, 1 wrong, 0 undecided of 4`, and what was broken.
  String summary() {
    long all = counts.values().stream().mapToLong(Long::longValue).sum();
    var parts = counts.entrySet().stream().map(e -> e.getValue() + " " + e.getKey()).toList();
    String share =
        all == 0
            ? ""
            : String.format(
                Locale.ROOT,
                " (%.1f %% correct)",
                100.0 * counts.getOrDefault("correct", 0L) / all);
    return String.join(", ", parts)
        + " of "
        + all
        + share
        + (broken == 0 ? "" : "; %d lines could not be read".formatted(broken));
  }
}

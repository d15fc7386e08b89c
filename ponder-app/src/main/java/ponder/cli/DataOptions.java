package ponder.cli;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import ponder.core.Grading;
import ponder.data.Columns;
import ponder.data.DataQuery;
import ponder.data.DataSet;
import ponder.data.DataSets;
import ponder.data.Selection;

/// Which rows of which data set a command works on.
final class DataOptions {
  private static final int SHOWN = 5;

  /// A word at least, without signs of formulas; yes and no are mathematics' business too.
  private static final Pattern WORDS =
      Pattern.compile("(?i)(?!(?:yes|no|true|false)$)(?=.*\\p{L}{3})[^\\\\=$^_{}()\\[\\]]+");

  @Option(
      names = "--dataset",
      paramLabel = "NAME|FILE",
      description =
          "A named data set (see 'ponder data list'), or a file of JSON lines, JSON, CSV or"
              + " Parquet, also packed (.gz).")
  @Nullable String dataset;

  @Option(
      names = "--split",
      paramLabel = "NAME",
      description = "Which part of a named data set (default: its usual one).")
  @Nullable String split;

  @Option(
      names = "--column",
      paramLabel = "FIELD=COLUMN",
      description = {
        "Where a row's id, question, answer, solution or options come from, such as"
            + " question=prompt,answer=target (default: the columns of these names).",
        "Paths (extra.answer) and rules (answer=answer~after:####) may be used; see 'ponder data"
            + " info --help'."
      })
  List<String> columns = List.of();

  @Option(
      names = "--offset",
      paramLabel = "COUNT",
      defaultValue = "0",
      description = "Rows to leave out at the beginning (default: ${DEFAULT-VALUE}).")
  long offset;

  @Option(
      names = "--limit",
      paramLabel = "COUNT",
      description = "Most rows after these (default: all).")
  @Nullable Long limit;

  @Option(
      names = "--sample",
      paramLabel = "COUNT[@SEED]",
      description =
          "Draw so many of these rows by chance, in the file's order; a larger sample holds the"
              + " smaller ones (default: all rows; seed 0).")
  @Nullable String sample;

  @Option(
      names = "--skip-bad",
      description = "Leave out rows that cannot be used instead of refusing them (default: off).")
  boolean skipBad;

  @Option(
      names = "--grading",
      paramLabel = "math|short|choice",
      description = {
        "How answers are found, compared and voted on: as mathematics, as a few words (exact match,"
            + " with F1 beside it), or as one of the options in the question (default: the rows'"
            + " field grading, else what is known of a named data set, else choice if every question"
            + " lists options and every answer is a letter, else math)."
      })
  @Nullable String grading;

  /// What was asked for.
  ///
  /// @throws IllegalArgumentException if an option is no such thing
  DataQuery query() {
    if (dataset == null) {
      throw new IllegalArgumentException(
          "A data set is missing. Maybe add --dataset with a name or a file.");
    }
    Selection selection =
        new Selection(
            offset,
            limit == null ? Selection.ALL : limit,
            sample == null ? null : Selection.Sample.parse(sample));
    return new DataQuery(dataset, split, Columns.parse(columns), selection, skipBad);
  }

  /// Reads the rows and tells which were skipped.
  ///
  /// @throws IllegalArgumentException if an option is no such thing
  /// @throws ponder.model.EngineException if the data set cannot be had or used
  DataSet open(Shell shell) {
    String kind = grading;
    if (kind != null) {
      Grading.named(kind, "");
    }
    DataSet found = new DataSets(shell.home(), shell.environment()).open(query());
    DataSet data = kind == null ? found : found.withGrading(kind);
    tellSkipped(data.skipped(), shell);
    if (kind == null) {
      tellOfWords(data, shell);
    }
    return data;
  }

  /// The same, where as many rows as were asked for must be there.
  ///
  /// @throws IllegalArgumentException also if `--limit` or `--sample` asks for more rows than are
  ///   left
  DataSet openWhole(Shell shell) {
    DataSet data = open(shell);
    long found = data.rows().size() + (long) data.skipped().size();
    if (sample == null && limit != null && limit > found) {
      throw new IllegalArgumentException(
          "--limit (%d) is more than the %d rows that %s has from number %d on. Maybe leave --limit out."
              .formatted(limit, found, data.name(), offset));
    }
    Selection.Sample drawn = data.selection().sample();
    if (drawn != null && drawn.count() > data.rows().size()) {
      throw new IllegalArgumentException(
          "--sample (%s) is more than the %d rows to draw from. Maybe leave --sample out."
              .formatted(sample, data.rows().size()));
    }
    return data;
  }

  /// Nobody shall take mathematics for the right measure of names by oversight.
  private static void tellOfWords(DataSet data, Shell shell) {
    long ofWords =
        data.rows().stream().filter(row -> WORDS.matcher(row.answer()).matches()).count();
    if (data.grading().equals(Grading.MATH.key()) && 2 * ofWords > data.rows().size()) {
      shell.note(
          "note: most answers of %s are words, and are compared as mathematics. Maybe add --grading short."
              .formatted(data.name()));
    }
  }

  static void tellSkipped(List<DataSet.Skipped> skipped, Shell shell) {
    if (skipped.isEmpty()) {
      return;
    }
    shell.note("note: %d rows cannot be used and are skipped:".formatted(skipped.size()));
    skipped.stream()
        .limit(SHOWN)
        .forEach(row -> shell.note("  %s: %s".formatted(row.where(), row.why())));
    if (skipped.size() > SHOWN) {
      shell.note(
          "  and %d more; 'ponder data check' shows them all".formatted(skipped.size() - SHOWN));
    }
  }
}

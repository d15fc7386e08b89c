package ponder.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import ponder.data.Columns;
import ponder.data.DataQuery;
import ponder.data.DataSet;
import ponder.data.DataSets;
import ponder.data.Selection;
import ponder.data.WorkedExamples;

/// Worked examples from a data set, for methods that show some before the question.
final class ShotOptions {
  private static final String USUAL_COUNT = "8";

  @Option(
      names = "--shots",
      paramLabel = "NAME|FILE",
      description =
          "Show rows of this data set as worked examples, the first 8 that have a solution (--set"
              + " k=COUNT for others); of a named set the split that is made for it, or NAME:SPLIT."
              + " Examples that are also asked are refused (default: the method's own).")
  @Nullable String shots;

  @Option(
      names = "--shot-column",
      paramLabel = "FIELD=COLUMN",
      description = "Where their fields come from, as --column (default: by the usual names).")
  List<String> columns = List.of();

  /// The method's settings with these examples in them.
  ///
  /// @param settings as the user set them
  /// @param evaluated what will be asked
  /// @throws IllegalArgumentException if the setting `shots` is there too, or `k` is no number
  /// @throws ponder.model.EngineException if the examples cannot be had, or are asked too
  Map<String, String> in(Map<String, String> settings, DataSet evaluated, Shell shell) {
    DataSets sets = new DataSets(shell.home(), shell.environment());
    if (shots == null) {
      guard(settings, evaluated, sets);
      return settings;
    }
    if (settings.containsKey("shots")) {
      throw new IllegalArgumentException(
          "--shots (%s) and the setting shots (%s) cannot both be given."
              .formatted(shots, settings.get("shots")));
    }
    String split = sets.catalogue().find(shots).map(entry -> entry.shots()).orElse(null);
    DataQuery query =
        new DataQuery(shots, split, Columns.parse(columns), Selection.EVERYTHING, false);
    WorkedExamples examples =
        WorkedExamples.of(sets.open(query), count(settings.getOrDefault("k", USUAL_COUNT)));
    examples.apartFrom(evaluated);
    Path file = examples.write(shell.home());
    Map<String, String> with = new LinkedHashMap<>(settings);
    with.put("shots", file.toString());
    return with;
  }

  /// A file that the setting names is guarded too.
  private static void guard(Map<String, String> settings, DataSet evaluated, DataSets sets) {
    String file = settings.getOrDefault("shots", "none");
    if (!file.equals("none") && !file.equals("built-in") && Files.isRegularFile(Path.of(file))) {
      String count = settings.getOrDefault("k", "all");
      long shown = count.matches("\\d{1,9}") ? Long.parseLong(count) : Long.MAX_VALUE;
      WorkedExamples.refuseAsked(sets, Path.of(file), shown, evaluated);
    }
  }

  private static int count(String text) {
    if (!text.matches("[1-9]\\d{0,3}")) {
      throw new IllegalArgumentException(
          "k (%s) must be a number from 1 to 9999 with --shots.".formatted(text));
    }
    return Integer.parseInt(text);
  }
}

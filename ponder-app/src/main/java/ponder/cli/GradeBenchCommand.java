package ponder.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import ponder.cli.BenchCommand.OfEngine.Measure;
import ponder.grade.AnyOf;
import ponder.grade.Extracted;
import ponder.grade.Extractor;
import ponder.grade.Profile;
import ponder.grade.Verdict;
import ponder.model.EngineException;

/// `ponder bench grade`: how many pairs one thread grades in a second.
@Command(
    name = "grade",
    sortOptions = false,
    description = {
      "Measures grading: pairs per second on one thread, once the code is warm. Nothing else should"
          + " run beside it.",
      "",
      "A round goes over the file as often as it can in its time; rounds are reported one by one."
    })
final class GradeBenchCommand implements Callable<Integer> {
  private final Shell shell;

  @Parameters(paramLabel = "FILE", description = "JSON lines as for 'ponder grade'.")
  @Nullable Path file;

  @Option(
      names = "--profile",
      paramLabel = "standard|strict",
      defaultValue = "standard",
      description = "As for 'ponder grade' (default: ${DEFAULT-VALUE}).")
  String profile = "standard";

  @Option(
      names = "--extract",
      description =
          "Also read each answer out of its text, inside the measured time (default: off).")
  boolean extract;

  @Option(
      names = "--rounds",
      paramLabel = "COUNT",
      defaultValue = "5",
      description = "How often it is measured (default: ${DEFAULT-VALUE}).")
  int rounds = 5;

  @Option(
      names = "--seconds",
      paramLabel = "SECONDS",
      defaultValue = "1",
      description =
          "Shortest time of a round, and of the warming before the first one"
              + " (default: ${DEFAULT-VALUE}).")
  double seconds = 1;

  @Option(
      names = "--json",
      description = "Print one JSON object on standard output (default: off).")
  boolean json;

  GradeBenchCommand(Shell shell) {
    this.shell = shell;
  }

  /// The command's JSON.
  ///
  /// @param verdicts how often each came out, over the file once
  record Result(
      String file,
      int pairs,
      Map<String, Object> settings,
      Map<String, Integer> verdicts,
      List<Measure> measures) {}

  @Override
  public Integer call() {
    if (rounds < 1 || !(seconds > 0 && seconds <= 3600)) {
      throw new IllegalArgumentException(
          "--rounds (%d) must be at least 1 and --seconds (%s) above 0 and at most 3600."
              .formatted(rounds, seconds));
    }
    List<GradePair> pairs = pairs(Objects.requireNonNull(file));
    Profile chosen = GradeCommand.profile(profile);
    var extractor = extract ? new Extractor() : null;
    Map<String, Integer> verdicts = verdicts(pairs, chosen, extractor);
    round(pairs, chosen, extractor);
    List<Double> rates = new ArrayList<>();
    for (int i = 0; i < rounds && !shell.cancellation().isCancelled(); i++) {
      rates.add(round(pairs, chosen, extractor));
    }
    if (shell.cancellation().isCancelled()) {
      shell.note("ponder: interrupted.");
      return Ponder.INTERRUPTED;
    }
    print(
        new Result(
            file.toString(),
            pairs.size(),
            settings(),
            verdicts,
            List.of(Measure.of("grading, one thread", "pairs/s", rates))));
    return Ponder.DONE;
  }

  private List<GradePair> pairs(Path path) {
    List<GradePair> pairs = new ArrayList<>();
    try (InputStream in = Files.newInputStream(path)) {
      var lines = new Lines(in);
      for (Lines.Line line = lines.next(); line != null; line = lines.next()) {
        if (line.text() == null || !line.text().isBlank()) {
          pairs.add(pair(line, path));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (pairs.isEmpty()) {
      throw new EngineException("%s holds no pair.".formatted(path));
    }
    return pairs;
  }

  private static GradePair pair(Lines.Line line, Path path) {
    String text = line.text();
    try {
      if (text != null) {
        return GradePair.parse(text);
      }
    } catch (IllegalArgumentException e) {
      throw new EngineException(
          "%s, line %d: %s.".formatted(path, line.number(), e.getMessage()), e);
    }
    throw new EngineException("%s, line %d: %s.".formatted(path, line.number(), line.problem()));
  }

  private static Verdict grade(GradePair pair, Profile chosen, @Nullable Extractor extractor) {
    String answer =
        extractor == null
            ? pair.answer()
            : extractor.extract(pair.answer(), chosen).map(Extracted::raw).orElse("");
    return AnyOf.grade(answer, pair.references(), chosen);
  }

  private static Map<String, Integer> verdicts(
      List<GradePair> pairs, Profile chosen, @Nullable Extractor extractor) {
    Map<String, Integer> verdicts = new LinkedHashMap<>();
    for (String name : List.of("correct", "wrong", "undecided")) {
      verdicts.put(name, 0);
    }
    for (GradePair pair : pairs) {
      verdicts.merge(GradeReport.name(grade(pair, chosen, extractor)), 1, Integer::sum);
    }
    return verdicts;
  }

  /// Whole passes over the pairs until the time is over; returns pairs a second.
  private double round(List<GradePair> pairs, Profile chosen, @Nullable Extractor extractor) {
    long start = System.nanoTime();
    long graded = 0;
    long steps = 0; // what verdicts say is added up, so that no work can be left out
    double elapsed;
    do {
      for (GradePair pair : pairs) {
        steps += grade(pair, chosen, extractor).steps();
      }
      graded += pairs.size();
      elapsed = (System.nanoTime() - start) / 1e9;
    } while (elapsed < seconds && !shell.cancellation().isCancelled());
    if (steps < 0) {
      throw new IllegalStateException("steps (%d) must not be negative.".formatted(steps));
    }
    return graded / elapsed;
  }

  private Map<String, Object> settings() {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("profile", profile);
    settings.put("extract", extract);
    settings.put("rounds", rounds);
    settings.put("seconds", seconds);
    settings.put("java", Runtime.version().toString());
    settings.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    return settings;
  }

  private void print(Result result) {
    if (json) {
      Json.print(result, shell);
      return;
    }
    Measure rate = result.measures().getFirst();
    Table table = new Table("MEASURE", "MIN", "MEDIAN", "MAX", "UNIT");
    table.row(rate.name(), shown(rate.min()), shown(rate.median()), shown(rate.max()), rate.unit());
    table.print(shell);
    shell.out().println();
    shell
        .out()
        .println(
            "%d pairs: %s"
                .formatted(result.pairs(), result.verdicts().toString().replaceAll("[{}]", "")));
    shell.out().println(result.settings().toString().replaceAll("[{}]", ""));
    shell.out().flush();
  }

  private static String shown(double value) {
    return String.format(Locale.ROOT, "%.0f", value);
  }
}

package ponder.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import ponder.compare.Axis;
import ponder.compare.Compare;
import ponder.compare.CompareTask;
import ponder.compare.Comparison;
import ponder.compare.ComparisonFolder;
import ponder.core.Limits;
import ponder.core.Spend;
import ponder.data.DataQuery;
import ponder.data.DataSet;
import ponder.data.DataSets;
import ponder.data.Selection;
import ponder.eval.EvalFolder;
import ponder.eval.Replay;
import ponder.model.LanguageModel;
import ponder.report.StudyReport;
import ponder.stats.Interval;
import ponder.store.Durable;
import ponder.store.Journal;
import ponder.study.Pattern;
import ponder.study.PatternLabels;
import ponder.study.Study;
import ponder.study.StudyJson;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// `ponder bench study`: methods on several data sets at one budget, in one folder.
///
/// Nothing but `ponder eval` for each method and data set and a comparison for each data set, so
/// all that holds for these holds here: what is done is found again.
@Command(
    name = "study",
    sortOptions = false,
    description = {
      "Compares methods on several data sets at the same budget a problem: maths, short answers and"
          + " choices by default. Each data set gets a folder with an evaluation for each method and"
          + " their comparison; one table and one page show all. The same command again goes on"
          + " where it was.",
      "",
      "With --patterns a model also says which of six patterns of reasoning each trace shows. The"
          + " labels are as good as that model."
    },
    footer = {
      "",
      "Example:",
      "  ponder bench study --limit 100 --out runs/study --patterns --judge hf:OWNER/NAME/FILE"
    })
final class StudyCommand implements Callable<Integer> {
  private static final List<String> METHODS =
      List.of("cot", "best-of-n", "step-best-of-n", "self-refine", "agent");
  private static final List<String> DATASETS = List.of("math500", "hotpotqa", "commonsenseqa");
  private static final String LABELS = "patterns";

  /// Options that are no options of `ponder eval`, or are given to it in another way.
  private static final Set<String> OWN =
      Set.of(
          "--dataset",
          "--method",
          "--budget",
          "--short",
          "--patterns",
          "--judge",
          "--out",
          "--json",
          "--debug");

  private final Shell shell;

  @Spec @Nullable CommandSpec spec;

  @Option(
      names = "--dataset",
      paramLabel = "NAME|FILE",
      description =
          "As for 'ponder eval'; to be repeated (default: math500, hotpotqa, commonsenseqa).")
  List<String> datasets = DATASETS;

  @Option(
      names = "--method",
      paramLabel = "METHOD",
      description =
          "A method, with settings and options of 'ponder eval' behind its name: \"best-of-n n=8"
              + " verifier=judge\"; to be repeated (default: cot, best-of-n, step-best-of-n,"
              + " self-refine, agent).")
  List<String> methods = METHODS;

  @Option(
      names = "--budget",
      paramLabel = "LIMITS",
      defaultValue = "4096tok",
      description = "What each problem may cost, for every method (default: ${DEFAULT-VALUE}).")
  String budget = "";

  @Option(
      names = "--short",
      paramLabel = "DATASET",
      description =
          "One of the data sets whose answers are words, as --grading short of 'ponder eval'; to be"
              + " repeated (default: those that are known to have such answers).")
  @Nullable List<String> shortAnswers;

  @Option(
      names = "--offset",
      paramLabel = "COUNT",
      description = "Rows of each data set to leave out at the beginning (default: none).")
  @Nullable Long offset;

  @Option(
      names = "--limit",
      paramLabel = "COUNT",
      description = "Most rows of each data set (default: all).")
  @Nullable Long limit;

  @Option(
      names = "--sample",
      paramLabel = "COUNT[@SEED]",
      description = "Draw so many of these rows by chance (default: all).")
  @Nullable String sample;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      description = "Root of all evaluations' randomness (default: 0).")
  @Nullable Long seed;

  @Option(
      names = "--patterns",
      description = "Label the patterns of reasoning in every trace (default: off).")
  boolean patterns;

  @Option(
      names = "--judge",
      paramLabel = "NAME|PATH|hf:...",
      description = "The model that labels patterns (default: the one that answers).")
  @Nullable String judge;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      required = true,
      description = "Where all goes; a new folder, or one to go on with.")
  @Nullable Path out;

  @Mixin final ModelOptions model = new ModelOptions();

  @Option(
      names = "--json",
      description = "Print one JSON object on standard output (default: off).")
  boolean json;

  StudyCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    Limits.parse(budget);
    if (judge != null && !patterns) {
      throw new IllegalArgumentException(
          "--judge (%s) labels patterns, which were not asked for. Maybe add --patterns."
              .formatted(judge));
    }
    Path folder = Objects.requireNonNull(out);
    Map<String, CompareRuns> runs = runs(folder);
    require(folder, runs.keySet());
    runs.values().forEach(CompareRuns::require);
    Map<String, Comparison> comparisons = new LinkedHashMap<>();
    for (Map.Entry<String, CompareRuns> one : runs.entrySet()) {
      shell.note("data set %s".formatted(one.getKey()));
      int code = one.getValue().run(shell);
      if (code != Ponder.DONE) {
        return code;
      }
      comparisons.put(one.getKey(), compared(one.getValue(), folder.resolve(one.getKey())));
    }
    Map<String, List<@Nullable PatternLabels>> labels = new LinkedHashMap<>();
    if (patterns && !label(comparisons, folder.resolve(LABELS), labels)) {
      shell.note("ponder: interrupted. Run the same command again to go on.");
      return Ponder.INTERRUPTED;
    }
    report(study(comparisons, labels), folder);
    return Ponder.DONE;
  }

  /// The evaluations by the folder of their data set.
  private Map<String, CompareRuns> runs(Path folder) {
    List<String> shared =
        CompareRuns.shared(
            Objects.requireNonNull(spec).commandLine().getParseResult().matchedOptions(),
            it -> !OWN.contains(it));
    List<String> ofWords = ofWords();
    Map<String, CompareRuns> runs = new LinkedHashMap<>();
    for (String dataset : datasets) {
      List<String> all = new ArrayList<>(List.of("--dataset", dataset, "--budget", budget));
      if (ofWords.contains(dataset)) {
        all.addAll(List.of("--grading", "short"));
      }
      all.addAll(shared);
      String name = name(dataset);
      if (runs.put(name, new CompareRuns(folder.resolve(name), methods, List.of(), all)) != null) {
        throw new IllegalArgumentException(
            "--dataset (%s) is given twice, or another of that name.".formatted(dataset));
      }
    }
    return runs;
  }

  /// A folder's name for a data set: a file's without its ending.
  private static String name(String dataset) {
    Path last = Path.of(dataset).getFileName();
    String file = last == null ? dataset : last.toString();
    return file.replaceFirst("\\.(jsonl?|csv|parquet)(\\.gz)?$", "")
        .replaceAll("[^A-Za-z0-9.=,_-]+", "-");
  }

  private List<String> ofWords() {
    List<String> chosen = shortAnswers == null ? List.of() : shortAnswers;
    for (String dataset : chosen) {
      if (!datasets.contains(dataset)) {
        throw new IllegalArgumentException(
            "--short (%s) is none of the data sets %s.".formatted(dataset, datasets));
      }
    }
    return chosen;
  }

  private static void require(Path folder, Set<String> names) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> entries = Files.list(folder)) {
      List<String> foreign =
          entries
              .map(entry -> String.valueOf(entry.getFileName()))
              .filter(it -> !names.contains(it) && !it.equals(LABELS) && !it.startsWith("study."))
              .sorted()
              .toList();
      if (!foreign.isEmpty()) {
        throw new IllegalArgumentException(
            "--out (%s) holds what is no part of this study: %s. Maybe give a new folder."
                .formatted(folder, foreign));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Comparison compared(CompareRuns runs, Path folder) {
    Comparison comparison =
        Compare.of(
            new CompareTask(
                runs.folders(), "", Axis.TOKENS, Limits.NONE, false, false, null, null));
    new ComparisonFolder(folder).write(comparison, Version.number());
    Reports.write(comparison, folder, shell);
    return comparison;
  }

  /// Labels every run of every data set.
  ///
  /// @return whether it came to its end
  private boolean label(
      Map<String, Comparison> comparisons,
      Path folder,
      Map<String, List<@Nullable PatternLabels>> labels) {
    try (Journal journal = Journal.openOrOff(shell.home().journal(), shell::note);
        LanguageModel asked = judge == null ? model.open(shell) : model.open(judge, shell);
        LanguageModel answering =
            judge != null && anyRedacted(comparisons) ? model.open(shell) : null) {
      for (Map.Entry<String, Comparison> one : comparisons.entrySet()) {
        List<@Nullable PatternLabels> of = new ArrayList<>();
        for (Comparison.Run run : one.getValue().runs()) {
          shell.note("patterns of %s on %s".formatted(run.name(), one.getKey()));
          EvalFolder evaluation = new EvalFolder(run.folder());
          Path file = folder.resolve(one.getKey()).resolve(run.name() + ".jsonl");
          Replay replay = null;
          if (evaluation.plan().redacted()) {
            LanguageModel writer = answering == null ? asked : answering;
            try {
              replay =
                  new Replay(evaluation.plan(), rows(one.getKey(), evaluation), writer, journal);
            } catch (IllegalArgumentException e) {
              of.add(PatternLabels.none("its texts are not kept, and " + e.getMessage()));
              continue;
            }
          }
          PatternLabels found =
              PatternLabels.of(evaluation, replay, asked, journal, file, shell.cancellation());
          if (found == null) {
            return false;
          }
          of.add(found);
        }
        labels.put(one.getKey(), of);
      }
    }
    return true;
  }

  private static boolean anyRedacted(Map<String, Comparison> comparisons) {
    return comparisons.values().stream()
        .flatMap(it -> it.runs().stream())
        .anyMatch(it -> new EvalFolder(it.folder()).plan().redacted());
  }

  /// The rows that an evaluation took.
  private DataSet rows(String name, EvalFolder evaluation) {
    String called = datasets.stream().filter(it -> name(it).equals(name)).findFirst().orElse(name);
    Selection selection =
        new Selection(
            offset == null ? 0 : offset,
            limit == null ? Selection.ALL : limit,
            sample == null ? null : Selection.Sample.parse(sample));
    return new DataSets(shell.home(), shell.environment())
        .open(DataQuery.of(called).withSelection(selection))
        .withGrading(evaluation.plan().grading());
  }

  private static Study study(
      Map<String, Comparison> comparisons, Map<String, List<@Nullable PatternLabels>> labels) {
    List<Study.Part> parts = new ArrayList<>();
    comparisons.forEach(
        (name, comparison) -> {
          List<Study.Words> words = Study.words(comparison);
          List<@Nullable PatternLabels> own = labels.getOrDefault(name, List.of());
          List<Study.Row> rows = new ArrayList<>();
          for (int i = 0; i < comparison.runs().size(); i++) {
            rows.add(
                new Study.Row(
                    words.isEmpty() ? null : words.get(i), own.isEmpty() ? null : own.get(i)));
          }
          parts.add(new Study.Part(name, comparison, rows));
        });
    return new Study(parts);
  }

  private void report(Study study, Path folder) {
    ObjectNode node = StudyJson.write(study, Version.number());
    String text = new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsString(node) + "\n";
    try {
      Durable.write(folder.resolve("study.json"), text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    shell.note("written: " + StudyReport.write(study, folder, Version.number()));
    if (json) {
      Json.print(node, shell);
    } else {
      print(study);
    }
  }

  private void print(Study study) {
    List<String> headings = new ArrayList<>(List.of("METHOD"));
    study
        .parts()
        .forEach(
            it -> headings.add(it.name() + (it.rows().getFirst().words() == null ? "" : " (F1)")));
    headings.add("MEAN");
    Table table = new Table(headings.toArray(String[]::new));
    List<Comparison.Run> runs = study.parts().getFirst().comparison().runs();
    for (int i = 0; i < runs.size(); i++) {
      List<String> cells = new ArrayList<>(List.of(runs.get(i).name()));
      for (Study.Part part : study.parts()) {
        cells.add(shown(Study.worth(part, i)));
      }
      cells.add(String.format(Locale.ROOT, "%.1f %%", 100 * study.mean(i)));
      table.row(cells.toArray(String[]::new));
    }
    table.print(shell);
    study.parts().stream()
        .filter(it -> it.rows().getFirst().patterns() != null)
        .forEach(this::print);
    if (!study.labels().isEmpty()) {
      Spend spend = Study.sum(study.labels(), PatternLabels::spend);
      Spend paid = Study.sum(study.labels(), PatternLabels::paid);
      shell.note(
          "labels: %d calls, %d prompt tokens, %d generated (%d now)"
              .formatted(
                  spend.calls(),
                  spend.promptTokens(),
                  spend.generatedTokens(),
                  paid.generatedTokens()));
    }
    shell.out().flush();
  }

  private void print(Study.Part part) {
    shell.out().println();
    List<PatternLabels> all = new ArrayList<>();
    part.rows().forEach(row -> all.add(Objects.requireNonNull(row.patterns())));
    if (all.stream().allMatch(PatternLabels::none)) {
      shell
          .out()
          .println(
              "Patterns of reasoning on %s: not labelled, %s."
                  .formatted(part.name(), all.getFirst().skipped()));
      return;
    }
    shell.out().println("Patterns of reasoning on " + part.name() + ":");
    List<String> headings = new ArrayList<>(List.of("METHOD", "LABELLED"));
    Stream.of(Pattern.values()).forEach(it -> headings.add(it.words().toUpperCase(Locale.ROOT)));
    Table table = new Table(headings.toArray(String[]::new));
    for (int i = 0; i < part.rows().size(); i++) {
      PatternLabels labels = all.get(i);
      List<String> cells = new ArrayList<>();
      cells.add(part.comparison().runs().get(i).name());
      cells.add("%d of %d".formatted(labels.labelled(), labels.labelled() + labels.faults()));
      for (Pattern pattern : Pattern.values()) {
        Interval share = labels.shares().get(pattern);
        cells.add(share == null ? "" : shown(share));
      }
      table.row(cells.toArray(String[]::new));
    }
    table.print(shell);
    for (int i = 0; i < all.size(); i++) {
      if (!all.get(i).skipped().isEmpty()) {
        shell.note(
            "%s: %s".formatted(part.comparison().runs().get(i).name(), all.get(i).skipped()));
      }
    }
  }

  private static String shown(Interval value) {
    return String.format(
        Locale.ROOT,
        "%.1f %% (%.0f-%.0f)",
        100 * value.mean(),
        100 * value.low(),
        100 * value.high());
  }
}

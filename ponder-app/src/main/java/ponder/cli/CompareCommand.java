package ponder.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import ponder.compare.Axis;
import ponder.compare.Compare;
import ponder.compare.CompareTask;
import ponder.compare.Comparison;
import ponder.compare.ComparisonFolder;
import ponder.compare.ComparisonJson;
import ponder.core.Limits;
import ponder.stats.Price;

/// `ponder compare`: evaluations side by side, at equal cost.
@Command(
    name = "compare",
    sortOptions = false,
    description = {
      "Compares evaluations of the same problems: accuracy with its 95 %% interval, what it cost, the"
          + " paired difference to a baseline, and which runs no other beats in cost and accuracy at"
          + " once. SINGLE is what one sample is worth, ORACLE what a perfect choice among the samples"
          + " would reach.",
      "",
      "Intervals are bootstrap intervals over problems. A difference whose interval contains 0 is"
          + " within noise.",
      "",
      "With --dataset and --method it runs the evaluations first, each into a folder below --out;"
          + " the same command again goes on where it was."
    },
    footer = {
      "",
      "Examples:",
      "  ponder compare runs/greedy runs/vote --at 2048tok",
      "  ponder compare --dataset problems.jsonl --out runs/story --budget 4096tok \\",
      "      --method greedy --method \"self-consistency n=8\" --method \"best-of-n n=8 verifier=judge\""
    })
final class CompareCommand implements Callable<Integer> {
  /// Options that are handed to every evaluation as they are.
  private static final Set<String> OF_RUNS =
      Set.of(
          "--dataset",
          "--split",
          "--column",
          "--offset",
          "--limit",
          "--sample",
          "--skip-bad",
          "--grading",
          "--budget",
          "--seed",
          "--set");

  private final Shell shell;

  @Spec @Nullable CommandSpec spec;

  @Parameters(
      paramLabel = "FOLDER",
      arity = "0..*",
      description = "Folders that 'ponder eval --out' wrote, at least two.")
  List<Path> folders = List.of();

  @Option(
      names = "--method",
      paramLabel = "METHOD",
      description =
          "Evaluate this method, with settings and options of 'ponder eval' behind its name:"
              + " \"best-of-n n=8 verifier=judge\"; to be repeated.")
  List<String> methods = List.of();

  @Option(
      names = "--model",
      paramLabel = "NAME|PATH|hf:...",
      description = "Evaluate the methods on this model; may be repeated (default: as for eval).")
  List<String> models = List.of();

  @Option(
      names = "--budget",
      paramLabel = "LIMITS",
      description = "What each problem may cost, for every method (default: no limit).")
  @Nullable String budget;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      defaultValue = "0",
      description = "Root of all evaluations' randomness (default: ${DEFAULT-VALUE}).")
  long seed;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Any other option of 'ponder eval', for every evaluation; may be repeated.")
  Map<String, String> set = Map.of();

  @Mixin final DataOptions data = new DataOptions();

  @Option(
      names = "--baseline",
      paramLabel = "NAME",
      defaultValue = "",
      description = "The run to compare the others with (default: the first).")
  String baseline = "";

  @Option(
      names = "--by",
      paramLabel = "tokens|calls|seconds|flops",
      defaultValue = "tokens",
      description = "The cost, per problem (default: ${DEFAULT-VALUE}).")
  String by = "";

  @Option(
      names = "--at",
      paramLabel = "COST",
      description =
          "Also read every run at this cost per problem, such as 4096tok, 64calls, 30s or 2e12flop:"
              + " runs of independent samples are cut to as many as it pays for.")
  @Nullable String at;

  @Option(
      names = "--common",
      description =
          "Compare the problems that all runs have, of runs that have not ended too (default: off).")
  boolean common;

  @Option(names = "--any-seed", description = "Let the runs' seeds differ (default: off).")
  boolean anySeed;

  @Option(
      names = "--price",
      paramLabel = "PRICE",
      description =
          "What a million tokens cost, in your currency: prompt=0.15,cached=0.075,generated=0.6"
              + " (default: money is left out).")
  @Nullable String price;

  @Option(
      names = "--inference-ratio",
      paramLabel = "R",
      description =
          "Also weigh models of different sizes with their pre-training, at R tokens generated over"
              + " a lifetime per token of it (default: pre-training is left out).")
  @Nullable Double inferenceRatio;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description =
          "Write compare.json, compare.html and the plots there; the folder must be new, or hold a"
              + " comparison of the same runs.")
  @Nullable Path out;

  @Option(
      names = "--json",
      description = "Print one JSON object on standard output (default: off).")
  boolean json;

  CompareCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    CompareRuns runs = methods.isEmpty() ? null : runs();
    if (runs == null) {
      refuseEvaluationOptions();
    }
    List<Path> inputs = runs == null ? folders : runs.folders();
    CompareTask task =
        new CompareTask(
            inputs,
            baseline,
            Axis.named(by),
            at == null ? Limits.NONE : Limits.parse(at),
            common,
            anySeed,
            price == null ? null : Price.parse(price),
            inferenceRatio);
    if (runs != null) {
      runs.require();
      int code = runs.run(shell);
      if (code != Ponder.DONE) {
        return code;
      }
    } else if (out != null) {
      new ComparisonFolder(out).require(inputs);
    }
    return report(Compare.of(task));
  }

  private int report(Comparison comparison) {
    if (out != null) {
      new ComparisonFolder(out).write(comparison, Version.number());
      Reports.write(comparison, out, shell);
    }
    if (json) {
      Json.print(ComparisonJson.write(comparison), shell);
    } else {
      new CompareView(comparison, shell).print();
    }
    return Ponder.DONE;
  }

  /// @throws IllegalArgumentException if evaluations are asked for and folders given as well, or no
  ///   data set or folder to write to
  private CompareRuns runs() {
    if (!folders.isEmpty()) {
      throw new IllegalArgumentException(
          "folders (%s) are evaluations that are there, --method runs new ones. Maybe compare all folders once they are run."
              .formatted(folders));
    }
    if (data.dataset == null || out == null) {
      throw new IllegalArgumentException(
          "--method needs %s. Maybe add it.".formatted(out == null ? "--out" : "--dataset"));
    }
    return new CompareRuns(out, methods, models, CompareRuns.shared(typed(), OF_RUNS::contains));
  }

  private List<OptionSpec> typed() {
    return Objects.requireNonNull(spec).commandLine().getParseResult().matchedOptions();
  }

  private void refuseEvaluationOptions() {
    for (OptionSpec option : typed()) {
      if (OF_RUNS.contains(option.longestName()) || option.longestName().equals("--model")) {
        throw new IllegalArgumentException(
            "%s is for evaluations that are yet to run. Maybe add --method."
                .formatted(option.longestName()));
      }
    }
  }
}

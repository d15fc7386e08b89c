package ponder.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
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
      "Compares evaluations of the same problems: accuracy with its 95 % interval, what it cost, the"
          + " paired difference to a baseline, and which runs no other beats in cost and accuracy at"
          + " once. SINGLE is what one sample is worth, ORACLE what a perfect choice among the samples"
          + " would reach.",
      "",
      "Intervals are bootstrap intervals over problems. A difference whose interval contains 0 is"
          + " within noise."
    })
final class CompareCommand implements Callable<Integer> {
  private final Shell shell;

  @Parameters(
      paramLabel = "FOLDER",
      arity = "0..*",
      description = "Folders that 'ponder eval --out' wrote, at least two.")
  List<Path> folders = List.of();

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
      names = "--out",
      paramLabel = "FOLDER",
      description = "Write compare.json there; the folder must be new, or of the same runs.")
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
    CompareTask task =
        new CompareTask(
            folders,
            baseline,
            Axis.named(by),
            at == null ? Limits.NONE : Limits.parse(at),
            common,
            anySeed,
            price == null ? null : Price.parse(price));
    ComparisonFolder target = out == null ? null : new ComparisonFolder(out);
    if (target != null) {
      target.require(folders);
    }
    Comparison comparison = Compare.of(task);
    if (target != null) {
      target.write(comparison, Version.number());
    }
    if (json) {
      Json.print(ComparisonJson.write(comparison), shell);
    } else {
      new CompareView(comparison, shell).print();
    }
    return Ponder.DONE;
  }
}

package ponder.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import ponder.core.Nearest;
import ponder.core.Seed;
import ponder.policy.Fit;
import ponder.policy.FitTask;
import ponder.search.Policy;
import ponder.search.PolicyFile;

/// `ponder policy`: which method to spend a budget with.
@Command(
    name = "policy",
    synopsisSubcommandLabel = "COMMAND",
    description =
        "Finds out from evaluations which method a budget is best spent with, by how hard a problem"
            + " is; '--method auto --policy FILE' follows it.")
final class PolicyCommand extends Group {
  /// `ponder policy fit`.
  @Command(
      name = "fit",
      sortOptions = false,
      description = {
        "Fits a policy on evaluations of the same problems by the same model: for every bin of"
            + " difficulty and every budget the method that was best there. Runs of independent samples"
            + " stand for every smaller number of them too.",
        "",
        "What it is worth is told by two-fold cross-validation: chosen on one half of the problems,"
            + " tried on the other. The samples that measure difficulty are charged to the budget. Where"
            + " telling problems apart does not gain, the best single method is used."
      },
      footer = {
        "",
        "Examples:",
        "  ponder policy fit runs/vote64 runs/beam16 runs/beam64 --out policy.json",
        "  ponder policy fit runs/* --by samples --budgets 4,16,64 --out policy.json",
        "  ponder solve --method auto --policy policy.json --budget 2048tok \"What is 17 * 23?\""
      })
  static final class Fitting implements Callable<Integer> {
    private final Shell shell;

    @Parameters(
        paramLabel = "FOLDER",
        arity = "1..*",
        description = "Folders that 'ponder eval --out' wrote; the order decides between equals.")
    List<Path> folders = List.of();

    @Option(
        names = "--out",
        required = true,
        paramLabel = "FILE",
        description = "The policy; one that is there is written over.")
    Path out = Path.of("");

    @Option(
        names = "--by",
        paramLabel = "tokens|samples|calls|flops",
        defaultValue = "tokens",
        description = "What budgets are counted in (default: ${DEFAULT-VALUE}).")
    String by = "";

    @Option(
        names = "--budgets",
        paramLabel = "LIST",
        split = ",",
        description =
            "Budgets per problem, ascending (default: powers of two over what the runs cost).")
    List<Double> budgets = List.of();

    @Option(
        names = "--difficulty",
        paramLabel = "predicted|vote|oracle",
        defaultValue = "predicted",
        description =
            "Measured by the run's own verifier, by how many samples agree, or by the right answers,"
                + " which only evaluations can use (default: ${DEFAULT-VALUE}).")
    String difficulty = "";

    @Option(
        names = "--difficulty-run",
        paramLabel = "NAME",
        defaultValue = "",
        description =
            "The folder whose first samples measure it (default: the first of independent"
                + " samples).")
    String difficultyRun = "";

    @Option(
        names = "--difficulty-samples",
        paramLabel = "COUNT",
        description = "How many of them (default: 8, or all for oracle).")
    @Nullable Integer samples;

    @Option(
        names = "--bins",
        paramLabel = "COUNT",
        defaultValue = "5",
        description = "Bins of difficulty (default: ${DEFAULT-VALUE}).")
    int bins;

    @Option(
        names = "--seed",
        paramLabel = "SEED",
        defaultValue = "0",
        description = "Of folds and intervals (default: ${DEFAULT-VALUE}).")
    long seed;

    @Option(names = "--json", description = "Print the policy as one JSON object (default: off).")
    boolean json;

    Fitting(Shell shell) {
      this.shell = shell;
    }

    @Override
    public Integer call() {
      if (samples != null && samples < 1) {
        throw new IllegalArgumentException(
            "--difficulty-samples (%d) must be at least 1.".formatted(samples));
      }
      FitTask task =
          new FitTask(
              Version.number(),
              folders,
              Policy.Unit.named(by),
              budgets,
              hardness(),
              difficultyRun,
              samples == null ? 0 : samples,
              bins,
              new Seed(seed));
      Policy policy = Fit.of(task);
      PolicyFile.write(policy, out);
      print(policy, json, shell);
      shell.note("written: " + out);
      return Ponder.DONE;
    }

    private FitTask.Hardness hardness() {
      List<String> known = new ArrayList<>();
      for (FitTask.Hardness hardness : FitTask.Hardness.values()) {
        String name = hardness.name().toLowerCase(Locale.ROOT);
        if (name.equals(difficulty)) {
          return hardness;
        }
        known.add(name);
      }
      throw new IllegalArgumentException(
          "--difficulty (%s) must be one of %s.%s"
              .formatted(difficulty, known, Nearest.maybe(difficulty, known)));
    }
  }

  /// `ponder policy show`.
  @Command(
      name = "show",
      sortOptions = false,
      description = "Prints what a policy does at which budget, and what that is worth.")
  static final class Show implements Callable<Integer> {
    private final Shell shell;

    @Parameters(paramLabel = "FILE", description = "What 'ponder policy fit' wrote.")
    Path file = Path.of("");

    @Option(names = "--json", description = "Print the policy as one JSON object (default: off).")
    boolean json;

    Show(Shell shell) {
      this.shell = shell;
    }

    @Override
    public Integer call() {
      print(PolicyFile.read(file), json, shell);
      return Ponder.DONE;
    }
  }

  private static void print(Policy policy, boolean json, Shell shell) {
    if (json) {
      Json.print(PolicyFile.json(policy), shell);
    } else {
      new PolicyView(policy, shell).print();
    }
  }
}

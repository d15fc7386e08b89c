package ponder.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import ponder.core.LabelledProblem;
import ponder.data.DataSet;
import ponder.eval.Audit;
import ponder.eval.EvalEstimate;
import ponder.eval.EvalFolder;
import ponder.eval.EvalPlan;
import ponder.eval.Evaluation;
import ponder.eval.Flow;
import ponder.eval.Summary;
import ponder.model.LanguageModel;
import ponder.recipe.Solve;
import ponder.recipe.SolveTask;
import ponder.store.Home;
import ponder.store.Journal;
import ponder.verify.Aggregation;

/// `ponder eval`: how often a method is right on a data set, and at what cost.
///
/// Everything that can be checked without the model is checked before it is fetched or loaded.
@Command(
    name = "eval",
    sortOptions = false,
    description =
        "Solves the problems of a data set by a method, grades the answers, and writes results,"
            + " traces and a report into a folder. The same command again goes on where it was.")
final class EvalCommand implements Callable<Integer> {
  private final Shell shell;

  @Spec @Nullable CommandSpec spec;

  @Mixin final DataOptions data = new DataOptions();
  @Mixin final ShotOptions shots = new ShotOptions();

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "Where results go; a new folder, or one to go on with.")
  @Nullable Path out;

  @Mixin final SolveOptions options = new SolveOptions();

  @Option(
      names = "--parallel",
      paramLabel = "COUNT|auto",
      defaultValue = "auto",
      description =
          "Problems worked on at a time; auto keeps the engine's batch full, and takes one at a"
              + " time if the budget counts seconds (default: ${DEFAULT-VALUE}).")
  String parallel = "";

  @Option(
      names = "--redact",
      description =
          "Keep questions, answers and texts out of the folder, so that it may be published;"
              + " always so for data sets that demand it (default: off).")
  boolean redact;

  @Mixin final ModelOptions model = new ModelOptions();
  @Mixin final JudgeOptions judge = new JudgeOptions();

  EvalCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    new Expansion(Objects.requireNonNull(spec), options, model).apply();
    DataSet set = data.openWhole(shell);
    List<LabelledProblem> problems = set.problems();
    Map<String, String> references =
        problems.stream().collect(Collectors.toMap(it -> it.problem().id(), it -> it.answer()));
    SolveTask task =
        options
            .task(
                problems.getFirst().problem(),
                shots.in(model.otherSettings(), set, shell),
                Aggregation.named(judge.aggregation))
            .withCommand("eval")
            .withData(set.sha256());
    Solve.check(task, references);
    judge.check(List.of(task));
    int atATime = parallel(task);
    List<List<String>> reuse = new Reuse(options.reuse).runs(problems);
    EvalPlan plan =
        EvalPlan.of(Version.number(), Solve.resolve(task), set, redact || set.restricted());
    EvalFolder folder = options.dryRun ? null : folder(plan);
    if (set.restricted() && !redact && folder != null) {
      shell.note(
          "note: the texts of %s must not be published, so the folder will hold none."
              .formatted(set.name()));
    }
    long atOnce = atATime == 0 ? problems.size() : Math.min(atATime, problems.size());
    model.sideBySide(atOnce * Solve.width(task));
    if (folder != null) {
      folder.begun().ifPresent(before -> model.goesOnWith(before.engine()));
    }
    Home home = shell.home();
    try (Journal journal = options.journal(shell);
        LanguageModel opened = model.open(shell);
        LanguageModel second = judge.open(model, shell)) {
      Flow flow = atATime == 0 ? Flow.full(opened) : Flow.of(atATime, opened);
      Solve solve =
          new Solve(
                  flow.model(),
                  second == null ? flow.model() : second,
                  journal,
                  options.dryRun && home.writable() ? home.runs() : null)
              .knowing(references);
      if (options.checked) {
        solve = solve.checked();
      }
      solve.require(task);
      if (folder == null) {
        return estimate(solve, task, problems, flow);
      }
      Audit audit = options.checked ? Recount::check : Audit.NONE;
      return evaluate(
          folder,
          plan.on(opened.info(), second == null ? null : second.info()),
          problems,
          new Evaluation.Work(solve, task, flow, reuse, audit));
    }
  }

  /// How many problems at a time; 0 for as many as fill the engine.
  private int parallel(SolveTask task) {
    if (parallel.equals("auto")) {
      return Double.isFinite(task.budget().seconds()) ? 1 : 0;
    }
    if (!parallel.matches("[1-9][0-9]{0,4}")) {
      throw new IllegalArgumentException(
          "--parallel (%s) must be auto or a number of at least 1.".formatted(parallel));
    }
    return Integer.parseInt(parallel);
  }

  private EvalFolder folder(EvalPlan plan) {
    if (out == null) {
      throw new IllegalArgumentException(
          "--out is missing. Maybe name a new folder, such as --out runs/%s."
              .formatted(plan.method().replaceAll("[^a-z-]+", "-")));
    }
    EvalFolder folder = new EvalFolder(out);
    folder.check(plan);
    return folder;
  }

  private int estimate(Solve solve, SolveTask task, List<LabelledProblem> problems, Flow flow) {
    EvalEstimate estimate = EvalEstimate.of(solve, task, problems, flow, shell.cancellation());
    if (options.json) {
      Json.print(estimate.json(), shell);
    } else {
      new SolveReport(shell).print(estimate.whole());
      double seconds = estimate.whole().expected().seconds();
      if (seconds > 0) {
        shell.out().println("about %s at the pace of these".formatted(EvalView.time(seconds)));
      }
      shell.out().flush();
    }
    return Ponder.DONE;
  }

  private int evaluate(
      EvalFolder folder, EvalPlan plan, List<LabelledProblem> problems, Evaluation.Work work) {
    try (Evaluation evaluation = Evaluation.open(folder, plan, problems)) {
      Optional<Summary> summary;
      try (EvalView view = new EvalView(evaluation, shell, options.quiet)) {
        summary = evaluation.run(work, shell.cancellation());
      } catch (RuntimeException e) {
        if (shell.cancellation().isCancelled()) {
          return interrupted(evaluation, folder);
        }
        throw e;
      }
      if (summary.isEmpty()) {
        return interrupted(evaluation, folder);
      }
      Reports.write(folder.root(), shell);
      if (options.json) {
        Json.print(summary.get().json(), shell);
      } else {
        new EvalReport(shell).print(summary.get());
      }
      return Ponder.DONE;
    }
  }

  private int interrupted(Evaluation evaluation, EvalFolder folder) {
    shell.note(
        "ponder: interrupted; %d of %d problems are done and kept in %s. Run the same command again to go on."
            .formatted(
                evaluation.progress().done(), evaluation.progress().problems(), folder.root()));
    return Ponder.INTERRUPTED;
  }
}

package ponder.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import ponder.core.Grading;
import ponder.core.Problem;
import ponder.core.Trace;
import ponder.core.TraceSink;
import ponder.grade.Rubric;
import ponder.model.LanguageModel;
import ponder.recipe.Estimate;
import ponder.recipe.Solution;
import ponder.recipe.Solve;
import ponder.recipe.SolveTask;
import ponder.store.Home;
import ponder.store.Journal;
import ponder.store.TraceFile;
import ponder.verify.Aggregation;

/// `ponder solve`: answers a question by a method, within a budget.
///
/// On a fresh home it fetches the natives and the default model by itself. Everything that can be
/// checked without the model is checked before it is fetched or loaded.
@Command(
    name = "solve",
    sortOptions = false,
    description = "Answers a question by thinking about it with a language model.")
final class SolveCommand implements Callable<Integer> {
  private final Shell shell;

  @Spec @Nullable CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "QUESTION",
      description = "The question; '-' reads standard input.")
  @Nullable String question;

  @Mixin final SolveOptions options = new SolveOptions();

  @Option(
      names = "--trace",
      paramLabel = "FILE",
      description = "Write what was thought to this file, one JSON event a line.")
  @Nullable Path trace;

  @Option(
      names = "--grading",
      paramLabel = "math|short|choice",
      defaultValue = "math",
      description =
          "How answers are found and voted on: as mathematics, as a few words, or as one of the"
              + " options that the question lists (default: ${DEFAULT-VALUE}).")
  String grading = "";

  @Mixin final ModelOptions model = new ModelOptions();
  @Mixin final JudgeOptions judge = new JudgeOptions();

  SolveCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    new Expansion(Objects.requireNonNull(spec), options, model).apply();
    if (question == null) {
      throw new IllegalArgumentException(
          "A question is missing. Maybe give it as QUESTION, or as '-' on standard input.");
    }
    String asked = Texts.withoutLastBreak(Texts.argument(question, shell));
    if (asked.isBlank()) {
      throw new IllegalArgumentException(
          "The question (%d characters) must not be empty.".formatted(asked.length()));
    }
    SolveTask task =
        options.task(
            Problem.of(asked).withGrading(Grading.named(grading, asked)),
            model.otherSettings(),
            Aggregation.named(judge.aggregation));
    Solve.check(task);
    judge.check(List.of(task));
    model.sideBySide(Solve.width(task));
    Home home = shell.home();
    try (Journal journal = options.journal(shell);
        LanguageModel opened = model.open(shell);
        LanguageModel second = judge.open(model, shell)) {
      Path receipts = options.noJournal || !home.writable() ? null : home.runs();
      Solve solve = new Solve(opened, second == null ? opened : second, journal, receipts);
      if (options.checked) {
        solve = solve.checked();
      }
      return options.dryRun ? estimate(solve, task) : run(solve, task);
    }
  }

  private int estimate(Solve solve, SolveTask task) {
    Estimate estimate = solve.estimate(task, shell.cancellation());
    if (options.json) {
      Json.print(estimate.json(), shell);
    } else {
      new SolveReport(shell).print(estimate);
    }
    return shell.cancellation().isCancelled() ? Ponder.INTERRUPTED : Ponder.DONE;
  }

  private int run(Solve solve, SolveTask task) {
    SolveView view = new SolveView(shell, !options.json && shell.outIsTerminal(), options.quiet);
    Trace.Builder tree = new Trace.Builder();
    TraceSink sink = view.and(tree);
    Solution solution;
    try (TraceFile file = trace == null ? null : TraceFile.create(trace)) {
      solution = solve.run(task, file == null ? sink : sink.and(file), shell.cancellation());
    } catch (RuntimeException e) {
      if (shell.cancellation().isCancelled()) {
        return interrupted(view);
      }
      throw e;
    }
    if (options.checked) {
      Recount.check(solution, tree.build(), task.budget());
    }
    boolean cancelled = shell.cancellation().isCancelled();
    if (!cancelled || options.json || solution.answer() != null) {
      print(solution, Rubric.of(task.problem().grading()), view, tree.build());
    }
    if (cancelled) {
      return interrupted(view);
    }
    return solution.answer() == null ? Ponder.NO_ANSWER : Ponder.DONE;
  }

  private void print(Solution solution, Rubric rubric, SolveView view, Trace trace) {
    if (options.json) {
      Json.print(solution.json(), shell);
      return;
    }
    int winner = trace.end() == null ? -1 : trace.end().node();
    boolean shown = winner == view.shown();
    new SolveReport(shell).print(solution, rubric, shown, view.shown() >= 0 && !shown);
  }

  private int interrupted(SolveView view) {
    shell.note(
        options.noJournal || view.run() == null
            ? "ponder: interrupted; nothing was kept."
            : "ponder: interrupted; %d finished samples are kept in run %s. Run the same command again to go on."
                .formatted(view.finished(), view.run()));
    return Ponder.INTERRUPTED;
  }
}

package ponder.eval;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import ponder.core.LabelledProblem;
import ponder.core.Spend;
import ponder.core.TraceSink;
import ponder.eval.ProblemResult.Verdict;
import ponder.model.Batching;
import ponder.model.Cancellation;
import ponder.model.EngineException;
import ponder.recipe.Solve;
import ponder.recipe.SolveTask;
import ponder.store.JournalException;
import ponder.store.Lock;

/// A method on a data set: problem by problem, many at a time, into a folder.
///
/// **Resuming.** A finished problem is on disk before the next result is looked at, and every
/// problem has a run of its own in the journal. So whatever ends the process, the same command goes
/// on: finished problems are not solved again, of those under way only the samples that were not
/// finished. Problems that failed are tried again.
///
/// **Failures.** A problem that fails is recorded, counts as wrong, and does not touch the others.
/// What would make all of them fail does not spoil the evaluation: it ends, with what is done kept,
/// when the journal or the folder cannot be written to, or when [#ALIKE] problems in a row fail in
/// the same way.
///
/// **Order.** Results stand in the problems' order, and each depends on its problem alone: which
/// ended first changes nothing, as far as the engine keeps its promise of determinism.
///
/// One process works on a folder at a time; one thread calls.
public final class Evaluation implements AutoCloseable {
  /// How many problems in a row may fail in the same way.
  static final int ALIKE = 5;

  private final EvalFolder folder;
  private final EvalPlan plan;
  private final List<LabelledProblem> problems;
  private final Lock lock;
  private final ResultsLog log;
  private final int found;
  private final @Nullable Summary ended;
  private final Cancellation ending = new Cancellation();
  private volatile Supplier<? extends TraceSink> watching = () -> TraceSink.NONE;
  private long start = System.nanoTime();
  private @Nullable Flow flow;
  private Batching.Load before = Batching.Load.UNKNOWN;
  private Spend paid = Spend.NONE;
  private int failed;
  private int alike;
  private String manner = "";
  private @Nullable RuntimeException fatal;

  private Evaluation(
      EvalFolder folder,
      EvalPlan plan,
      List<LabelledProblem> problems,
      Lock lock,
      ResultsLog log,
      @Nullable Summary ended) {
    this.folder = folder;
    this.plan = plan;
    this.problems = List.copyOf(problems);
    this.lock = lock;
    this.log = log;
    this.found = log.count();
    this.ended = ended;
  }

  /// Begins an evaluation in `folder`, or takes up the one that is there.
  ///
  /// @param problems as many as the plan says
  /// @throws IllegalArgumentException if the folder holds something else, or an evaluation of
  ///   another plan; each difference is named with both values
  /// @throws EngineException if another process is at work there, the folder cannot be written to,
  ///   or what it holds was changed
  public static Evaluation open(EvalFolder folder, EvalPlan plan, List<LabelledProblem> problems) {
    folder.check(plan);
    Lock lock = folder.lock();
    try {
      folder.check(plan); // again: now nobody else can have begun
      if (!Files.exists(folder.planFile())) {
        EvalFolder.write(folder.planFile(), plan.json());
      }
      Optional<Summary> ended = folder.ended();
      if (ended.isPresent() && !ended.get().failures().isEmpty()) {
        folder.reopen(); // what failed is tried again
        ended = Optional.empty();
      }
      return new Evaluation(
          folder,
          plan,
          problems,
          lock,
          ended.isPresent()
              ? new ResultsLog(folder, ended.get())
              : new ResultsLog(folder, problems, plan.redacted()),
          ended.orElse(null));
    } catch (RuntimeException e) {
      EvalFolder.release(lock);
      throw e;
    }
  }

  /// How the problems are solved.
  ///
  /// @param solve on `flow`'s model
  /// @param task what to do with each problem; its own problem and reuse are ignored
  /// @param flow how many at a time
  /// @param reuse per problem, the runs whose samples may be used
  /// @param audit looks at each solution
  public record Work(
      Solve solve, SolveTask task, Flow flow, List<List<String>> reuse, Audit audit) {
    public Work {
      reuse = List.copyOf(reuse);
    }
  }

  /// Has every problem from now on tell what happens to a sink of its own.
  ///
  /// @param sinks makes one as a problem begins; called from any thread
  public void watch(Supplier<? extends TraceSink> sinks) {
    watching = sinks;
  }

  /// Whether every problem has a result already, so that there is nothing to compute.
  public boolean isComplete() {
    return log.isComplete();
  }

  /// Solves the problems that have no result yet, and sums all up; blocks.
  ///
  /// @param cancellation ends it; what is finished is kept
  /// @return the summary; empty if it was cancelled
  /// @throws RuntimeException what makes going on senseless
  public Optional<Summary> run(Work work, Cancellation cancellation) {
    if (ended != null) {
      return Optional.of(ended.withPaid(Spend.NONE));
    }
    var examiner = new Examiner(work.solve(), work.task(), plan.redacted(), work.audit(), watching);
    synchronized (this) {
      start = System.nanoTime();
      flow = work.flow();
      before = work.flow().load();
    }
    Runnable withdraw = cancellation.onCancel(() -> end(work.flow()));
    try {
      int[] open = IntStream.range(0, problems.size()).filter(it -> !log.has(it)).toArray();
      return conclude(work.flow().all(open, index -> solve(index, examiner, work)));
    } finally {
      withdraw.run();
    }
  }

  private void end(Flow running) {
    ending.cancel();
    running.end();
  }

  private void solve(int index, Examiner examiner, Work work) {
    LabelledProblem problem = problems.get(index);
    long began = System.nanoTime();
    try {
      ProblemResult result =
          examiner
              .examine(
                  problem,
                  index,
                  work.reuse().get(index),
                  plan.redacted() ? null : folder.traceFile(index),
                  ending)
              .result();
      keep(result, null, work.flow());
    } catch (JournalException e) {
      stop(e, work.flow());
    } catch (UncheckedIOException e) {
      stop(
          EvalFolder.unwritable(folder.traceFile(index), Objects.requireNonNull(e.getCause())),
          work.flow());
    } catch (RuntimeException e) {
      keep(failure(problem, index, e, (System.nanoTime() - began) / 1e9), e, work.flow());
    } catch (Error e) {
      stop(
          new EngineException(
              "Something broke at problem %s: %s".formatted(problem.problem().id(), e), e),
          work.flow());
      throw e;
    }
  }

  private ProblemResult failure(
      LabelledProblem problem, int index, RuntimeException e, double seconds) {
    String message = String.valueOf(e.getMessage() == null ? e : e.getMessage());
    return new ProblemResult(
        problem.problem().id(),
        index,
        plan.redacted() ? null : problem.answer(),
        null,
        false,
        Verdict.WRONG,
        plan.ofWords() ? 0.0 : null,
        "",
        false,
        "",
        List.of(),
        0,
        seconds,
        Spend.NONE,
        Spend.NONE,
        plan.redacted() ? e.getClass().getSimpleName() : message.strip().replaceAll("\\s+", " "));
  }

  /// Keeps a result, unless the end came first: then the problem may have been cut short.
  private synchronized void keep(
      ProblemResult result, @Nullable RuntimeException cause, Flow running) {
    if (ending.isCancelled()) {
      return;
    }
    try {
      log.add(result);
    } catch (RuntimeException e) {
      stop(e, running);
      return;
    }
    paid = paid.plus(result.paid());
    if (cause == null) {
      alike = 0;
    } else {
      failed++;
      count(result, cause, running);
    }
  }

  private void count(ProblemResult result, RuntimeException cause, Flow running) {
    // Sizes and places differ from problem to problem where the reason is the same.
    String now =
        cause.getClass() + " " + String.valueOf(cause.getMessage()).replaceAll("\\d+", "#");
    alike = now.equals(manner) ? alike + 1 : 1;
    manner = now;
    if (alike >= ALIKE || failed == problems.size()) {
      stop(hopeless(result, cause), running);
    }
  }

  private RuntimeException hopeless(ProblemResult result, RuntimeException cause) {
    String message =
        "%d problems in a row failed in the same way, the last (%s) with: %s The evaluation was ended; %d of %d problems are done and kept."
            .formatted(alike, result.id(), result.failure(), log.count() - failed, problems.size());
    return cause instanceof IllegalArgumentException
        ? new IllegalArgumentException(message, cause)
        : new EngineException(message, cause);
  }

  private synchronized void stop(RuntimeException reason, Flow running) {
    if (!ending.isCancelled()) {
      fatal = reason;
      end(running);
    }
  }

  private synchronized Optional<Summary> conclude(Batching.Load full) {
    if (fatal != null) {
      throw fatal;
    }
    if (!log.isComplete()) {
      return Optional.empty();
    }
    log.finish();
    Spend computed = paid.withSeconds(seconds());
    Summary summary = summarize(computed, batching(full));
    EvalFolder.write(folder.summaryFile(), summary.json());
    return Optional.of(summary);
  }

  private Summary.@Nullable Batching batching(Batching.Load full) {
    if (flow == null || flow.width() == 0) {
      return null;
    }
    int width = flow.width();
    Batching.Load now = flow.load();
    long steps = full.steps() - before.steps();
    long wholeSteps = now.steps() - before.steps();
    return wholeSteps == 0
        ? null
        : new Summary.Batching(width, share(full, width), steps, share(now, width), wholeSteps);
  }

  private double share(Batching.Load until, int width) {
    long steps = until.steps() - before.steps();
    return steps == 0 ? 0 : (double) (until.sequences() - before.sequences()) / steps / width;
  }

  private Summary summarize(Spend computed, Summary.@Nullable Batching batching) {
    Summarizer summarizer = new Summarizer(plan);
    try (ResultsFile.Reader reader = ResultsFile.open(folder.resultsFile())) {
      reader.forEachRemaining(summarizer::add);
    }
    return summarizer.summary(computed, batching, folder.resultsSha256());
  }

  /// How far it is. From any thread; may wait for the engine's running step.
  public EvalProgress progress() {
    Flow running;
    synchronized (this) {
      running = flow;
    }
    Batching.Load load = running == null ? Batching.Load.UNKNOWN : running.load();
    synchronized (this) {
      return new EvalProgress(
          problems.size(),
          log.count(),
          found,
          log.correct(),
          failed,
          seconds(),
          running == null ? 0 : Math.max(running.tokens(), load.tokens() - before.tokens()),
          running == null || running.width() == 0 ? 0 : share(load, running.width()));
    }
  }

  private double seconds() {
    return (System.nanoTime() - start) / 1e9;
  }

  @Override
  public void close() {
    try (log) {
      EvalFolder.release(lock);
    }
  }
}

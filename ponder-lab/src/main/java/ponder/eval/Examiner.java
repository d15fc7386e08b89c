package ponder.eval;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import ponder.core.Answer;
import ponder.core.Grading;
import ponder.core.LabelledProblem;
import ponder.core.Trace;
import ponder.core.TraceSink;
import ponder.eval.ProblemResult.CandidateResult;
import ponder.eval.ProblemResult.Verdict;
import ponder.grade.AnswerClasses;
import ponder.grade.Rubric;
import ponder.grade.ShortAnswer;
import ponder.model.Cancellation;
import ponder.recipe.Solution;
import ponder.recipe.Solve;
import ponder.recipe.SolveTask;
import ponder.store.TraceFile;

/// Solves problems by a task's method and grades what comes out. Thread-safe.
public final class Examiner {
  private final Solve solve;
  private final SolveTask task;
  private final boolean redacted;
  private final Audit audit;
  private final Supplier<? extends TraceSink> watching;

  /// @param task what to do with each problem; its own problem is ignored
  /// @param redacted whether results hold no texts
  public Examiner(Solve solve, SolveTask task, boolean redacted, Audit audit) {
    this(solve, task, redacted, audit, () -> TraceSink.NONE);
  }

  /// @param watching makes a sink for each problem, which hears of all that happens to it
  Examiner(
      Solve solve,
      SolveTask task,
      boolean redacted,
      Audit audit,
      Supplier<? extends TraceSink> watching) {
    this.solve = solve;
    this.task = task;
    this.redacted = redacted;
    this.audit = audit;
    this.watching = watching;
  }

  /// A problem's result beside the solution that it grades.
  public record Examined(ProblemResult result, Solution solution) {}

  /// Solves and grades `problems`, as many at a time as `flow` lets begin; blocks.
  ///
  /// @param reuse per problem, the runs whose samples may be used
  /// @param each hears of every result as it comes, one at a time
  /// @return in the problems' order
  /// @throws RuntimeException what the first failing problem throws, once all under way have ended
  public List<Examined> all(
      List<LabelledProblem> problems,
      List<List<String>> reuse,
      Flow flow,
      Cancellation cancellation,
      Consumer<ProblemResult> each) {
    var results = new AtomicReferenceArray<@Nullable Examined>(problems.size());
    flow.all(
        IntStream.range(0, problems.size()).toArray(),
        index -> {
          Examined one = examine(problems.get(index), index, reuse.get(index), null, cancellation);
          results.set(index, one);
          synchronized (results) {
            each.accept(one.result());
          }
        });
    return IntStream.range(0, problems.size()).mapToObj(it -> require(results.get(it))).toList();
  }

  private static Examined require(@Nullable Examined examined) {
    if (examined == null) {
      throw new IllegalStateException("A problem ended without a result.");
    }
    return examined;
  }

  /// Solves and grades a problem; blocks.
  ///
  /// @param index its place among the problems
  /// @param reuse runs whose samples may be used
  /// @param file where what is thought is written; null for nowhere
  /// @throws RuntimeException what solving throws
  Examined examine(
      LabelledProblem problem,
      int index,
      List<String> reuse,
      @Nullable Path file,
      Cancellation cancellation) {
    long start = System.nanoTime();
    SolveTask own = task.withProblem(problem.problem()).withReuse(reuse);
    Solution solution = solve(own, file, cancellation);
    return new Examined(
        graded(problem, index, solution, (System.nanoTime() - start) / 1e9), solution);
  }

  private Solution solve(SolveTask own, @Nullable Path file, Cancellation cancellation) {
    var tree = new Trace.Builder();
    TraceSink watch = watching.get();
    TraceSink sink = audit == Audit.NONE ? watch : watch.and(tree);
    try (TraceFile trace = file == null ? null : TraceFile.create(file)) {
      Solution solution = solve.run(own, trace == null ? sink : sink.and(trace), cancellation);
      if (!cancellation.isCancelled()) {
        audit.check(solution, tree.build(), own.budget());
      }
      return solution;
    }
  }

  private ProblemResult graded(
      LabelledProblem problem, int index, Solution solution, double seconds) {
    String answer = solution.answer();
    Rubric rubric = Rubric.of(problem.problem().grading());
    return new ProblemResult(
        problem.problem().id(),
        index,
        redacted ? null : problem.answer(),
        redacted ? null : answer,
        answer != null,
        verdict(answer, problem.answer(), rubric),
        f1(answer, problem),
        redacted ? "" : solution.why(),
        solution.anytime(),
        solution.run(),
        candidates(solution.candidates(), problem.answer(), rubric),
        solution.thinkingTokens(),
        seconds,
        solution.spend(),
        solution.paid(),
        null);
  }

  private static @Nullable Double f1(@Nullable String answer, LabelledProblem problem) {
    return switch (problem.problem().grading()) {
      case Grading.Words words -> answer == null ? 0.0 : ShortAnswer.f1(answer, problem.answer());
      case Grading.Mathematics math -> null;
      case Grading.Choice choice -> null;
    };
  }

  private List<CandidateResult> candidates(
      List<Answer> candidates, String reference, Rubric rubric) {
    List<@Nullable String> answers = new ArrayList<>();
    candidates.forEach(candidate -> answers.add(candidate.value()));
    AnswerClasses classes = rubric.classes(answers);
    Map<String, Boolean> known = new HashMap<>();
    List<CandidateResult> results = new ArrayList<>();
    for (int i = 0; i < candidates.size(); i++) {
      Answer candidate = candidates.get(i);
      String value = classes.classOf(i) < 0 ? null : candidate.value();
      boolean correct =
          value != null
              && known.computeIfAbsent(
                  value, it -> verdict(it, reference, rubric) == Verdict.CORRECT);
      results.add(
          new CandidateResult(
              redacted ? null : value,
              classes.classOf(i),
              correct,
              candidate.score(),
              candidate.tokens()));
    }
    return results;
  }

  private static Verdict verdict(@Nullable String answer, String reference, Rubric rubric) {
    if (answer == null) {
      return Verdict.WRONG;
    }
    return switch (rubric.grade(answer, reference)) {
      case ponder.grade.Verdict.Correct correct -> Verdict.CORRECT;
      case ponder.grade.Verdict.Wrong wrong -> Verdict.WRONG;
      case ponder.grade.Verdict.Undecided undecided -> Verdict.UNDECIDED;
    };
  }
}

package ponder.eval;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import ponder.core.Answer;
import ponder.core.LabelledProblem;
import ponder.core.Trace;
import ponder.core.TraceSink;
import ponder.eval.ProblemResult.CandidateResult;
import ponder.eval.ProblemResult.Verdict;
import ponder.grade.AnswerClasses;
import ponder.grade.Grader;
import ponder.grade.Profile;
import ponder.model.Cancellation;
import ponder.recipe.Solution;
import ponder.recipe.Solve;
import ponder.recipe.SolveTask;
import ponder.store.TraceFile;

/// Solves one problem after the other by a task's method and grades what comes out. Thread-safe.
final class Examiner {
  private final Solve solve;
  private final SolveTask task;
  private final boolean redacted;
  private final Audit audit;

  /// @param task what to do with each problem; its own problem is ignored
  /// @param redacted whether results hold no texts
  Examiner(Solve solve, SolveTask task, boolean redacted, Audit audit) {
    this.solve = solve;
    this.task = task;
    this.redacted = redacted;
    this.audit = audit;
  }

  /// A problem's result beside the solution that it grades.
  record Examined(ProblemResult result, Solution solution) {}

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
    TraceSink sink = audit == Audit.NONE ? TraceSink.NONE : tree;
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
    return new ProblemResult(
        problem.problem().id(),
        index,
        redacted ? null : problem.answer(),
        redacted ? null : answer,
        answer != null,
        verdict(answer, problem.answer()),
        redacted ? "" : solution.why(),
        solution.anytime(),
        solution.run(),
        candidates(solution.candidates(), problem.answer()),
        solution.thinkingTokens(),
        seconds,
        solution.spend(),
        solution.paid(),
        null);
  }

  private List<CandidateResult> candidates(List<Answer> candidates, String reference) {
    List<@Nullable String> answers = new ArrayList<>();
    candidates.forEach(candidate -> answers.add(candidate.value()));
    AnswerClasses classes = AnswerClasses.of(answers);
    Map<String, Boolean> known = new HashMap<>();
    List<CandidateResult> results = new ArrayList<>();
    for (int i = 0; i < candidates.size(); i++) {
      Answer candidate = candidates.get(i);
      String value = classes.classOf(i) < 0 ? null : candidate.value();
      boolean correct =
          value != null
              && known.computeIfAbsent(value, it -> verdict(it, reference) == Verdict.CORRECT);
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

  private static Verdict verdict(@Nullable String answer, String reference) {
    if (answer == null) {
      return Verdict.WRONG;
    }
    return switch (Grader.grade(answer, reference, Profile.STANDARD)) {
      case ponder.grade.Verdict.Correct correct -> Verdict.CORRECT;
      case ponder.grade.Verdict.Wrong wrong -> Verdict.WRONG;
      case ponder.grade.Verdict.Undecided undecided -> Verdict.UNDECIDED;
    };
  }
}

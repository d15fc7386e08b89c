package ponder.recipe;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import ponder.core.Fanout;
import ponder.core.LabelledProblem;
import ponder.core.Trace;
import ponder.grade.AnswerClasses;
import ponder.grade.Grader;
import ponder.grade.Profile;
import ponder.model.Cancellation;

/// Solves many problems by one task's method and grades what comes out.
///
/// Problems run side by side, so that an engine that batches has always enough to do; each has a
/// run of its own in the journal, so that an interrupted trial goes on where it was.
public final class Trials {
  private final Solve solve;
  private final int parallel;

  /// @param parallel how many problems are worked on at a time, at least 1
  public Trials(Solve solve, int parallel) {
    if (parallel < 1) {
      throw new IllegalArgumentException("parallel (" + parallel + ") must be at least 1.");
    }
    this.solve = solve;
    this.parallel = parallel;
  }

  /// One problem's result.
  ///
  /// @param correct whether the method's answer is right
  /// @param candidates whether each candidate's answer is right, in the solution's order
  /// @param thinkingTokens generated for thoughts, where the method tells them apart; else 0
  public record Row(
      LabelledProblem problem,
      Solution solution,
      boolean correct,
      List<Boolean> candidates,
      long thinkingTokens) {
    public Row {
      candidates = List.copyOf(candidates);
    }

    /// The part of the candidates that are right: what one sample is worth on average.
    public double single() {
      return candidates.isEmpty()
          ? 0
          : (double) candidates.stream().filter(it -> it).count() / candidates.size();
    }

    /// Whether any candidate is right: what a perfect selector would reach.
    public boolean any() {
      return candidates.contains(true);
    }

    /// Whether the candidate of the highest score is right; the earliest of equals.
    public boolean naive() {
      int best = -1;
      for (int i = 0; i < candidates.size(); i++) {
        if (best < 0 || score(i) > score(best)) {
          best = i;
        }
      }
      return best >= 0 && candidates.get(best);
    }

    /// Whether the class of answers with most candidates is right; the first seen of equals.
    public boolean majority() {
      return heaviest(false);
    }

    /// Whether the class of answers with the highest sum of scores is right; the first seen of
    /// equals.
    public boolean weighted() {
      return heaviest(true);
    }

    private boolean heaviest(boolean byScore) {
      List<@Nullable String> answers = new ArrayList<>();
      solution.candidates().forEach(candidate -> answers.add(candidate.value()));
      AnswerClasses classes = AnswerClasses.of(answers);
      double[] weights = new double[classes.count()];
      for (int i = 0; i < candidates.size(); i++) {
        if (classes.classOf(i) >= 0) {
          weights[classes.classOf(i)] += byScore ? score(i) : 1;
        }
      }
      int best = 0;
      for (int i = 1; i < weights.length; i++) {
        best = weights[i] > weights[best] ? i : best;
      }
      for (int i = 0; i < candidates.size(); i++) {
        if (weights.length > 0 && classes.classOf(i) == best) {
          return candidates.get(i);
        }
      }
      return false;
    }

    private double score(int index) {
      return solution.candidates().get(index).score();
    }
  }

  /// Solves `problems` as `task` says, whose own problem is ignored; blocks.
  ///
  /// @param reuse per problem, the runs whose samples may be used; as many as problems, or none
  /// @param each hears of every row as it comes, from several threads, one at a time
  /// @return the rows in the problems' order
  /// @throws RuntimeException what the first failing problem throws, once all have ended
  public List<Row> run(
      List<LabelledProblem> problems,
      SolveTask task,
      List<List<String>> reuse,
      Cancellation cancellation,
      Consumer<Row> each) {
    var slots = new Semaphore(parallel, true);
    List<Supplier<Row>> work = new ArrayList<>();
    for (int i = 0; i < problems.size(); i++) {
      LabelledProblem problem = problems.get(i);
      SolveTask own =
          task.withProblem(problem.problem())
              .withReuse(reuse.isEmpty() ? task.reuse() : reuse.get(i));
      work.add(
          () -> {
            slots.acquireUninterruptibly();
            try {
              Row row = row(problem, own, cancellation);
              synchronized (slots) {
                each.accept(row);
              }
              return row;
            } finally {
              slots.release();
            }
          });
    }
    return Fanout.all(work);
  }

  private Row row(LabelledProblem problem, SolveTask task, Cancellation cancellation) {
    var tree = new Trace.Builder();
    Solution solution = solve.run(task, tree, cancellation);
    long thinking =
        tree.build().nodes().stream()
            .filter(node -> node.proposer().startsWith("think"))
            .mapToLong(Trace.Node::tokens)
            .sum();
    return new Row(
        problem,
        solution,
        correct(solution.answer(), problem),
        solution.candidates().stream().map(it -> correct(it.value(), problem)).toList(),
        thinking);
  }

  private static boolean correct(@Nullable String answer, LabelledProblem problem) {
    return answer != null && Grader.grade(answer, problem.answer(), Profile.STANDARD).isCorrect();
  }
}

package ponder.search;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import ponder.core.Limits;
import ponder.grade.AnswerClasses;
import ponder.model.EngineException;
import ponder.search.RstarChoice.Verdict;

/// `--checked` of rStar's discriminator: counts again what it heard, said and cost, and fails if
/// anything does not add up.
///
/// Checked are: the tokens of all endings against what the budget was charged; what is left against
/// limit and spending; that a solution is judged by as many endings as there are masks; how many of
/// them agree, and the verdict that follows; and the scores of the choice, each summed up anew over
/// pairs of solutions, with the winner as the best of those that were kept. The model is not asked
/// again: endings are drawn at a temperature, and others need not agree.
final class DiscriminatorAudit {
  private static final double EXACT = 1e-9;

  private final RstarCheck check;
  private final Solver solver;
  private final long before;
  private final List<String> wrong = new ArrayList<>();

  /// Begins before anything is asked.
  DiscriminatorAudit(RstarCheck check, Solver solver) {
    this.check = check;
    this.solver = solver;
    before = spent();
  }

  private long spent() {
    return solver.budget().spent().generatedTokens();
  }

  /// Looks at what was said of a solution.
  ///
  /// @param answers of the endings; null for one without
  /// @param share the part of them that agree, as it was told
  void heard(
      RstarCandidate candidate, List<@Nullable String> answers, double share, Verdict verdict) {
    if (!solver.checked()) {
      return;
    }
    int node = candidate.attempt().node();
    boolean all = answers.size() == check.masks();
    if (answers.size() > check.masks() || all == (verdict == Verdict.UNHEARD)) {
      wrong.add("node %d is %s after %d endings".formatted(node, verdict, answers.size()));
    }
    if (!all) {
      return;
    }
    int[] sizes = sizes(candidate.answer(), answers);
    if (Math.abs(share - (double) sizes[0] / answers.size()) > EXACT) {
      wrong.add(
          "%d of %d endings agree with node %d, not %s"
              .formatted(sizes[0], answers.size(), node, share));
    }
    if (kept(sizes[0], sizes[1], answers.size()) != (verdict == Verdict.KEPT)) {
      wrong.add("node %d, with %d agreeing endings, is %s".formatted(node, sizes[0], verdict));
    }
  }

  /// How many endings come to `answer`; and how many to the answer that beats it: to one that more
  /// come to, or as many and the first earlier. 0 if there is none.
  private int[] sizes(String answer, List<@Nullable String> endings) {
    AnswerClasses classes = Majority.classes(answer, endings, solver.rubric());
    int own = classes.classOf(endings.size());
    int[] sizes = new int[classes.count()];
    int[] first = new int[classes.count()];
    for (int i = endings.size() - 1; i >= 0; i--) {
      if (classes.classOf(i) >= 0) {
        sizes[classes.classOf(i)]++;
        first[classes.classOf(i)] = i;
      }
    }
    int beating =
        IntStream.range(0, sizes.length)
            .filter(it -> it != own)
            .filter(
                it -> sizes[it] > sizes[own] || sizes[it] == sizes[own] && first[it] < first[own])
            .map(it -> sizes[it])
            .max()
            .orElse(0);
    return new int[] {sizes[own], beating};
  }

  private boolean kept(int agreeing, int beating, int endings) {
    return switch (check.keep()) {
      case LOOSE -> agreeing > 0;
      case MID -> agreeing >= endings - agreeing;
      case STRICT -> agreeing == endings;
      case MAJ -> agreeing > 0 && beating == 0;
    };
  }

  /// Looks at what all endings cost.
  ///
  /// @param whole whether the model never failed: what a failed call cost is in no ending
  /// @throws EngineException naming everything that does not add up
  void end(List<List<Solver.Sample>> endings, boolean whole) {
    if (!solver.checked()) {
      return;
    }
    long tokens =
        endings.stream()
            .flatMap(List::stream)
            .mapToLong(it -> it.completion().tokens().size())
            .sum();
    if (whole && tokens != spent() - before) {
      wrong.add("%d tokens were sampled and %d charged".formatted(tokens, spent() - before));
    }
    Limits limits = solver.budget().limits();
    long left = solver.budget().left().tokens();
    if (limits.tokens() != Limits.UNLIMITED && left > limits.tokens() - spent()) {
      wrong.add("%d tokens are left of %d after %d".formatted(left, limits.tokens(), spent()));
    }
    fail();
  }

  /// Looks at the choice.
  ///
  /// @param verdicts one for each of `candidates`
  /// @throws EngineException naming everything that does not add up
  void chosen(List<RstarCandidate> candidates, List<Verdict> verdicts, RstarChoice choice) {
    if (!solver.checked() || !verdicts.contains(Verdict.KEPT)) {
      return;
    }
    List<@Nullable String> answers = new ArrayList<>();
    candidates.forEach(it -> answers.add(it.answer()));
    AnswerClasses classes = solver.rubric().classes(answers);
    for (int i = 0; i < candidates.size(); i++) {
      double should = verdicts.get(i) == Verdict.KEPT ? score(i, candidates, verdicts, classes) : 0;
      if (!(Math.abs(choice.scores()[i] - should) <= EXACT)) {
        wrong.add(
            "solution %d has score %s and should have %s".formatted(i, choice.scores()[i], should));
      }
      if (choice.scores()[i] > choice.scores()[choice.winner()]) {
        wrong.add("solution %d is better than the winner, %d".formatted(i, choice.winner()));
      }
    }
    if (verdicts.get(choice.winner()) != Verdict.KEPT) {
      wrong.add("solution %d won without being kept".formatted(choice.winner()));
    }
    fail();
  }

  private double score(
      int of, List<RstarCandidate> candidates, List<Verdict> verdicts, AnswerClasses classes) {
    if (check.score() == RstarCheck.Score.PRODUCT) {
      return candidates.get(of).trajectory();
    }
    double found = 0;
    double reward = 0;
    double survived = 0;
    double heard = 0;
    for (int i = 0; i < candidates.size(); i++) {
      boolean same = classes.classOf(i) == classes.classOf(of);
      boolean stays = verdicts.get(i) == Verdict.KEPT;
      found += stays ? candidates.get(i).frequency() : 0;
      reward += same && stays ? candidates.get(i).reward() : 0;
      survived += same && stays ? 1 : 0;
      heard += same && verdicts.get(i) != Verdict.UNHEARD ? 1 : 0;
    }
    return reward / found / 2 + survived / heard / 2;
  }

  private void fail() {
    if (!wrong.isEmpty()) {
      throw new EngineException(
          "The discriminator does not add up: %s.".formatted(String.join("; ", wrong)));
    }
  }
}

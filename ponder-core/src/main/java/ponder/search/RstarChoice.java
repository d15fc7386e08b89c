package ponder.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import ponder.grade.AnswerClasses;
import ponder.grade.Rubric;

/// Which of rStar's solutions wins, by what the discriminator said of them.
///
/// Departs from the released code, which looks at the right answer here: it gives up where no kept
/// solution is right, and leaves out problems none of whose solutions is.
///
/// @param winner index of the solution
/// @param scores of all of them, in [0, 1]
/// @param why in words
record RstarChoice(int winner, double[] scores, String why) {
  /// What the discriminator said of a solution.
  enum Verdict {
    KEPT,
    REFUSED,
    /// The budget ended before, or the model failed.
    UNHEARD
  }

  private static final double SURE = 0.999;

  /// Whether the answers differ so little that nothing is left to discriminate.
  static boolean agreed(List<RstarCandidate> candidates, Rubric rubric) {
    double[] frequencies = sums(candidates, RstarCandidate::frequency, rubric);
    return Arrays.stream(frequencies).max().orElse(0) / Arrays.stream(frequencies).sum() > SURE;
  }

  /// The generator's own choice: the answer with most reward.
  ///
  /// @param candidates at least one
  static RstarChoice alone(List<RstarCandidate> candidates, String why, Rubric rubric) {
    AnswerClasses classes = classes(candidates, rubric);
    double[] rewards = sums(candidates, RstarCandidate::reward, rubric);
    double all = candidates.stream().mapToDouble(RstarCandidate::frequency).sum();
    double[] scores =
        IntStream.range(0, candidates.size())
            .mapToDouble(i -> rewards[classes.classOf(i)] / all)
            .toArray();
    int winner = best(candidates, indices(candidates), scores);
    return new RstarChoice(
        winner,
        scores,
        String.format(
            Locale.ROOT,
            "%s: %.3g of what %d solutions could be worth",
            why,
            scores[winner],
            scores.length));
  }

  /// The choice after the discriminator.
  ///
  /// @param candidates at least one
  /// @param verdicts one for each
  static RstarChoice of(
      List<RstarCandidate> candidates,
      List<Verdict> verdicts,
      RstarCheck.Score score,
      Rubric rubric) {
    List<Integer> kept =
        indices(candidates).stream().filter(i -> verdicts.get(i) == Verdict.KEPT).toList();
    long heard = verdicts.stream().filter(it -> it != Verdict.UNHEARD).count();
    if (kept.isEmpty()) {
      return alone(
          candidates,
          heard == 0
              ? "nothing could be checked"
              : "the discriminator kept none of %d solutions".formatted(heard),
          rubric);
    }
    double[] scores =
        switch (score) {
          case ADDITIVE -> additive(candidates, verdicts, kept, rubric);
          case PRODUCT -> product(candidates, kept);
        };
    int winner = best(candidates, kept, scores);
    return new RstarChoice(
        winner,
        scores,
        String.format(
            Locale.ROOT,
            "score %.3g, the highest of %d solutions kept of %d",
            scores[winner],
            kept.size(),
            heard));
  }

  /// Mean of an answer's share of the kept solutions' reward, and the share of its solutions that
  /// were kept. The paper's sum is twice that.
  private static double[] additive(
      List<RstarCandidate> candidates, List<Verdict> verdicts, List<Integer> kept, Rubric rubric) {
    AnswerClasses classes = classes(candidates, rubric);
    double found = kept.stream().mapToDouble(i -> candidates.get(i).frequency()).sum();
    double[] reward = new double[classes.count()];
    double[] survived = new double[classes.count()];
    double[] heard = new double[classes.count()];
    for (int i = 0; i < verdicts.size(); i++) {
      int own = classes.classOf(i);
      boolean stays = verdicts.get(i) == Verdict.KEPT;
      reward[own] += stays ? candidates.get(i).reward() : 0;
      survived[own] += stays ? 1 : 0;
      heard[own] += verdicts.get(i) == Verdict.UNHEARD ? 0 : 1;
    }
    double[] scores = new double[candidates.size()];
    for (int i : kept) {
      int own = classes.classOf(i);
      scores[i] = (reward[own] / found + survived[own] / heard[own]) / 2;
    }
    return scores;
  }

  private static double[] product(List<RstarCandidate> candidates, List<Integer> kept) {
    double[] scores = new double[candidates.size()];
    kept.forEach(i -> scores[i] = candidates.get(i).trajectory());
    return scores;
  }

  /// Of those with the highest score the one with most reward; then the first.
  private static int best(List<RstarCandidate> candidates, List<Integer> among, double[] scores) {
    int best = among.getFirst();
    for (int i : among) {
      boolean richer = candidates.get(i).reward() > candidates.get(best).reward();
      best = scores[i] > scores[best] || (scores[i] == scores[best] && richer) ? i : best;
    }
    return best;
  }

  private static List<Integer> indices(List<RstarCandidate> candidates) {
    return IntStream.range(0, candidates.size()).boxed().toList();
  }

  private static AnswerClasses classes(List<RstarCandidate> candidates, Rubric rubric) {
    List<@Nullable String> answers = new ArrayList<>();
    candidates.forEach(it -> answers.add(it.answer()));
    return rubric.classes(answers);
  }

  /// A value summed up over the solutions of each answer.
  private static double[] sums(
      List<RstarCandidate> candidates, ToDoubleFunction<RstarCandidate> value, Rubric rubric) {
    AnswerClasses classes = classes(candidates, rubric);
    double[] sums = new double[classes.count()];
    for (int i = 0; i < candidates.size(); i++) {
      sums[classes.classOf(i)] += value.applyAsDouble(candidates.get(i));
    }
    return sums;
  }
}

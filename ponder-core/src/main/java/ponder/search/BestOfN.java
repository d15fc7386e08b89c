package ponder.search;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import ponder.core.Event;
import ponder.core.Problem;
import ponder.grade.Rubric;
import ponder.model.LanguageModel;
import ponder.verify.Scores;
import ponder.verify.Verifier;

/// Samples many solutions, has each judged, and returns the best (Cobbe et al. 2021, "Training
/// Verifiers to Solve Math Word Problems"; the weighted mode: Li et al. 2023, "Making Large
/// Language Models Better Reasoners with Step-Aware Verifier").
///
/// Of a limited budget a part is kept back for the verifier ([Holdback]). Candidates that it left
/// unjudged nevertheless lose to those that were judged, as do those of which the model told
/// nothing to judge by; if none was judged, the vote decides. A candidate's score is the
/// verifier's; ties go to the earlier sample, ties between classes as in [Vote].
///
/// @param draws how many samples, and how they are drawn
/// @param mode how the judgements decide
record BestOfN(Draws draws, Mode mode) implements Strategy {
  /// How judgements decide.
  enum Mode {
    /// The class of answers with the largest sum of scores; of it, the best candidate's text.
    WEIGHTED,
    /// The candidate with the highest score.
    NAIVE,
    /// The class with the most candidates: self-consistency, the scores are only told.
    MAJ
  }

  @Override
  public Outcome solve(Problem problem, Solver solver) {
    Verifier verifier = solver.requireVerifier("best-of-n");
    Solver sampling = Holdback.before(problem, this, solver);
    Draws.Drawn drawn = draws.take(problem, sampling, false, attempts -> false);
    return drawn.attempts().isEmpty()
        ? Outcome.nothing()
        : decide(problem, drawn.attempts(), drawn.cut(), verifier, mode, solver);
  }

  /// Has `attempts` judged and picks the winner.
  ///
  /// @param attempts at least one, in index order
  static Outcome decide(
      Problem problem,
      List<Attempt> attempts,
      boolean cut,
      Verifier verifier,
      Mode mode,
      Solver solver) {
    List<Scores> scores = judge(problem, attempts, verifier, solver);
    return decide(
        attempts, scores, attempts.stream().map(it -> 1.0).toList(), cut, mode, solver.rubric());
  }

  /// Has `attempts` judged, and tells the scores.
  static List<Scores> judge(
      Problem problem, List<Attempt> attempts, Verifier verifier, Solver solver) {
    List<Scores> scores =
        verifier.score(problem, attempts.stream().map(Attempt::candidate).toList(), solver.purse());
    solver.count(scores);
    for (int i = 0; i < scores.size(); i++) {
      if (scores.get(i).judged()) {
        double value = scores.get(i).value();
        solver.sink().accept(new Event.Scored(attempts.get(i).node(), verifier.name(), value));
      }
    }
    return scores;
  }

  /// Picks the winner among attempts that were judged.
  ///
  /// @param scores one for each
  /// @param weights how much each counts in a weighted vote, beside its score; at least 0
  /// @param rubric which answers are equal
  static Outcome decide(
      List<Attempt> attempts,
      List<Scores> scores,
      List<Double> weights,
      boolean cut,
      Mode mode,
      Rubric rubric) {
    Choice choice = choose(attempts, scores, weights, mode, rubric);
    return Outcome.of(
        attempts.get(choice.winner), attempts, values(scores), choice.why, cut || over(scores));
  }

  /// Who wins among attempts that were judged.
  ///
  /// @param winner its index
  /// @param why what made it win, in words
  record Choice(int winner, String why) {}

  static double[] values(List<Scores> scores) {
    return scores.stream().mapToDouble(Scores::value).toArray();
  }

  /// Whether the budget left somebody unjudged.
  static boolean over(List<Scores> scores) {
    return scores.stream().anyMatch(it -> !it.judged() && !it.unknown());
  }

  /// Picks the winner, as [#decide] does.
  static Choice choose(
      List<Attempt> attempts, List<Scores> scores, List<Double> weights, Mode mode, Rubric rubric) {
    double[] values = values(scores);
    List<Integer> judged =
        IntStream.range(0, values.length).filter(i -> scores.get(i).judged()).boxed().toList();
    String reason = over(scores) ? "judged in time" : "judged, as the model tells too little";
    Choice choice =
        judged.isEmpty()
            ? vote(attempts, "no candidate was %s: ".formatted(reason), rubric)
            : choose(attempts, values, weights, judged, mode, rubric);
    return judged.isEmpty() || judged.size() == values.length
        ? choice
        : new Choice(
            choice.winner,
            "%s; %d of %d candidates were %s"
                .formatted(choice.why, judged.size(), values.length, reason));
  }

  private static Choice choose(
      List<Attempt> attempts,
      double[] values,
      List<Double> weights,
      List<Integer> judged,
      Mode mode,
      Rubric rubric) {
    return switch (mode) {
      case WEIGHTED -> weighted(attempts, values, weights, judged, rubric);
      case NAIVE -> naive(values, judged, "the highest score of ");
      case MAJ -> {
        Choice vote = vote(judged.stream().map(attempts::get).toList(), "", rubric);
        yield new Choice(judged.get(vote.winner), vote.why);
      }
    };
  }

  private static Choice naive(double[] values, List<Integer> among, String words) {
    int best = among.getFirst();
    for (int index : among) {
      best = values[index] > values[best] ? index : best;
    }
    return new Choice(
        best,
        String.format(
            Locale.ROOT, "score %.3g, %s%d candidates", values[best], words, among.size()));
  }

  private static Choice weighted(
      List<Attempt> attempts,
      double[] values,
      List<Double> weights,
      List<Integer> judged,
      Rubric rubric) {
    Vote vote =
        Vote.of(
            judged.stream().map(attempts::get).toList(),
            judged.stream().mapToDouble(index -> values[index] * weights.get(index)).toArray(),
            rubric);
    List<Integer> winners = vote.winners().stream().map(judged::get).toList();
    return winners.isEmpty()
        ? naive(values, judged, "no candidate holds an answer; the highest score of ")
        : new Choice(naive(values, winners, "").winner, vote.why());
  }

  private static Choice vote(List<Attempt> attempts, String before, Rubric rubric) {
    Vote vote = Vote.of(attempts, rubric);
    return new Choice(
        vote.winners().isEmpty() ? 0 : vote.winners().getFirst(), before + vote.why());
  }

  @Override
  public Plan plan(Problem problem, LanguageModel model) {
    return draws.plan(problem, model).withJudged(draws.n());
  }
}

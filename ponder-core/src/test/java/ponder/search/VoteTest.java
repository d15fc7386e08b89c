package ponder.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import ponder.grade.Rubric;
import ponder.testkit.Dice;
import ponder.testkit.Law;
import ponder.verify.Candidate;

class VoteTest {
  private static Attempt attempt(@Nullable String answer, double meanLogprob, double certainty) {
    String text = answer == null ? "well" : answer;
    return new Attempt(
        1, new Candidate(text, List.of(text), answer, 10, 10 * meanLogprob, certainty));
  }

  private static Attempt attempt(@Nullable String answer, double meanLogprob) {
    return attempt(answer, meanLogprob, Double.NaN);
  }

  private static Weight weight(Weight.Kind kind) {
    return new Weight(kind, Weight.DEFAULT_TEMPERATURE, Weight.DEFAULT_POWER);
  }

  @Test
  void equalsGoToTheMoreProbableThenToTheFirst() {
    List<Attempt> probable = List.of(attempt("1", -2), attempt("2", -1));
    List<Attempt> equal = List.of(attempt(null, 0), attempt("1", -1), attempt("2", -1));

    assertThat(Vote.of(probable, Rubric.MATH).winners()).containsExactly(1);
    assertThat(Vote.of(equal, Rubric.MATH).winners()).containsExactly(1);
    assertThat(Vote.of(equal, Rubric.MATH).why())
        .isEqualTo("1 of 2 votes, the most probable of 2 classes with as many");
  }

  @Test
  void weightCountsBeforeNumber() {
    List<Attempt> attempts = List.of(attempt("1", -1), attempt("1", -1), attempt("2", -1));
    Vote vote = Vote.of(attempts, new double[] {0.2, 0.2, 0.9}, Rubric.MATH);

    assertThat(vote.winners()).containsExactly(2);
    assertThat(vote.share(2)).isEqualTo(0.9 / 1.3, within(1e-12));
    assertThat(vote.why()).isEqualTo("0.900 of 1.30 by weight, 1 of 3 votes");
  }

  @Test
  void classesOfAnswersVoteTogether() {
    assertThat(
            Vote.of(List.of(attempt("7", 0), attempt("42", -5), attempt("42.0", -5)), Rubric.MATH)
                .winners())
        .containsExactly(1, 2);
  }

  @Test
  void nothingWinsWithoutAnswers() {
    Vote vote = Vote.of(List.of(attempt(null, -1), attempt(null, -1)), Rubric.MATH);

    assertThat(vote.winners()).isEmpty();
    assertThat(vote.share(0)).isZero();
    assertThat(vote.leaders()).containsExactly(0, 0);
  }

  @Test
  void modelsWithoutLogprobabilitiesVoteByNumberAndOrder() {
    List<Attempt> attempts = List.of(attempt("1", Double.NaN), attempt("2", Double.NaN));

    assertThat(Vote.of(attempts, Rubric.MATH).winners()).containsExactly(0);
    assertThat(weight(Weight.Kind.LOGPROB).vote(attempts, Rubric.MATH).winners())
        .containsExactly(0);
    assertThat(weight(Weight.Kind.LOGPROB).warning(attempts, "m"))
        .isEqualTo("Model m does not tell what weight=logprob needs: all votes weigh the same.");
    assertThat(weight(Weight.Kind.LOGPROB).warning(List.of(attempt("1", -1)), "m")).isEmpty();
  }

  @Test
  void votesThatCannotBeWeighedWeighNothing() {
    List<Attempt> attempts =
        List.of(
            attempt("1", Double.NaN),
            attempt("1", Double.NaN),
            attempt("2", -9, 3),
            attempt(null, 0));
    for (Weight.Kind kind : List.of(Weight.Kind.LOGPROB, Weight.Kind.SELF_CERTAINTY)) {
      for (double power : new double[] {0, 0.5}) {
        Vote vote = new Weight(kind, 1, power).vote(attempts, Rubric.MATH);

        assertThat(vote.winners()).containsExactly(2);
        assertThat(vote.shares(4)).containsExactly(0, 0, 1, 0);
      }
    }
    assertThat(weight(Weight.Kind.SELF_CERTAINTY).warning(attempts, "m"))
        .isEqualTo(
            "Model m does not tell of 2 of 3 votes what weight=self-certainty needs: they weigh nothing.");
    assertThat(weight(Weight.Kind.NONE).warning(attempts, "m")).isEmpty();
  }

  @Test
  void softmaxOfMeanLogprobabilities() {
    Weight weight = new Weight(Weight.Kind.LOGPROB, 0.5, 0);

    double[] weights = weight.softmax(new double[] {-1, -1.5, Double.NEGATIVE_INFINITY});

    assertThat(weights[0]).isEqualTo(1 / (1 + Math.exp(-1)), within(1e-12));
    assertThat(weights[1]).isEqualTo(Math.exp(-1) / (1 + Math.exp(-1)), within(1e-12));
    assertThat(weights[2]).isZero();
  }

  @Test
  void surerClassWinsByLogprob() {
    List<Attempt> attempts = List.of(attempt("1", -3), attempt("1", -3), attempt("2", -1));

    // e^-1 against 2 e^-3.
    assertThat(weight(Weight.Kind.LOGPROB).vote(attempts, Rubric.MATH).winners())
        .containsExactly(2);
    assertThat(new Weight(Weight.Kind.LOGPROB, 1000, 0).vote(attempts, Rubric.MATH).winners())
        .containsExactly(0, 1);
  }

  @Test
  void bordaCountsRanksOfCertainty() {
    Weight weight = weight(Weight.Kind.SELF_CERTAINTY);
    double none = Double.NEGATIVE_INFINITY;

    assertThat(weight.borda(new double[] {5, 9, none, 7}, 3))
        .containsExactly(1, Math.sqrt(3), 0, Math.sqrt(2));
    assertThat(weight.borda(new double[] {4, 4, 2}, 3))
        .containsExactly(Math.sqrt(3), Math.sqrt(3), 1);
  }

  @Test
  void certainAttemptsOutvoteUncertainOnesOnlyWithPower() {
    List<Attempt> attempts =
        List.of(
            attempt("1", -1, 2),
            attempt("1", -1, 3),
            attempt("1", -1, 4),
            attempt("2", -1, 8),
            attempt("2", -1, 9));

    // 1 + sqrt 2 + sqrt 3 = 4.146 against sqrt 4 + sqrt 5 = 4.236.
    assertThat(weight(Weight.Kind.SELF_CERTAINTY).vote(attempts, Rubric.MATH).winners()).hasSize(2);
    assertThat(new Weight(Weight.Kind.SELF_CERTAINTY, 1, 0).vote(attempts, Rubric.MATH).winners())
        .hasSize(3);
  }

  @Test
  void equalWeightsAreAPlainVote() {
    Law.forAll(
        "equal weights are a plain vote",
        300,
        seed -> {
          Dice dice = new Dice(seed);
          List<Attempt> attempts = attempts(dice, true);
          double[] weights = new double[attempts.size()];
          Arrays.fill(weights, dice.chance(20) ? 0 : dice.unit());

          List<Integer> plain = Vote.of(attempts, Rubric.MATH).winners();
          assertThat(Vote.of(attempts, weights, Rubric.MATH).winners()).isEqualTo(plain);
          assertThat(weight(Weight.Kind.SELF_CERTAINTY).vote(attempts, Rubric.MATH).winners())
              .isEqualTo(plain);
        });
  }

  @Test
  void orderOfAttemptsChangesNothingUnlessAllElseIsEqual() {
    Law.forAll(
        "a vote does not depend on order",
        300,
        seed -> {
          Dice dice = new Dice(seed);
          List<Attempt> attempts = attempts(dice, false);
          List<Attempt> shuffled = new ArrayList<>(attempts);
          for (int i = shuffled.size() - 1; i > 0; i--) {
            java.util.Collections.swap(shuffled, i, dice.below(i + 1));
          }

          assertThat(winner(shuffled)).isEqualTo(winner(attempts));
        });
  }

  private static @Nullable String winner(List<Attempt> attempts) {
    List<Integer> winners = Vote.of(attempts, Rubric.MATH).winners();
    return winners.isEmpty() ? null : attempts.get(winners.getFirst()).answer();
  }

  private static List<Attempt> attempts(Dice dice, boolean equal) {
    List<Attempt> attempts = new ArrayList<>();
    for (int i = dice.between(1, 12); i > 0; i--) {
      String answer = dice.chance(20) ? null : Integer.toString(dice.below(4));
      attempts.add(attempt(answer, equal ? -1 : -dice.unit(), 5));
    }
    return attempts;
  }
}

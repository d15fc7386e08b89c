package ponder.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import ponder.core.Budget;
import ponder.core.Limits;
import ponder.core.Problem;
import ponder.core.Spend;
import ponder.model.Cancellation;
import ponder.model.Purse;
import ponder.verify.Candidate;
import ponder.verify.Scores;
import ponder.verify.Verifier;

/// What every [Verifier] keeps. A test of a verifier extends it and says how one is made.
public abstract class VerifierContract {
  public static final Problem PROBLEM = new Problem("sum", "What is 17 + 25?");

  /// A new verifier that knows [#PROBLEM], on a model of its own if it has one.
  protected abstract Verifier verifier();

  /// Whether its judgements cost calls.
  protected abstract boolean pays();

  /// Candidates of every kind: right, wrong, long, without an answer, without a text.
  public static List<Candidate> candidates() {
    return List.of(
        candidate("42", "Add the tens: 10 + 20 = 30.\n\n", "Add the ones: 12.\n\n", "42"),
        candidate("41", "Guess.\n\n", "41"),
        candidate(null, "I do not know."),
        candidate("42.0", "42.0"),
        candidate(null),
        candidate("42", "One <|im_end|> token spelled out.\n\n", "\n\n", "42"),
        candidate("-3", "Subtract.\n\n", "No, wait.\n\n", "Well.\n\n", "So\n\n", "-3"));
  }

  /// A candidate with these steps; its log-probabilities and certainty follow from its length.
  public static Candidate candidate(@Nullable String answer, String... steps) {
    String text = String.join("", steps);
    return new Candidate(
        text, List.of(steps), answer, text.length(), -0.25 * text.length(), 3 + steps.length);
  }

  /// A purse that pays for everything.
  public static Purse rich() {
    return purse(Limits.NONE);
  }

  public static Purse purse(Limits limits) {
    return new Purse(Budget.of(limits), new Cancellation());
  }

  public static Limits calls(long most) {
    return new Limits(
        Limits.UNLIMITED,
        most,
        Limits.UNLIMITED,
        Double.POSITIVE_INFINITY,
        Double.POSITIVE_INFINITY);
  }

  @Test
  void judgesEveryCandidateWithinTheRange() {
    List<Scores> scores = verifier().score(PROBLEM, candidates(), rich());

    assertThat(scores).hasSameSizeAs(candidates()).allMatch(Scores::judged);
    for (int i = 0; i < scores.size(); i++) {
      assertThat(scores.get(i).value()).isBetween(0.0, 1.0);
      assertThat(scores.get(i).steps()).allMatch(it -> it >= 0 && it <= 1);
      if (!scores.get(i).steps().isEmpty()) {
        assertThat(scores.get(i).steps()).hasSameSizeAs(candidates().get(i).steps());
      }
    }
  }

  @Test
  void judgesNobodyForNothing() {
    Purse purse = rich();

    assertThat(verifier().score(PROBLEM, List.of(), purse)).isEmpty();
    assertThat(purse.budget().spent().withSeconds(0)).isEqualTo(Spend.NONE);
  }

  @Test
  void saysTheSameAgain() {
    Verifier verifier = verifier();
    List<Scores> first = verifier.score(PROBLEM, candidates(), rich());

    assertThat(verifier.score(PROBLEM, candidates(), rich())).isEqualTo(first);
    assertThat(verifier().score(PROBLEM, candidates(), rich())).isEqualTo(first);
  }

  @Test
  void doesNotCareForTheOrder() {
    List<Scores> straight = verifier().score(PROBLEM, candidates(), rich());
    Law.forAll(
        "permuted candidates get permuted scores",
        10,
        seed -> {
          List<Integer> order = new ArrayList<>();
          Dice dice = new Dice(seed);
          IntStream.range(0, straight.size()).forEach(i -> order.add(dice.below(i + 1), i));
          List<Candidate> permuted = order.stream().map(candidates()::get).toList();

          assertThat(verifier().score(PROBLEM, permuted, rich()))
              .isEqualTo(order.stream().map(straight::get).toList());
        });
  }

  @Test
  void leavesTheLastUnjudgedWhenTheBudgetIsOut() {
    Purse free = rich();
    List<Scores> all = verifier().score(PROBLEM, candidates(), free);
    long needed = free.budget().spent().calls();
    assertThat(needed > 0).isEqualTo(pays());
    for (long most = 0; most <= needed; most++) {
      Purse purse = purse(calls(most));
      List<Scores> scores = verifier().score(PROBLEM, candidates(), purse);

      int judged = (int) scores.stream().takeWhile(Scores::judged).count();
      assertThat(scores.subList(0, judged)).isEqualTo(all.subList(0, judged));
      assertThat(scores.subList(judged, scores.size())).allMatch(Scores.UNJUDGED::equals);
      long spent = purse.budget().spent().calls();
      assertThat(spent).isLessThanOrEqualTo(most);
      assertThat(purse.budget().left().calls())
          .as("nothing stays reserved")
          .isEqualTo(most - spent);
      assertThat(judged == scores.size()).isEqualTo(most == needed);
    }
  }

  @Test
  void judgesNobodyForAUserWhoCancelled() {
    assumeTrue(pays(), "It judges at once and for nothing.");
    Cancellation cancellation = new Cancellation();
    cancellation.cancel();
    Purse purse = new Purse(Budget.of(Limits.NONE), cancellation);

    assertThat(verifier().score(PROBLEM, candidates(), purse))
        .isEqualTo(Collections.nCopies(candidates().size(), Scores.UNJUDGED));
  }
}

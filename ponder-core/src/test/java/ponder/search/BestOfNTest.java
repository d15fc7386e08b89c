package ponder.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ponder.core.Answer;
import ponder.core.Budget;
import ponder.core.Event;
import ponder.core.Problem;
import ponder.core.Spend;
import ponder.model.LanguageModel;
import ponder.model.Purse;
import ponder.model.Scoring;
import ponder.testkit.Dice;
import ponder.testkit.Law;
import ponder.testkit.OpinionModel;
import ponder.testkit.WordTokenizer;
import ponder.verify.Aggregation;
import ponder.verify.Candidate;
import ponder.verify.Scores;
import ponder.verify.Verifier;
import ponder.verify.Verifiers;

class BestOfNTest {
  private static final LittleModel MODEL =
      LittleModel.saying("\\boxed{1}", "\\boxed{2}", "\\boxed{2} ", "\\boxed{3}");
  private static final Map<String, String> FOUR = Map.of("n", "4");

  /// 1: 0.7; 2: 0.4 and 0.5; 3: 0.2.
  private static final Verifier JUDGE =
      Trying.judge(
          it ->
              switch (it.text()) {
                case "\\boxed{1}" -> 0.7;
                case "\\boxed{2}" -> 0.4;
                case "\\boxed{2} " -> 0.5;
                default -> 0.2;
              });

  private static Outcome solve(String mode) {
    return new Trying(MODEL)
        .judgedBy(JUDGE)
        .solve("bon", Map.of("n", "4", "wave", "3", "mode", mode));
  }

  @Test
  void weightedSumsScoresByAnswer() {
    Outcome outcome = solve("weighted");

    assertThat(outcome.answer()).isEqualTo("2");
    assertThat(outcome.text()).isEqualTo("\\boxed{2} ");
    assertThat(outcome.why()).isEqualTo("0.900 of 1.80 by weight, 2 of 4 votes");
    assertThat(outcome.candidates()).extracting(Answer::score).containsExactly(0.7, 0.4, 0.5, 0.2);
    assertThat(outcome.anytime()).isFalse();
  }

  @Test
  void naiveTakesTheHighestScore() {
    assertThat(solve("naive").answer()).isEqualTo("1");
    assertThat(solve("naive").why()).isEqualTo("score 0.700, the highest score of 4 candidates");
  }

  @Test
  void majOnlyTellsScores() {
    assertThat(solve("maj").answer()).isEqualTo("2");
    assertThat(solve("maj").text()).isEqualTo("\\boxed{2}");
    assertThat(solve("maj").why()).isEqualTo("2 of 4 votes");
  }

  @Test
  void traceTellsEveryScore() {
    Trying trying = new Trying(MODEL).judgedBy(JUDGE);

    trying.solve("best-of-n", FOUR);

    assertThat(trying.events)
        .filteredOn(Event.Scored.class::isInstance)
        .containsExactly(
            new Event.Scored(1, "judge", 0.7),
            new Event.Scored(2, "judge", 0.4),
            new Event.Scored(3, "judge", 0.5),
            new Event.Scored(4, "judge", 0.2));
  }

  @Test
  void withoutAnswersTheHighestScoreWins() {
    Trying trying = new Trying(LittleModel.saying("well", "hm")).judgedBy(Trying.judge(it -> 0.5));

    Outcome outcome = trying.solve("best-of-n", Map.of("n", "2"));

    assertThat(outcome.answer()).isNull();
    assertThat(outcome.text()).isEqualTo("well");
    assertThat(outcome.why())
        .isEqualTo("score 0.500, no candidate holds an answer; the highest score of 2 candidates");
  }

  @Test
  void needsAVerifier() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Trying(MODEL).solve("best-of-n", FOUR))
        .withMessage("method (best-of-n) needs a verifier. Maybe --verifier logprob was meant.");
    assertThat(Methods.named("best-of-n").verifier()).isEqualTo("logprob");
    assertThat(Methods.named("best-of-n").wantsVerifier()).isTrue();
    assertThat(Methods.named("self-consistency").wantsVerifier()).isFalse();
  }

  @Test
  void constantVerifierMakesWeightedAVoteAndNaiveTheFirst() {
    Law.forAll(
        "a constant verifier decides nothing",
        60,
        seed -> {
          Dice dice = new Dice(seed);
          LittleModel model = LittleModel.saying(texts(dice));
          Map<String, String> settings = Map.of("n", dice.between(1, 9) + "");
          double value = dice.chance(20) ? 0 : dice.unit();
          Trying trying = new Trying(model).judgedBy(Trying.judge(it -> value));

          Outcome vote = trying.solve("self-consistency", settings);
          Outcome weighted = trying.solve("best-of-n", settings);
          Outcome naive = trying.solve("best-of-n", with(settings, "mode", "naive"));
          Outcome majority = trying.solve("best-of-n", with(settings, "mode", "maj"));

          assertThat(weighted.answer()).isEqualTo(vote.answer());
          assertThat(weighted.node()).isEqualTo(vote.node());
          assertThat(majority.node()).isEqualTo(vote.node());
          assertThat(naive.node()).isEqualTo(1);
        });
  }

  @Test
  void waveSizeChangesNothing() {
    Law.forAll(
        "wave size changes nothing",
        40,
        seed -> {
          Dice dice = new Dice(seed);
          LittleModel model = LittleModel.saying(texts(dice));
          Map<String, String> settings = Map.of("n", "7", "wave", dice.between(1, 7) + "");
          for (String method : List.of("best-of-n", "self-consistency")) {
            Trying trying = new Trying(model).judgedBy(Trying.judge(it -> it.tokens() / 99.0));

            assertThat(trying.solve(method, settings))
                .isEqualTo(trying.solve(method, Map.of("n", "7", "wave", "7")));
          }
        });
  }

  static String[] texts(Dice dice) {
    List<String> texts = new ArrayList<>();
    for (int i = dice.between(1, 6); i > 0; i--) {
      texts.add(
          dice.chance(20) ? "hm" : "x".repeat(dice.below(9)) + "\\boxed{%d}".formatted(i / 2));
    }
    return texts.toArray(String[]::new);
  }

  private static Map<String, String> with(Map<String, String> settings, String key, String value) {
    Map<String, String> all = new java.util.TreeMap<>(settings);
    all.put(key, value);
    return all;
  }

  /// Asks the model a word about each candidate.
  private record Asking(LanguageModel model, boolean tells) implements Verifier {
    @Override
    public String name() {
      return "asking";
    }

    @Override
    public Spend judging(Problem problem, long tokens) {
      return tells ? new Spend(10, 0, 20, 0, 1, 0, 0) : Spend.NONE;
    }

    @Override
    public List<Scores> score(Problem problem, List<Candidate> candidates, Purse purse) {
      return candidates.stream().map(it -> score(it, purse)).toList();
    }

    private Scores score(Candidate candidate, Purse purse) {
      Optional<Budget.Reservation> reserved = purse.reserve(model, 1, 20, 0);
      if (reserved.isEmpty()) {
        return Scores.UNJUDGED;
      }
      try (Budget.Reservation reservation = reserved.get()) {
        reservation.settle(new Spend(10, 0, reservation.maxTokens(), 0, 1, 0, 0), 1);
        return Scores.outcome(candidate.text().contains("3") ? 0.9 : 0.1);
      }
    }
  }

  @Test
  void unjudgedCandidatesLose() {
    Trying trying = new Trying(MODEL).judgedBy(new Asking(MODEL, false)).budget("3calls");

    Outcome outcome = trying.solve("best-of-n", FOUR);

    assertThat(outcome.answer()).isEqualTo("1");
    assertThat(outcome.anytime()).isTrue();
    assertThat(outcome.why()).endsWith("; 2 of 4 candidates were judged in time");
    assertThat(outcome.candidates()).extracting(Answer::score).containsExactly(0.1, 0.1, 0.0, 0.0);
  }

  @Test
  void theVoteDecidesWhereNothingIsJudged() {
    Trying trying = new Trying(MODEL).judgedBy(new Asking(MODEL, false)).budget("1calls");

    Outcome outcome = trying.solve("best-of-n", FOUR);

    assertThat(outcome.answer()).isEqualTo("2");
    assertThat(outcome.anytime()).isTrue();
    assertThat(outcome.why()).isEqualTo("no candidate was judged in time: 2 of 4 votes");
  }

  @ParameterizedTest
  @CsvSource({
    "2calls, false, 1",
    "5calls, true, 2",
    "20tok, true, 1",
    "40tok, true, 2",
    "700kflop, false, 1",
    "800kflop, false, 2",
    "800kflop, true, 1"
  })
  void aTightBudgetEndsWithJudgedCandidates(String budget, boolean writes, int atLeast) {
    Set<Class<?>> lacking = writes ? Set.of(Scoring.class) : Set.of();
    LanguageModel judging =
        new OpinionModel(new WordTokenizer("Yes", "No"), OpinionModel::whim, lacking, 4096);
    for (String text : List.of("judge", "mean(judge,vote)")) {
      Trying trying =
          new Trying(MODEL)
              .judgedBy(Verifiers.open(text, Aggregation.LAST, judging))
              .budget(budget.replace("kflop", "e3flop"));

      Outcome outcome = trying.solve("bon", Map.of("n", "4", "max-tokens", "12", "wave", "1"));

      assertThat(trying.events.stream().filter(Event.Scored.class::isInstance).count())
          .as("%s: %s", text, outcome.why())
          .isGreaterThanOrEqualTo(atLeast);
    }
  }

  /// Says of every second candidate that nothing is known of it.
  private record Doubting(Scores doubt) implements Verifier {
    @Override
    public String name() {
      return "doubting";
    }

    @Override
    public List<Scores> score(Problem problem, List<Candidate> candidates, Purse purse) {
      return candidates.stream()
          .map(it -> it.text().length() == 9 ? doubt : Scores.outcome(0.5))
          .toList();
    }
  }

  private static List<Event> warnings(Trying trying) {
    return trying.events.stream().filter(Event.Warned.class::isInstance).toList();
  }

  @Test
  void unreadableVerdictsAreToldOncePerSolve() {
    Scores broken = new Scores(0.25, List.of(0.0, 0.5), true, 2);
    Trying trying = new Trying(MODEL).judgedBy(new Doubting(broken));

    trying.solve("bon", FOUR);
    assertThat(warnings(trying))
        .containsExactly(
            new Event.Warned(
                "Verifier doubting gave no readable value in 6 cases, each of which counts as 0."));
    trying.solve("bon&bon|bon", Map.of());
    assertThat(warnings(trying)).hasSize(1);
    trying.judgedBy(JUDGE).solve("bon", FOUR);
    assertThat(warnings(trying)).isEmpty();
  }

  @Test
  void candidatesOfWhichNothingIsKnownLose() {
    LittleModel model = LittleModel.saying("\\boxed{1}", "\\boxed{2} ");
    Trying trying = new Trying(model).judgedBy(new Doubting(Scores.UNKNOWN));

    Outcome outcome = trying.solve("bon", Map.of("n", "3"));

    assertThat(outcome.answer()).isEqualTo("2");
    assertThat(outcome.anytime()).isFalse();
    assertThat(outcome.why())
        .endsWith("; 1 of 3 candidates were judged, as the model tells too little");
    assertThat(warnings(trying))
        .singleElement()
        .asString()
        .contains("could not judge 2 candidates", "Maybe --verifier vote");
  }

  @Test
  void aPartOfTheBudgetIsKeptBackForTheVerifier() {
    Map<String, String> settings = Map.of("n", "4", "max-tokens", "12", "wave", "1");

    Outcome blind =
        new Trying(MODEL).judgedBy(new Asking(MODEL, false)).budget("40tok").solve("bon", settings);
    Outcome seeing =
        new Trying(MODEL).judgedBy(new Asking(MODEL, true)).budget("40tok").solve("bon", settings);

    assertThat(blind.why()).startsWith("no candidate was judged");
    // 15 tokens: one sample is whole, the next one cut short.
    assertThat(seeing.answer()).isEqualTo("1");
    assertThat(seeing.why()).startsWith("0.100 of 0.100 by weight, 1 of 1 votes");
    assertThat(seeing.anytime()).isTrue();
  }
}

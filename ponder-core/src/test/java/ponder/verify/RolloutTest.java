package ponder.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import ponder.core.Budget;
import ponder.core.Limits;
import ponder.core.Problem;
import ponder.core.Seed;
import ponder.model.Cancellation;
import ponder.model.Prompt;
import ponder.model.Purse;
import ponder.testkit.ScriptedModel;

/// Verifiers that let a model write: roll-outs and valued thoughts.
class RolloutTest {
  private static final Problem PROBLEM = Problem.of("6*7?");

  private static Candidate begun(String text) {
    return new Candidate(text, List.of(text), null, 3, -1, Double.NaN);
  }

  private static Candidate finished(String text, @Nullable String answer) {
    return new Candidate(text, List.of(text), answer, 3, -1, Double.NaN);
  }

  private static Purse purse(String limits) {
    return new Purse(
        Budget.of(limits.isEmpty() ? Limits.NONE : Limits.parse(limits)), new Cancellation());
  }

  /// Behind "good" three of four roll-outs say 7, behind "bad" one.
  private static ScriptedModel policy() {
    return new ScriptedModel(
        (prompt, sample) -> {
          int right = prompt.endsWith("good\n\n") ? 3 : 1;
          return "\\boxed{" + (sample < right ? "7" : Integer.toString(sample)) + "}";
        });
  }

  @Test
  void aBeginningIsWorthHowOftenItReachesTheUsualAnswer() {
    Verifier rollout = Verifiers.open("rollout:4", Aggregation.LAST, policy());

    List<Scores> scores =
        rollout.score(
            PROBLEM,
            List.of(begun("good\n\n"), begun("bad\n\n"), finished("7.", "7"), finished("8.", "8")),
            purse(""));

    assertThat(scores).extracting(Scores::value).containsExactly(0.75, 0.25, 1.0, 0.0);
    assertThat(rollout.together()).isTrue();
  }

  @Test
  void itGoesOnWithThePromptThatTheCandidateTells() {
    ScriptedModel model = policy();
    Verifier rollout = Verifiers.open("rollout:4", Aggregation.LAST, model);
    Prompt next = Prompt.text("that is good\n\n");

    List<Scores> scores =
        rollout.score(PROBLEM, List.of(begun("bad\n\n").withNext(next)), purse(""));

    assertThat(scores.getFirst().value()).isEqualTo(0.75);
    assertThat(model.calls().getFirst().prompt()).isEqualTo("that is good\n\n");
  }

  @Test
  void rolloutsKeepToTheBudget() {
    for (int tokens = 1; tokens < 120; tokens++) {
      Purse purse = purse(tokens + "tok");
      Verifier rollout = Verifiers.open("rollout:4", Aggregation.LAST, policy());
      List<Scores> scores =
          rollout.score(PROBLEM, List.of(begun("good\n\n"), begun("bad\n\n")), purse);

      assertThat(purse.budget().spent().generatedTokens()).isLessThanOrEqualTo(tokens);
      assertThat(scores.getFirst().judged()).isEqualTo(tokens >= 4);
      assertThat(scores.get(1).judged()).isFalse(); // all was reserved for the first
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      value = {
        "I am sure that it leads there; 20",
        "I am not at all sure; ",
        "I'm unsure; ",
        "I can't be sure; ",
        "Nobody isn’t quite sure; ",
        "surety; ",
        "Not sure, but likely; 1",
        "That is not very likely; 0.001",
        "imposs; 0.001",
      })
  void verdictsAreWholeWords(String text, @Nullable Double value) {
    assertThat(ThoughtValue.said(text)).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rollout:4", "thought", "mean(thought,judge)"})
  void drawsComeFromTheSeedAndTheText(String verifier) {
    long first = drawn(verifier, 1, "good\n\n");

    assertThat(drawn(verifier, 1, "good\n\n")).isEqualTo(first);
    assertThat(drawn(verifier, 2, "good\n\n")).isNotEqualTo(first);
    assertThat(drawn(verifier, 1, "bad\n\n")).isNotEqualTo(first);
  }

  private static long drawn(String verifier, long seed, String text) {
    ScriptedModel model = policy();
    Verifiers.open(verifier, Aggregation.LAST, model, Map.of(), new Seed(seed))
        .score(PROBLEM, List.of(begun(text)), purse(""));
    return model.calls().getFirst().request().seed();
  }

  @Test
  void whatEndedWithoutAnAnswerIsRolledOutToo() {
    ScriptedModel model = policy();
    Verifier rollout = Verifiers.open("rollout:4", Aggregation.LAST, model);

    rollout.score(PROBLEM, List.of(finished("I give up.", null), finished("7.", "7")), purse(""));

    assertThat(model.calls()).hasSize(1);
  }

  @Test
  void nobodyAgreesWithoutAnAnswer() {
    Verifier rollout = Verifiers.open("rollout:2", Aggregation.LAST, ScriptedModel.always("hm"));

    assertThat(rollout.score(PROBLEM, List.of(begun("a"), begun("b")), purse("")))
        .allMatch(it -> it.judged() && it.value() == 0);
  }

  @ParameterizedTest
  @CsvSource({
    "sure, sure, sure, 1.0",
    "likely, likely, likely, 0.05",
    "Sure!, impossible, hm, 0.33335",
    "unlikely, impossible, impossible, 0.00005",
    "unsure, not sure, sure, 0.333333333333333",
    "Unsure., NOT SURE, hm, NaN",
    "ensure, assured, sure, 0.333333333333333"
  })
  void thoughtsAreWorthTheirWords(String first, String second, String third, double value) {
    ScriptedModel model = ScriptedModel.cycle(first, second, third);
    Verifier thought = Verifiers.open("thought", Aggregation.LAST, model);

    Scores scores = thought.score(PROBLEM, List.of(begun("so far\n\n")), purse("")).getFirst();

    assertThat(scores.value()).isCloseTo(Double.isNaN(value) ? 0 : value, within(1e-12));
    assertThat(scores.faults()).isEqualTo(Double.isNaN(value) ? 1 : 0);
    assertThat(model.calls().getFirst().prompt()).contains("6*7?").contains("so far");
  }

  @Test
  void noVerdictIsAFault() {
    Verifier thought = Verifiers.open("thought", Aggregation.LAST, ScriptedModel.always("hm"));

    Scores scores = thought.score(PROBLEM, List.of(begun("so far")), purse("")).getFirst();

    assertThat(scores).isEqualTo(new Scores(0, List.of(), true, 1));
  }

  @Test
  void thoughtsKeepToTheBudget() {
    Verifier thought = Verifiers.open("thought", Aggregation.LAST, ScriptedModel.always("sure"));
    for (int tokens = 1; tokens < 40; tokens++) {
      Purse purse = purse(tokens + "tok");
      List<Scores> scores = thought.score(PROBLEM, List.of(begun("a"), begun("b")), purse);

      assertThat(purse.budget().spent().generatedTokens()).isLessThanOrEqualTo(tokens);
      assertThat(scores.getFirst().judged()).isEqualTo(tokens >= 3);
    }
  }
}

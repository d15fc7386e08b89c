package ponder.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ponder.core.Answer;
import ponder.core.Event;
import ponder.core.Problem;
import ponder.core.Trace;
import ponder.search.Strategy.Plan;
import ponder.testkit.ScriptedModel;
import ponder.testkit.ToyPolicy;

class SelfRefineTest {
  private static final String CRITIQUE = "Check this solution step by step";
  private static final String REFINE = "Now write the complete solution anew";

  private static boolean asksFeedback(String prompt) {
    return prompt.lastIndexOf(CRITIQUE) > prompt.lastIndexOf(REFINE);
  }

  private static int round(String prompt) {
    return (int) Pattern.compile(REFINE).matcher(prompt).results().count();
  }

  /// Counts up to `last`, then its feedback is content.
  private static ScriptedModel counting(int last) {
    return new ScriptedModel(
        (prompt, sample) ->
            !asksFeedback(prompt)
                ? "I say \\boxed{%d}".formatted(round(prompt))
                : sample >= last ? "All is well: no change  needed." : "One more than that.");
  }

  @Test
  void feedbackSeesTheLastSolutionAndRefinementAll() {
    ScriptedModel model = counting(2);

    Outcome outcome = new Trying(model).solve("self-refine", Map.of("system", ""));

    String critique =
        "Check this solution step by step. Say what is wrong or unclear in it and what should be"
            + " done instead, but write no new solution. If nothing has to change, write: NO"
            + " CHANGE NEEDED";
    assertThat(model.calls().get(3).prompt())
        .isEqualTo(
            """
            <|im_start|>user
            6*7?<|im_end|>
            <|im_start|>assistant
            I say \\boxed{1}<|im_end|>
            <|im_start|>user
            %s<|im_end|>
            <|im_start|>assistant
            """
                .formatted(critique));
    assertThat(model.calls().get(4).prompt())
        .isEqualTo(
            """
            <|im_start|>user
            6*7?<|im_end|>
            <|im_start|>assistant
            I say \\boxed{0}<|im_end|>
            <|im_start|>user
            %1$s<|im_end|>
            <|im_start|>assistant
            One more than that.<|im_end|>
            <|im_start|>user
            Now write the complete solution anew, following this feedback, with the final answer in \\boxed{}.<|im_end|>
            <|im_start|>assistant
            I say \\boxed{1}<|im_end|>
            <|im_start|>user
            %1$s<|im_end|>
            <|im_start|>assistant
            One more than that.<|im_end|>
            <|im_start|>user
            Now write the complete solution anew, following this feedback, with the final answer in \\boxed{}.<|im_end|>
            <|im_start|>assistant
            """
                .formatted(critique));
    assertThat(outcome.answer()).isEqualTo("2");
    assertThat(outcome.why()).isEqualTo("solution 3 of 3; feedback 3 asked for no change");
    assertThat(outcome.candidates()).extracting(Answer::value).containsExactly("0", "1", "2");
    assertThat(outcome.anytime()).isFalse();
  }

  @Test
  void japaneseQuestionsGetJapaneseFeedback() {
    ScriptedModel model =
        new ScriptedModel((prompt, sample) -> prompt.contains("確かめてください") ? "変更不要" : "\\boxed{1}");

    Outcome outcome = new Trying(model).solve("self-refine", Map.of(), Problem.of("6かける7はいくつですか"));

    assertThat(model.calls()).hasSize(2);
    assertThat(outcome.why()).isEqualTo("solution 1 of 1; feedback 1 asked for no change");
  }

  @Test
  void roundsAreLimited() {
    ScriptedModel model = counting(99);

    Outcome outcome = new Trying(model).solve("self-refine", Map.of());
    Outcome two = new Trying(counting(99)).solve("self-refine", Map.of("rounds", "2"));

    assertThat(outcome.answer()).isEqualTo("4");
    assertThat(outcome.why()).isEqualTo("solution 5 of 5; all rounds were used");
    assertThat(model.calls()).hasSize(1 + 2 * 4);
    assertThat(two.answer()).isEqualTo("2");
  }

  @Test
  void otherWordsMayEndIt() {
    ScriptedModel model = ScriptedModel.cycle("\\boxed{1} fine");

    Outcome outcome = new Trying(model).solve("self-refine", Map.of("stop-text", "FINE"));

    assertThat(outcome.why()).isEqualTo("solution 1 of 1; feedback 1 asked for no change");
    assertThat(model.calls().get(1).prompt()).contains("write: FINE");
  }

  @Test
  void aRepeatedSolutionEndsIt() {
    ScriptedModel model =
        new ScriptedModel(
            (prompt, sample) ->
                asksFeedback(prompt) ? "Hm." : "so\n\n" + " ".repeat(sample) + "\\boxed{1}");

    Outcome outcome = new Trying(model).solve("self-refine", Map.of());

    assertThat(outcome.why()).isEqualTo("solution 2 of 2; solution 2 repeats the one before");
    assertThat(outcome.anytime()).isFalse();
  }

  @Test
  void emptyFeedbackIsTold() {
    ScriptedModel model =
        new ScriptedModel((prompt, sample) -> asksFeedback(prompt) ? " " : "\\boxed{1}");
    Trying trying = new Trying(model);

    Outcome outcome = trying.solve("self-refine", Map.of());

    assertThat(outcome.why()).isEqualTo("solution 1 of 1; feedback 1 was empty");
    assertThat(Trace.of(trying.events).warnings())
        .containsExactly("Refining ended: feedback 1 was empty.");
  }

  @Test
  void theLastSolutionWithAnAnswerWins() {
    ScriptedModel model =
        new ScriptedModel(
            (prompt, sample) ->
                asksFeedback(prompt)
                    ? "Hm."
                    : round(prompt) > 2 ? "?" : "\\boxed{%d}".formatted(round(prompt)));

    Outcome outcome = new Trying(model).solve("self-refine", Map.of());

    assertThat(outcome.answer()).isEqualTo("2");
    assertThat(outcome.why()).startsWith("solution 3 of 5; ");
  }

  @Test
  void aVerifierPicksTheBestOfAllRounds() {
    Outcome outcome =
        new Trying(counting(99))
            .judgedBy(Trying.judge(it -> "1".equals(it.answer()) ? 0.9 : 0.2))
            .solve("self-refine", Map.of());

    assertThat(outcome.answer()).isEqualTo("1");
    assertThat(outcome.why()).isEqualTo("score 0.900, the highest score of 5 candidates");
    assertThat(Methods.named("self-refine").takesVerifier()).isTrue();
    assertThat(Methods.named("self-refine").wantsVerifier()).isFalse();
    assertThat(Methods.named("greedy&self-refine").takesVerifier()).isTrue();
    assertThat(Methods.named("greedy&cot").takesVerifier()).isFalse();
  }

  @Test
  void historyThatDoesNotFitDropsItsOldestPair() {
    ScriptedModel model =
        new ScriptedModel(
            (prompt, sample) ->
                asksFeedback(prompt) ? "Hm." : "y".repeat(150) + "\\boxed{%d}".formatted(sample),
            null,
            1600);

    Outcome outcome = new Trying(model).solve("self-refine", Map.of("max-tokens", "200"));

    assertThat(outcome.candidates()).hasSize(5);
    assertThat(model.calls())
        .extracting(it -> round(it.prompt()))
        .containsExactly(0, 0, 1, 0, 2, 0, 2, 0, 2);
    assertThat(model.calls().getLast().prompt())
        .doesNotContain("\\boxed{1}")
        .contains("\\boxed{3}");
  }

  @Test
  void feedbackWithoutRoomEndsIt() {
    ScriptedModel model =
        new ScriptedModel((prompt, sample) -> "y".repeat(150) + "\\boxed{1}", null, 300);
    Trying trying = new Trying(model);

    Outcome outcome = trying.solve("self-refine", Map.of());

    assertThat(outcome.answer()).isEqualTo("1");
    assertThat(outcome.why()).contains("no room was left in the model's context");
    assertThat(trying.events).filteredOn(Event.Warned.class::isInstance).hasSize(1);
  }

  @Test
  void aLimitOfSamplesCountsSolutions() {
    Trying trying = new Trying(counting(99)).budget("2");

    Outcome outcome = trying.solve("self-refine", Map.of());

    assertThat(outcome.candidates()).hasSize(2);
    assertThat(outcome.answer()).isEqualTo("1");
    assertThat(outcome.why()).isEqualTo("solution 2 of 2; cut off");
    assertThat(outcome.anytime()).isTrue();
    assertThat(trying.spent().spent().calls()).isEqualTo(4);
  }

  @Test
  void accountsForEveryToken() {
    for (int tokens = 1; tokens < 150; tokens += 7) {
      Trying trying = new Trying(counting(3)).budget(tokens + "tok");
      Outcome outcome = trying.solve("self-refine", Map.of());

      long traced = Trace.of(trying.events).nodes().stream().mapToLong(Trace.Node::tokens).sum();
      assertThat(trying.spent().spent().generatedTokens())
          .isEqualTo(traced)
          .isLessThanOrEqualTo(tokens);
      assertThat(outcome.answer() == null).isEqualTo(tokens < 15);
    }
  }

  @Test
  void thePlanIsAnUpperBound() {
    ScriptedModel model = counting(99);
    Plan plan = Trying.strategy("self-refine", Map.of()).plan(Problem.of("6*7?"), model);
    Trying trying = new Trying(model);
    trying.solve("self-refine", Map.of());

    assertThat(plan.most().calls()).isEqualTo(trying.spent().spent().calls());
    assertThat(plan.most().generatedTokens()).isEqualTo(5 * 1024 + 4 * 512);
    assertThat(plan.expected(20).promptTokens())
        .isBetween(
            (long) (0.8 * trying.spent().spent().promptTokens()),
            (long) (1.3 * trying.spent().spent().promptTokens()));
    assertThat(plan.judged()).isEqualTo(5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "rounds; 0; rounds (0) must be a whole number between 1 and 1000.",
        "stop-text; ''; stop-text () must not be empty. Maybe built-in was meant.",
        "feedback-tokens; 0; feedback-tokens (0) must be a whole number between 1 and 1048576.",
      })
  void refusesWhatCannotBe(String name, String value, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Trying.strategy("self-refine", Map.of(name, value)))
        .withMessage(message);
  }

  @Test
  void reachesAtLeastGreedyAndConverges() {
    int toys = 60;
    int[] right = new int[3];
    List<String> rounds = List.of("1", "40");
    for (int i = 0; i < toys; i++) {
      ToyPolicy toy = new ToyPolicy(i, 5, 4);
      right[2] += toy.greedyIsRight() ? 1 : 0;
      int toyNumber = i;
      IntStream.range(0, 2)
          .forEach(
              k -> {
                Searching searching =
                    new Searching(new ScriptedModel(toy), toy.exact()).seed(toyNumber);
                Outcome outcome = searching.solve("self-refine", "rounds=" + rounds.get(k));
                right[k] += ToyPolicy.RIGHT.equals(outcome.answer()) ? 1 : 0;
              });
    }

    assertThat(right[0]).isGreaterThanOrEqualTo(right[2]);
    assertThat(right[1]).isGreaterThanOrEqualTo(57);
  }
}

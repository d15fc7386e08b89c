package ponder.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ponder.core.Answer;
import ponder.core.Event;
import ponder.core.Limits;
import ponder.testkit.ScriptedModel;

class CompositionTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "cot&bon; cot&best-of-n; logprob",
        " cot | greedy ; cot|greedy; vote",
        "greedy|cot&self-consistency; greedy|cot&self-consistency; vote",
        "(greedy|cot)&self-consistency; (greedy|cot)&self-consistency; vote",
        "greedy&(cot&cot); greedy&cot&cot; none",
        "((greedy)); greedy; none",
        "greedy|bon; greedy|best-of-n; logprob",
      })
  void methodsAreReadAndNamed(String text, String name, String verifier) {
    Methods.Method method = Methods.named(text);

    assertThat(method.name()).isEqualTo(name);
    assertThat(method.verifier()).isEqualTo(verifier);
    assertThat(Methods.named(method.name()).name()).isEqualTo(name);
    assertThat(method.strategy(method.settings(Map.of()))).isNotNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "cot&best-off-n; In method (cot&best-off-n): method (best-off-n) is unknown. Maybe 'best-of-n' was meant.",
        "cot&; method (cot&) cannot be read at character 5: a method's name is missing. Maybe a&b, a|b or (a|b)&c was meant.",
        "|cot; method (|cot) cannot be read at character 1: a method's name is missing. Maybe a&b, a|b or (a|b)&c was meant.",
        "(cot|greedy; method ((cot|greedy) cannot be read at character 12: ')' is missing. Maybe a&b, a|b or (a|b)&c was meant.",
        "cot)&greedy; method (cot)&greedy) cannot be read at character 4: the end is missing. Maybe a&b, a|b or (a|b)&c was meant.",
      })
  void refusesTextsByThePlace(String text, String message) {
    assertThatIllegalArgumentException().isThrownBy(() -> Methods.named(text)).withMessage(message);
  }

  @Test
  void settingsReachOnePartOrAll() {
    Methods.Method method = Methods.named("cot|self-consistency&bon");

    Map<String, String> values =
        method
            .settings(Map.of("n", "3", "best-of-n.n", "5", "cot.cue", "Hm.", "temperature", "0.5"))
            .values();

    assertThat(values)
        .containsEntry("self-consistency.n", "3")
        .containsEntry("best-of-n.n", "5")
        .containsEntry("cot.cue", "Hm.")
        .containsEntry("self-consistency.cue", "")
        .containsEntry("cot.temperature", "0.5")
        .containsEntry("best-of-n.temperature", "0.5")
        .containsEntry("cot.extract", "false")
        .doesNotContainKey("cot.n")
        .doesNotContainKey("n");
    assertThat(method.parameters())
        .extracting(Methods.Parameter::name)
        .contains("n", "best-of-n.mode", "cot.extract")
        .doesNotHaveDuplicates();
  }

  @Test
  void plainParametersTellACommonDefault() {
    List<Methods.Parameter> parameters = Methods.named("cot|bon").parameters();

    assertThat(parameters)
        .contains(new Methods.Parameter("n", "16", "samples", true))
        .filteredOn(it -> it.name().equals("temperature"))
        .singleElement()
        .matches(it -> it.value().isEmpty() && it.everyPart());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "n; 0; In best-of-n: n (0) must be a whole number between 1 and 100000.",
        "best-of-n.mode; bst; In best-of-n: mode (bst) must be one of [weighted, naive, maj].",
        "best-of-n.mood; x; best-of-n.mood (x) is no setting of method cot&best-of-n. Maybe 'best-of-n.mode' was meant.",
      })
  void errorsNameThePart(String name, String value, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Trying.strategy("cot&bon", Map.of(name, value)))
        .withMessage(message);
  }

  @Test
  void aPipelineHandsItsDraftOn() {
    ScriptedModel model =
        new ScriptedModel(
            (prompt, sample) -> prompt.contains("draft") ? "No, \\boxed{42}" : "So \\boxed{41}");
    Trying trying = new Trying(model);

    Outcome outcome = trying.solve("greedy&cot", Map.of("system", "", "cue", ""));

    assertThat(model.calls().get(1).prompt())
        .isEqualTo(
            """
            <|im_start|>user
            6*7?

            Here is a draft of a solution. It may be wrong.

            So \\boxed{41}

            Check the draft, correct what is wrong in it, and write out the improved solution.<|im_end|>
            <|im_start|>assistant
            """);
    assertThat(outcome.answer()).isEqualTo("42");
    assertThat(outcome.why()).isEqualTo("cot: the only sample");
    assertThat(outcome.candidates()).extracting(Answer::value).containsExactly("41", "42");
    assertThat(outcome.anytime()).isFalse();
    assertThat(trying.events)
        .filteredOn(Event.Opened.class::isInstance)
        .containsExactly(
            new Event.Opened(0, -1, "problem"),
            new Event.Opened(1, 0, "greedy: sample 0"),
            new Event.Opened(2, 1, "cot: sample 0"));
  }

  @Test
  void aPipelineDraftsWithoutThoughts() {
    ScriptedModel model = ScriptedModel.always("<think>hm</think>\\boxed{41}");

    new Trying(model).solve("greedy&greedy", Map.of());

    assertThat(model.calls().get(1).prompt()).contains("\\boxed{41}").doesNotContain("hm<");
  }

  @Test
  void aPipelineKeepsTheEarlierAnswerWhenTheBudgetEnds() {
    ScriptedModel model =
        new ScriptedModel(
            (prompt, sample) -> prompt.contains("draft") ? "x".repeat(99) : "\\boxed{41}");

    Outcome cut = new Trying(model).budget("40tok").solve("greedy&cot", Map.of());
    Outcome never = new Trying(model).budget("1calls").solve("greedy&cot", Map.of());

    assertThat(cut.answer()).isEqualTo("41");
    assertThat(cut.anytime()).isTrue();
    assertThat(cut.candidates()).hasSize(2);
    // Half of one call is none: the second member has the call and begins afresh.
    assertThat(never.candidates()).hasSize(1);
    assertThat(never.anytime()).isTrue();
  }

  @Test
  void aPipelineKeepsTheLatestAnswerThereIs() {
    ScriptedModel model =
        new ScriptedModel((prompt, sample) -> prompt.contains("draft") ? "Hm." : "\\boxed{41}");

    Outcome outcome = new Trying(model).solve("greedy&cot", Map.of());

    assertThat(outcome.answer()).isEqualTo("41");
    assertThat(outcome.why()).isEqualTo("greedy: the only sample");
    assertThat(outcome.anytime()).isFalse();
  }

  @Test
  void aPipelineWithoutRoomForTheDraftKeepsTheAnswer() {
    ScriptedModel model =
        new ScriptedModel((prompt, sample) -> "x".repeat(150) + "\\boxed{41}", null, 400);
    Trying trying = new Trying(model);

    Outcome outcome = trying.solve("greedy&cot", Map.of());

    assertThat(outcome.answer()).isEqualTo("41");
    assertThat(outcome.anytime()).isTrue();
    assertThat(trying.events)
        .filteredOn(Event.Warned.class::isInstance)
        .singleElement()
        .asString()
        .contains("cot was left out: The prompt");
  }

  @Test
  void aVerifierOfAPipelineNeverSeesTheDraft() {
    ScriptedModel model = ScriptedModel.always("\\boxed{41}");
    List<String> questions = new java.util.ArrayList<>();
    Trying trying =
        new Trying(model)
            .judgedBy(
                new ponder.verify.Verifier() {
                  @Override
                  public String name() {
                    return "spy";
                  }

                  @Override
                  public List<ponder.verify.Scores> score(
                      ponder.core.Problem problem,
                      List<ponder.verify.Candidate> candidates,
                      ponder.model.Purse purse) {
                    questions.add(problem.question());
                    return candidates.stream()
                        .map(it -> ponder.verify.Scores.outcome(0.5))
                        .toList();
                  }
                });

    trying.solve("greedy&bon", Map.of("n", "2"));

    assertThat(questions).containsExactly("6*7?");
  }

  @Test
  void partsPoolTheirCandidates() {
    ScriptedModel model =
        new ScriptedModel(
            (prompt, sample) ->
                prompt.contains("one step at a time") ? "\\boxed{2}" : "\\boxed{1}");

    Outcome vote = new Trying(model).solve("greedy|cot|cot", Map.of());
    Outcome judged =
        new Trying(model)
            .judgedBy(Trying.judge(it -> it.text().contains("1") ? 0.9 : 0.1))
            .solve("greedy|cot|cot", Map.of());

    assertThat(vote.candidates()).extracting(Answer::value).containsExactly("1", "2", "2");
    assertThat(vote.answer()).isEqualTo("2");
    assertThat(vote.why()).isEqualTo("2 of 3 votes");
    assertThat(judged.answer()).isEqualTo("1");
    assertThat(judged.why()).isEqualTo("0.900 of 1.10 by weight, 1 of 3 votes");
  }

  @Test
  void partsDrawDifferentSamples() {
    ScriptedModel model = ScriptedModel.always("\\boxed{1}");

    new Trying(model).solve("self-consistency|self-consistency", Map.of("n", "2"));

    assertThat(model.calls().get(0).request().seed())
        .isNotEqualTo(model.calls().get(1).request().seed());
  }

  @Test
  void sharesGoOnToThoseBehind() {
    Limits left = Limits.parse("100tok,9calls,30s,6");

    assertThat(Member.share(left, 3)).isEqualTo(Limits.parse("33tok,3calls,10s,2"));
    assertThat(Member.share(left, 1)).isEqualTo(left);
    assertThat(Member.share(Limits.NONE, 3)).isEqualTo(Limits.NONE);
  }
}

package ponder.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import ponder.core.Problem;
import ponder.testkit.ScriptedModel;

class AskTest {
  private static final String SYSTEM =
      """
      <|im_start|>system
      Solve the problem step by step. Put the final answer, and nothing else, into \\boxed{}.<|im_end|>
      """;

  /// The first prompt that the method puts to the model.
  private static String prompt(String method, Map<String, String> settings, String question) {
    ScriptedModel model = ScriptedModel.always("\\boxed{42}");
    new Trying(model).solve(method, settings, Problem.of(question));
    return model.calls().getFirst().prompt();
  }

  @Test
  void greedyAsksForStepsAndABox() {
    assertThat(prompt("greedy", Map.of(), "6*7?"))
        .isEqualTo(
            SYSTEM
                + """
                <|im_start|>user
                6*7?<|im_end|>
                <|im_start|>assistant
                """);
  }

  @Test
  void cotAddsTheCue() {
    assertThat(prompt("cot", Map.of(), "6*7?"))
        .isEqualTo(
            SYSTEM
                + """
                <|im_start|>user
                6*7?

                Think it through one step at a time before you answer.<|im_end|>
                <|im_start|>assistant
                """);
    assertThat(prompt("cot", Map.of("cue", "Hm.", "system", ""), "6*7?"))
        .isEqualTo("<|im_start|>user\n6*7?\n\nHm.<|im_end|>\n<|im_start|>assistant\n");
  }

  @Test
  void questionsInJapaneseAreAskedInJapanese() {
    String japanese = prompt("cot", Map.of(), "6かける7は?");

    assertThat(japanese)
        .isEqualTo(
            """
            <|im_start|>system
            問題を一歩ずつ解いてください。最後の答えだけを \\boxed{} の中に書いてください。<|im_end|>
            <|im_start|>user
            6かける7は?

            答える前に、一歩ずつ順を追って考えてください。<|im_end|>
            <|im_start|>assistant
            """);
    assertThat(prompt("greedy", Map.of("language", "en"), "6かける7は?")).startsWith(SYSTEM);
    assertThat(prompt("greedy", Map.of("language", "ja"), "6*7?")).contains("問題を");
    assertThat(prompt("greedy", Map.of(), "六乘七")).startsWith(SYSTEM);
  }

  @Test
  void examplesAreTurnsOfTheChat() {
    assertThat(prompt("few-shot-cot", Map.of("k", "1"), "6*7?"))
        .isEqualTo(
            SYSTEM
                + """
                <|im_start|>user
                A bakery has 5 trays with 12 rolls on each. In the morning it sells 37 rolls. How many rolls are left?<|im_end|>
                <|im_start|>assistant
                The bakery starts with 5 * 12 = 60 rolls. After the morning 60 - 37 = 23 rolls are left.
                \\boxed{23}<|im_end|>
                <|im_start|>user
                6*7?<|im_end|>
                <|im_start|>assistant
                """);
  }

  @Test
  void examplesAreOneTextForBaseModels() {
    assertThat(
            prompt(
                "few-shot-cot",
                Map.of("k", "1", "layout", "text", "system", "", "cue", "Well,"),
                "6*7?"))
        .isEqualTo(
            """
            Question: A bakery has 5 trays with 12 rolls on each. In the morning it sells 37 rolls. How many rolls are left?
            Solution: The bakery starts with 5 * 12 = 60 rolls. After the morning 60 - 37 = 23 rolls are left.
            \\boxed{23}

            Question: 6*7?
            Solution: Well,""");
    assertThat(prompt("greedy", Map.of("layout", "text"), "6*7?"))
        .endsWith("\\boxed{}.\n\nQuestion: 6*7?\nSolution:");
  }

  @Test
  void aTextEndsWhereTheNextQuestionBegins() {
    ScriptedModel model = ScriptedModel.always(" so \\boxed{42}\n\nQuestion: 7*8?\n\\boxed{56}");

    Outcome outcome = new Trying(model).solve("few-shot-cot", Map.of("layout", "text"));

    assertThat(outcome.answer()).isEqualTo("42");
    assertThat(outcome.text()).isEqualTo(" so \\boxed{42}\n");
    assertThat(model.calls().getFirst().request().stop().strings()).containsExactly("\nQuestion:");
  }

  @Test
  void classOfThinkingIsASentenceBelowTheQuestion() {
    assertThat(prompt("class-conditional", Map.of("class", "short"), "6*7?"))
        .contains("user\n6*7?\n\nKeep your thinking short: ");
    assertThat(prompt("class-conditional", Map.of(), "6*7?"))
        .contains("user\n6*7?\n\nThink for a long time: ");
    assertThat(prompt("class-conditional", Map.of(), "6かける7は?")).contains("時間をかけて長く");
    assertThat(prompt("class-conditional", Map.of("class", "none"), "6*7?"))
        .isEqualTo(prompt("greedy", Map.of(), "6*7?"));
  }

  @Test
  void extractionAsksAfterTheSolution() {
    ScriptedModel model =
        new ScriptedModel(
            (prompt, sample) -> prompt.contains("final answer?") ? "42" : "6*7 it is");

    Outcome outcome = new Trying(model).solve("cot", Map.of("extract", "true", "system", ""));

    assertThat(model.calls().get(1).prompt())
        .endsWith(
            """
            <|im_start|>assistant
            6*7 it is<|im_end|>
            <|im_start|>user
            What is the final answer? Write it into \\boxed{} and add no explanation.<|im_end|>
            <|im_start|>assistant
            """);
    assertThat(outcome.answer()).isEqualTo("42");
    assertThat(outcome.text()).isEqualTo("6*7 it is\n\n42");
    assertThat(outcome.node()).isEqualTo(2);
    assertThat(outcome.candidates()).hasSize(1);
    assertThat(outcome.candidates().getFirst().tokens()).isEqualTo(10 + 3);
  }

  @Test
  void extractionGoesOnInOneText() {
    ScriptedModel model =
        new ScriptedModel((prompt, sample) -> prompt.endsWith("is") ? " x + 1." : " Well.\n");

    Outcome outcome = new Trying(model).solve("cot", Map.of("extract", "true", "layout", "text"));

    assertThat(model.calls().get(1).prompt())
        .endsWith(" before you answer. Well.\nTherefore, the final answer is");
    assertThat(outcome.answer()).isEqualTo("x + 1");
  }

  @Test
  void anExtractionWithoutAnAnswerLeavesTheFirst() {
    ScriptedModel model =
        new ScriptedModel(
            (prompt, sample) -> prompt.contains("final answer?") ? "?" : "\\boxed{42}");

    Outcome outcome = new Trying(model).solve("cot", Map.of("extract", "true"));

    assertThat(outcome.answer()).isEqualTo("42");
    assertThat(outcome.node()).isEqualTo(1);
  }

  @Test
  void anExtractionWithoutRoomLeavesTheFirst() {
    ScriptedModel model =
        new ScriptedModel((prompt, sample) -> "x".repeat(150) + "\\boxed{42}", null, 400);

    Outcome outcome = new Trying(model).solve("cot", Map.of("extract", "true"));

    assertThat(outcome.answer()).isEqualTo("42");
    assertThat(outcome.anytime()).isFalse();
  }

  @Test
  void extractionIsShortAndGreedy() {
    ScriptedModel model = ScriptedModel.always("x".repeat(100));
    new Trying(model).solve("cot", Map.of("extract", "true"));

    assertThat(model.calls().get(1).request().maxTokens()).isEqualTo(64);
    assertThat(model.calls().get(1).request().sampling().greedy()).isTrue();
  }
}

package ponder.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import ponder.model.Call;
import ponder.model.ContextOverflowException;
import ponder.model.Prompt;
import ponder.testkit.ScriptedModel;

class PatternJudgeTest {
  @Test
  void cutsBetweenCharactersAndNotWithinOne() {
    ScriptedModel model = ScriptedModel.always("A, C");
    String reasoning = "x" + "\uD83D\uDE00".repeat(7000);

    assertThat(new PatternJudge(model).judge("?", reasoning, Call.plain()))
        .containsExactlyInAnyOrder(Pattern.values()[0], Pattern.values()[2]);

    Prompt.Chat asked = (Prompt.Chat) model.calls().getFirst().request().prompt();
    assertThat(asked.messages().getFirst().content()).contains(" ...");
    assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(asked.messages().getFirst().content()))
        .isTrue();
  }

  @Test
  void cutsTheReasoningAndNotTheQuestion() {
    ScriptedModel model = new ScriptedModel((prompt, sample) -> "B", null, 2500);

    assertThat(new PatternJudge(model).judge("?", "word ".repeat(1000), Call.plain())).hasSize(1);
    assertThatExceptionOfType(ContextOverflowException.class)
        .isThrownBy(
            () -> new PatternJudge(model).judge("why? ".repeat(500), "short", Call.plain()));
  }
}

package ponder.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import ponder.model.Call;
import ponder.model.Completion;
import ponder.model.EngineException;
import ponder.model.FinishReason;
import ponder.model.Message;
import ponder.model.Prompt;
import ponder.model.Request;
import ponder.model.Scoring;
import ponder.model.Stop;
import ponder.model.Tokens;

class ScriptedModelTest {
  private static final Request HELLO = Request.of(Prompt.text("hello"));

  @Test
  void saysWhatTheScriptSaysForPromptAndSample() {
    ScriptedModel model = new ScriptedModel((prompt, sample) -> prompt + " " + sample);
    List<Completion> completions = model.complete(HELLO.withSamples(List.of(2, 0))).completions();
    assertThat(completions).extracting(Completion::text).containsExactly("hello 2", "hello 0");
    assertThat(completions).extracting(Completion::finish).containsOnly(FinishReason.EOS);
    assertThat(completions.getFirst().tokens().size()).isEqualTo("hello 2".length() + 1);
    assertThat(completions.getFirst().sumLogprob()).isEqualTo(8 * (float) Math.log(0.5));
  }

  @Test
  void answersByPromptOrInTurn() {
    ScriptedModel model = ScriptedModel.replies(Map.of("hello", "hi", "bye", "so long"));
    assertThat(model.complete(HELLO).first().text()).isEqualTo("hi");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> model.complete(HELLO.withPrompt(Prompt.text("what"))))
        .withMessageContaining("'what'");
    List<Completion> turns = ScriptedModel.cycle("a", "b").complete(HELLO.withN(3)).completions();
    assertThat(turns).extracting(Completion::text).containsExactly("a", "b", "a");
  }

  @Test
  void rendersChatsInChatMl() {
    ScriptedModel model = ScriptedModel.always("");
    model.complete(HELLO.withPrompt(Prompt.chat(Message.user("hi"))));
    assertThat(model.calls().getFirst().prompt())
        .isEqualTo("<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n");
    assertThat(model.tokens(Prompt.chat(Message.user("hi"))).get(0))
        .isEqualTo(ByteTokenizer.IM_START);
  }

  @Test
  void failsWhenToldTo() {
    ScriptedModel model = ScriptedModel.always("fine").failAt(1, new EngineException("broken"));
    model.complete(HELLO);
    assertThatThrownBy(() -> model.complete(HELLO)).hasMessage("broken");
    assertThat(model.complete(HELLO).first().text()).isEqualTo("fine");
    assertThat(model.calls()).hasSize(3);
  }

  @Test
  void beginsAnewWhereEndOfTextDoesNotEnd() {
    ScriptedModel model = ScriptedModel.always("ab");
    Request request = HELLO.withMaxTokens(5);
    Stop on = new Stop(List.of(), List.of(), false, true);
    assertThat(model.complete(request.withStop(on)).first().text()).isEqualTo("abab");
    assertThat(model.complete(request.withMinTokens(3)).first().tokens())
        .isEqualTo(Tokens.of('a', 'b', 'a', 'b', ByteTokenizer.IM_END));
  }

  @Test
  void scoresOnlyIfItHasScores() {
    assertThat(ScriptedModel.always("").ability(Scoring.class)).isEmpty();
    ScriptedModel model =
        new ScriptedModel((prompt, sample) -> "", (context, token) -> -context.size(), 100);
    Tokens prefix = Tokens.of('a', 'b', 'c');
    Scoring.Score score = model.score(prefix, Tokens.of('d', 'e'), null, Call.plain());
    assertThat(score.logprobs()).containsExactly(-3, -4);
    assertThat(model.next(prefix, Tokens.of('+', '-'), 1, null, Call.plain()).logprobs())
        .containsExactly(-3, -3);
    assertThat(model.score(prefix, Tokens.of('d'), null, Call.plain()).usage().cachedPromptTokens())
        .isEqualTo(2);
  }

  @Test
  void tokenisesBytesAndSpecialTokens() {
    ByteTokenizer tokenizer = new ByteTokenizer();
    Tokens parsed = tokenizer.encode("é<|im_end|>x", true);
    assertThat(parsed).isEqualTo(Tokens.of(0xC3, 0xA9, ByteTokenizer.IM_END, 'x'));
    assertThat(tokenizer.encode("é<|im_end|>x", false).size()).isEqualTo(13);
    assertThat(tokenizer.decode(parsed, true)).isEqualTo("é<|im_end|>x");
    assertThat(tokenizer.decode(parsed, false)).isEqualTo("éx");
    assertThatIllegalArgumentException().isThrownBy(() -> tokenizer.bytes(ByteTokenizer.SIZE));
  }
}

package ponder.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ponder.core.Seed;
import ponder.model.EngineException;
import ponder.model.Scoring;
import ponder.model.Tokenizing;
import ponder.testkit.OpinionModel;
import ponder.testkit.VerifierContract;
import ponder.testkit.WordTokenizer;

class VerifiersTest extends VerifierContract {
  private static final String NESTED = "mean(judge, mean(prm:plus-minus,vote) ,logprob)";

  private static OpinionModel model() {
    return new OpinionModel(new WordTokenizer("Yes", "No"), OpinionModel::whim);
  }

  @Override
  protected Verifier verifier() {
    return Verifiers.open(NESTED, Aggregation.PROD, model());
  }

  @Override
  protected boolean pays() {
    return true;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vote",
        "logprob",
        "judge",
        "prm:rlhflow",
        "prm:plus-minus",
        "mean(vote)",
        "mean(vote,mean(judge,logprob))"
      })
  void opensWhatItIsCalled(String text) {
    Verifiers.check(text, Aggregation.LAST);

    assertThat(Verifiers.open(text, Aggregation.LAST, model()).name()).isEqualTo(text);
  }

  @Test
  void spacesDoNotCount() {
    assertThat(verifier().name()).isEqualTo("mean(judge,mean(prm:plus-minus,vote),logprob)");
  }

  @Test
  void tellsWhoAsksAModel() {
    assertThat(Verifiers.asksModel(NESTED)).isTrue();
    assertThat(Verifiers.asksModel("mean(vote,logprob,self-certainty,oracle)")).isFalse();
    assertThat(Verifiers.asksModel("head:x")).isTrue();
  }

  @Test
  void listsAll() {
    assertThat(Verifiers.all())
        .extracting(Verifiers.Kind::text)
        .containsExactly(
            "vote",
            "logprob",
            "self-certainty",
            "judge",
            "prm:FORMAT",
            "head:PATH",
            "thought",
            "rollout:N",
            "oracle",
            "mean(A,B,...)");
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    refused("jugde", "verifier (jugde) is unknown. Maybe 'judge' was meant.");
    refused("prm:opner", "prm format (opner) is unknown. Maybe 'openr' was meant.");
    refused("head:", "verifier (head:) is unknown. Maybe");
    refused("rollout:0", "verifier (rollout:0) must have a number between 1 and 9999.");
    refused("mean(rollout,judge)", "Maybe rollout alone was meant.");
    refused("prm:skywork", "Maybe head:PATH was meant");
    refused("prm:qwen-prm", "prm format (qwen-prm) is read by a head");
    refused("mean(vote,nothing)", "verifier (nothing) is unknown.");
    refused("", "verifier () is unknown.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"mean(vote", "mean(vote))", "mean(vote)x", "mean(vote,mean(judge)"})
  void refusesUnbalancedParentheses(String text) {
    refused(text, "cannot be read. Maybe mean(vote,judge) was meant.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"mean()", "mean(,vote)", "mean(vote,)"})
  void refusesEmptyParts(String text) {
    refused(text, "verifier () is unknown.");
  }

  private static void refused(String text, String words) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Verifiers.check(text, Aggregation.LAST))
        .withMessageContaining(words);
  }

  @Test
  void theOracleNeedsReferences() {
    refused("oracle", "verifier (oracle) needs the right answers");
    refused("mean(vote,oracle)", "verifier (oracle) needs the right answers");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Verifiers.open("oracle", Aggregation.LAST, model()));
    Map<String, String> references = Map.of("sum", "42");
    assertThat(Verifiers.open("oracle", Aggregation.LAST, model(), references, new Seed(1)).name())
        .isEqualTo("oracle");
  }

  @Test
  void missingFilesAreNamed() {
    assertThatThrownBy(() -> Verifiers.check("head:none/such", Aggregation.LAST))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("none/such");
  }

  @Test
  void missingAbilitiesAreNamed() {
    var mute =
        new OpinionModel(
            new WordTokenizer(),
            OpinionModel::whim,
            Set.<Class<?>>of(Scoring.class, Tokenizing.class),
            1000);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Verifiers.open("prm:openr", Aggregation.LAST, mute))
        .withMessageContaining("verifier (prm:openr) needs a tokenizer, which model opinion");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Verifiers.open("self-certainty", Aggregation.LAST, mute))
        .withMessageContaining("needs whole distributions");
    assertThat(Verifiers.open("judge", Aggregation.LAST, mute).name()).isEqualTo("judge");
  }
}

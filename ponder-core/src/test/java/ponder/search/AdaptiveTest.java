package ponder.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdaptiveTest {
  @ParameterizedTest
  @CsvSource({
    "3, 0, 0.9375",
    "4, 0, 0.96875",
    "4, 1, 0.890625",
    "0, 0, 0.5",
    "7, 7, 0.5",
    "1, 0, 0.75",
  })
  void leaderLeadsWithTheProbabilityOfTheBetaDistribution(int first, int second, double expected) {
    assertThat(Adaptive.leads(first, second)).isEqualTo(expected);
  }

  @Test
  void manyVotesStayExact() {
    // The normal distribution with a correction for the discrete one: z = 100 / sqrt(5001).
    assertThat(Adaptive.leads(2550, 2450)).isCloseTo(0.92133, within(2e-3));
    assertThat(Adaptive.leads(5000, 0)).isEqualTo(1);
  }

  @Test
  void unanimousVotesStopAfterTheFirstWave() {
    Trying trying = new Trying(LittleModel.saying("\\boxed{42}"));

    Outcome outcome = trying.solve("self-consistency", Map.of("stop", "adaptive"));

    assertThat(outcome.candidates()).hasSize(4);
    assertThat(outcome.anytime()).isFalse();
    assertThat(outcome.why()).isEqualTo("4 of 4 votes; 12 more samples were not needed");
  }

  @Test
  void dividedVotesGoOn() {
    Trying trying = new Trying(LittleModel.saying("\\boxed{1}", "\\boxed{2}"));

    Outcome outcome = trying.solve("self-consistency", Map.of("stop", "adaptive"));

    assertThat(outcome.candidates()).hasSize(16);
  }

  @Test
  void aLeadThatCannotBeCaughtUpStops() {
    // Two of three votes are no sure leader, but the one sample that is left cannot change that.
    LittleModel model = LittleModel.saying("\\boxed{1}", "none", "\\boxed{1}", "none");
    Trying trying = new Trying(model);

    Outcome outcome =
        trying.solve("self-consistency", Map.of("stop", "adaptive", "n", "4", "wave", "3"));

    assertThat(outcome.candidates()).hasSize(3);
    assertThat(outcome.answer()).isEqualTo("1");
  }

  @Test
  void stopsWithTheAnswerOfTheWholeVoteWhereTheRestCannotChangeIt() {
    for (int n = 1; n < 12; n++) {
      LittleModel model = LittleModel.saying("\\boxed{1}", "\\boxed{2}", "\\boxed{1}");
      Map<String, String> settings = Map.of("n", n + "", "stop", "adaptive", "wave", "1");
      Outcome all = new Trying(model).solve("self-consistency", Map.of("n", n + ""));

      assertThat(new Trying(model).solve("self-consistency", settings).answer())
          .isEqualTo(all.answer());
    }
  }

  @Test
  void countsVotesAndNoWeights() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Trying.strategy(
                    "self-consistency", Map.of("stop", "adaptive", "weight", "logprob")))
        .withMessage(
            "stop (adaptive) counts votes and cannot go with weight (logprob). Maybe weight=none was meant.");
  }
}

package ponder.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ponder.core.Problem;
import ponder.core.Spend;
import ponder.search.Strategy.Plan;
import ponder.search.Strategy.Stage;
import ponder.search.Strategy.Work;
import ponder.testkit.ScriptedModel;

class PlanTest {
  private static final Problem PROBLEM = Problem.of("6*7?");

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "greedy; max-tokens=300",
        "cot; extract=false",
        "cot; extract=true",
        "cot; extract=true,layout=text",
        "few-shot-cot; k=4",
        "class-conditional; class=long",
        "self-consistency; n=40",
        "best-of-n; n=10,wave=4",
        "greedy&cot; max-tokens=400",
        "self-consistency|greedy; n=5",
        "greedy&best-of-n&cot; n=3",
      })
  void expectsWhatARunTakes(String method, String pair) {
    ScriptedModel model = ScriptedModel.cycle("x".repeat(150) + "\\boxed{1}", "\\boxed{12}");
    Map<String, String> settings = new java.util.TreeMap<>();
    for (String one : pair.split(",")) {
      settings.put(one.split("=")[0], one.split("=")[1]);
    }
    Trying trying = new Trying(model).judgedBy(Trying.judge(it -> 0.5));
    Plan plan = Trying.strategy(method, settings).plan(PROBLEM, model);

    assertThat(model.calls()).isEmpty();
    trying.solve(method, settings, PROBLEM);

    Spend spend = trying.spent().spent();
    long samples = plan.most().samples();
    Work expected = plan.expected((double) spend.generatedTokens() / samples);
    assertThat(expected.calls()).isEqualTo(spend.calls());
    assertThat((double) expected.generatedTokens())
        .isCloseTo(spend.generatedTokens(), within(0.3 * spend.generatedTokens()));
    assertThat((double) expected.promptTokens())
        .isCloseTo(spend.promptTokens(), within(0.3 * spend.promptTokens()));
    assertThat(plan.most().generatedTokens()).isGreaterThanOrEqualTo(spend.generatedTokens());
    assertThat(plan.most().promptTokens()).isGreaterThanOrEqualTo(spend.promptTokens());
  }

  @Test
  void promptsOfIndependentSamplesAreCountedExactly() {
    ScriptedModel model = ScriptedModel.always("\\boxed{1}");
    Trying trying = new Trying(model);
    Plan plan = Trying.strategy("self-consistency", Map.of()).plan(PROBLEM, model);

    trying.solve("self-consistency", Map.of(), PROBLEM);

    assertThat(plan.most().promptTokens()).isEqualTo(trying.spent().spent().promptTokens());
    assertThat(plan.most()).isEqualTo(new Work(1, plan.most().promptTokens(), 16, 16 * 1024));
    assertThat(plan.expected(10).generatedTokens()).isEqualTo(160);
  }

  @Test
  void laterStagesRepeatSamplesOfEarlierOnes() {
    Plan plan = Plan.of(new Stage(1, 50, 1, 100)).then(Plan.of(new Stage(3, 90, 4, 20, 3)));

    assertThat(plan.most()).isEqualTo(new Work(4, 50 + 90 + 300, 5, 100 + 80));
    assertThat(plan.expected(30)).isEqualTo(new Work(4, 50 + 90 + 90, 5, 30 + 80));
    assertThatIllegalArgumentException().isThrownBy(() -> plan.expected(Double.NaN));
  }

  @Test
  void tellsHowManyCandidatesAreJudged() {
    ScriptedModel model = ScriptedModel.always("");

    assertThat(Trying.strategy("bon", Map.of()).plan(PROBLEM, model).judged()).isEqualTo(16);
    assertThat(Trying.strategy("cot", Map.of()).plan(PROBLEM, model).judged()).isZero();
    assertThat(Trying.strategy("cot&bon", Map.of()).plan(PROBLEM, model).judged()).isEqualTo(16);
    assertThat(Trying.strategy("cot|bon", Map.of()).plan(PROBLEM, model).judged())
        .isEqualTo(16 + 17);
  }

  @Test
  void modelsThatHideTheirTokensHavePromptsOfNone() {
    assertThat(Trying.strategy("cot", Map.of()).plan(PROBLEM, LittleModel.saying("")).most())
        .isEqualTo(new Work(1, 0, 1, 1024));
  }
}

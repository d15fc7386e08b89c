package ponder.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import ponder.core.Answer;
import ponder.core.Budget;
import ponder.core.Event;
import ponder.core.Limits;
import ponder.core.Problem;
import ponder.core.Seed;
import ponder.model.Cancellation;
import ponder.model.EngineException;
import ponder.model.Purse;
import ponder.search.Policy.Unit;
import ponder.testkit.ScriptedModel;
import ponder.verify.Candidate;
import ponder.verify.Scores;
import ponder.verify.Verifier;

/// Following a policy, on a model whose samples agree on easy questions and not on hard ones.
class AutoTest {
  private static final Problem EASY = new Problem("easy", "easy: 6*7?");
  private static final Problem HARD = new Problem("hard", "hard: 6*7?");

  @TempDir Path folder;
  private final ScriptedModel model =
      new ScriptedModel(
          (prompt, sample) ->
              prompt.contains("easy") ? "\\boxed{42}" : "hm \\boxed{" + sample % 5 + "}");
  private final String weights = model.info().weightsHash();
  private final Trying trying = new Trying(model);

  private Outcome auto(Policy policy, Problem problem) {
    Path file = folder.resolve("policy.json");
    PolicyFile.write(policy, file);
    return trying.solve("auto", Map.of("policy", file.toString()), problem);
  }

  private List<List<Integer>> asked() {
    return model.calls().stream().map(it -> it.request().samples()).toList();
  }

  private static List<Integer> range(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  @Test
  void theDifficultysSamplesAreTheFirstOfTheMethodsOwnAndPaidOnce() {
    Outcome alone = trying.solve("self-consistency", Map.of("n", "10", "max-tokens", "60"), HARD);
    long tokens = trying.spent().spent().generatedTokens();
    int calls = model.calls().size();

    Outcome outcome = auto(Policies.of(weights, true, Policies.vote(3), Policies.vote(10)), HARD);

    assertThat(outcome.candidates()).isEqualTo(alone.candidates());
    assertThat(outcome.answer()).isEqualTo(alone.answer());
    assertThat(outcome.node()).isEqualTo(alone.node());
    assertThat(trying.spent().spent().generatedTokens()).isEqualTo(tokens);
    assertThat(trying.spent().tokensOfSteps()).isZero();
    assertThat(asked().subList(calls, asked().size())).containsExactly(range(0, 4), range(4, 10));
    assertThat(outcome.why()).startsWith("difficulty bin 2 of 2 (0.25), self-consistency, n 10: ");
  }

  @Test
  void anEasyProblemTakesWhatIsBestForItAndNothingMore() {
    Outcome outcome = auto(Policies.of(weights, true, Policies.vote(3), Policies.vote(10)), EASY);

    assertThat(outcome.why()).startsWith("difficulty bin 1 of 2 (1.00), self-consistency, n 3: ");
    assertThat(outcome.candidates()).hasSize(3);
    assertThat(asked()).containsExactly(range(0, 4));
    assertThat(trying.spent().tokensOfSteps()).isEqualTo(outcome.candidates().getFirst().tokens());
  }

  @Test
  void samplesThatAreDrawnOtherwiseAreDrawnAnewAndBothAreCharged() {
    Policy.Choice warm =
        Policies.choice(
            "self-consistency",
            Map.of("n", "5", "max-tokens", "60", "temperature", "1.5"),
            "vote",
            "");

    Outcome outcome = auto(Policies.of(weights, true, warm, Policies.vote(10)), EASY);

    assertThat(asked()).containsExactly(range(0, 4), range(0, 5));
    assertThat(outcome.candidates()).hasSize(5);
    assertThat(trying.spent().spent().generatedTokens())
        .isEqualTo(9L * outcome.candidates().getFirst().tokens());
    assertThat(trying.spent().tokensOfSteps())
        .isEqualTo(4L * outcome.candidates().getFirst().tokens());
  }

  @Test
  void withoutBinsNoDifficultyIsMeasured() {
    Outcome outcome = auto(Policies.of(weights, false, Policies.vote(3), Policies.vote(10)), EASY);

    assertThat(asked()).containsExactly(range(0, 10));
    assertThat(outcome.why()).startsWith("self-consistency, n 10: ");
  }

  @Test
  void aVerifierIsAskedOnceAboutEachCandidate() {
    List<Integer> judged = new ArrayList<>();
    AtomicInteger opened = new AtomicInteger();
    Policy.Choice best =
        Policies.choice("best-of-n", Map.of("n", "10", "max-tokens", "60"), "judge", "");
    Policy policy =
        Policies.with(Policies.of(weights, true, Policies.vote(3), best), Policies.judged("judge"));
    Purse purse = new Purse(Budget.of(Limits.NONE), new Cancellation());
    Verifier judge =
        new Verifier() {
          @Override
          public String name() {
            return "judge";
          }

          @Override
          public List<Scores> score(Problem problem, List<Candidate> candidates, Purse paid) {
            judged.add(candidates.size());
            return candidates.stream()
                .map(it -> Scores.outcome("3".equals(it.answer()) ? 0.8 : 0.2))
                .toList();
          }
        };
    Solver solver =
        new Solver(model, null, purse, new Seed(1), event -> {})
            .opening(
                (text, aggregation) -> {
                  opened.incrementAndGet();
                  return judge;
                });

    Outcome outcome = new Auto(policy, false).solve(HARD, solver);

    assertThat(judged).containsExactly(4, 6);
    assertThat(opened).hasValue(1);
    assertThat(outcome.answer()).isEqualTo("3");
    assertThat(outcome.why())
        .startsWith("difficulty bin 2 of 2 (0.35), best-of-n with judge, n 10");
    assertThat(new Auto(policy, false).asksJudge()).isTrue();
    assertThat(new Auto(Policies.little(weights), false).asksJudge()).isFalse();
  }

  @Test
  void takesTheRowOfTheBudgetAndSaysSoWhereItIsOutside() {
    Policy two =
        Policies.with(
            Policies.of(weights, false, Policies.vote(3), Policies.vote(3)),
            Unit.TOKENS,
            Policies.agreement(),
            List.of(
                Policies.row(200, false, Policies.vote(3), Policies.vote(3)),
                Policies.row(400, false, Policies.vote(5), Policies.vote(5))));

    assertThat(auto(two, EASY).candidates()).hasSize(5);
    assertThat(warnings()).singleElement().asString().contains("without a limit in tokens");
    trying.budget("399tok");
    assertThat(auto(two, EASY).candidates()).hasSize(3);
    assertThat(warnings()).isEmpty();
    trying.budget("400tok");
    assertThat(auto(two, EASY).candidates()).hasSize(5);
    assertThat(warnings()).isEmpty();
    trying.budget("199tok");
    assertThat(auto(two, EASY).candidates()).hasSize(3);
    assertThat(warnings())
        .containsExactly(
            "A budget of 199 is outside what the policy was fitted for, 200 to 400 tokens: the choice for 200 is taken.");
  }

  private List<String> warnings() {
    return trying.events.stream()
        .filter(Event.Warned.class::isInstance)
        .map(it -> ((Event.Warned) it).message())
        .toList();
  }

  @Test
  void aChoiceKeepsToTheLimitItHadWhenItWasCalibrated() {
    Policy.Choice limited =
        Policies.choice("self-consistency", Map.of("n", "10", "max-tokens", "60"), "vote", "40tok");

    auto(Policies.of(weights, false, limited, limited), EASY);

    assertThat(trying.spent().spent().generatedTokens()).isLessThanOrEqualTo(40);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1tok", "15tok", "90tok", "1calls", "2calls", "1", "5", "12s"})
  void endsWithinAnyBudgetWithWhatItHas(String budget) {
    Limits limits = Limits.parse(budget);
    trying.budget(budget);

    Outcome outcome = auto(Policies.of(weights, true, Policies.vote(3), Policies.vote(10)), HARD);

    assertThat(trying.spent().spent().generatedTokens()).isLessThanOrEqualTo(limits.tokens());
    assertThat(trying.spent().spent().calls()).isLessThanOrEqualTo(limits.calls());
    assertThat(outcome.candidates()).isNotEmpty().hasSizeLessThanOrEqualTo(10);
    assertThat(outcome.anytime()).isEqualTo(!budget.equals("2calls") && !budget.equals("12s"));
  }

  private static Policy.Choice otherwise(String method) {
    Map<String, String> settings =
        switch (method) {
          case "beam" -> Map.of("n", "4", "beam-width", "2");
          case "rstar" -> Map.of("n", "2", "shots", "none", "answers", "4", "sub-answers", "2");
          default -> Map.of();
        };
    String verifier = method.equals("beam") ? "logprob" : Methods.named(method).verifier();
    return Policies.choice(method, settings, verifier, "");
  }

  @ParameterizedTest
  @CsvSource({
    "beam, 15tok",
    "beam, 30tok",
    "beam, 55tok",
    "beam, 1calls",
    "beam, 4",
    "rstar, 15tok",
    "rstar, 30tok",
    "rstar, 55tok",
    "rstar, 1calls",
    "rstar, 4",
    "agent, 15tok",
    "agent, 30tok",
    "agent, 55tok",
    "agent, 1calls",
    "agent, 4",
  })
  void whatTellsTheDifficultyAnswersWhereNothingIsLeftForTheChoice(String method, String budget) {
    Limits limits = Limits.parse(budget);
    trying.budget(budget);
    Policy.Choice choice = otherwise(method);

    Outcome outcome = auto(Policies.of(weights, true, choice, choice), HARD);

    assertThat(outcome.answer()).isNotNull();
    assertThat(outcome.anytime()).isTrue();
    assertThat(outcome.why()).startsWith("difficulty bin ");
    assertThat((long) outcome.candidates().size())
        .isPositive()
        .isLessThanOrEqualTo(limits.samples());
    assertThat(outcome.node()).isPositive();
    assertThat(trying.spent().spent().generatedTokens()).isLessThanOrEqualTo(limits.tokens());
    assertThat(trying.spent().spent().calls()).isLessThanOrEqualTo(limits.calls());
  }

  @Test
  void aChoiceThatComesToNoAnswerLosesNone() {
    Policy.Choice blunt =
        Policies.choice("self-consistency", Map.of("n", "2", "max-tokens", "2"), "vote", "");

    Outcome outcome = auto(Policies.of(weights, true, blunt, blunt), HARD);

    assertThat(outcome.answer()).isEqualTo("0");
    assertThat(outcome.candidates()).hasSize(6);
    assertThat(outcome.candidates().stream().mapToLong(Answer::tokens).sum())
        .isEqualTo(trying.spent().spent().generatedTokens());
    assertThat(trying.spent().tokensOfSteps()).isZero();
  }

  @Test
  void refusesAModelOnWhichItWasNotFittedUnlessThatIsMeant() {
    Policy other = Policies.of("f".repeat(64), false, Policies.vote(3), Policies.vote(3));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> auto(other, EASY))
        .withMessage(
            "policy was fitted on model some (weights ffffffffffff), not on scripted (000000000000). Maybe fit one on this model, or --set any-model=true if that is meant.");
    assertThat(model.calls()).isEmpty();
    Map<String, String> settings =
        Map.of("policy", folder.resolve("policy.json") + "", "any-model", "true");
    assertThat(trying.solve("auto", settings, EASY).answer()).isEqualTo("42");
  }

  @Test
  void difficultyByRightAnswersIsRefusedWhereThereAreNone() {
    Policy oracle =
        Policies.with(
            Policies.of(weights, true, Policies.vote(3), Policies.vote(10)),
            Policies.judged("oracle"));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> auto(oracle, EASY))
        .withMessageContaining("verifier (oracle) needs the right answers");
    assertThat(model.calls()).isEmpty();
  }

  @Test
  void aFileHoldsAllOfAPolicy() {
    Policy policy = Policies.little(weights);
    Path file = folder.resolve("deep/policy.json");
    PolicyFile.write(policy, file);

    assertThat(PolicyFile.read(file)).isEqualTo(policy);
  }

  @Test
  void refusesFilesThatAreNoPolicyOrNotTheOneThatIsMeant() throws Exception {
    Path file = Files.writeString(folder.resolve("no.json"), "{\"kind\":\"other\"}");
    Path torn = Files.writeString(folder.resolve("torn.json"), "{\"kind\":\"ponder-policy-1\"");
    PolicyFile.write(Policies.little(weights), folder.resolve("policy.json"));
    Methods.Method auto = Methods.named("auto");
    String path = folder.resolve("policy.json").toString();

    assertThatThrownBy(() -> PolicyFile.read(file))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("is no policy");
    assertThatThrownBy(() -> PolicyFile.read(torn)).isInstanceOf(EngineException.class);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> auto.strategy(auto.settings(Map.of())))
        .withMessageContaining("method (auto) needs a policy");
    Map<String, String> pinned = PolicyFile.pin(auto, Map.of("policy", path));
    assertThat(pinned.get("policy-sha256")).hasSize(64);
    assertThat(auto.strategy(auto.settings(pinned))).isInstanceOf(Auto.class);
    Map<String, String> other = new HashMap<>(pinned);
    other.put("policy-sha256", "0".repeat(64));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> auto.strategy(auto.settings(other)))
        .withMessageContaining("not " + "0".repeat(64));
  }

  @Test
  void aPlanIsAnUpperBound() {
    Path file = folder.resolve("policy.json");
    PolicyFile.write(Policies.of(weights, true, Policies.vote(3), Policies.vote(10)), file);
    Strategy strategy = Trying.strategy("auto", Map.of("policy", file.toString()));

    Strategy.Work most = strategy.plan(HARD, model).most();
    trying.solve("auto", Map.of("policy", file.toString()), HARD);

    assertThat(most.samples()).isEqualTo(14);
    assertThat(most.generatedTokens())
        .isGreaterThanOrEqualTo(trying.spent().spent().generatedTokens());
  }
}

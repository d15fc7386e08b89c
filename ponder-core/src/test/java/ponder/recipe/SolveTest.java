package ponder.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.data.Percentage.withPercentage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.core.Answer;
import ponder.core.Event;
import ponder.core.Limits;
import ponder.core.Problem;
import ponder.core.Spend;
import ponder.core.Trace;
import ponder.core.TraceSink;
import ponder.model.Cancellation;
import ponder.model.LanguageModel;
import ponder.search.LittleModel;
import ponder.store.Journal;
import ponder.store.RunSummary;
import ponder.testkit.ScriptedModel;
import ponder.verify.Aggregation;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SolveTest {
  private static final SolveTask VOTE =
      SolveTask.of(Problem.of("6*7?"), "self-consistency").withSettings(Map.of("n", "5"));

  @TempDir Path home;
  private final List<Event> events = new ArrayList<>();

  private Solution run(LanguageModel model, Journal journal, SolveTask task) {
    return new Solve(model, journal, home.resolve("runs"))
        .run(task, events::add, new Cancellation());
  }

  private static ScriptedModel scripted() {
    return ScriptedModel.cycle("\\boxed{41}", "so \\boxed{42}", "thus \\boxed{42.0}");
  }

  @Test
  void printsTheObjectOfTheContract() {
    Solution solution = run(scripted(), Journal.off(), VOTE);

    JsonNode json = new JsonMapper().readTree(solution.json().toString());
    assertThat(json.propertyNames())
        .startsWith(
            "answer",
            "text",
            "reasoning",
            "method",
            "verifier",
            "model",
            "engine",
            "seed",
            "run",
            "spend",
            "paid",
            "candidates",
            "anytime");
    for (String cost : List.of("spend", "paid")) {
      assertThat(json.get(cost).propertyNames())
          .containsExactly(
              "promptTokens",
              "cachedPromptTokens",
              "generatedTokens",
              "scoredTokens",
              "calls",
              "flops",
              "seconds");
    }
    assertThat(json.get("candidates")).hasSize(5);
    assertThat(json.get("candidates").get(0).propertyNames())
        .containsExactly("answer", "score", "tokens", "text");
    assertThat(json.get("answer").asString()).isEqualTo("42");
    assertThat(json.get("verifier").asString()).isEqualTo("vote");
  }

  @Test
  void candidatesTokensAddUp() {
    Solution solution = run(scripted(), Journal.off(), VOTE);

    assertThat(solution.candidates().stream().mapToLong(Answer::tokens).sum())
        .isEqualTo(solution.spend().generatedTokens());
    assertThat(solution.spend().calls()).isEqualTo(1);
    assertThat(solution.paid().withSeconds(0)).isEqualTo(solution.spend().withSeconds(0));
  }

  @Test
  void secondRunReplaysAndPaysNothing() {
    try (Journal journal = Journal.open(home.resolve("journal"))) {
      Solution first = run(scripted(), journal, VOTE);
      ScriptedModel model = scripted();
      Solution second = run(model, journal, VOTE);

      assertThat(model.calls()).isEmpty();
      assertThat(second.spend().withSeconds(0)).isEqualTo(first.spend().withSeconds(0));
      assertThat(second.spend().seconds()).isGreaterThan(0);
      assertThat(second.paid().withSeconds(0)).isEqualTo(ponder.core.Spend.NONE);
      assertThat(second.candidates()).isEqualTo(first.candidates());
      assertThat(journal.runs())
          .singleElement()
          .satisfies(
              run -> {
                assertThat(run.id()).isEqualTo(first.run());
                assertThat(run.finished()).isTrue();
                assertThat(run.method()).isEqualTo("self-consistency");
                assertThat(run.question()).isEqualTo("6*7?");
              });
    }
  }

  @Test
  void reuseGoesFromFiveToEightForThree() {
    try (Journal journal = Journal.inMemory(Long.MAX_VALUE)) {
      Solution five = run(scripted(), journal, VOTE);
      ScriptedModel model = scripted();
      SolveTask eight = VOTE.withSettings(Map.of("n", "8")).withReuse(List.of(five.run()));

      Solution solution = run(model, journal, eight);

      assertThat(model.calls()).hasSize(1);
      assertThat(model.calls().getFirst().request().samples()).containsExactly(5, 6, 7);
      assertThat(solution.run()).isNotEqualTo(five.run());
      assertThat(solution.candidates()).hasSize(8);
      assertThat(solution.paid().generatedTokens())
          .isEqualTo(solution.candidates().subList(5, 8).stream().mapToLong(Answer::tokens).sum());
    }
  }

  @Test
  void defaultsGivenOrNotAreOneRun() {
    SolveTask given = VOTE.withSettings(Map.of("n", "5", "temperature", "0.8"));

    assertThat(run(scripted(), Journal.off(), given).run())
        .isEqualTo(run(scripted(), Journal.off(), VOTE).run())
        .isNotEqualTo(run(scripted(), Journal.off(), VOTE.withSeed(1)).run());
  }

  @Test
  void bareBudgetSetsTheSamples() {
    SolveTask task =
        SolveTask.of(Problem.of("6*7?"), "self-consistency").withBudget(Limits.parse("3"));

    Solution solution = run(scripted(), Journal.off(), task);

    assertThat(solution.candidates()).hasSize(3);
    assertThat(solution.anytime()).isFalse();
  }

  @Test
  void tokenBudgetIsKeptAndMarked() {
    Solution solution = run(scripted(), Journal.off(), VOTE.withBudget(Limits.parse("30tok")));

    assertThat(solution.spend().generatedTokens()).isPositive().isLessThanOrEqualTo(30);
    assertThat(solution.anytime()).isTrue();
  }

  @Test
  void flopBudgetIsKept() {
    LittleModel model = LittleModel.saying("it is \\boxed{42}");
    SolveTask task = VOTE.withBudget(Limits.parse("5000flop"));

    Solution solution = run(model, Journal.off(), task);

    // 100 a token: 7 prompt tokens computed for each call.
    assertThat(solution.spend().flops())
        .isEqualTo(100.0 * (7 * solution.spend().calls() + solution.spend().generatedTokens()));
    assertThat(solution.anytime()).isTrue();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> run(scripted(), Journal.off(), task))
        .withMessage(
            "budget (5000flop) counts FLOPs, but the size of model scripted is unknown. Maybe limit tokens.");
  }

  @Test
  void greedyTakesOneSample() {
    Solution solution = run(scripted(), Journal.off(), SolveTask.of(Problem.of("6*7?"), "greedy"));

    assertThat(solution.answer()).isEqualTo("41");
    assertThat(solution.candidates()).hasSize(1);
    assertThat(solution.candidates().getFirst().score()).isBetween(0.49, 0.51);
    assertThat(solution.verifier()).isEqualTo("none");
  }

  @Test
  void dryRunSamplesAFewAndForetellsTheRest() {
    SolveTask task = VOTE.withSettings(Map.of("n", "40", "max-tokens", "100"));
    var solve = new Solve(scripted(), Journal.off(), null);

    Estimate estimate = solve.estimate(task, new Cancellation());
    Solution real = run(scripted(), Journal.off(), task);

    assertThat(estimate.samples()).isEqualTo(40);
    assertThat(estimate.most().generatedTokens()).isEqualTo(4000);
    assertThat((double) estimate.expected().generatedTokens())
        .isCloseTo(real.spend().generatedTokens(), withPercentage(30));
    assertThat(estimate.expected().promptTokens()).isEqualTo(real.spend().promptTokens());
    assertThat(estimate.expected().calls()).isEqualTo(real.spend().calls());
    assertThat(estimate.basis()).startsWith("6 samples of ");
  }

  @Test
  void dryRunForetellsTheVerifiersPart() {
    SolveTask task =
        SolveTask.of(VOTE.problem(), "best-of-n")
            .withSettings(Map.of("n", "40", "max-tokens", "100"))
            .withVerifier("judge", Aggregation.LAST);
    var solve = new Solve(scripted(), Journal.off(), null);

    Estimate estimate = solve.estimate(task, new Cancellation());
    Spend real = run(scripted(), Journal.off(), task).spend();

    assertThat(estimate.expected().calls()).isEqualTo(real.calls()).isEqualTo(43);
    assertThat((double) estimate.expected().generatedTokens())
        .isCloseTo(real.generatedTokens(), withPercentage(30));
    assertThat((double) estimate.expected().promptTokens())
        .isCloseTo(real.promptTokens(), withPercentage(10));
    assertThat(estimate.most().calls()).isEqualTo(43);
    assertThat(estimate.most().generatedTokens()).isEqualTo(4040);
    assertThat(estimate.most().promptTokens()).isGreaterThanOrEqualTo(real.promptTokens());
  }

  @Test
  void dryRunStaysWithinTheBudget() {
    SolveTask task = VOTE.withSettings(Map.of("n", "40")).withBudget(Limits.parse("50tok,2calls"));

    Estimate estimate =
        new Solve(scripted(), Journal.off(), null).estimate(task, new Cancellation());

    assertThat(estimate.expected().generatedTokens()).isEqualTo(50);
    assertThat(estimate.expected().calls()).isEqualTo(2);
  }

  @Test
  void whatTheDryRunSampledIsNotPaidAgain() {
    SolveTask task = VOTE.withSettings(Map.of("n", "8"));
    try (Journal journal = Journal.open(home.resolve("journal"))) {
      new Solve(scripted(), journal, null).estimate(task, new Cancellation());
      ScriptedModel second = scripted();

      Solution solution = run(second, journal, task);

      assertThat(solution.candidates()).hasSize(8);
      assertThat(second.calls())
          .flatExtracting(it -> it.request().samples())
          .containsExactly(4, 5, 6, 7);
    }
  }

  @Test
  void verifierOfAMethodThatDecidesByItselfIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Solve.check(VOTE.withVerifier("logprob", Aggregation.LAST)))
        .withMessageContaining("Maybe --method best-of-n");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Solve.check(VOTE.withVerifier("jugde", Aggregation.LAST)))
        .withMessageContaining("Maybe 'judge' was meant");
  }

  @Test
  void verifierJudgesAndIsNamed() {
    SolveTask task =
        SolveTask.of(Problem.of("6*7?"), "best-of-n")
            .withSettings(Map.of("n", "3"))
            .withVerifier("mean(logprob,vote)", Aggregation.LAST);

    Solution solution = run(scripted(), Journal.off(), task);

    assertThat(solution.verifier()).isEqualTo("mean(logprob,vote)");
    assertThat(solution.answer()).startsWith("42");
  }

  @Test
  void verifiersDrawFromTheRunsSeed() {
    SolveTask task =
        SolveTask.of(Problem.of("6*7?"), "best-of-n")
            .withSettings(Map.of("n", "2"))
            .withVerifier("thought", Aggregation.LAST);

    assertThat(drawn(task)).isEqualTo(drawn(task)).isNotEqualTo(drawn(task.withSeed(7)));
  }

  /// The seed that the verifier's call was drawn with.
  private long drawn(SolveTask task) {
    ScriptedModel model = ScriptedModel.always("sure");
    run(model, Journal.off(), task);
    return model.calls().getLast().request().seed();
  }

  @Test
  void oracleIsRefusedWithoutReferences() {
    SolveTask task =
        SolveTask.of(Problem.of("6*7?"), "best-of-n").withVerifier("oracle", Aggregation.LAST);

    assertThatIllegalArgumentException().isThrownBy(() -> Solve.check(task));
    Solve.check(task, Map.of("question", "42"));
  }

  @Test
  void leavesAReceipt() throws IOException {
    Solution solution = run(scripted(), Journal.off(), VOTE.withBudget(Limits.parse("60s")));

    Path file = home.resolve("runs").resolve(solution.run() + ".json");
    JsonNode receipt = new JsonMapper().readTree(Files.readString(file));
    assertThat(receipt.get("answer").asString()).isEqualTo("42");
    assertThat(receipt.get("recipe").get("settings").get("n").asString()).isEqualTo("5");
    assertThat(receipt.get("why").asString()).isEqualTo("3 of 5 votes");
    assertThat(receipt.get("reproducible").asString()).startsWith("no: a budget in seconds");
  }

  @Test
  void receiptThatCannotBeWrittenIsAWarning() throws IOException {
    Files.writeString(home.resolve("runs"), "a file is in the way");

    Solution solution = run(scripted(), Journal.off(), VOTE);

    assertThat(solution.answer()).isEqualTo("42");
    assertThat(events).hasAtLeastOneElementOfType(Event.Warned.class);
  }

  @Test
  void traceEndsWithTheAnswer() {
    Solution solution = run(scripted(), Journal.off(), VOTE);

    Trace trace = Trace.of(events);
    assertThat(trace.start()).isNotNull();
    Event.Finished end = Objects.requireNonNull(trace.end());
    assertThat(end.answer()).isEqualTo("42");
    assertThat(trace.nodes().get(end.node()).answer()).isEqualTo("42");
    assertThat(end.spend()).isEqualTo(solution.spend());
  }

  @Test
  void cancelledRunIsUnfinishedAndResumes() {
    try (Journal journal = Journal.inMemory(Long.MAX_VALUE)) {
      var cancellation = new Cancellation();
      int[] texts = {0};
      TraceSink cancelling =
          event -> {
            if (event instanceof Event.Text && ++texts[0] == 12) {
              cancellation.cancel();
            }
          };

      Solution cut = new Solve(scripted(), journal, null).run(VOTE, cancelling, cancellation);

      assertThat(cut.anytime()).isTrue();
      assertThat(cut.answer()).isEqualTo("41");
      assertThat(journal.runs()).singleElement().matches(run -> !run.finished());
      Solution resumed = run(scripted(), journal, VOTE);
      assertThat(resumed.answer()).isEqualTo("42");
      assertThat(resumed.anytime()).isFalse();
      assertThat(resumed.paid().generatedTokens()).isLessThan(resumed.spend().generatedTokens());
      assertThat(journal.runs()).singleElement().matches(RunSummary::finished);
    }
  }

  @Test
  void anEarlyStopNeedsValuesThatOnlyFall() {
    for (String method : List.of("beam", "cot|beam")) {
      SolveTask task =
          SolveTask.of(Problem.of("6*7?"), method).withSettings(Map.of("early-stop", "true"));
      for (Aggregation rises : List.of(Aggregation.LAST, Aggregation.MEAN, Aggregation.MAX)) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> Solve.check(task.withVerifier("prm:plus-minus", rises)))
            .withMessage(
                "early-stop (true) needs values that only fall as steps are added, but agg-strategy is %s. Maybe --agg-strategy min was meant."
                    .formatted(rises.text()));
      }
      Solve.check(task.withVerifier("prm:plus-minus", Aggregation.MIN));
      Solve.check(task.withVerifier("prm:plus-minus", Aggregation.PROD));
    }
  }
}

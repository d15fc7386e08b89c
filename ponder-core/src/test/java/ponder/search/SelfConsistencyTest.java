package ponder.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import ponder.core.Answer;
import ponder.core.Budget;
import ponder.core.Event;
import ponder.core.Limits;
import ponder.core.Problem;
import ponder.core.Seed;
import ponder.core.Trace;
import ponder.model.Cancellation;
import ponder.model.EngineException;
import ponder.model.ModelInfo;
import ponder.model.Purse;

class SelfConsistencyTest {
  private final List<Event> events = new ArrayList<>();
  private final Cancellation cancellation = new Cancellation();

  private Outcome solve(LittleModel model, String budget, Map<String, String> settings) {
    Methods.Method method = Methods.named("self-consistency");
    Limits limits = budget.isEmpty() ? Limits.NONE : Limits.parse(budget);
    var solver =
        new Solver(
            model, null, new Purse(Budget.of(limits), cancellation), new Seed(1), events::add);
    return method.strategy(method.settings(settings)).solve(Problem.of("6*7?"), solver);
  }

  @Test
  void largestClassWins() {
    Outcome outcome =
        solve(
            LittleModel.saying("\\boxed{41}", "\\boxed{42}", "none", "so 42.0"),
            "",
            Map.of("n", "4"));

    assertThat(outcome.answer()).isEqualTo("42");
    assertThat(outcome.why()).isEqualTo("2 of 3 votes");
    assertThat(outcome.candidates())
        .extracting(Answer::value)
        .containsExactly("41", "42", null, "42.0");
    assertThat(outcome.candidates())
        .extracting(Answer::score)
        .containsExactly(1 / 3.0, 2 / 3.0, 0.0, 2 / 3.0);
    assertThat(outcome.anytime()).isFalse();
  }

  @Test
  void tiesGoToTheMoreProbableClass() {
    Outcome outcome = solve(LittleModel.saying("\\boxed{1}", "\\boxed{2}"), "", Map.of("n", "2"));

    Trace trace = Trace.of(events);
    Trace.Node first = trace.nodes().get(1);
    Trace.Node second = trace.nodes().get(2);
    assertThat(first.tokens()).isEqualTo(second.tokens());
    assertThat(outcome.answer())
        .isEqualTo(first.logprob() >= second.logprob() ? first.answer() : second.answer());
    assertThat(outcome.why())
        .isEqualTo("1 of 2 votes, the most probable of 2 classes with as many");
  }

  @Test
  void noAnswersGiveNone() {
    Outcome outcome = solve(LittleModel.saying("well", "hm"), "", Map.of("n", "3"));

    assertThat(outcome.answer()).isNull();
    assertThat(outcome.text()).isEqualTo("well");
    assertThat(outcome.why()).isEqualTo("no sample holds an answer");
  }

  @Test
  void waveSizeChangesNothing() {
    LittleModel model = LittleModel.saying("\\boxed{1}", "\\boxed{2}", "\\boxed{2}");
    Outcome one = solve(model, "", Map.of("n", "7", "wave", "7"));

    assertThat(solve(model, "", Map.of("n", "7", "wave", "2"))).isEqualTo(one);
  }

  @Test
  void tokenBudgetEndsItWithTheBestSoFar() {
    LittleModel model = LittleModel.saying("\\boxed{1}", "\\boxed{2}", "\\boxed{2}", "\\boxed{2}");

    Outcome outcome = solve(model, "44tok", Map.of("n", "8", "max-tokens", "12"));

    assertThat(outcome.anytime()).isTrue();
    assertThat(outcome.answer()).isEqualTo("2");
    assertThat(outcome.candidates())
        .extracting(Answer::value)
        .containsExactly("1", "2", "2", "2", null);
    assertThat(outcome.candidates().stream().mapToLong(Answer::tokens).sum()).isEqualTo(44);
  }

  @Test
  void whatAWaveDidNotUseGoesToTheRestOfIt() {
    LittleModel model = LittleModel.saying("\\boxed{1}");

    Outcome outcome = solve(model, "100tok", Map.of("n", "8", "max-tokens", "28"));

    assertThat(outcome.candidates()).hasSize(8);
    assertThat(outcome.anytime()).isFalse();
  }

  @Test
  void sampleBudgetEndsIt() {
    Outcome outcome = solve(LittleModel.saying("\\boxed{1}"), "3", Map.of("n", "8"));

    assertThat(outcome.candidates()).hasSize(3);
    assertThat(outcome.anytime()).isTrue();
  }

  @Test
  void shortenedSampleVotesOnlyWithAMarkedAnswer() {
    Outcome outcome = solve(LittleModel.saying("it is 12345"), "8tok", Map.of("n", "1"));

    assertThat(outcome.text()).isEqualTo("it is 12");
    assertThat(outcome.answer()).isNull();
    assertThat(outcome.anytime()).isTrue();
  }

  @Test
  void cancellationReturnsWhatThereIs() {
    int[] tokens = {0};
    var model =
        new LittleModel(
            sample -> "\\boxed{" + "5".repeat(sample + 1) + "}",
            () -> {
              if (++tokens[0] == 25) {
                cancellation.cancel();
              }
            },
            ModelInfo.Determinism.INVARIANT);

    Outcome outcome = solve(model, "", Map.of("n", "4", "wave", "2"));

    assertThat(outcome.anytime()).isTrue();
    assertThat(outcome.answer()).isEqualTo("5");
    assertThat(outcome.candidates())
        .extracting(Answer::value)
        .containsExactly("5", "55", null, null);
  }

  @Test
  void failedSampleIsToldAndHasNoVote() {
    Outcome outcome = solve(LittleModel.saying("!", "\\boxed{2}"), "", Map.of("n", "2"));

    assertThat(outcome.answer()).isEqualTo("2");
    assertThat(events).contains(new Event.Warned("Sample 0 failed: it failed"));
  }

  @Test
  void failureOfEverySampleIsTheModels() {
    assertThatExceptionOfType(EngineException.class)
        .isThrownBy(() -> solve(LittleModel.saying("!"), "", Map.of("n", "2")))
        .withMessage("Every sample failed: it failed");
  }

  @Test
  void traceHoldsEverySampleInOrder() {
    solve(LittleModel.saying("\\boxed{1}", "\\boxed{2}"), "", Map.of("n", "2"));

    assertThat(events.stream().filter(Event::kept).map(event -> event.getClass().getSimpleName()))
        .containsExactly("Opened", "Opened", "Opened", "Closed", "Closed", "Scored", "Scored");
    assertThat(Trace.of(events).nodes())
        .extracting(Trace.Node::proposer)
        .containsExactly("problem", "sample 0", "sample 1");
  }

  @Test
  void thoughtsAreApart() {
    Outcome outcome =
        solve(LittleModel.saying("<think>6*7\n</think>\n\\boxed{42}"), "", Map.of("n", "1"));

    assertThat(outcome.reasoning()).isEqualTo("6*7");
    assertThat(outcome.text()).isEqualTo("\\boxed{42}");
  }
}

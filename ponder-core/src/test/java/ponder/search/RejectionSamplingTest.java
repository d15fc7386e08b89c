package ponder.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
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
import ponder.model.Purse;
import ponder.testkit.ScriptedModel;

class RejectionSamplingTest {
  private static final String STOP = "<|im_start|>";

  private final List<Event> events = new ArrayList<>();

  private Outcome solve(ScriptedModel model, String budget, Map<String, String> given) {
    events.clear();
    Methods.Method method = Methods.named("rejection-sampling");
    Map<String, String> settings = new HashMap<>(Map.of("system", "", "limit", "4"));
    settings.putAll(given);
    Limits limits = budget.isEmpty() ? Limits.NONE : Limits.parse(budget);
    var purse = new Purse(Budget.of(limits), new Cancellation());
    var solver = new Solver(model, null, purse, new Seed(1), events::add);
    Outcome outcome = method.strategy(method.settings(settings)).solve(Problem.of("6*7?"), solver);
    long tokens = outcome.candidates().stream().mapToLong(Answer::tokens).sum();
    assertThat(tokens).isEqualTo(solver.budget().spent().generatedTokens());
    assertThat(tokens).isLessThanOrEqualTo(limits.tokens());
    assertThat(Trace.of(events).nodes().stream().mapToLong(Trace.Node::tokens).sum())
        .isEqualTo(tokens);
    return outcome;
  }

  /// Sample i thinks as many letters as `lengths[i]`; answers `42`.
  private static ScriptedModel thinker(int... lengths) {
    return new ScriptedModel(
        (prompt, sample) ->
            prompt.endsWith("<|im_start|>think")
                ? Character.toString('a' + sample).repeat(lengths[sample]) + STOP
                : "42");
  }

  private static List<List<Integer>> asked(ScriptedModel model) {
    return model.calls().stream().map(call -> call.request().samples()).toList();
  }

  @Test
  void firstShortEnoughTryAnswers() {
    ScriptedModel model = thinker(9, 5, 4, 1);

    Outcome outcome = solve(model, "", Map.of());

    assertThat(outcome.reasoning()).isEqualTo("cccc");
    assertThat(outcome.thinkingTokens()).isEqualTo(4);
    assertThat(outcome.answer()).isEqualTo("42");
    assertThat(outcome.why())
        .isEqualTo(
            "try 3 of 4 thought at most 4 tokens: natural exit; thinking tokens: 4, waits: 0");
    assertThat(outcome.candidates())
        .extracting(Answer::value)
        .containsExactly(null, null, "42", null);
    assertThat(outcome.candidates()).extracting(Answer::tokens).containsExactly(5L, 5L, 8L, 2L);
    assertThat(model.calls().getLast().prompt()).endsWith("thinkcccc<|im_start|>answer");
    assertThat(model.calls().getFirst().request().sampling().temperature()).isEqualTo(1);
    assertThat(outcome.anytime()).isFalse();
  }

  @Test
  void wavesGoOnWhereTheyEnded() {
    ScriptedModel model = thinker(9, 9, 9, 9, 2);

    Outcome outcome = solve(model, "", Map.of("wave", "2", "tries", "5"));

    assertThat(asked(model)).containsExactly(List.of(0, 1), List.of(2, 3), List.of(4), List.of(0));
    assertThat(outcome.reasoning()).isEqualTo("ee");
  }

  @Test
  void waveSizeDoesNotChangeTheAnswer() {
    ScriptedModel model = thinker(9, 9, 3, 2, 9, 1);

    for (String wave : List.of("1", "2", "3", "6")) {
      Outcome outcome = solve(model, "", Map.of("wave", wave, "tries", "6"));
      assertThat(outcome.reasoning()).isEqualTo("ccc");
      assertThat(outcome.text()).isEqualTo("42");
    }
  }

  @Test
  void cappedTriesCutTheFirst() {
    ScriptedModel model = thinker(9, 9);

    Outcome outcome = solve(model, "", Map.of("tries", "2"));

    assertThat(outcome.reasoning()).isEqualTo("aaaa");
    assertThat(outcome.why())
        .isEqualTo(
            "no try of 2 thought at most 4 tokens, try 1 was cut: forced exit at the cap; thinking tokens: 4, waits: 0");
    assertThat(model.calls().getLast().prompt())
        .endsWith("thinkaaaa\n<|im_start|>answer\nFinal Answer:");
    assertThat(outcome.answer()).isEqualTo("42");
    assertThat(outcome.anytime()).isFalse();
  }

  @Test
  void rejectedTriesArePruned() {
    solve(thinker(9, 4, 3), "", Map.of("tries", "3"));

    List<Trace.Node> nodes = Trace.of(events).nodes();
    assertThat(nodes).extracting(Trace.Node::parent).containsExactly(-1, 0, 0, 0, 2);
    assertThat(nodes)
        .extracting(Trace.Node::pruned)
        .containsExactly(
            null, "longer than 4 tokens", null, "an earlier try was short enough", null);
  }

  @Test
  void budgetEndsTheTriesAndLeavesTheAnswerItsPart() {
    ScriptedModel model = thinker(9, 9, 9, 9, 9, 9);

    Outcome outcome = solve(model, "20tok", Map.of("wave", "1", "tries", "6"));

    assertThat(outcome.anytime()).isTrue();
    assertThat(outcome.answer()).isEqualTo("42");
    assertThat(outcome.why()).contains("no try of 2", "forced exit");
    solve(model, "17tok", Map.of("wave", "1", "tries", "6"));
    assertThat(Trace.of(events).nodes().get(2).pruned()).isEqualTo("ended from outside");
  }

  @Test
  void nothingLeftForTriesStillAnswers() {
    Outcome outcome = solve(thinker(1), "1calls", Map.of());

    assertThat(outcome.answer()).isEqualTo("42");
    assertThat(outcome.reasoning()).isEmpty();
    assertThat(outcome.anytime()).isTrue();
  }
}

package ponder.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import ponder.core.Answer;
import ponder.core.Budget;
import ponder.core.Event;
import ponder.core.Grading;
import ponder.core.Limits;
import ponder.core.Problem;
import ponder.core.Seed;
import ponder.core.Trace;
import ponder.model.Call;
import ponder.model.Cancellation;
import ponder.model.Completions;
import ponder.model.LanguageModel;
import ponder.model.ModelInfo;
import ponder.model.Purse;
import ponder.model.Request;
import ponder.testkit.ByteTokenizer;
import ponder.testkit.ScriptedModel;

class BudgetForcingTest {
  private static final String ASKED = "<|im_start|>user\n6*7?<|im_end|>\n<|im_start|>assistant\n";
  private static final String OPENED = ASKED + "<|im_start|>think";

  private final List<Event> events = new ArrayList<>();
  private final Cancellation cancellation = new Cancellation();

  private Outcome solve(LanguageModel model, String budget, Map<String, String> given) {
    events.clear();
    Methods.Method method = Methods.named("budget-forcing");
    Map<String, String> settings = new HashMap<>(Map.of("system", "", "wait-text", "W"));
    settings.putAll(given);
    Limits limits = budget.isEmpty() ? Limits.NONE : Limits.parse(budget);
    var solver =
        new Solver(
            model, null, new Purse(Budget.of(limits), cancellation), new Seed(1), events::add);
    Outcome outcome = method.strategy(method.settings(settings)).solve(Problem.of("6*7?"), solver);
    long tokens = outcome.candidates().stream().mapToLong(Answer::tokens).sum();
    assertThat(tokens).isEqualTo(solver.budget().spent().generatedTokens());
    assertThat(Trace.of(events).nodes().stream().mapToLong(Trace.Node::tokens).sum())
        .isEqualTo(tokens);
    return outcome;
  }

  /// Thinks `ab`, and `c` if it must go on; a token is a letter.
  private static ScriptedModel thinker(String answer) {
    return ScriptedModel.replies(
        Map.of(
            OPENED,
            "ab<|im_start|>",
            OPENED + "abW",
            "c<|im_start|>",
            OPENED + "ab<|im_start|>answer",
            answer,
            OPENED + "abWc<|im_start|>answer",
            answer,
            OPENED + "ab\n<|im_start|>answer\nFinal Answer:",
            answer,
            OPENED + "abW\n<|im_start|>answer\nFinal Answer:",
            answer));
  }

  private static List<String> prompts(ScriptedModel model) {
    return model.calls().stream().map(ScriptedModel.Recorded::prompt).toList();
  }

  @Test
  void ignoresOneStopAndLeavesByItself() {
    ScriptedModel model = thinker("\n\\boxed{42}");

    Outcome outcome = solve(model, "", Map.of("wait", "1"));

    assertThat(outcome.reasoning()).isEqualTo("abWc");
    assertThat(outcome.text()).isEqualTo("\\boxed{42}");
    assertThat(outcome.answer()).isEqualTo("42");
    assertThat(outcome.why()).isEqualTo("natural exit; thinking tokens: 4, waits: 1");
    assertThat(outcome.anytime()).isFalse();
    assertThat(prompts(model))
        .containsExactly(OPENED, OPENED + "abW", OPENED + "abWc<|im_start|>answer");
    assertThat(model.calls())
        .extracting(call -> call.request().minTokens())
        .containsExactly(1, 1, 0);
  }

  @Test
  void capBeforeTheStopForcesTheExit() {
    ScriptedModel model = thinker(" 42");

    Outcome outcome = solve(model, "", Map.of("wait", "1", "think-budget", "2"));

    assertThat(outcome.reasoning()).isEqualTo("ab");
    assertThat(outcome.why()).isEqualTo("forced exit at the cap; thinking tokens: 2, waits: 0");
    assertThat(outcome.answer()).isEqualTo("42");
    assertThat(outcome.anytime()).isFalse();
    assertThat(prompts(model))
        .containsExactly(OPENED, OPENED + "ab\n<|im_start|>answer\nFinal Answer:");
  }

  @Test
  void capWithinTheWaitForcesTheExit() {
    ScriptedModel model = thinker(" 42");

    Outcome outcome = solve(model, "", Map.of("wait", "1", "think-budget", "3"));

    assertThat(outcome.reasoning()).isEqualTo("abW");
    assertThat(outcome.why()).isEqualTo("forced exit at the cap; thinking tokens: 3, waits: 1");
    assertThat(prompts(model))
        .containsExactly(OPENED, OPENED + "abW\n<|im_start|>answer\nFinal Answer:");
  }

  @Test
  void waitOfSeveralTokensIsCutAtTheCap() {
    var model = new ScriptedModel((prompt, sample) -> "ab<|im_start|>");

    Outcome outcome =
        solve(model, "", Map.of("wait", "1", "think-budget", "4", "wait-text", "Wait"));

    assertThat(outcome.reasoning()).isEqualTo("abWa");
    assertThat(outcome.why()).startsWith("forced exit at the cap");
  }

  @Test
  void lineBreakIsNotDoubledBeforeTheForcedAnswer() {
    var model = new ScriptedModel((prompt, sample) -> "a\nbc");

    solve(model, "", Map.of("think-budget", "2"));

    assertThat(prompts(model).getLast()).isEqualTo(OPENED + "a\n<|im_start|>answer\nFinal Answer:");
  }

  @Test
  void minimumStretchesTheThoughts() {
    var model = new ScriptedModel((prompt, sample) -> prompt.length() % 7 + "x<|im_start|>");

    Outcome outcome = solve(model, "", Map.of("min-think", "8"));

    assertThat(outcome.why()).isEqualTo("natural exit; thinking tokens: 8, waits: 2");
    assertThat(outcome.reasoning()).matches("\\dxW\\dxW\\dx");
  }

  @Test
  void capWinsOverTheMinimum() {
    var model = new ScriptedModel((prompt, sample) -> "x<|im_start|>");

    Outcome outcome =
        solve(model, "", Map.of("min-think", "50", "think-budget", "9", "loop-guard", "0"));

    assertThat(outcome.why()).isEqualTo("forced exit at the cap; thinking tokens: 9, waits: 4");
  }

  @Test
  void emptyWaitContinuesTheSameText() {
    ScriptedModel model =
        ScriptedModel.replies(
            Map.of(
                OPENED,
                "ab<|im_start|>",
                OPENED + "ab",
                "<|im_start|>c<|im_start|>",
                OPENED + "abc<|im_start|>answer",
                "42"));

    Outcome outcome = solve(model, "", Map.of("wait", "1", "wait-text", ""));

    assertThat(outcome.reasoning()).isEqualTo("abc");
  }

  @Test
  void markersOfSeveralTokensWork() {
    Map<String, String> settings =
        Map.of("think-start", "<think>", "think-end", "</think>", "wait", "1");
    String opened = ASKED + "<think>";
    ScriptedModel model =
        ScriptedModel.replies(
            Map.of(
                opened,
                "a</b</think>",
                opened + "a</bW",
                "c</think>",
                opened + "a</bWc</think>",
                "\n\n42"));

    Outcome outcome = solve(model, "", settings);

    assertThat(outcome.reasoning()).isEqualTo("a</bWc");
    assertThat(outcome.why()).isEqualTo("natural exit; thinking tokens: 6, waits: 1");
    assertThat(outcome.answer()).isEqualTo("42");
  }

  @Test
  void markerCutInTwoIsNoThought() {
    var model = new ScriptedModel((prompt, sample) -> "ab</think>c");

    Outcome outcome = solve(model, "", Map.of("markers", "think", "think-budget", "5"));

    assertThat(outcome.reasoning()).isEqualTo("ab");
    assertThat(prompts(model).getLast()).endsWith("<think>ab\n</think>\nFinal Answer:");
    assertThat(outcome.why()).startsWith("forced exit at the cap; thinking tokens: 2");
  }

  @Test
  void endlessEmptyRoundsEnd() {
    var model = new ScriptedModel((prompt, sample) -> "</think>");

    Outcome outcome =
        solve(model, "", Map.of("markers", "think", "wait-text", "", "min-think", "99"));

    assertThat(outcome.why()).isEqualTo("natural exit; thinking tokens: 0, waits: 0");
  }

  @Test
  void endOfTextEndsThoughts() {
    ScriptedModel model =
        ScriptedModel.replies(Map.of(OPENED, "ab", OPENED + "ab<|im_start|>answer", "42"));

    assertThat(solve(model, "", Map.of()).why()).startsWith("natural exit; thinking tokens: 2");
  }

  @Test
  void circlesAreLeft() {
    var model = new ScriptedModel((prompt, sample) -> "it is 42, or is it?<|im_start|>");

    Outcome outcome = solve(model, "", Map.of("wait", "100"));

    assertThat(outcome.why()).isEqualTo("forced exit from a loop; thinking tokens: 59, waits: 2");
    assertThat(prompts(model).getLast()).endsWith("Final Answer:");
    assertThat(solve(model, "", Map.of("wait", "100", "loop-guard", "0")).why())
        .endsWith("waits: 100");
  }

  @Test
  void forcedAnswerOfOneLineIsTheWholeAnswer() {
    var model = new ScriptedModel((prompt, sample) -> " The knight at 3 o'clock");

    assertThat(solve(model, "", Map.of("think-budget", "3")).answer())
        .isEqualTo("The knight at 3 o'clock");
  }

  @Test
  void forcedAnswerOfSeveralLinesIsReadLikeAnyText() {
    var model = new ScriptedModel((prompt, sample) -> " We multiply.\nSix times 7 is 42");

    assertThat(solve(model, "", Map.of("think-budget", "3")).answer()).isEqualTo("42");
  }

  @Test
  void thinkingAndAnswerHaveTemperaturesOfTheirOwn() {
    ScriptedModel model = thinker("42");

    solve(model, "", Map.of("temperature", "0.5", "thinking-temperature", "1.5", "wait", "1"));

    assertThat(model.calls())
        .extracting(call -> call.request().sampling().temperature())
        .containsExactly(1.5, 1.5, 0.5);
    assertThat(model.calls()).extracting(call -> call.request().seed()).doesNotHaveDuplicates();
  }

  @Test
  void smallTokenBudgetStillAnswers() {
    var model = new ScriptedModel((prompt, sample) -> "so \\boxed{7} it is");

    Outcome outcome = solve(model, "23tok", Map.of());

    assertThat(outcome.anytime()).isTrue();
    assertThat(outcome.reasoning()).isEqualTo("so \\boxed{7");
    assertThat(outcome.text()).isEqualTo("so \\boxed{7}");
    assertThat(outcome.answer()).isEqualTo("7");
    assertThat(outcome.why())
        .isEqualTo(
            "forced exit, as the budget, a deadline or the user ended the thoughts; thinking tokens: 11, waits: 0; the answer was cut off or not asked for");
  }

  @Test
  void lastTokenGoesToTheAnswer() {
    var model = new ScriptedModel((prompt, sample) -> "42");

    Outcome outcome = solve(model, "1tok", Map.of());

    assertThat(prompts(model)).containsExactly(OPENED + "\n<|im_start|>answer\nFinal Answer:");
    assertThat(outcome.text()).isEqualTo("4");
    assertThat(outcome.answer()).isNull();
    assertThat(outcome.anytime()).isTrue();
  }

  @Test
  void callIsKeptForTheAnswer() {
    var model = new ScriptedModel((prompt, sample) -> prompt.length() + "<|im_start|>");

    Outcome outcome = solve(model, "3calls", Map.of("wait", "9"));

    assertThat(model.calls()).hasSize(3);
    assertThat(prompts(model).getLast()).endsWith("Final Answer:");
    assertThat(outcome.anytime()).isTrue();
  }

  @Test
  void cancelledThoughtsGiveTheAnswerTheyMark() {
    var model =
        new ScriptedModel(
            (prompt, sample) -> {
              if (prompt.endsWith("W")) {
                cancellation.cancel();
              }
              return "it is \\boxed{42}<|im_start|>";
            });

    Outcome outcome = solve(model, "", Map.of("wait", "1"));

    assertThat(outcome.answer()).isEqualTo("42");
    assertThat(outcome.text()).isEmpty();
    assertThat(outcome.anytime()).isTrue();
    assertThat(outcome.why()).endsWith("the answer was cut off or not asked for");
  }

  @Test
  void cancelledThoughtsMarkAnAnswerOfTheProblemsKind() {
    Cancellation[] user = new Cancellation[1];
    var model =
        new ScriptedModel(
            (prompt, sample) -> {
              if (prompt.endsWith("W")) {
                user[0].cancel();
              }
              return "The answer is no.<|im_start|>";
            });
    Trying trying = new Trying(model);
    user[0] = trying.cancellation;

    Outcome outcome =
        trying.solve(
            "budget-forcing",
            Map.of("system", "", "wait-text", "\nW", "wait", "1"),
            Problem.of("Is it odd?").withGrading(Grading.SHORT));

    assertThat(outcome.answer()).isEqualTo("no");
  }

  @Test
  void blankAnswerLeavesTheOneInTheThoughts() {
    ScriptedModel model =
        ScriptedModel.replies(
            Map.of(OPENED, "so \\boxed{42}", OPENED + "so \\boxed{42}<|im_start|>answer", "\n"));

    Outcome outcome = solve(model, "", Map.of());

    assertThat(outcome.answer()).isEqualTo("42");
    assertThat(outcome.text()).isEmpty();
    assertThat(outcome.anytime()).isFalse();
  }

  @Test
  void nothingAtAllIsNoCandidate() {
    cancellation.cancel();

    Outcome outcome = solve(thinker("42"), "", Map.of());

    assertThat(outcome).isEqualTo(Outcome.nothing());
  }

  @Test
  void planCountsRoundsAndSharesTheCap() {
    Methods.Method method = Methods.named("budget-forcing");
    Map<String, String> given =
        Map.of("think-budget", "300", "wait", "2", "system", "", "loop-guard", "0");
    var model = new ScriptedModel((prompt, sample) -> "x".repeat(90) + "<|im_start|>");

    Strategy.Plan plan = method.strategy(method.settings(given)).plan(Problem.of("6*7?"), model);

    assertThat(plan.most().calls()).isEqualTo(4);
    assertThat(plan.most().generatedTokens()).isBetween(4096L, 4096L + 3);
    Strategy.Work expected = plan.expected(91);
    solve(model, "", given);
    List<ScriptedModel.Recorded> calls = model.calls();
    long prompts =
        calls.stream().mapToLong(call -> model.tokens(call.request().prompt()).size()).sum();
    assertThat(expected.generatedTokens()).isEqualTo(4 * 91);
    assertThat((double) expected.promptTokens()).isCloseTo(prompts, within(0.05 * prompts));
  }

  /// What the model says it is differs from what its engine holds.
  private static final class Odd implements LanguageModel {
    private final ScriptedModel model;
    private final ModelInfo info;
    private final List<Request> requests = new ArrayList<>();

    private Odd(ScriptedModel model, int contextLength, int vocabularySize) {
      this.model = model;
      ModelInfo own = model.info();
      info =
          new ModelInfo(
              own.name(),
              own.engine(),
              own.build(),
              own.weightsHash(),
              contextLength,
              vocabularySize,
              0,
              own.determinism());
    }

    @Override
    public ModelInfo info() {
      return info;
    }

    @Override
    public Completions complete(Request request, Call call) {
      requests.add(request);
      return model.complete(request.withBanned(List.of()), call);
    }

    @Override
    public <T> Optional<T> ability(Class<T> ability) {
      return model.ability(ability);
    }

    @Override
    public void close() {}
  }

  @Test
  void fullMemoryGivesTheAnswerItsRoom() {
    var little = new ScriptedModel((prompt, sample) -> "x".repeat(2000), null, 200);
    Odd model = new Odd(little, 1000, ByteTokenizer.SIZE);

    Outcome outcome = solve(model, "", Map.of("answer-reserve", "20"));

    assertThat(outcome.why()).startsWith("forced exit, as the engine's memory was full");
    assertThat(outcome.text()).isEqualTo("x".repeat(20));
  }

  @Test
  void idsThatNoTokenizerKnowsAreNeverDrawn() {
    Odd model = new Odd(thinker("42"), 1000, ByteTokenizer.SIZE + 2);

    solve(model, "", Map.of());

    assertThat(model.requests)
        .extracting(Request::banned)
        .containsExactly(List.of(259, 260), List.of(259, 260));
  }

  @Test
  void autoLeavesTheContextToTheThoughts() {
    var model = new ScriptedModel((prompt, sample) -> "x".repeat(2000), null, 1000);
    int closing = "\n<|im_start|>answer\nFinal Answer:".length() - "<|im_start|>".length() + 1;
    int opened = OPENED.length() - 3 * "<|im_start|>".length() - "<|im_end|>".length() + 4;

    Outcome outcome = solve(model, "", Map.of("max-tokens", "1000", "answer-reserve", "100"));

    int thoughts = 1000 - opened - closing - 100;
    assertThat(outcome.why())
        .isEqualTo("forced exit at the cap; thinking tokens: %d, waits: 0".formatted(thoughts));
    assertThat(model.calls().getLast().request().maxTokens()).isEqualTo(100);
  }

  @Test
  void wholeGrowsWithTheCap() {
    var model = new ScriptedModel((prompt, sample) -> "ab<|im_start|>");

    solve(model, "", Map.of("think-budget", "5000"));

    assertThat(model.calls().getFirst().request().maxTokens()).isEqualTo(5000);
    assertThat(model.calls().getLast().request().maxTokens()).isGreaterThan(5000);
  }

  @Test
  void traceIsAChainOfOwnTexts() {
    solve(thinker("42"), "", Map.of("wait", "1"));

    List<Trace.Node> nodes = Trace.of(events).nodes();
    assertThat(nodes).extracting(Trace.Node::parent).containsExactly(-1, 0, 1, 2);
    assertThat(nodes).extracting(Trace.Node::text).containsExactly("", "ab", "c", "42");
    assertThat(nodes).extracting(Trace.Node::tokens).containsExactly(0L, 3L, 2L, 3L);
  }

  @Test
  void refusesModelsThatHideTheirTokens() {
    LanguageModel open = ScriptedModel.always("42");
    var hidden =
        new LanguageModel() {
          private int calls;

          @Override
          public ModelInfo info() {
            return open.info();
          }

          @Override
          public Completions complete(Request request, Call call) {
            calls++;
            return open.complete(request, call);
          }

          @Override
          public <T> Optional<T> ability(Class<T> ability) {
            return Optional.empty();
          }

          @Override
          public void close() {}
        };

    assertThatIllegalArgumentException()
        .isThrownBy(() -> solve(hidden, "", Map.of()))
        .withMessage(
            "method (budget-forcing) continues token ids, which model scripted of engine scripted does not show. Maybe a local model (--engine llama) serves.");
    assertThat(hidden.calls).isZero();
  }
}

package ponder.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import ponder.core.Budget;
import ponder.core.Limits;
import ponder.core.Problem;
import ponder.core.Seed;
import ponder.model.Cancellation;
import ponder.model.Prompt;
import ponder.model.Purse;
import ponder.model.Request;
import ponder.model.Tokens;
import ponder.testkit.ByteTokenizer;
import ponder.testkit.Dice;
import ponder.testkit.Law;
import ponder.testkit.ScriptedModel;

/// The invariants of budget forcing over models that say anything: letters, line breaks, stops.
class BudgetForcingLawTest {
  private static final String STOP = "<|im_start|>";
  private static final String OPENED =
      "<|im_start|>user\nq<|im_end|>\n<|im_start|>assistant\n<|im_start|>think";
  private static final String ANSWER = "<|im_start|>answer";

  /// One run, and what its calls tell.
  ///
  /// @param trace the ids between the opening and the closing marker
  /// @param closing the text between thoughts and answer
  private record Run(Outcome outcome, ScriptedModel model, Tokens trace, String closing) {
    boolean forced() {
      return outcome.why().contains("forced exit");
    }
  }

  private static Run run(ScriptedModel model, String budget, Map<String, String> given) {
    Methods.Method method = Methods.named("budget-forcing");
    Map<String, String> settings =
        new HashMap<>(Map.of("system", "", "loop-guard", "0", "wait-text", "W"));
    settings.putAll(given);
    Limits limits = budget.isEmpty() ? Limits.NONE : Limits.parse(budget);
    var purse = new Purse(Budget.of(limits), new Cancellation());
    var solver = new Solver(model, null, purse, new Seed(1), event -> {});
    Outcome outcome = method.strategy(method.settings(settings)).solve(Problem.of("q"), solver);
    assertThat(solver.budget().spent().generatedTokens()).isLessThanOrEqualTo(limits.tokens());
    assertThat(outcome.candidates().getFirst().tokens())
        .isEqualTo(solver.budget().spent().generatedTokens());
    String last = model.calls().getLast().prompt();
    assertThat(last).startsWith(OPENED);
    Tokens context = model.tokenizer().encode(OPENED, true);
    Tokens all = model.tokens(model.calls().getLast().request().prompt());
    int size = Integer.parseInt(outcome.why().replaceAll(".*thinking tokens: (\\d+),.*", "$1"));
    assertThat(outcome.thinkingTokens()).isEqualTo(size);
    Tokens trace = all.slice(context.size(), context.size() + size);
    assertThat(all.startsWith(context)).isTrue();
    String closing = model.tokenizer().decode(all.slice(context.size() + size, all.size()), true);
    return new Run(outcome, model, trace, closing);
  }

  /// Says something that depends on the prompt alone: up to ten letters and line breaks, then the
  /// stop or the end of the text.
  private static ScriptedModel babbler(long seed) {
    return new ScriptedModel(
        (prompt, sample) -> {
          Dice dice = new Dice(new Seed(seed).split("prompt", prompt).value());
          StringBuilder text = new StringBuilder();
          for (int left = dice.below(11); left > 0; left--) {
            text.append(dice.chance(20) ? '\n' : (char) ('a' + dice.below(4)));
          }
          // The last letters are said where the end itself may not be.
          return text + (dice.chance(70) ? STOP : "<|im_end|>") + "zz";
        });
  }

  @Test
  void thoughtsKeepToTheCap() {
    Law.forAll(
        "thoughts keep to the cap",
        300,
        seed -> {
          Dice dice = new Dice(seed);
          int cap = dice.between(1, 40);
          Run run =
              run(
                  babbler(seed),
                  dice.chance(50) ? dice.between(1, 60) + "tok" : "",
                  Map.of(
                      "think-budget", Integer.toString(cap),
                      "wait", Integer.toString(dice.below(6)),
                      "min-think", Integer.toString(dice.below(60))));
          assertThat(run.trace.size()).isLessThanOrEqualTo(cap);
          assertThat(run.trace.toList())
              .doesNotContain(
                  ByteTokenizer.IM_START, ByteTokenizer.IM_END, ByteTokenizer.END_OF_TEXT);
        });
  }

  @Test
  void answerIsAskedForOnlyOnAForcedExit() {
    Law.forAll(
        "the answer is asked for only on a forced exit",
        300,
        seed -> {
          Dice dice = new Dice(seed);
          Run run =
              run(
                  babbler(seed),
                  "",
                  Map.of(
                      "think-budget", Integer.toString(dice.between(1, 40)),
                      "wait", Integer.toString(dice.below(5))));
          boolean open = run.trace.isEmpty() || run.trace.get(run.trace.size() - 1) != '\n';
          assertThat(run.closing)
              .isEqualTo(run.forced() ? (open ? "\n" : "") + ANSWER + "\nFinal Answer:" : ANSWER);
        });
  }

  @Test
  void waitsStandForIgnoredStops() {
    Law.forAll(
        "waits stand for ignored stops",
        300,
        seed -> {
          Dice dice = new Dice(seed);
          int waits = dice.below(6);
          Run run =
              run(
                  babbler(seed),
                  "",
                  Map.of(
                      "think-budget", Integer.toString(dice.between(1, 60)),
                      "wait", Integer.toString(waits)));
          int rounds = run.model.calls().size() - 1;
          // The babbler never says W, and a wait of one token is never cut in two.
          long injected = run.trace.stream().filter(id -> id == 'W').count();
          boolean stoppedAtLast =
              !run.forced() || run.trace.size() > 0 && run.trace.get(run.trace.size() - 1) == 'W';
          int stops = stoppedAtLast ? rounds : rounds - 1;
          assertThat(injected).isEqualTo(Math.min(waits, stops));
        });
  }

  @Test
  void longerCapsContinueShorterThoughts() {
    Law.forAll(
        "longer caps continue shorter thoughts",
        200,
        seed -> {
          Dice dice = new Dice(seed);
          String waits = Integer.toString(dice.below(5));
          Tokens before = Tokens.of();
          for (int cap = 1; cap < 30; cap += dice.between(1, 4)) {
            Tokens trace =
                run(babbler(seed), "", Map.of("think-budget", Integer.toString(cap), "wait", waits))
                    .trace;
            assertThat(trace.startsWith(before)).isTrue();
            before = trace;
          }
        });
  }

  @Test
  void withoutCapAndWaitsItIsGreedyDecoding() {
    Law.forAll(
        "without cap and waits it is greedy decoding",
        100,
        seed -> {
          Dice dice = new Dice(seed);
          String whole = OPENED + letters(dice) + ANSWER + letters(dice);
          ScriptedModel model =
              new ScriptedModel(
                  (prompt, sample) -> {
                    assertThat(whole).startsWith(prompt);
                    return whole.substring(prompt.length());
                  });

          Run run = run(model, "", Map.of());

          Request plain = Request.of(Prompt.text(OPENED));
          Tokens greedy =
              model.tokenizer().encode(OPENED, true).concat(model.complete(plain).first().tokens());
          Request answer = run.model.calls().get(1).request();
          Tokens forced =
              model.tokens(answer.prompt()).concat(model.complete(answer).first().tokens());
          assertThat(forced).isEqualTo(greedy);
        });
  }

  private static String letters(Dice dice) {
    StringBuilder text = new StringBuilder();
    for (int left = dice.below(12); left > 0; left--) {
      text.append((char) ('a' + dice.below(26)));
    }
    return text.toString();
  }

  @Test
  void everyPromptIsWhatTheModelSaidBefore() {
    Law.forAll(
        "every prompt continues the one before by ids",
        100,
        seed -> {
          Run run = run(babbler(seed), "", Map.of("wait", "4"));
          List<Tokens> prompts =
              run.model.calls().stream()
                  .map(call -> run.model.tokens(call.request().prompt()))
                  .toList();
          for (int i = 1; i < prompts.size(); i++) {
            assertThat(prompts.get(i).startsWith(prompts.get(i - 1))).isTrue();
          }
        });
  }
}

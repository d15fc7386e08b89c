package ponder.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import ponder.core.Limits;
import ponder.core.Spend;
import ponder.core.Trace;
import ponder.model.Call;
import ponder.model.Completions;
import ponder.model.LanguageModel;
import ponder.model.ModelInfo;
import ponder.model.Request;
import ponder.testkit.Dice;
import ponder.testkit.Law;
import ponder.testkit.ScriptedModel;

/// Methods that think and answer apart end within every budget, and leave the answer its part.
class ThinkingBudgetTest {
  private static final Map<String, Map<String, String>> METHODS =
      Map.of(
          "budget-forcing", Map.of("wait", "3", "think-budget", "60", "system", ""),
          "rejection-sampling", Map.of("limit", "9", "tries", "5", "wave", "2", "system", ""));

  /// Says what a script says, in five seconds a call, with 100 FLOPs a token.
  private static final class Clocked implements LanguageModel {
    private final ScriptedModel model;
    private long seconds;

    private Clocked(ScriptedModel.Script script) {
      model = new ScriptedModel(script);
    }

    @Override
    public ModelInfo info() {
      ModelInfo info = model.info();
      return new ModelInfo(
          info.name(),
          info.engine(),
          info.build(),
          info.weightsHash(),
          info.contextLength(),
          info.vocabularySize(),
          50,
          info.determinism());
    }

    @Override
    public Completions complete(Request request, Call call) {
      seconds += 5;
      return model.complete(request, call);
    }

    @Override
    public <T> Optional<T> ability(Class<T> ability) {
      return model.ability(ability);
    }

    @Override
    public void close() {}

    private Trying trying() {
      return new Trying(this).clock(() -> seconds * 1_000_000_000L);
    }
  }

  private static Clocked babbler(long seed) {
    return new Clocked(
        (prompt, sample) -> {
          Dice dice = new Dice(seed + 31L * prompt.length() + sample);
          return "ab\nc".repeat(dice.below(9))
              + "\\boxed{%d}".formatted(dice.below(3))
              + (dice.chance(60) ? "<|im_start|>" : "")
              + "z";
        });
  }

  private static Stream<Arguments> methodsAndBudgets() {
    return METHODS.keySet().stream()
        .sorted()
        .flatMap(
            method ->
                Stream.of("1tok", "40tok", "1calls", "2calls", "1", "3", "12s", "1s", "40000flop")
                    .map(budget -> Arguments.of(method, budget)));
  }

  @ParameterizedTest
  @MethodSource("methodsAndBudgets")
  void endsWithinTheBudget(String method, String budget) {
    Law.forAll(
        method + " ends within " + budget,
        20,
        seed -> {
          Trying trying = babbler(seed).trying().budget(budget);

          Outcome outcome = trying.solve(method, METHODS.getOrDefault(method, Map.of()));

          Limits limits = Limits.parse(budget);
          Spend spent = trying.spent().spent();
          assertThat(spent.generatedTokens()).isLessThanOrEqualTo(limits.tokens());
          assertThat(spent.calls()).isLessThanOrEqualTo(limits.calls());
          assertThat(spent.flops()).isLessThanOrEqualTo(limits.flops());
          assertThat((long) outcome.candidates().size()).isLessThanOrEqualTo(limits.samples());
          List<Trace.Node> nodes = Trace.of(trying.events).nodes();
          assertThat(nodes.stream().mapToLong(Trace.Node::tokens).sum())
              .isEqualTo(spent.generatedTokens());
          assertThat(outcome.candidates().stream().mapToLong(it -> it.tokens()).sum())
              .isEqualTo(spent.generatedTokens());
          Outcome unlimited =
              babbler(seed).trying().solve(method, METHODS.getOrDefault(method, Map.of()));
          assertThat(unlimited.anytime()).isFalse();
          if (!outcome.reasoning().equals(unlimited.reasoning())
              || !outcome.text().equals(unlimited.text())) {
            assertThat(outcome.anytime()).isTrue();
          }
        });
  }

  @ParameterizedTest
  @CsvSource({"budget-forcing", "rejection-sampling"})
  void answerIsAskedForWhateverTheBudgetOfTokens(String method) {
    Law.forAll(
        method + " asks for the answer",
        60,
        seed -> {
          Clocked model = babbler(seed);
          int tokens = new Dice(seed).between(1, 90);
          model
              .trying()
              .budget(tokens + "tok")
              .solve(method, METHODS.getOrDefault(method, Map.of()));

          String last = model.model.calls().getLast().prompt();
          assertThat(last).containsPattern("<\\|im_start\\|>answer(\nFinal Answer:)?$");
          int answer = model.model.calls().getLast().request().maxTokens();
          assertThat(answer).isGreaterThanOrEqualTo((tokens + 1) / 2);
        });
  }

  @Test
  void flopsAreLeftForTheAnswer() {
    // A prompt of 30 tokens at 100 FLOPs each; nothing is said to be cached before it is computed.
    Clocked model = new Clocked((prompt, sample) -> "x".repeat(3000));

    Trying trying = model.trying().budget("100000flop");
    Outcome outcome = trying.solve("budget-forcing", Map.of("system", ""));

    assertThat(outcome.why()).contains("forced exit, as the budget");
    assertThat(outcome.text()).isNotEmpty();
    assertThat(trying.spent().spent().flops()).isLessThanOrEqualTo(100_000);
  }

  @Test
  void composesWithOtherMethods() {
    Clocked model =
        new Clocked(
            (prompt, sample) -> prompt.endsWith("think") ? "so\n<|im_start|>" : "\\boxed{42}");

    Map<String, String> settings = new HashMap<>(Map.of("n", "2", "wave", "2"));
    Outcome side = model.trying().solve("budget-forcing|self-consistency", settings);
    Outcome row = model.trying().solve("rejection-sampling&budget-forcing", Map.of("wait", "1"));

    assertThat(side.answer()).isEqualTo("42");
    assertThat(side.reasoning()).isEqualTo("so");
    assertThat(side.candidates()).hasSize(3);
    assertThat(row.answer()).isEqualTo("42");
    assertThat(row.reasoning()).isEqualTo("so\nWait\\boxed{42}");
  }
}

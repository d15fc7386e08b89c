package ponder.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import ponder.core.Answer;
import ponder.core.Event;
import ponder.core.Limits;
import ponder.core.Spend;
import ponder.core.Trace;
import ponder.model.ModelInfo;
import ponder.testkit.Dice;
import ponder.testkit.Law;

/// Every method ends within every budget, with the best answer so far.
class AnytimeTest {
  private static final List<String> COMPOSED =
      List.of("cot&best-of-n", "greedy|self-consistency", "(cot|greedy)&best-of-n|few-shot-cot");
  private static final Map<String, String> SMALL =
      Map.ofEntries(
          Map.entry("n", "6"),
          Map.entry("wave", "2"),
          Map.entry("max-tokens", "12"),
          Map.entry("extract", "true"),
          Map.entry("beam-width", "2"),
          Map.entry("answers", "6"),
          Map.entry("sub-answers", "2"));

  /// They continue token ids, which this model has none of: [ThinkingBudgetTest] has them. The last
  /// needs a policy: [AutoTest].
  private static final List<String> THINKERS =
      List.of("budget-forcing", "rejection-sampling", "auto");

  private static Stream<String> methods() {
    Stream<String> named =
        Methods.all().stream().map(Methods.Method::name).filter(it -> !THINKERS.contains(it));
    return Stream.concat(named, COMPOSED.stream());
  }

  private static Stream<Arguments> methodsAndBudgets() {
    List<Arguments> all = new ArrayList<>();
    methods()
        .forEach(
            method -> {
              for (String budget : List.of("15tok", "1calls", "1", "12s", "3000flop", "1tok")) {
                all.add(Arguments.of(method, budget));
              }
            });
    return all.stream();
  }

  /// What of `SMALL` the method knows.
  private static Map<String, String> settings(String method) {
    List<String> known =
        Methods.named(method).parameters().stream().map(Methods.Parameter::name).toList();
    return SMALL.entrySet().stream()
        .filter(it -> known.contains(it.getKey()))
        .collect(java.util.stream.Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /// A token a second; a budget's clock is the number of tokens.
  private static Trying trying(String... texts) {
    long[] tokens = {0};
    LittleModel model =
        new LittleModel(
            sample -> texts[sample % texts.length],
            () -> tokens[0]++,
            ModelInfo.Determinism.INVARIANT);
    return new Trying(model)
        .clock(() -> tokens[0] * 1_000_000_000L)
        .judgedBy(Trying.judge(it -> it.tokens() / 99.0));
  }

  @ParameterizedTest
  @MethodSource("methodsAndBudgets")
  void endsWithinTheBudget(String method, String budget) {
    Trying trying = trying("\\boxed{1}", "\\boxed{2}", "hm").budget(budget);

    Outcome outcome = trying.solve(method, settings(method));

    Limits limits = Limits.parse(budget);
    Spend spent = trying.spent().spent();
    assertThat(spent.generatedTokens()).isLessThanOrEqualTo(limits.tokens());
    assertThat(spent.calls()).isLessThanOrEqualTo(limits.calls());
    assertThat((long) outcome.candidates().size()).isLessThanOrEqualTo(limits.samples());
    assertThat(traced(trying.events)).isEqualTo(spent.generatedTokens());
    // A member's share of the smallest budgets holds no whole answer.
    boolean tiny = List.of("1tok", "3000flop").contains(budget);
    boolean shared = COMPOSED.contains(method) && budget.equals("15tok");
    if (!tiny && !shared) {
      assertThat(outcome.answer()).isIn("1", "2");
    }
    if (outcome.candidates().size() < unlimited(method).candidates().size()) {
      assertThat(outcome.anytime()).isTrue();
    }
  }

  private static long traced(List<Event> events) {
    return Trace.of(events).nodes().stream().mapToLong(Trace.Node::tokens).sum();
  }

  private static Outcome unlimited(String method) {
    return trying("\\boxed{1}", "\\boxed{2}", "hm").solve(method, settings(method));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void withoutALimitNothingIsCut(String method) {
    Outcome outcome = unlimited(method);

    assertThat(outcome.anytime()).isFalse();
    assertThat(outcome.answer()).isIn("1", "2");
    assertThat(outcome.attempts()).hasSameSizeAs(outcome.candidates());
    assertThat(outcome.candidates()).extracting(Answer::value).contains(outcome.answer());
  }

  @ParameterizedTest
  @MethodSource("methods")
  void nothingLeftIsNoAnswer(String method) {
    Trying trying = trying("\\boxed{1}").budget("1s").clock(new Jump());

    Outcome outcome = trying.solve(method, settings(method));

    assertThat(outcome.answer()).isNull();
    assertThat(outcome.anytime()).isTrue();
    assertThat(outcome.why()).isEqualTo("nothing was left to take a sample with");
  }

  @ParameterizedTest
  @MethodSource("methods")
  void cancellationReturnsWhatThereIs(String method) {
    long[] tokens = {0};
    List<Trying> running = new ArrayList<>();
    LittleModel model =
        new LittleModel(
            sample -> "x".repeat(sample) + "\\boxed{1}",
            () -> {
              if (++tokens[0] == 9) {
                running.getFirst().cancellation.cancel();
              }
            },
            ModelInfo.Determinism.INVARIANT);
    running.add(new Trying(model).judgedBy(Trying.judge(it -> 0.5)));

    Outcome outcome = running.getFirst().solve(method, settings(method));

    assertThat(outcome.anytime()).isTrue();
    assertThat(outcome.candidates()).isNotEmpty();
    assertThat(tokens[0]).isLessThan(9 + 6); // whoever runs looks up once more
  }

  /// Two seconds pass between any two looks at the clock.
  private static final class Jump implements java.util.function.LongSupplier {
    private long now;

    @Override
    public long getAsLong() {
      now += 2_000_000_000L;
      return now;
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void equalOutputsGiveEqualOutcomes(String method) {
    Law.forAll(
        "equal outputs give equal outcomes of " + method,
        8,
        seed -> {
          Dice dice = new Dice(seed);
          String[] texts = BestOfNTest.texts(dice);
          String budget = dice.chance(50) ? "" : dice.between(1, 90) + "tok";
          Trying first = trying(texts).budget(budget);
          Trying second = trying(texts).budget(budget);

          assertThat(second.solve(method, settings(method)))
              .isEqualTo(first.solve(method, settings(method)));
          assertThat(second.events.stream().filter(Event::kept).toList())
              .isEqualTo(first.events.stream().filter(Event::kept).toList());
          assertThat(first.spent().spent().generatedTokens())
              .isLessThanOrEqualTo(budget.isEmpty() ? Long.MAX_VALUE : 90);
        });
  }

  @Test
  void oneSampleOfSelfConsistencyIsThatSample() {
    Trying trying = trying("so \\boxed{7}", "\\boxed{8}");

    Outcome vote = trying.solve("self-consistency", Map.of("n", "1"));
    Outcome single = trying.solve("cot", Map.of("temperature", "0.8", "cue", ""));

    assertThat(vote.answer()).isEqualTo(single.answer());
    assertThat(vote.text()).isEqualTo(single.text());
    assertThat(vote.attempts()).isEqualTo(single.attempts());
  }

  @Test
  void progressCountsSamples() {
    Trying trying = trying("\\boxed{1}");
    trying.solve("greedy&self-consistency", settings("self-consistency"));

    List<Event.Progress> progress =
        trying.events.stream()
            .filter(Event.Progress.class::isInstance)
            .map(Event.Progress.class::cast)
            .toList();
    assertThat(progress.getFirst().samples()).isEqualTo(1);
    assertThat(progress.getFirst().wanted()).isEqualTo(1);
    assertThat(progress.getLast().samples()).isEqualTo(7);
    assertThat(progress.getLast().wanted()).isEqualTo(7);
    assertThat(progress.getLast().spend().generatedTokens()).isEqualTo(7 * 10);
    assertThat(progress).extracting(Event.Progress::samples).isSorted();
    assertThat(progress).extracting(it -> it.spend().generatedTokens()).isSorted();
  }
}

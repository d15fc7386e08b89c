package ponder.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import ponder.core.Answer;
import ponder.core.Event;
import ponder.core.Limits;
import ponder.core.Trace;
import ponder.testkit.Dice;
import ponder.testkit.Law;
import ponder.testkit.ScriptedModel;
import ponder.testkit.ToyPolicy;

/// Searches on a policy whose chances are known, judged by the exact chance of success.
class StepSearchTest {
  private static final int TOYS = 60;

  private static Stream<String> methods() {
    return Searching.METHODS.stream();
  }

  private static double accuracy(String method, int depth, String... more) {
    return IntStream.range(0, TOYS)
            .filter(
                i -> {
                  ToyPolicy toy = new ToyPolicy(i, depth, 4);
                  var searching = new Searching(new ScriptedModel(toy), toy.exact()).seed(i);
                  return ToyPolicy.RIGHT.equals(searching.solve(method, more).answer());
                })
            .count()
        / (double) TOYS;
  }

  private static double greedy(int depth) {
    return IntStream.range(0, TOYS).filter(i -> new ToyPolicy(i, depth, 4).greedyIsRight()).count()
        / (double) TOYS;
  }

  @ParameterizedTest
  @MethodSource("methods")
  void reachesAtLeastGreedyAndConverges(String method) {
    double greedy = greedy(3);
    double little = accuracy(method, 3, "n=4", "beam-width=2");
    double much = accuracy(method, 3, "n=64", "beam-width=8");

    assertThat(greedy).isBetween(0.05, 0.5);
    assertThat(little).isGreaterThanOrEqualTo(greedy);
    assertThat(much).isGreaterThanOrEqualTo(0.95);
  }

  @ParameterizedTest
  @ValueSource(strings = {"beam beam-width=1", "particle-filtering"})
  void withoutAChoiceThesAreIndependentSamples(String method) {
    for (int i = 0; i < 20; i++) {
      ToyPolicy toy = new ToyPolicy(i, 4, 3);
      var searching = new Searching(new ScriptedModel(toy), toy.constant(0.5)).seed(i);
      Outcome outcome = searching.solve(method, "n=9", "mode=maj");
      Outcome weighted = searching.solve(method, "n=9", "mode=weighted");

      assertThat(outcome.candidates()).hasSize(9);
      assertThat(weighted.answer()).isEqualTo(outcome.answer());
    }
  }

  @Test
  void independentSamplesHaveThePolicysDistribution() {
    ToyPolicy toy = new ToyPolicy(3, 2, 3);
    Map<String, Integer> counts = new HashMap<>();
    int n = 900;
    for (String method : List.of("beam beam-width=1", "particle-filtering")) {
      counts.clear();
      Outcome outcome =
          new Searching(new ScriptedModel(toy), toy.constant(0.5)).solve(method, "n=" + n);
      outcome.candidates().forEach(it -> counts.merge(toy.said(it.text()), 1, Integer::sum));
      for (String path : toy.solutions()) {
        double p =
            toy.probability("", path.charAt(0))
                * toy.probability(path.substring(0, 1), path.charAt(1));
        double sigma = Math.sqrt(p * (1 - p) / n);
        assertThat(counts.getOrDefault(path, 0) / (double) n).isCloseTo(p, within(4 * sigma));
      }
    }
  }

  @Test
  void bestOfIndependentSamplesMatchesItsClosedForm() {
    ToyPolicy toy = new ToyPolicy(5, 3, 4);
    double p = toy.value("");
    int trials = 400;
    for (int n : List.of(1, 2, 8)) {
      long right =
          IntStream.range(0, trials)
              .filter(
                  i ->
                      ToyPolicy.RIGHT.equals(
                          new Searching(new ScriptedModel(toy), toy.exact())
                              .seed(i)
                              .solve("beam beam-width=1 mode=naive", "n=" + n)
                              .answer()))
              .count();
      double expected = 1 - Math.pow(1 - p, n);
      double sigma = Math.sqrt(expected * (1 - expected) / trials);
      assertThat(right / (double) trials).isCloseTo(expected, within(3.5 * sigma));
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void aBetterRewardIsWorthMore(String method) {
    double blind =
        IntStream.range(0, TOYS)
                .filter(
                    i -> {
                      ToyPolicy toy = new ToyPolicy(i, 3, 4);
                      var blindly =
                          new Searching(new ScriptedModel(toy), toy.constant(0.5)).seed(i);
                      return ToyPolicy.RIGHT.equals(
                          blindly.solve(method, "n=8", "beam-width=4", "threshold=0").answer());
                    })
                .count()
            / (double) TOYS;

    assertThat(accuracy(method, 3, "n=8", "beam-width=4", "threshold=0")).isGreaterThan(blind);
  }

  @ParameterizedTest
  @MethodSource("methods")
  void batchesAndThreadsChangeNothing(String method) {
    for (int i = 0; i < 5; i++) {
      ToyPolicy toy = new ToyPolicy(i, 4, 3);
      Searching plain = new Searching(new ScriptedModel(toy), toy.exact()).seed(i);
      Searching shuffled =
          new Searching(new Shuffled(new ScriptedModel(toy), i), toy.exact()).seed(i);

      Outcome outcome = plain.solve(method, "n=8", "beam-width=4");
      assertThat(shuffled.solve(method, "n=8", "beam-width=4")).isEqualTo(outcome);
      assertThat(shuffled.events.stream().filter(Event::kept))
          .containsExactlyElementsOf(plain.events.stream().filter(Event::kept).toList());
    }
  }

  private static Stream<Arguments> methodsAndUnits() {
    return methods()
        .flatMap(it -> Stream.of("tok", "calls", "").map(unit -> Arguments.of(it, unit)));
  }

  @ParameterizedTest
  @MethodSource("methodsAndUnits")
  void endsWithinEveryBudgetWithTheBestSoFar(String method, String unit) {
    Law.forAll(
        "a search keeps to its budget: " + method + unit,
        12,
        seed -> {
          Dice dice = new Dice(seed);
          ToyPolicy toy = new ToyPolicy(seed, 3, 3);
          int amount = unit.equals("tok") ? dice.between(1, 700) : dice.between(1, 12);
          Searching searching =
              new Searching(new ScriptedModel(toy), toy.exact()).within(amount + unit);

          Outcome outcome = searching.solve(method, "n=8", "beam-width=4");

          var spent = searching.budget.spent();
          Limits limits = searching.budget.limits();
          Trace trace = searching.trace();
          assertThat(spent.generatedTokens()).isLessThanOrEqualTo(limits.tokens());
          assertThat(spent.calls()).isLessThanOrEqualTo(limits.calls());
          assertThat((long) outcome.candidates().size()).isLessThanOrEqualTo(limits.samples());
          assertThat(trace.nodes().stream().mapToLong(Trace.Node::tokens).sum())
              .isEqualTo(spent.generatedTokens());
          assertThat(outcome.candidates()).isNotEmpty();
          boolean roomForOne = unit.isEmpty() || unit.equals("tok") && amount > 4 * 51;
          if (roomForOne) {
            assertThat(outcome.answer()).isNotNull();
          }
          boolean solved =
              trace.nodes().stream()
                  .anyMatch(it -> it.finish().equals("eos") && it.answer() != null);
          assertThat(outcome.answer() != null).isEqualTo(solved || outcome.answer() != null);
          assertThat(solved && outcome.answer() == null).as("a lost answer").isFalse();
        });
  }

  @ParameterizedTest
  @MethodSource("methods")
  void withoutALimitNothingIsCut(String method) {
    ToyPolicy toy = new ToyPolicy(1, 4, 3);
    Searching searching = new Searching(new ScriptedModel(toy), toy.exact());

    Outcome outcome = searching.solve(method, "n=8", "beam-width=4");

    assertThat(outcome.anytime()).isFalse();
    assertThat(outcome.candidates()).isNotEmpty().hasSizeLessThanOrEqualTo(8);
    assertThat(outcome.candidates()).extracting(Answer::value).doesNotContainNull();
    assertThat(searching.trace().nodes().get(outcome.node()).answer()).isEqualTo(outcome.answer());
  }

  @ParameterizedTest
  @MethodSource("methods")
  void oneStepIsAWholeSolution(String method) {
    ToyPolicy toy = new ToyPolicy(1, 4, 3);
    Searching searching = new Searching(new ScriptedModel(toy), toy.exact());

    Outcome outcome = searching.solve(method, "n=8", "beam-width=4", "steps=1");

    assertThat(outcome.answer()).isNotNull();
    assertThat(outcome.candidates()).allMatch(it -> toy.said(it.text()).length() == 4);
  }

  @Test
  void visitsOfANodeAreAtLeastThoseOfItsChildren() {
    ToyPolicy toy = new ToyPolicy(1, 4, 3);
    Searching searching = new Searching(new ScriptedModel(toy), toy.exact());
    searching.solve("mcts", "n=20");

    List<Trace.Node> nodes = searching.trace().nodes();
    for (Trace.Node node : nodes) {
      long below =
          nodes.stream().filter(it -> it.parent() == node.id()).mapToLong(Trace.Node::visits).sum();
      assertThat(below).isLessThanOrEqualTo(node.visits());
    }
    assertThat(nodes.getFirst().visits()).isEqualTo(20);
    assertThat(nodes.stream().max(Comparator.comparingLong(Trace.Node::visits)).orElseThrow().id())
        .isZero();
  }

  @Test
  void mctsOptionsChangeTheTree() {
    ToyPolicy toy = new ToyPolicy(2, 4, 4);
    for (String option : List.of("noise=1", "by-prior=true", "init=50", "count=visits")) {
      Searching searching = new Searching(new ScriptedModel(toy), toy.exact());
      searching.solve("mcts", "n=12");
      List<Event> plain = searching.events.stream().filter(Event::kept).toList();
      Outcome other = searching.solve("mcts", "n=12", option);

      assertThat(other.answer()).isNotNull();
      boolean decidesOnly = option.startsWith("count");
      assertThat(searching.events.stream().filter(Event::kept).toList().equals(plain))
          .as(option)
          .isEqualTo(decidesOnly);
    }
  }

  @Test
  void dvtsOutputsWholeGroups() {
    ToyPolicy toy = new ToyPolicy(2, 3, 4);
    Searching searching = new Searching(new ScriptedModel(toy), toy.exact());

    Outcome finished = searching.solve("dvts", "n=16", "steps=3");
    assertThat(finished.candidates()).hasSizeGreaterThan(4);
    assertThat(finished.candidates()).extracting(Answer::value).doesNotContainNull();
    assertThat(searching.pruned()).contains("not the best step of its subtree");
  }
}

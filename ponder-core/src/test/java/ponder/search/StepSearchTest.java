package ponder.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
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
import ponder.core.Problem;
import ponder.core.Seed;
import ponder.core.Trace;
import ponder.model.Purse;
import ponder.testkit.Dice;
import ponder.testkit.Law;
import ponder.testkit.ScriptedModel;
import ponder.testkit.ToyPolicy;
import ponder.verify.Aggregation;
import ponder.verify.Candidate;
import ponder.verify.Scores;
import ponder.verify.Verifier;

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
    for (String option :
        List.of("noise=1", "by-prior=true", "init=50", "moves=3", "count=visits")) {
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

  /// Steps of one of three letters; behind each a solution ends with a chance of one in four, at
  /// twelve at last.
  private static ScriptedModel branching(Seed seed) {
    ToyPolicy letters = new ToyPolicy(0, 12, 3);
    return new ScriptedModel(
        (prompt, sample) -> {
          StringBuilder path =
              new StringBuilder(
                  letters.said(prompt.substring(prompt.lastIndexOf("assistant\n") + 10)));
          StringBuilder text = new StringBuilder();
          while (path.isEmpty()
              || path.length() < 12
                  && Long.remainderUnsigned(seed.split("end", path.toString()).value(), 4) > 0) {
            long drawn = seed.split(path.toString(), sample).value();
            path.append((char) ('a' + Long.remainderUnsigned(drawn, 3)));
            text.append("step ").append(path.charAt(path.length() - 1)).append("\n\n");
          }
          long answer = Long.remainderUnsigned(seed.split("answer", path.toString()).value(), 9);
          return text + "so \\boxed{" + answer + "}";
        });
  }

  /// Judges each step by chance, and a path by its worst.
  private static Verifier worst(Seed seed) {
    ToyPolicy letters = new ToyPolicy(0, 12, 3);
    return new Verifier() {
      @Override
      public String name() {
        return "worst";
      }

      @Override
      public List<Scores> score(Problem problem, List<Candidate> candidates, Purse purse) {
        return candidates.stream().map(this::scores).toList();
      }

      private Scores scores(Candidate candidate) {
        StringBuilder text = new StringBuilder();
        List<Double> values = new ArrayList<>();
        for (String step : candidate.steps()) {
          String path = letters.said(text.append(step).toString());
          values.add((seed.split("value", path).value() >>> 11) * 0x1p-53);
        }
        return new Scores(Aggregation.MIN.of(values), values, true);
      }
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"beam", "beam variant=snell", "beam variant=openr"})
  void anEarlyStopGivesTheSameAnswerForFewerTokens(String beam) {
    long with = 0;
    long without = 0;
    for (int i = 0; i < 40; i++) {
      Seed seed = new Seed(i);
      Searching searching = new Searching(branching(seed), worst(seed));
      Outcome whole = searching.solve(beam + " mode=naive", "n=16", "beam-width=4");
      long tokens = searching.budget.spent().generatedTokens();
      Outcome early = searching.solve(beam + " mode=naive early-stop=true", "n=16", "beam-width=4");

      assertThat(early.answer()).isNotNull().isEqualTo(whole.answer());
      assertThat(early.text()).isEqualTo(whole.text());
      assertThat(searching.budget.spent().generatedTokens()).isLessThanOrEqualTo(tokens);
      with += searching.budget.spent().generatedTokens();
      without += tokens;
    }
    assertThat(with).isLessThan(without * 9 / 10);
  }

  @ParameterizedTest
  @MethodSource("methods")
  void aRewardForLengthStaysWithinTheCaps(String method) {
    Verifier longest = Trying.judge(it -> Math.min(1, it.text().length() / 200.0));
    boolean reached = false;
    for (int i = 0; i < 10; i++) {
      Searching searching = new Searching(branching(new Seed(i)), longest);
      searching.solve(
          method,
          "n=8",
          "beam-width=4",
          "threshold=0",
          "steps=6",
          "step-tokens=30",
          "max-tokens=60");

      List<Trace.Node> nodes = searching.trace().nodes();
      for (Trace.Node node : nodes) {
        long tokens = 0;
        int depth = 0;
        for (Trace.Node at = node; at.parent() >= 0; at = nodes.get(at.parent())) {
          tokens += at.tokens();
          depth++;
        }
        assertThat(tokens).isLessThanOrEqualTo(60);
        assertThat(depth).isLessThanOrEqualTo(6);
        reached |= tokens == 60;
      }
    }
    assertThat(reached).isTrue();
  }

  private static double meanLength(double perCharacter) {
    Verifier verifier = Trying.judge(it -> Math.min(1, 0.01 + it.text().length() * perCharacter));
    return IntStream.range(0, 30)
        .map(
            i ->
                new Searching(branching(new Seed(i)), verifier)
                    .solve("beam mode=naive", "n=8", "beam-width=4")
                    .text()
                    .length())
        .average()
        .orElseThrow();
  }

  @Test
  void aRewardForLengthIsOveroptimised() {
    assertThat(meanLength(0.005)).isGreaterThan(1.3 * meanLength(0));
  }

  @Test
  void bestOfNRisesWithTheBudgetUnderAnOracle() {
    Verifier oracle = Trying.judge(it -> ToyPolicy.RIGHT.equals(it.answer()) ? 1 : 0);
    boolean[] before = new boolean[TOYS];
    List<Long> right = new ArrayList<>();
    for (int tokens : List.of(40, 80, 160, 320, 640, 1280)) {
      boolean[] now = new boolean[TOYS];
      for (int i = 0; i < TOYS; i++) {
        Searching searching =
            new Searching(new ScriptedModel(new ToyPolicy(i, 3, 4)), oracle)
                .seed(i)
                .within(tokens + "tok");
        now[i] =
            ToyPolicy.RIGHT.equals(
                searching.solve("best-of-n mode=naive", "n=64", "max-tokens=40").answer());
        // Samples of a larger budget are those of a smaller one and more.
        assertThat(now[i] || !before[i]).as("toy %d at %d tokens", i, tokens).isTrue();
      }
      before = now;
      right.add(IntStream.range(0, TOYS).filter(i -> now[i]).count());
    }
    assertThat(right).isSorted();
    assertThat(right.getFirst()).isLessThan(TOYS / 2);
    assertThat(right.getLast()).isGreaterThan(TOYS * 9 / 10);
  }

  @ParameterizedTest
  @ValueSource(strings = {"beam", "beam variant=snell", "beam variant=openr"})
  void beamUnderAConstantRewardIsRandomSampling(String beam) {
    ToyPolicy toy = new ToyPolicy(3, 2, 3);
    Map<String, Double> shares = new HashMap<>();
    int trials = 900;
    for (int i = 0; i < trials; i++) {
      Outcome outcome =
          new Searching(new ScriptedModel(toy), toy.constant(0.5))
              .seed(i)
              .solve(beam + " dedupe=false mode=naive", "n=4", "beam-width=2");
      List<Answer> found = outcome.candidates();
      found.forEach(it -> shares.merge(toy.said(it.text()), 1.0 / found.size(), Double::sum));
    }
    for (String path : toy.solutions()) {
      double p =
          toy.probability("", path.charAt(0))
              * toy.probability(path.substring(0, 1), path.charAt(1));
      double sigma = Math.sqrt(p * (1 - p) / trials);
      assertThat(shares.getOrDefault(path, 0.0) / trials).isCloseTo(p, within(4 * sigma));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"beam", "beam variant=snell", "beam variant=openr"})
  void liveBeamsAreAtMostN(String beam) {
    for (int i = 0; i < 20; i++) {
      ToyPolicy toy = new ToyPolicy(i, 4, 4);
      Searching searching = new Searching(new ScriptedModel(toy), toy.exact()).seed(i);
      searching.solve(beam + " dedupe=false", "n=8", "beam-width=4");

      List<Trace.Node> level = List.of(searching.trace().nodes().getFirst());
      while (!level.isEmpty()) {
        List<Integer> parents = level.stream().map(Trace.Node::id).toList();
        level =
            searching.trace().nodes().stream().filter(it -> parents.contains(it.parent())).toList();
        assertThat(level).hasSizeLessThanOrEqualTo(8);
        assertThat(level.stream().map(Trace.Node::parent).distinct()).hasSizeLessThanOrEqualTo(2);
      }
    }
  }
}

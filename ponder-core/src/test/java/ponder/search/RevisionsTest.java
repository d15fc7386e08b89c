package ponder.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import ponder.core.Answer;
import ponder.core.Event;
import ponder.core.Seed;
import ponder.core.Spend;
import ponder.core.Trace;
import ponder.model.EngineException;
import ponder.model.Request;
import ponder.testkit.ScriptedModel;
import ponder.testkit.ToyPolicy;

class RevisionsTest {
  private static final String TOLD = "Read your solution again";
  private static final int TOYS = 60;

  private static int earlier(String prompt) {
    return (int) Pattern.compile(TOLD).matcher(prompt).results().count();
  }

  /// The number of the attempt that comes next.
  private static int next(String prompt) {
    return Pattern.compile("attempt (\\d+)")
        .matcher(prompt)
        .results()
        .mapToInt(it -> Integer.parseInt(it.group(1)) + 1)
        .max()
        .orElse(0);
  }

  /// Numbers its attempts and says which chain it is.
  private static ScriptedModel counting() {
    return new ScriptedModel(
        (prompt, sample) ->
            "attempt %d of %d \\boxed{%d}"
                .formatted(next(prompt), sample, next(prompt) * 10 + sample));
  }

  private static Trying judged(ScriptedModel model) {
    return new Trying(model).judgedBy(Trying.judge(it -> 0.5));
  }

  @Test
  void aRevisionAnswersTheAttemptsBefore() {
    ScriptedModel model = counting();

    Outcome outcome =
        judged(model).solve("revisions", Map.of("n", "3", "ratio", "3:1", "system", ""));

    assertThat(model.calls().get(2).prompt())
        .isEqualTo(
            """
            <|im_start|>user
            6*7?<|im_end|>
            <|im_start|>assistant
            attempt 0 of 0 \\boxed{0}<|im_end|>
            <|im_start|>user
            Read your solution again and look for mistakes. Then write a new, complete solution, corrected where needed, with the final answer in \\boxed{}.<|im_end|>
            <|im_start|>assistant
            attempt 1 of 0 \\boxed{10}<|im_end|>
            <|im_start|>user
            Read your solution again and look for mistakes. Then write a new, complete solution, corrected where needed, with the final answer in \\boxed{}.<|im_end|>
            <|im_start|>assistant
            """);
    assertThat(outcome.candidates()).extracting(Answer::value).containsExactly("0", "10", "20");
    assertThat(outcome.why()).endsWith("1 prompted chains of up to 3 attempts");
  }

  @Test
  void modelsThatCannotChatGetOneText() {
    ScriptedModel model = counting();

    judged(model)
        .solve("revisions", Map.of("n", "2", "ratio", "2", "system", "", "layout", "text"));

    assertThat(model.calls().get(1).prompt())
        .endsWith(
            """
            Question: 6*7?
            Solution: attempt 0 of 0 \\boxed{0}

            Read your solution again and look for mistakes. Then write a new, complete solution, corrected where needed, with the final answer in \\boxed{}.
            Solution:""");
  }

  @ParameterizedTest
  @CsvSource({
    "16,1:1,4,4",
    "16,4,2,8",
    "16,1/16,16,1",
    "16,16:1,1,16",
    "8,auto,2,4",
    "7,auto,1,7",
    "16,auto,4,4",
    "1,auto,1,1"
  })
  void theRatioDividesTheAttempts(int n, String ratio, int chains, int length) {
    assertThat(Ratio.of(ratio, n)).isEqualTo(new Ratio(chains, length));
    ScriptedModel model = counting();

    Outcome outcome = judged(model).solve("revisions", Map.of("n", "" + n, "ratio", ratio));

    assertThat(outcome.candidates()).hasSize(n);
    assertThat(model.calls()).hasSize(1 + chains * (length - 1));
    assertThat(model.calls().getFirst().request().n()).isEqualTo(chains);
    assertThat(outcome.anytime()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "ratio; 3; ratio (3) does not divide n (16) into chains of equal length. Maybe 4:1 was meant.",
        "ratio; 1/9; ratio (1/9) does not divide n (16) into chains of equal length. Maybe 1:16 was meant.",
        "ratio; 0; ratio (0) must be two numbers above 0, such as 4:1, or auto.",
        "ratio; 4:0; ratio (4:0) must be two numbers above 0, such as 4:1, or auto.",
        "ratio; long; ratio (long) must be two numbers above 0, such as 4:1, or auto.",
        "n; 0; n (0) must be a whole number between 1 and 100000.",
        "window; 0; window (0) must be a whole number between 1 and 1000.",
        "mode; best; mode (best) must be one of [hierarchical, maj].",
      })
  void refusesWhatCannotBe(String name, String value, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Trying.strategy("revisions", Map.of(name, value)))
        .withMessage(message);
  }

  @Test
  void oneAttemptAChainIsParallelSampling() {
    ScriptedModel model = counting();

    Outcome chains = judged(model).solve("revisions", Map.of("n", "6", "ratio", "1:6"));
    Outcome samples = judged(model).solve("best-of-n", Map.of("n", "6"));

    assertThat(chains.attempts()).isEqualTo(samples.attempts());
    assertThat(chains.answer()).isEqualTo(samples.answer());
    assertThat(model.calls().get(0).request()).isEqualTo(model.calls().get(1).request());
  }

  @Test
  void aRevisionSeesTheLastAttemptsOnly() {
    ScriptedModel model = counting();

    judged(model).solve("revisions", Map.of("n", "8", "ratio", "8"));

    assertThat(model.calls())
        .extracting(it -> earlier(it.prompt()))
        .containsExactly(0, 1, 2, 3, 4, 4, 4, 4);
    assertThat(model.calls().get(6).prompt())
        .doesNotContain("attempt 1 of")
        .contains("\\boxed{20}");
  }

  @Test
  void attemptsThatDoNotFitIntoTheContextDropOut() {
    ScriptedModel model =
        new ScriptedModel((prompt, sample) -> "x".repeat(200) + earlier(prompt), null, 1200);

    Outcome outcome =
        judged(model).solve("revisions", Map.of("n", "5", "ratio", "5", "max-tokens", "210"));

    assertThat(outcome.candidates()).hasSize(4); // the fourth repeats the third
    assertThat(model.calls()).extracting(it -> earlier(it.prompt())).containsExactly(0, 1, 2, 2);
  }

  @Test
  void aChainWithoutRoomEndsAlone() {
    ScriptedModel model =
        new ScriptedModel(
            (prompt, sample) ->
                "%s attempt %d \\boxed{1}"
                    .formatted(sample == 0 ? "x".repeat(600) : "short", next(prompt)),
            null,
            800);
    Trying trying = judged(model);

    Outcome outcome =
        trying.solve("revisions", Map.of("n", "6", "ratio", "3:2", "max-tokens", "650"));

    assertThat(outcome.candidates()).hasSize(4);
    assertThat(outcome.anytime()).isFalse();
    assertThat(outcome.why()).endsWith("2 prompted chains of up to 3 attempts, 1 ended early");
    assertThat(trying.events)
        .filteredOn(Event.Pruned.class::isInstance)
        .singleElement()
        .asString()
        .contains("no room");
  }

  @Test
  void repeatedTextEndsTheChain() {
    ScriptedModel model =
        new ScriptedModel(
            (prompt, sample) ->
                sample == 0 ? "the same  \\boxed{1}" : "new %d".formatted(earlier(prompt)));

    Outcome outcome = judged(model).solve("revisions", Map.of("n", "8", "ratio", "2"));

    // Chain 0 stops after its second attempt, chain 1 goes on.
    assertThat(model.calls()).hasSize(1 + 2 + 1 + 1);
    assertThat(outcome.candidates()).hasSize(2 + 4);
    assertThat(outcome.anytime()).isFalse();
  }

  @Test
  void theVerifierDecidesWithinAChainThenAmongThem() {
    // Two chains of three: in the first, 1 has the larger sum, although 2 has the best single one.
    String[][] says = {
      {"\\boxed{1} a", "\\boxed{2} b", "\\boxed{1} c"},
      {"\\boxed{3} d", "\\boxed{4} e", "\\boxed{4} f"}
    };
    Map<Character, Double> values =
        Map.of('a', 0.5, 'b', 0.8, 'c', 0.4, 'd', 0.55, 'e', 0.2, 'f', 0.3);
    ScriptedModel model = new ScriptedModel((prompt, sample) -> says[sample][earlier(prompt)]);
    Trying trying =
        new Trying(model)
            .judgedBy(
                Trying.judge(
                    it -> values.getOrDefault(it.text().charAt(it.text().length() - 1), 0.0)));

    Outcome hierarchical = trying.solve("revisions", Map.of("n", "6", "ratio", "3:2"));
    Outcome majority = trying.solve("revisions", Map.of("n", "6", "ratio", "3:2", "mode", "maj"));

    // 1 wins its chain with 0.9 against 0.8, and is there 0.5; 3 wins its chain with 0.55.
    assertThat(hierarchical.answer()).isEqualTo("3");
    assertThat(hierarchical.candidates())
        .extracting(Answer::score)
        .containsExactly(0.5, 0.55, 0.8, 0.2, 0.4, 0.3);
    assertThat(majority.why()).startsWith("2 of 6 votes");
    assertThat(majority.answer()).isIn("1", "4");
  }

  @Test
  void theTraceIsAChain() {
    ScriptedModel model = counting();
    Trying trying = judged(model);

    trying.solve("revisions", Map.of("n", "4", "ratio", "1"));

    List<Trace.Node> nodes = Trace.of(trying.events).nodes();
    assertThat(nodes)
        .extracting(Trace.Node::proposer)
        .containsExactly(
            "problem", "sample 0", "sample 1", "revision 1 of sample 0", "revision 1 of sample 1");
    assertThat(nodes).extracting(Trace.Node::parent).containsExactly(-1, 0, 0, 1, 2);
    assertThat(nodes.get(4).scores()).containsEntry("judge", 0.5);
  }

  @Test
  void allChainsAdvanceTogetherUntilTheBudgetEnds() {
    ScriptedModel model = counting();
    int each = "attempt 0 of 0 \\boxed{0}".length() + 1;
    Trying trying = judged(model).budget(5 * each + 3 + "tok");

    Outcome outcome =
        trying.solve("revisions", Map.of("n", "8", "ratio", "2", "max-tokens", "" + 2 * each));

    Spend spend = trying.spent().spent();
    assertThat(spend.generatedTokens()).isLessThanOrEqualTo(5L * each + 3);
    assertThat(outcome.anytime()).isTrue();
    assertThat(outcome.candidates()).hasSizeBetween(4, 6);
    assertThat(outcome.candidates().stream().mapToLong(Answer::tokens).sum())
        .isEqualTo(spend.generatedTokens());
  }

  @Test
  void aFailedAttemptLeavesItsChainGoingOn() {
    ScriptedModel model = counting();
    LittleModel failing = LittleModel.saying("!", "\\boxed{7}");

    Outcome outcome =
        new Trying(failing)
            .judgedBy(Trying.judge(it -> it.answer() == null ? 0 : 1))
            .solve("revisions", Map.of("n", "4", "ratio", "1"));

    assertThat(outcome.answer()).isEqualTo("7");
    assertThat(model.calls()).isEmpty();
    assertThat(outcome.candidates()).hasSize(4);
  }

  @Test
  void anEngineThatFailsIsTold() {
    ScriptedModel model = counting().failAt(2, new EngineException("gone"));

    assertThat(
            org.assertj.core.api.Assertions.catchThrowable(
                () -> judged(model).solve("revisions", Map.of("n", "4", "ratio", "1"))))
        .isInstanceOf(EngineException.class)
        .hasMessage("gone");
  }

  private static double accuracy(String... settings) {
    return IntStream.range(0, TOYS)
            .filter(
                i -> {
                  ToyPolicy toy = new ToyPolicy(i, 3, 4);
                  Searching searching = new Searching(new ScriptedModel(toy), toy.exact()).seed(i);
                  return ToyPolicy.RIGHT.equals(searching.solve("revisions", settings).answer());
                })
            .count()
        / (double) TOYS;
  }

  @ParameterizedTest
  @ValueSource(strings = {"1:1", "4:1", "1:4"})
  void reachesAtLeastGreedyAndConverges(String ratio) {
    double greedy =
        IntStream.range(0, TOYS).filter(i -> new ToyPolicy(i, 3, 4).greedyIsRight()).count()
            / (double) TOYS;

    assertThat(accuracy("n=4", "ratio=" + ratio)).isGreaterThanOrEqualTo(greedy);
    assertThat(accuracy("n=64", "ratio=" + ratio)).isGreaterThanOrEqualTo(0.95);
  }

  /// A model that finds the answer by chance, with one chance in ten more for each attempt it sees.
  private record Learner(long seed) implements ScriptedModel.Script {
    @Override
    public String reply(String prompt, int sample) {
      throw new UnsupportedOperationException("It draws by the request's seed.");
    }

    @Override
    public String reply(Request request, String prompt, int sample) {
      Seed drawn = new Seed(request.seed() ^ seed).split("sample", sample);
      boolean right = Math.floorMod(drawn.value(), 10) < earlier(prompt);
      return "try %d \\boxed{%d}"
          .formatted(
              drawn.value(),
              right ? 42 : Math.floorMod(drawn.split("answer", 0).value(), 1000) + 100);
    }
  }

  @Test
  void chainsHelpAModelThatLearnsFromItsAttempts() {
    int[] right = new int[2];
    for (int i = 0; i < 40; i++) {
      for (int mode = 0; mode < 2; mode++) {
        Searching searching =
            new Searching(
                    new ScriptedModel(new Learner(i)),
                    Trying.judge(it -> "42".equals(it.answer()) ? 0.9 : 0.1))
                .seed(i);
        String ratio = mode == 0 ? "ratio=1:16" : "ratio=4:1";
        right[mode] += "42".equals(searching.solve("revisions", "n=16", ratio).answer()) ? 1 : 0;
      }
    }

    assertThat(right[0]).isZero();
    assertThat(right[1]).isGreaterThan(35);
  }
}

package ponder.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.compare.Comparison.Line;
import ponder.compare.Comparison.Matched;
import ponder.compare.Comparison.Point;
import ponder.compare.Comparison.Reading;
import ponder.compare.Comparison.Run;
import ponder.compare.Comparison.Thinking;
import ponder.core.Limits;
import ponder.model.EngineException;
import ponder.stats.PairedDifference;
import ponder.stats.Price;

class CompareTest {
  @TempDir Path folder;

  private static Comparison compare(Path... folders) {
    return Compare.of(task(folders));
  }

  private static CompareTask task(Path... folders) {
    return new CompareTask(
        List.of(folders), "", Axis.TOKENS, Limits.NONE, false, false, null, null);
  }

  private static CompareTask at(String cost, Path... folders) {
    Axis by = cost.endsWith("flop") ? Axis.FLOPS : Axis.TOKENS;
    return new CompareTask(List.of(folders), "", by, Limits.parse(cost), false, false, null, null);
  }

  /// Four samples a problem, of which the vote gets two problems of three right.
  private Path vote() {
    return Evaluations.in(folder, "vote")
        .problem("a", true, "+++-")
        .problem("b", true, "++--")
        .problem("c", false, "+---")
        .finished();
  }

  /// One sample a problem, one right.
  private Path greedy() {
    return Evaluations.in(folder, "greedy")
        .plan("method", "\"greedy\"")
        .plan("verifier", "\"none\"")
        .problem("c", true, "+")
        .problem("a", false, "-")
        .problem("b", false, "-")
        .finished();
  }

  @Test
  void tellsAccuracyFloorBoundAndCost() {
    Comparison comparison = compare(vote(), greedy());

    Run vote = comparison.runs().get(0);
    assertThat(comparison.problems()).isEqualTo(3);
    assertThat(vote.name()).isEqualTo("vote");
    assertThat(vote.accuracy().mean()).isCloseTo(2 / 3.0, within(1e-12));
    assertThat(vote.single().mean()).isCloseTo((0.75 + 0.5 + 0.25) / 3, within(1e-12));
    assertThat(vote.oracle().mean()).isEqualTo(1);
    assertThat(vote.spend().generatedTokens()).isEqualTo(120);
    assertThat(vote.cost()).isEqualTo(40);
    assertThat(vote.money()).isNull();
    assertThat(vote.onFront()).isTrue();
    assertThat(comparison.runs().get(1).onFront()).isTrue();
    assertThat(comparison.runs().get(1).curve()).isEmpty();
  }

  /// The second run's file has another order, so problems must meet by their ids.
  @Test
  void comparesProblemByProblem() {
    PairedDifference paired = compare(vote(), greedy()).differences().getFirst().paired();

    assertThat(paired.better()).isEqualTo(1);
    assertThat(paired.worse()).isEqualTo(2);
    assertThat(paired.equal()).isZero();
    assertThat(paired.difference().mean()).isCloseTo(-1 / 3.0, within(1e-12));
    assertThat(compare(vote(), greedy()).notes()).anyMatch(note -> note.contains("within noise"));
  }

  @Test
  void drawsALineOverTheNumberOfSamples() {
    Line line = compare(vote(), greedy()).lines().getFirst();

    assertThat(line.points().stream().map(Point::label)).containsExactly("n=1", "n=2", "n=4");
    assertThat(line.points().stream().map(Point::cost)).containsExactly(10.0, 20.0, 40.0);
    assertThat(line.points().get(0).accuracy().mean()).isCloseTo(0.5, within(1e-12));
    // Of two: both right, or one with an even tie.
    double two = (0.75 + 0.5 + 0.25) / 3;
    assertThat(line.points().get(1).accuracy().mean()).isCloseTo(two, within(1e-12));
    assertThat(line.points().get(2).accuracy().mean()).isCloseTo(2 / 3.0, within(1e-12));
  }

  @Test
  void readsAllRunsAtOneCost() {
    Matched matched = Objects.requireNonNull(Compare.of(at("30tok", vote(), greedy())).matched());

    Reading vote = matched.readings().get(0);
    Reading greedy = matched.readings().get(1);
    assertThat(vote.samples()).isCloseTo(3, within(1e-12));
    assertThat(vote.cost()).isCloseTo(30, within(1e-12));
    // Three of four: +++- always, ++-- in half of the choices, +--- never.
    assertThat(mean(vote.accuracy())).isCloseTo(0.5, within(1e-12));
    assertThat(greedy.cost()).isEqualTo(10);
    assertThat(mean(greedy.accuracy())).isCloseTo(1 / 3.0, within(1e-12));
    assertThat(mean(greedy.difference())).isCloseTo((-1 - 0.5 + 1) / 3, within(1e-12));
    assertThat(vote.difference()).isNull();
  }

  @Test
  void aCostBetweenTwoNumbersOfSamplesMixesThem() {
    Matched matched = Objects.requireNonNull(Compare.of(at("25tok", vote(), greedy())).matched());

    Reading vote = matched.readings().getFirst();
    assertThat(vote.samples()).isCloseTo(2.5, within(1e-12));
    assertThat(vote.cost()).isCloseTo(25, within(1e-12));
    assertThat(mean(vote.accuracy())).isCloseTo(0.5, within(1e-12));
  }

  /// A prompt of 20 tokens is paid for by any number of samples.
  @Test
  void flopsOfFewerSamplesHoldTheWholePrompt() {
    Matched matched =
        Objects.requireNonNull(Compare.of(at("3000flop", vote(), greedy())).matched());

    assertThat(matched.readings().get(0).samples()).isCloseTo(1, within(1e-9));
    assertThat(matched.readings().get(0).cost()).isCloseTo(3000, within(1e-9));
  }

  @Test
  void aRunThatCostsMoreThanAllowedIsNotRead() {
    Matched matched = Objects.requireNonNull(Compare.of(at("5tok", vote(), greedy())).matched());

    assertThat(matched.readings()).allMatch(it -> it.accuracy() == null);
  }

  private static double mean(ponder.stats.@Nullable Interval interval) {
    return Objects.requireNonNull(interval).mean();
  }

  @Test
  void ratesSettingsOfTheLengthOfThought() {
    Path[] folders = new Path[3];
    for (int i = 0; i < 3; i++) {
      int cap = 100 << i;
      folders[i] =
          Evaluations.in(folder, "cap" + cap)
              .plan("method", "\"budget-forcing\"")
              .setting("think-budget", Integer.toString(cap))
              .problem("a", i > 0, i > 0 ? "+" : "-", cap + 10, cap)
              .problem("b", i > 1, i > 1 ? "+" : "-", cap + 10, i == 1 ? 3 * cap : cap)
              .finished();
    }

    Comparison comparison = compare(folders);

    Thinking thinking = comparison.thinking().getFirst();
    assertThat(thinking.runs()).containsExactly(0, 1, 2);
    assertThat(thinking.metrics().control()).isCloseTo(200 / 3.0, within(1e-9));
    assertThat(thinking.metrics().performance()).isEqualTo(100);
    // Tokens 100, 400, 400; 0, 50 and 100 %: slopes 25 and 50, and none between equals.
    assertThat(thinking.metrics().scaling()).isCloseTo(37.5, within(1e-9));
    assertThat(comparison.lines()).hasSize(1);
    assertThat(comparison.lines().getFirst().points().stream().map(Point::label))
        .containsExactly("cap100", "cap200", "cap400");
  }

  @Test
  void classConditionalIsMeasuredAgainstTheRunThatWasToldNothing() {
    Path[] folders = new Path[3];
    List<String> classes = List.of("none", "short", "long");
    for (int i = 0; i < 3; i++) {
      folders[i] =
          Evaluations.in(folder, classes.get(i))
              .plan("method", "\"class-conditional\"")
              .setting("class", classes.get(i))
              .problem("a", true, "+", 100 + 20 * i, 0)
              .finished();
    }

    Thinking thinking = compare(folders).thinking().getFirst();

    assertThat(thinking.runs()).containsExactly(1, 2);
    assertThat(thinking.metrics().control()).isEqualTo(50);
  }

  @Test
  void pricesTokens() {
    CompareTask task =
        new CompareTask(
            List.of(vote(), greedy()),
            "greedy",
            Axis.CALLS,
            Limits.NONE,
            false,
            false,
            new Price(1, 1, 10),
            null);

    Comparison comparison = Compare.of(task);

    assertThat(comparison.baseline()).isEqualTo(1);
    assertThat(comparison.runs().getFirst().cost()).isEqualTo(1);
    assertThat(comparison.runs().getFirst().money()).isCloseTo((60 + 1200) / 1e6, within(1e-15));
  }

  /// The larger model takes 14 times the operations a token.
  @Test
  void weighsPreTraining() {
    Path large =
        Evaluations.in(folder, "large")
            .plan("model", "\"large\"")
            .plan("flops", "1400")
            .problem("a", true, "+")
            .problem("b", true, "+")
            .problem("c", true, "+")
            .finished();
    CompareTask task =
        new CompareTask(
            List.of(large, greedy()), "", Axis.TOKENS, Limits.NONE, false, false, null, 0.16);

    assertThat(Compare.of(task).notes())
        .contains(
            "With pre-training at R = 0.16, m may use 257.8 times as many tokens as large, which takes 14.00 times the FLOPs a token.");
  }

  @Test
  void refusesWhatCannotBeCompared() {
    Path other =
        Evaluations.in(folder, "data")
            .plan("datasetSha256", "\"d2\"")
            .problem("a", true, "+")
            .finished();
    Path seed = Evaluations.in(folder, "seed").plan("seed", "7").problem("a", true, "+").finished();
    Path rows =
        Evaluations.in(folder, "rows")
            .plan("rowsSha256", "\"r2\"")
            .problem("a", true, "+")
            .finished();
    Path open = Evaluations.in(folder, "open").problem("a", true, "+").unfinished();
    Path solve = Evaluations.in(folder, "solve").plan("command", "").finished();

    refused("different data sets (toy d1 and toy d2)", vote(), other);
    refused("different seeds (0 and 7). Maybe add --any-seed", vote(), seed);
    refused("different rows (all and all). Maybe add --common", vote(), rows);
    refused("has not come to its end", vote(), open);
    refused("is given twice", vote(), folder.resolve("vote"));
    refused("at least two", vote());
    assertThatThrownBy(() -> compare(vote(), solve))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("was written by 'ponder solve'");
    assertThatThrownBy(() -> compare(vote(), folder.resolve("nothing")))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("holds no evaluation");
  }

  private static void refused(String why, Path... folders) {
    assertThatThrownBy(() -> compare(folders))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  @Test
  void refusesABaselineOrAxisThatIsNotThere() {
    List<Path> folders = List.of(vote(), greedy());
    assertThatThrownBy(
            () ->
                Compare.of(
                    new CompareTask(
                        folders, "gredy", Axis.TOKENS, Limits.NONE, false, false, null, null)))
        .hasMessageContaining("baseline (gredy)")
        .hasMessageContaining("Maybe 'greedy'");
    assertThatThrownBy(
            () ->
                new CompareTask(
                    folders, "", Axis.CALLS, Limits.parse("30tok"), false, false, null, null))
        .hasMessageContaining("at (30tok)");
    assertThatThrownBy(() -> Axis.named("token")).hasMessageContaining("Maybe 'tokens'");
  }

  @Test
  void namesTheBrokenLine() {
    Path broken =
        Evaluations.in(folder, "broken")
            .problem("a", true, "+")
            .line("{\"id\":\"b\",\"verdict\":\"maybe\"}")
            .finished();

    assertThatThrownBy(() -> compare(broken, greedy()))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("Line 2 of")
        .hasMessageContaining("maybe");
  }

  @Test
  void refusesRowsThatDoNotMeet() {
    Path fewer = Evaluations.in(folder, "fewer").problem("a", true, "+").finished();
    Path twice =
        Evaluations.in(folder, "twice")
            .problem("a", true, "+")
            .problem("a", true, "+")
            .problem("b", true, "+")
            .finished();
    Path foreign =
        Evaluations.in(folder, "foreign")
            .problem("a", true, "+")
            .problem("b", true, "+")
            .problem("z", true, "+")
            .finished();

    assertThatThrownBy(() -> compare(vote(), fewer)).hasMessageContaining("holds 1 problems");
    assertThatThrownBy(() -> compare(vote(), twice)).hasMessageContaining("'a' twice");
    assertThatThrownBy(() -> compare(vote(), foreign)).hasMessageContaining("problem 'z'");
  }

  @Test
  void refusesResultsThatTheSummaryDoesNotFit() throws Exception {
    Path run = vote();
    Path results = run.resolve("results.jsonl");
    java.nio.file.Files.writeString(
        results,
        java.nio.file.Files.readString(results)
            .replace(
                "\"verdict\":\"wrong\",\"correct\":false",
                "\"verdict\":\"correct\",\"correct\":true"));

    assertThatThrownBy(() -> compare(run, greedy())).hasMessageContaining("Maybe it was changed");
  }

  @Test
  void comparesWhatIsCommonIfAsked() {
    Path open =
        Evaluations.in(folder, "open")
            .plan("rowsSha256", "\"r2\"")
            .plan("seed", "1")
            .problem("b", false, "-")
            .problem("z", true, "+")
            .unfinished();

    Comparison comparison =
        Compare.of(
            new CompareTask(
                List.of(vote(), open), "", Axis.TOKENS, Limits.NONE, true, true, null, null));

    assertThat(comparison.problems()).isEqualTo(1);
    assertThat(comparison.differences().getFirst().paired().worse()).isEqualTo(1);
    assertThat(comparison.runs().getFirst().spend().generatedTokens()).isEqualTo(40);
    assertThat(comparison.notes())
        .anyMatch(note -> note.contains("Of vote, 2 of 3"))
        .anyMatch(note -> note.contains("Of open, 1 of 2"))
        .anyMatch(note -> note.contains("seeds differ"));
  }

  @Test
  void writesOnlyWhereNothingElseLies() throws Exception {
    List<Path> inputs = List.of(vote(), greedy());
    Comparison comparison = compare(vote(), greedy());
    var out = new ComparisonFolder(folder.resolve("out"));

    out.require(inputs);
    out.write(comparison, "0.1");
    out.require(inputs);

    assertThat(java.nio.file.Files.readString(out.file())).contains("\"command\" : \"compare\"");
    assertThatThrownBy(() -> out.require(List.of(vote())))
        .hasMessageContaining("of other evaluations");
    assertThatThrownBy(() -> new ComparisonFolder(vote()).require(inputs))
        .hasMessageContaining("holds no comparison");
  }

  @Test
  void verdictsOfAVoteScoreNothing() {
    // A class's share of all votes would make the best of two as good as the whole vote.
    Comparison comparison = compare(vote(), greedy());

    assertThat(comparison.runs().getFirst().curve().getFirst().predNaive().mean())
        .isCloseTo(comparison.runs().getFirst().single().mean(), within(1e-12));
    assertThat(comparison.runs().getFirst().curve().getLast().predNaive().mean())
        .isCloseTo(comparison.runs().getFirst().single().mean(), within(1e-12));
  }
}

package ponder.search.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ponder.core.Seed;
import ponder.model.Tokens;
import ponder.testkit.Dice;
import ponder.testkit.Law;

/// The rules by which steps are chosen, against numbers and properties of their papers.
class PoliciesTest {
  private static Node node(int id, double value) {
    Node node = new Node(id, new Node(0, new Seed(1)), id, STEP);
    node.judge(value, List.of());
    return node;
  }

  private static final Step STEP = new Step("s\n\n", Tokens.of(1), 1, -0.5, Double.NaN, null, null);

  @Test
  void puctIsThatOfThePaper() {
    var puct = new TreePolicy.Puct(19_652, 1.25);

    assertThat(puct.score(0.6, 0.5, 10, 2)).isCloseTo(1.2591028, within(1e-7));
    assertThat(2 * puct.score(0, 0.5, 10, 2)).isCloseTo(1.3182055, within(1e-7));
    assertThat(puct.score(0.6, 0.5, 0, 0)).isEqualTo(0.6);
  }

  @ParameterizedTest
  @CsvSource({"0.75, 20, 8, 2, 1.973873", "0.5, 10, 3, 2, 2.252174"})
  void uctIsThatOfThePaper(double quality, long parent, long child, double c, double score) {
    assertThat(new TreePolicy.Uct(c).score(quality, parent, child)).isCloseTo(score, within(1e-6));
  }

  @Test
  void uctTriesEveryChildOnceBestFirst() {
    var uct = new TreePolicy.Uct(1);
    Node parent = new Node(0, new Seed(1));
    parent.visit(1);
    List<Node> children = List.of(node(1, 0.2), node(2, 0.9), node(3, 0.9));

    assertThat(uct.choose(parent, children, Mcts.Backup.MEAN).id()).isEqualTo(2);
    children.get(1).visit(1);
    parent.visit(1);
    assertThat(uct.choose(parent, children, Mcts.Backup.MEAN).id()).isEqualTo(3);
  }

  /// By `softmax(ln visits / T)`: at 1 as often as they were visited, at 0.5 by the squares.
  @ParameterizedTest
  @CsvSource({"1, 0.25", "0.5, 0.1", "0.01, 0"})
  void movesAreDrawnByVisits(double temperature, double first) {
    List<Node> children = List.of(node(1, 0.9), node(2, 0.1));
    children.get(0).visit(1);
    for (int visit = 0; visit < 3; visit++) {
      children.get(1).visit(0);
    }
    var moves = new Mcts.Moves(20, temperature);

    int firsts = 0;
    for (int draw = 0; draw < 20_000; draw++) {
      firsts += moves.choose(children, new Seed(7).split("draw", draw)).id() == 1 ? 1 : 0;
    }

    assertThat(firsts / 20_000.0).isCloseTo(first, within(0.01));
  }

  @ParameterizedTest
  @CsvSource({"CONST, 2", "EXP, 0.632456", "LIN, 1.1"})
  void explorationFadesToATenth(TreePolicy.Fading fading, double half) {
    TreePolicy policy = new TreePolicy.RandomUct(2, fading);
    Node parent = new Node(0, new Seed(1));
    Node child = node(1, 0);
    IntStream.range(0, 3).forEach(i -> parent.visit(1));
    child.visit(1);
    double bonus = Math.sqrt(Math.log(3));

    assertThat(policy.at(0).score(parent, child, 1)).isCloseTo(1 + 2 * bonus, within(1e-9));
    assertThat(policy.at(8.0 / 16).score(parent, child, 1))
        .isCloseTo(1 + half * bonus, within(1e-6));
    double end = fading == TreePolicy.Fading.CONST ? 1 : 0.1;
    assertThat(fading.left(1)).isCloseTo(end, within(1e-9));
  }

  @Test
  void untriedChildrenAreTakenInRandomOrder() {
    int[][] places = new int[3][3];
    int trials = 600;
    for (int seed = 0; seed < trials; seed++) {
      Node parent = new Node(0, new Seed(seed));
      List<Node> children =
          IntStream.range(0, 3).mapToObj(i -> new Node(i + 1, parent, i, STEP)).toList();
      children.getFirst().judge(1, List.of());
      TreePolicy policy = new TreePolicy.RandomUct(2, TreePolicy.Fading.CONST);
      parent.visit(1);
      for (int place = 0; place < 3; place++) {
        Node chosen = policy.choose(parent, children, Mcts.Backup.MEAN);
        assertThat(chosen.visits()).isZero();
        places[children.indexOf(chosen)][place]++;
        chosen.visit(1);
        parent.visit(1);
      }
    }
    for (int[] ofChild : places) {
      for (int count : ofChild) {
        assertThat(count).isBetween(trials / 3 - 45, trials / 3 + 45); // four standard deviations
      }
    }
  }

  @Test
  void backupIsTheMeanOrTheBestReward() {
    Node node = node(1, 0.3);
    assertThat(Mcts.Backup.MAX.quality(node)).isEqualTo(0.3);

    node.visit(1);
    node.visit(0);

    assertThat(Mcts.Backup.MEAN.quality(node)).isEqualTo(0.5);
    assertThat(Mcts.Backup.MAX.quality(node)).isEqualTo(1);
  }

  @Test
  void sharesGoToTheLargestRemainders() {
    assertThat(Rebase.apportion(new double[] {1, 1, 1}, 16)).containsExactly(6, 5, 5);
    assertThat(Rebase.apportion(new double[] {0.5, 0.3, 0.2}, 4)).containsExactly(2, 1, 1);
    assertThat(Rebase.apportion(new double[] {0, 1}, 3)).containsExactly(0, 3);
  }

  @Test
  void sharesAddUp() {
    Law.forAll(
        "shares add up and are off by less than one",
        200,
        seed -> {
          Dice dice = new Dice(seed);
          double[] weights =
              IntStream.range(0, dice.between(1, 20)).mapToDouble(i -> dice.unit()).toArray();
          int total = dice.between(1, 100);
          int[] shares = Rebase.apportion(weights, total);

          assertThat(Arrays.stream(shares).sum()).isEqualTo(total);
          double sum = Arrays.stream(weights).sum();
          for (int i = 0; i < shares.length; i++) {
            assertThat(Math.abs(shares[i] - total * weights[i] / sum)).isLessThan(1 + 1e-9);
          }
        });
  }

  @Test
  void rebaseFavoursGoodStepsSoftly() {
    List<Node> frontier = List.of(node(1, 0.9), node(2, 0.8), node(3, 0.1));

    List<Order> orders = new Rebase(8, 0.1).orders(frontier, List.of());

    // softmax of 9, 8 and 1: 0.7307, 0.2688, 0.0002
    assertThat(orders).extracting(Order::count).containsExactly(6, 2);
    assertThat(new Rebase(8, 1000).orders(frontier, List.of()))
        .extracting(Order::count)
        .containsExactly(3, 3, 2);
    List<Node> done = Collections.nCopies(8, node(9, 1));
    assertThat(new Rebase(8, 0.1).orders(frontier, done)).isEmpty();
  }

  @Test
  void resamplingIsUnbiased() {
    List<Node> particles = List.of(node(1, 0.8), node(2, 0.5), node(3, 0.2), node(4, 0.5));
    double[] odds = {4, 1, 0.25, 1};
    double sum = Arrays.stream(odds).sum();
    int draws = 4000;
    double[] copies = new double[4];
    for (int i = 0; i < draws; i++) {
      List<Node> drawn = ParticleFilter.resample(particles, 8, (i + 0.5) / draws);
      assertThat(drawn).hasSize(8);
      drawn.forEach(node -> copies[node.id() - 1]++);
    }
    for (int i = 0; i < 4; i++) {
      assertThat(copies[i] / draws).isCloseTo(8 * odds[i] / sum, within(2e-3));
    }
  }

  @Test
  void equalParticlesAreDrawnOnceEach() {
    Law.forAll(
        "equal particles are drawn once each",
        100,
        seed -> {
          Dice dice = new Dice(seed);
          double value = dice.chance(20) ? dice.below(2) : dice.unit();
          List<Node> particles = new ArrayList<>();
          int n = dice.between(1, 40);
          for (int i = 1; i <= n; i++) {
            particles.add(node(i, value));
          }
          double offset = (dice.between(1, 999)) / 1000.0;

          assertThat(ParticleFilter.resample(particles, n, offset)).isEqualTo(particles);
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "16 | 5 | beam-width (5) must divide n (16). Maybe n = 15 or 20 was meant.",
        "3 | 4 | beam-width (4) must divide n (3). Maybe n = 4 was meant.",
      })
  void saysWhichValuesWouldDo(int n, int m, String message) {
    for (Beam.Variant variant : Beam.Variant.values()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new Beam(n, m, variant))
          .withMessage(message);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Dvts(n, m, true))
        .withMessage(message);
  }

  @Test
  void fewerSolutionsMakeSmallerSearches() {
    Beam beam = new Beam(16, 4, Beam.Variant.SNELL);
    assertThat(beam.atMost(100)).isEqualTo(beam);
    assertThat(beam.atMost(11)).isEqualTo(new Beam(8, 4, Beam.Variant.SNELL));
    assertThat(beam.atMost(3)).isEqualTo(new Beam(3, 3, Beam.Variant.SNELL));
    assertThat(new Beam(16, 4, Beam.Variant.OPENR).atMost(3))
        .isEqualTo(new Beam(12, 4, Beam.Variant.OPENR));
    assertThat(new LevelSearch(new Rebase(9, 0.1)).half())
        .isEqualTo(new LevelSearch(new Rebase(4, 0.1)));
  }

  @Test
  void beamsOfSearchAndLearnFillTheirLevel() {
    List<Node> three = List.of(node(1, 0.9), node(2, 0.8), node(3, 0.7));

    assertThat(new Beam(16, 4, Beam.Variant.SEARCH_AND_LEARN).orders(three, List.of()))
        .extracting(Order::count)
        .containsExactly(6, 5, 5);
    assertThat(new Beam(16, 4, Beam.Variant.SNELL).orders(three, List.of()))
        .extracting(Order::count)
        .containsExactly(4, 4, 4);
  }

  @Test
  void noiseIsADistribution() {
    double[] mean = new double[4];
    for (int i = 0; i < 2000; i++) {
      double[] shares = Dirichlet.draw(4, 0.3, new Seed(i));
      assertThat(Arrays.stream(shares).sum()).isCloseTo(1, within(1e-9));
      for (int k = 0; k < 4; k++) {
        mean[k] += shares[k] / 2000;
      }
    }
    for (double each : mean) {
      assertThat(each).isCloseTo(0.25, within(0.025));
    }
    // Var of a share = (1/k)(1 - 1/k) / (k alpha + 1)
    double variance =
        IntStream.range(0, 2000)
            .mapToDouble(i -> Math.pow(Dirichlet.draw(4, 0.3, new Seed(i))[0] - 0.25, 2))
            .average()
            .orElse(0);
    assertThat(variance).isCloseTo(0.25 * 0.75 / 2.2, within(0.006));
  }

  /// Takes note of what is given up.
  private static final class Noting implements Grower {
    private final List<Node> pruned = new ArrayList<>();

    @Override
    public Node root() {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<List<Node>> expand(List<Order> orders) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<Node> finish(List<Node> nodes) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean over() {
      return false;
    }

    @Override
    public void prune(Node node, String reason) {
      pruned.add(node);
    }

    @Override
    public void visited(Node node) {}

    @Override
    public void warn(String message) {}
  }

  @Test
  void theBestBeamsGoOnAndAmongEqualOnesTheEarlier() {
    Law.forAll(
        "kept are the K best by value, then by creation; live beams are at most N",
        200,
        seed -> {
          Dice dice = new Dice(seed);
          int m = dice.between(1, 4);
          int n = m * dice.between(1, 5);
          Beam beam = new Beam(n, m, Beam.Variant.values()[dice.below(3)]);
          List<Node> made =
              IntStream.rangeClosed(1, dice.between(1, n))
                  .mapToObj(id -> node(id, dice.below(4) / 4.0))
                  .toList();
          int split = dice.below(made.size() + 1);
          var grown = List.of(made.subList(0, split), made.subList(split, made.size()));
          Noting grower = new Noting();

          List<Node> kept = beam.keep(grown, List.of(), new ArrayList<>(), grower);

          List<Node> best = new ArrayList<>(made);
          best.sort(
              (a, b) ->
                  a.value() == b.value()
                      ? Integer.compare(a.id(), b.id())
                      : Double.compare(b.value(), a.value()));
          int most = Math.min(n / m, made.size());
          assertThat(kept).isEqualTo(best.subList(0, most));
          assertThat(grower.pruned)
              .containsExactlyInAnyOrderElementsOf(best.subList(most, made.size()));
          assertThat(beam.orders(kept, List.of()).stream().mapToInt(Order::count).sum())
              .isBetween(1, n);
        });
  }

  private static Node ended(int id, double value) {
    Step end = new Step("end", Tokens.of(1), 1, -0.5, Double.NaN, End.EOS, "7");
    Node node = new Node(id, new Node(0, new Seed(1)), id, end);
    node.judge(value, List.of(value));
    return node;
  }

  @Test
  void anEarlyStopWaitsForASolutionThatNoBeamCanBeat() {
    Beam beam = new Beam(8, 2, Beam.Variant.SNELL, true);
    Node live = node(1, 0);
    live.judge(0.5, List.of(0.5));

    assertThat(beam.orders(List.of(live), List.of())).hasSize(1);
    assertThat(beam.orders(List.of(live), List.of(ended(2, 0.4)))).hasSize(1);
    assertThat(beam.orders(List.of(live), List.of(ended(2, 0.5)))).isEmpty();
    assertThat(new Beam(8, 2, Beam.Variant.SNELL).orders(List.of(live), List.of(ended(2, 0.5))))
        .hasSize(1);
    // Judged as a whole: a value that may rise.
    assertThat(beam.orders(List.of(node(3, 0.2)), List.of(ended(2, 0.5)))).hasSize(1);
    assertThat(beam.atMost(3)).isEqualTo(new Beam(2, 2, Beam.Variant.SNELL, true));
  }
}

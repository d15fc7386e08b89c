package ponder.search.tree;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Beam search over steps: of some `n` next steps the best `n / m` go on, each with `m` new ones
/// (Snell et al. 2024, "Scaling LLM Test-Time Compute Optimally", section 5.2).
///
/// What is published under the name differs in what happens when a beam is finished:
/// - [Variant#SNELL]: it leaves, the others get `m` steps each. Ends with `n` solutions.
/// - [Variant#SEARCH_AND_LEARN] (Beeching et al. 2024): it leaves, and the steps it would have got
///   go to the others in turn, so that each level has `n`.
/// - [Variant#OPENR] (Wang et al. 2024): it competes with the unfinished ones, and one that is kept
///   takes its place away. Ends with `n / m` solutions. The first level has `m` steps. With `m = n`
///   this is step-wise best of n (Wu et al. 2024): one path, whose every step is the best of `n`.
///
/// Departs from search-and-learn: a solution is never copied to fill the beam, and it is enough
/// when there are `n` solutions. Ties go to the earlier step.
///
/// Where values can only fall as steps are added, it may stop early: when no unfinished path is
/// worth more than the best solution, none can come to more. The best solution is the same then,
/// for fewer steps; a vote has fewer voices. Values of whole texts say nothing of that kind: with a
/// verifier that does not judge steps nothing stops early.
///
/// @param n steps sampled at a level
/// @param m steps from each kept one; divides `n`. With 1 nothing is ever chosen, and these are `n`
///   independent samples
/// @param earlyStop whether to stop when no path can come to more than the best solution; only for
///   values that fall ([ponder.verify.Aggregation#falls]), without lookahead
public record Beam(int n, int m, Variant variant, boolean earlyStop) implements LevelSearch.Policy {
  /// What becomes of finished beams.
  public enum Variant {
    SEARCH_AND_LEARN,
    SNELL,
    OPENR
  }

  public Beam {
    Widths.requireDivisible(n, m);
  }

  /// A beam that does not stop early.
  public Beam(int n, int m, Variant variant) {
    this(n, m, variant, false);
  }

  @Override
  public int width() {
    return n;
  }

  @Override
  public Beam atMost(long samples) {
    return samples >= solutions() ? this : smaller((int) samples);
  }

  @Override
  public int parents() {
    return n / m;
  }

  @Override
  public int solutions() {
    return variant == Variant.OPENR ? n / m : n;
  }

  private Beam smaller(int most) {
    if (variant == Variant.OPENR) {
      return new Beam(most * m, m, variant, earlyStop);
    }
    int fewer = Widths.groups(n, m, most);
    return new Beam(fewer, Math.min(m, fewer), variant, earlyStop);
  }

  @Override
  public List<Order> orders(List<Node> frontier, List<Node> done) {
    List<Node> live = frontier.stream().filter(Node::open).toList();
    if (live.isEmpty() || done.size() >= solutions() || earlyStop && decided(live, done)) {
      return List.of();
    }
    if (live.getFirst().depth() == 0) {
      return List.of(new Order(live.getFirst(), variant == Variant.OPENR ? m : n));
    }
    List<Order> orders = new ArrayList<>();
    for (int i = 0; i < live.size(); i++) {
      orders.add(new Order(live.get(i), share(i, live.size())));
    }
    return orders;
  }

  private static boolean decided(List<Node> live, List<Node> done) {
    boolean bySteps =
        Stream.concat(live.stream(), done.stream()).noneMatch(it -> it.stepScores().isEmpty());
    return bySteps && !done.isEmpty() && best(done) >= best(live);
  }

  private static double best(List<Node> nodes) {
    return nodes.stream().mapToDouble(Node::value).max().orElse(0);
  }

  private int share(int i, int live) {
    return variant == Variant.SEARCH_AND_LEARN && m > 1 ? n / live + (i < n % live ? 1 : 0) : m;
  }

  @Override
  public List<Node> keep(
      List<List<Node>> grown, List<Node> frontier, List<Node> done, Grower grower) {
    if (variant == Variant.OPENR) {
      List<Node> competing =
          Widths.all(grown).filter(node -> node.open() || node.solved()).toList();
      List<Node> kept = Widths.best(competing, solutions() - done.size(), grower);
      kept.stream().filter(Node::solved).forEach(done::add);
      return kept.stream().filter(Node::open).toList();
    }
    Widths.all(grown).filter(Node::solved).forEach(done::add);
    return Widths.best(Widths.all(grown).filter(Node::open).toList(), n / m, grower);
  }

  /// The best `n` solutions, best first.
  @Override
  public StepSearch.Found found(List<Node> frontier, List<Node> done) {
    return StepSearch.Found.of(done.stream().sorted(Widths.BEST).limit(solutions()).toList());
  }
}

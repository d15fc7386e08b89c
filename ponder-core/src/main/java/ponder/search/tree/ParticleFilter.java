package ponder.search.tree;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import ponder.core.Seed;

/// Particle filtering: `n` particles extend by a step, and are then drawn anew by their weights, so
/// that good paths multiply and bad ones die out by chance and not by rank (Puri et al. 2025, "A
/// Probabilistic Inference Approach to Inference-Time Scaling of LLMs using Particle-Based Monte
/// Carlo Methods").
///
/// A particle's log-weight is the logit of its value, clipped to [1e-6, 1 - 1e-6]. Resampling is
/// systematic: one draw moves `n` equally spaced pointers over the weights, so a particle of weight
/// w is copied `n w` times on average and never more than one off. Finished particles keep their
/// weight and take part. With equal values every particle is drawn once: `n` independent samples.
///
/// A solution counts in the vote as often as particles ended in it; one that they all left is no
/// candidate any more.
///
/// @param n particles
public record ParticleFilter(int n) implements LevelSearch.Policy {
  private static final double CLIP = 1e-6;

  @Override
  public int width() {
    return n;
  }

  @Override
  public int parents() {
    return n;
  }

  @Override
  public int solutions() {
    return n;
  }

  @Override
  public ParticleFilter atMost(long samples) {
    return new ParticleFilter((int) Math.min(n, samples));
  }

  @Override
  public List<Order> orders(List<Node> frontier, List<Node> done) {
    if (frontier.size() == 1 && frontier.getFirst().depth() == 0) {
      return List.of(new Order(frontier.getFirst(), n));
    }
    return copies(frontier.stream().filter(Node::open).toList()).entrySet().stream()
        .map(it -> new Order(it.getKey(), it.getValue()))
        .toList();
  }

  /// How many particles are at each node, in the order of the first.
  private static Map<Node, Integer> copies(List<Node> particles) {
    Map<Node, Integer> copies = new LinkedHashMap<>();
    particles.forEach(node -> copies.merge(node, 1, Integer::sum));
    return copies;
  }

  @Override
  public List<Node> keep(
      List<List<Node>> grown, List<Node> frontier, List<Node> done, Grower grower) {
    Widths.all(grown).filter(Node::solved).forEach(done::add);
    List<Node> particles = new ArrayList<>(frontier.stream().filter(Node::ended).toList());
    Widths.all(grown).forEach(particles::add);
    if (grower.over() || particles.stream().allMatch(Node::ended)) {
      return List.copyOf(particles);
    }
    Seed seed = grower.root().seed().split("resample", depth(particles));
    List<Node> drawn = resample(particles, n, unit(seed));
    particles.stream()
        .filter(node -> node.open() && !drawn.contains(node))
        .forEach(node -> grower.prune(node, "no particle was drawn here"));
    return drawn;
  }

  private static int depth(List<Node> particles) {
    return particles.stream().mapToInt(Node::depth).max().orElse(0);
  }

  /// A number in [0, 1).
  private static double unit(Seed seed) {
    return (seed.value() >>> 11) * 0x1p-53;
  }

  /// Systematic resampling of `count` particles.
  ///
  /// @param offset in [0, 1)
  static List<Node> resample(List<Node> particles, int count, double offset) {
    double[] odds = particles.stream().mapToDouble(node -> odds(node.value())).toArray();
    double sum = 0;
    for (double each : odds) {
      sum += each;
    }
    List<Node> drawn = new ArrayList<>();
    double reached = 0;
    for (int i = 0; i < odds.length; i++) {
      reached += odds[i] / sum * count;
      boolean last = i == odds.length - 1;
      while (drawn.size() < count && (last || drawn.size() + offset < reached)) {
        drawn.add(particles.get(i));
      }
    }
    return List.copyOf(drawn);
  }

  /// The softmax of logits is the share of the odds.
  private static double odds(double value) {
    double clipped = Math.clamp(value, CLIP, 1 - CLIP);
    return clipped / (1 - clipped);
  }

  /// The solutions that particles are at.
  @Override
  public StepSearch.Found found(List<Node> frontier, List<Node> done) {
    Map<Node, Integer> copies = copies(frontier.stream().filter(Node::solved).toList());
    return new StepSearch.Found(
        List.copyOf(copies.keySet()), copies.values().stream().map(it -> (double) it).toList());
  }
}

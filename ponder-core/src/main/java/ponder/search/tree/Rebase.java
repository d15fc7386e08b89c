package ponder.search.tree;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Reward-balanced search: the `n` solutions that are wanted are shared out among the nodes of a
/// level by the softmax of their values, so that good ones get more children and nothing is cut off
/// by rank (Wu et al. 2024, "Inference Scaling Laws", REBASE).
///
/// A level has as many steps as solutions are still missing; fractions go to the largest
/// remainders, then to earlier nodes.
///
/// @param n solutions
/// @param temperature of the softmax, above 0; lower favours the best more
public record Rebase(int n, double temperature) implements LevelSearch.Policy {
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
  public Rebase atMost(long samples) {
    return new Rebase((int) Math.min(n, samples), temperature);
  }

  @Override
  public List<Order> orders(List<Node> frontier, List<Node> done) {
    int missing = n - done.size();
    if (frontier.isEmpty() || missing <= 0) {
      return List.of();
    }
    double most = frontier.stream().mapToDouble(Node::value).max().orElse(0);
    int[] shares =
        apportion(
            frontier.stream()
                .mapToDouble(node -> Math.exp((node.value() - most) / temperature))
                .toArray(),
            missing);
    List<Order> orders = new ArrayList<>();
    for (int i = 0; i < shares.length; i++) {
      if (shares[i] > 0) {
        orders.add(new Order(frontier.get(i), shares[i]));
      }
    }
    return orders;
  }

  @Override
  public List<Node> keep(
      List<List<Node>> grown, List<Node> frontier, List<Node> done, Grower grower) {
    frontier.stream()
        .filter(node -> node.sampled() == 0)
        .forEach(node -> grower.prune(node, "its share of the samples is below one"));
    Widths.all(grown).filter(Node::solved).forEach(done::add);
    return Widths.all(grown).filter(Node::open).toList();
  }

  /// Shares `total` out by `weights` (largest remainder, Hamilton's method): each gets its quota
  /// rounded down, and what is left goes to the largest fractions, among equals to the first.
  ///
  /// @param weights at least one above 0, none below
  /// @return as many as weights; their sum is `total`
  static int[] apportion(double[] weights, int total) {
    double sum = Arrays.stream(weights).sum();
    int[] shares = new int[weights.length];
    double[] fractions = new double[weights.length];
    int left = total;
    for (int i = 0; i < weights.length; i++) {
      double quota = total * weights[i] / sum;
      shares[i] = (int) quota;
      fractions[i] = quota - shares[i];
      left -= shares[i];
    }
    for (; left > 0; left--) {
      int largest = 0;
      for (int i = 1; i < fractions.length; i++) {
        largest = fractions[i] > fractions[largest] ? i : largest;
      }
      shares[largest]++;
      fractions[largest] = -1;
    }
    return shares;
  }
}

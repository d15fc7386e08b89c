package ponder.search.tree;

import java.util.ArrayList;
import java.util.List;

/// Searches level by level: every node of the frontier gets some next steps, all of them are
/// judged, and some go on.
///
/// Beam search, diverse subtrees, reward-balanced search, particle filtering and breadth-first
/// trees of thoughts are this loop; they differ in who gets how many steps and in who goes on, and
/// that is their [Policy]. Every path ends at the deepest level, so the loop does too.
public record LevelSearch(Policy policy) implements StepSearch {
  /// What makes one level-by-level search differ from another. Immutable.
  public interface Policy {
    /// Steps sampled at each level at most.
    int width();

    /// Nodes of a frontier at most.
    int parents();

    /// Solutions that are wanted.
    int solutions();

    /// The policy for at most this many solutions.
    Policy atMost(long samples);

    /// Who gets how many steps; empty to end the search.
    ///
    /// @param frontier who goes on; at first the root alone
    /// @param done solutions so far
    List<Order> orders(List<Node> frontier, List<Node> done);

    /// Who goes on.
    ///
    /// @param grown new children by order
    /// @param frontier the frontier that they grew from
    /// @param done solutions so far, to which finished ones are added
    List<Node> keep(List<List<Node>> grown, List<Node> frontier, List<Node> done, Grower grower);

    /// What is found in the end.
    default Found found(List<Node> frontier, List<Node> done) {
      return Found.of(done);
    }
  }

  @Override
  public Found search(Grower grower) {
    List<Node> frontier = List.of(grower.root());
    List<Node> done = new ArrayList<>();
    List<Order> orders = policy.orders(frontier, done);
    while (!orders.isEmpty() && !grower.over()) {
      List<List<Node>> grown = grower.expand(orders);
      frontier = policy.keep(grown, frontier, done, grower);
      orders = policy.orders(frontier, done);
    }
    return policy.found(frontier, done);
  }

  @Override
  public int width() {
    return policy.width();
  }

  @Override
  public int parents() {
    return policy.parents();
  }

  @Override
  public long waves(int steps) {
    return steps;
  }

  /// The search for half as many solutions, one at least, which costs about half as much.
  public LevelSearch half() {
    return new LevelSearch(policy.atMost(Math.max(1, policy.solutions() / 2)));
  }

  @Override
  public StepSearch atMost(long samples) {
    return new LevelSearch(policy.atMost(samples));
  }
}

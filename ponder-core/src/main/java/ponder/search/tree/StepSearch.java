package ponder.search.tree;

import java.util.List;

/// A way of spending steps on one problem. Immutable; equal steps and values give equal results.
public interface StepSearch {
  /// Searches until it has what it wants, or the grower is over.
  Found search(Grower grower);

  /// Steps sampled at once, at most.
  int width();

  /// Nodes that they are sampled from, at most.
  int parents();

  /// How often steps are sampled, at most.
  ///
  /// @param steps most steps of a solution
  long waves(int steps);

  /// The search for at most this many solutions.
  ///
  /// @param samples at least 1
  StepSearch atMost(long samples);

  /// What a search came to.
  ///
  /// @param solutions finished ones, best known first or in the order they were found
  /// @param weights how much each counts in a vote, beside its value; at least 0
  record Found(List<Node> solutions, List<Double> weights) {
    public Found {
      solutions = List.copyOf(solutions);
      weights = List.copyOf(weights);
      if (solutions.size() != weights.size()) {
        throw new IllegalArgumentException(
            "solutions (%d) must be as many as weights (%d)."
                .formatted(solutions.size(), weights.size()));
      }
    }

    /// Solutions that count alike.
    public static Found of(List<Node> solutions) {
      return new Found(solutions, solutions.stream().map(it -> 1.0).toList());
    }
  }
}

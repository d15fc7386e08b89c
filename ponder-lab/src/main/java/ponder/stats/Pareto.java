package ponder.stats;

/// Which of several runs no other one beats at once in cost and in accuracy.
public final class Pareto {
  private Pareto() {}

  /// True where no other costs at most as much and is worth at least as much, one of both strictly.
  /// Equals are all in or all out; never all are out. O(n^2).
  ///
  /// @param costs finite
  /// @param worths as many, finite
  public static boolean[] front(double[] costs, double[] worths) {
    if (costs.length != worths.length) {
      throw new IllegalArgumentException(
          "costs (%d) and worths (%d) must be as many.".formatted(costs.length, worths.length));
    }
    boolean[] front = new boolean[costs.length];
    for (int i = 0; i < costs.length; i++) {
      front[i] = true;
      for (int j = 0; j < costs.length && front[i]; j++) {
        front[i] =
            !(costs[j] <= costs[i]
                && worths[j] >= worths[i]
                && (costs[j] < costs[i] || worths[j] > worths[i]));
      }
    }
    return front;
  }
}

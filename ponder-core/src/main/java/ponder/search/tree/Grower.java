package ponder.search.tree;

import java.util.List;

/// What a search grows its tree with: the policy that proposes steps, the verifier that judges
/// them, the budget both are paid from, and the trace. Used by one thread.
public interface Grower {
  /// The problem, before the first step.
  Node root();

  /// Samples next steps and has the new ones judged.
  ///
  /// One wave: all of it is reserved in order before it runs, and read in order after. Steps that
  /// repeat a sibling and steps without text are left out; if an order brings nothing else, it is
  /// tried again a few times, and then its node is given up. At the last depth a step is the whole
  /// rest of the solution, so every path ends.
  ///
  /// @return the new children by order, in index order; fewer than ordered where steps were left
  ///   out or the budget ended
  /// @throws ponder.model.EngineException if the model or the verifier fails
  List<List<Node>> expand(List<Order> orders);

  /// Samples the whole rest of the solution from each of `nodes` and has them judged, in one wave.
  ///
  /// @return the new children, one for each node at most
  List<Node> finish(List<Node> nodes);

  /// Whether the budget, a deadline or the user ended the search.
  boolean over();

  /// Gives `node` up.
  ///
  /// @param reason in words
  void prune(Node node, String reason);

  /// Tells that the statistics of `node` changed.
  void visited(Node node);

  /// Tells something the user should know.
  void warn(String message);
}

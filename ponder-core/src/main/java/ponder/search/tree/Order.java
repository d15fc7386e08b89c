package ponder.search.tree;

/// How many next steps to sample from a node.
///
/// @param count at least 1
public record Order(Node parent, int count) {
  public Order {
    if (count < 1) {
      throw new IllegalArgumentException("count (" + count + ") must be at least 1.");
    }
  }
}

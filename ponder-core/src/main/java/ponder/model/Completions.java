package ponder.model;

import java.util.List;

/// The answer to a [Request]: one completion per wanted sample, in the request's order.
public record Completions(List<Completion> completions, Usage usage) {
  public Completions {
    completions = List.copyOf(completions);
  }

  /// The first completion.
  public Completion first() {
    return completions.getFirst();
  }
}

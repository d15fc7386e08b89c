package ponder.search;

import java.util.HashSet;
import java.util.Set;
import ponder.model.Tokens;

/// Tells thoughts that go round in circles.
final class ThinkingLoop {
  private ThinkingLoop() {}

  /// Whether the tokens from `from` on say nothing new: at least nine in ten of them end a sequence
  /// of `length` tokens that stood in the trace before. O(size * length).
  ///
  /// A first repetition of a short passage is not seen yet, because the sequences across its border
  /// are new; its second one is.
  static boolean repeats(Tokens trace, int from, int length) {
    Set<Tokens> seen = new HashSet<>();
    int repeated = 0;
    for (int end = length; end <= trace.size(); end++) {
      boolean known = !seen.add(trace.slice(end - length, end));
      if (known && end > from) {
        repeated++;
      }
    }
    int news = trace.size() - from;
    return news > 0 && 10 * repeated >= 9 * news;
  }
}

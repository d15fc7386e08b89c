package ponder.model;

import java.util.List;

/// When a completion ends, besides its length.
///
/// At one token the order is: token sequence and end-of-text first, then stop strings, then length.
///
/// @param strings matched over generated text only; leftmost match, then the longest
/// @param sequences matched over generated token ids only; special tokens count
/// @param includeStop whether the text keeps the stop string; tokens are always kept
/// @param ignoreEos whether end-of-text tokens are generated like any other
public record Stop(
    List<String> strings, List<Tokens> sequences, boolean includeStop, boolean ignoreEos) {
  public static final Stop AT_EOS = new Stop(List.of(), List.of(), false, false);

  public Stop {
    strings = List.copyOf(strings);
    sequences = List.copyOf(sequences);
    if (strings.stream().anyMatch(String::isEmpty)) {
      throw new IllegalArgumentException("stop strings (" + strings + ") must not be empty.");
    }
    if (sequences.stream().anyMatch(Tokens::isEmpty)) {
      throw new IllegalArgumentException(
          "stop token sequences (" + sequences + ") must not be empty.");
    }
  }

  /// Ends at end-of-text or at one of these strings, which the text leaves out.
  public static Stop at(String... strings) {
    return new Stop(List.of(strings), List.of(), false, false);
  }
}

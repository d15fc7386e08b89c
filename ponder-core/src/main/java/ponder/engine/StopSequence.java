package ponder.engine;

import ponder.model.Tokens;

/// Finds one token sequence in a stream of tokens (Knuth, Morris, Pratt 1977). Not thread-safe.
final class StopSequence {
  private final Tokens pattern;
  private final int[] failure;
  private int matched;

  StopSequence(Tokens pattern) {
    this.pattern = pattern;
    failure = new int[pattern.size() + 1];
    int length = 0;
    for (int i = 1; i < pattern.size(); i++) {
      length = advance(length, pattern.get(i));
      failure[i + 1] = length;
    }
  }

  Tokens pattern() {
    return pattern;
  }

  /// Takes the next token; whether the sequence ends with it. After that nothing more may be taken.
  boolean accept(int token) {
    matched = advance(matched, token);
    return matched == pattern.size();
  }

  /// How many of the last tokens begin the sequence.
  int matched() {
    return matched;
  }

  private int advance(int length, int token) {
    int result = length;
    while (result > 0 && pattern.get(result) != token) {
      result = failure[result];
    }
    return pattern.get(result) == token ? result + 1 : 0;
  }
}

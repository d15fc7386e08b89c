package ponder.core;

import org.jspecify.annotations.Nullable;

/// One answer that a method came to, with the text it was read from.
///
/// @param value the answer alone, such as `42`; null if the text holds none
/// @param score in [0, 1], higher is better; what it means is the method's business
/// @param tokens tokens generated for it
/// @param text the whole generated text
public record Answer(@Nullable String value, double score, long tokens, String text) {
  public Answer {
    if (!(score >= 0 && score <= 1)) {
      throw new IllegalArgumentException("score (" + score + ") must be between 0 and 1.");
    }
  }

  /// The same answer with another score.
  public Answer withScore(double value) {
    return new Answer(this.value, value, tokens, text);
  }
}

package ponder.grade;

import java.util.List;
import org.jspecify.annotations.Nullable;
import ponder.grade.exact.Work;

/// One side of a comparison as it was read: its tokens, and, when asked for, its value.
final class Reading {
  /// Longer texts are compared as they are.
  static final int MAX_LENGTH = 2_000;

  private final List<Token> tokens;
  private @Nullable Value value;

  private Reading(List<Token> tokens) {
    this.tokens = tokens;
  }

  /// Reads `text`; null if it cannot even be cut into tokens.
  static @Nullable Reading of(String text, boolean joinsThousands, Work work) {
    try {
      return new Reading(Lexer.tokens(text, joinsThousands, work));
    } catch (Unreadable e) {
      return null;
    }
  }

  List<Token> tokens() {
    return tokens;
  }

  boolean isEmpty() {
    return tokens.isEmpty();
  }

  Value value() {
    if (value == null) {
      value = ValueParser.parse(tokens);
    }
    return value;
  }
}

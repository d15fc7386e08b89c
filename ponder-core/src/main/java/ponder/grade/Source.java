package ponder.grade;

/// A text that is read from left to right.
final class Source {
  private final String text;
  private int at;

  Source(String text) {
    this.text = text;
  }

  static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  static boolean isAsciiLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  boolean hasMore() {
    return at < text.length();
  }

  /// The character so far ahead, or NUL beyond the end.
  char peek(int ahead) {
    int index = at + ahead;
    return index < text.length() ? text.charAt(index) : '\0';
  }

  char peek() {
    return peek(0);
  }

  boolean startsWith(String prefix) {
    return text.startsWith(prefix, at);
  }

  boolean startsWith(String prefix, int ahead) {
    return text.startsWith(prefix, at + ahead);
  }

  /// Moves on, at most to the end.
  void skip(int count) {
    at = Math.min(text.length(), at + count);
  }

  void skipSpaces() {
    while (peek() == ' ') {
      at++;
    }
  }

  /// The next so many characters, without moving on.
  String ahead(int from, int to) {
    return text.substring(at + from, at + to);
  }

  /// Moves over the next so many characters and gives them.
  String take(int count) {
    String taken = text.substring(at, at + count);
    at += count;
    return taken;
  }

  /// Whether nothing but spaces and signs of mathematics follow.
  boolean isSpent() {
    int rest = at;
    while (rest < text.length() && (text.charAt(rest) == ' ' || text.charAt(rest) == '$')) {
      rest++;
    }
    return rest == text.length();
  }

  /// Moves over the group in braces that follows and gives its content; without braces, the one
  /// character.
  ///
  /// @throws Unreadable if the group is not closed
  String group() {
    skipSpaces();
    if (peek() != '{') {
      return hasMore() ? take(1) : "";
    }
    int depth = 0;
    for (int i = at; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '{') {
        depth++;
      } else if (c == '}' && --depth == 0) {
        String content = text.substring(at + 1, i);
        at = i + 1;
        return content;
      }
    }
    throw new Unreadable();
  }
}

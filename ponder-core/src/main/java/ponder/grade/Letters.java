package ponder.grade;

import java.util.Locale;

/// How single characters are read: full-width forms as their plain ones, and what counts as a
/// letter or digit beside a marker.
final class Letters {
  private static final int FULL_WIDTH_FIRST = 0xFF01;
  private static final int FULL_WIDTH_LAST = 0xFF5E;
  private static final int FULL_WIDTH_SHIFT = 0xFEE0;

  private Letters() {}

  /// The plain form of `c`: ASCII for full-width, a space for any space but a line break.
  static char plain(char c) {
    if (c >= FULL_WIDTH_FIRST && c <= FULL_WIDTH_LAST) {
      return (char) (c - FULL_WIDTH_SHIFT);
    }
    if (c == '−') {
      return '-';
    }
    return c != '\n' && isSpace(c) ? ' ' : c;
  }

  /// White space of any script, and what takes no room at all.
  static boolean isSpace(char c) {
    return Character.isWhitespace(c)
        || Character.isSpaceChar(c)
        || c == '\u200B'
        || c == '\u2060'
        || c == '\uFEFF';
  }

  static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /// Whether `c` is a letter of the Latin alphabet without accents.
  static boolean isLatin(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  /// `text` in small letters and plain forms.
  static String plain(String text) {
    var plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      plain.append(plain(text.charAt(i)));
    }
    return plain.toString().toLowerCase(Locale.ROOT);
  }

  /// Whether the character at `index` stands behind an odd number of backslashes.
  static boolean escaped(String text, int index) {
    int slashes = 0;
    while (slashes < index && text.charAt(index - 1 - slashes) == '\\') {
      slashes++;
    }
    return slashes % 2 == 1;
  }
}

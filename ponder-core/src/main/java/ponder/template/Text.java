package ponder.template;

/// White space and positions in strings as Python sees them.
final class Text {
  private Text() {}

  static boolean isSpace(int c) {
    return Character.isSpaceChar(c)
        || (c >= '\t' && c <= '\r')
        || (c >= 0x1C && c <= 0x1F)
        || c == 0x85;
  }

  /// Whether `text` is white space only and not empty.
  static boolean isSpace(String text) {
    return !text.isEmpty() && text.chars().allMatch(Text::isSpace);
  }

  static String stripRight(String text) {
    int end = text.length();
    while (end > 0 && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end);
  }

  static String stripLeft(String text) {
    int start = 0;
    while (start < text.length() && isSpace(text.charAt(start))) {
      start++;
    }
    return text.substring(start);
  }

  /// Strips characters of the set `of`, or white space if it is null.
  static String strip(
      String text, @org.jspecify.annotations.Nullable String of, boolean left, boolean right) {
    int[] points = text.codePoints().toArray();
    int start = 0;
    int end = points.length;
    while (left && start < end && strips(points[start], of)) {
      start++;
    }
    while (right && end > start && strips(points[end - 1], of)) {
      end--;
    }
    return new String(points, start, end - start);
  }

  private static boolean strips(int point, @org.jspecify.annotations.Nullable String of) {
    return of == null ? isSpace(point) : of.indexOf(point) >= 0;
  }

  static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  /// The character at `index`, counted in code points.
  static String charAt(String text, int index) {
    return Character.toString(text.codePointAt(text.offsetByCodePoints(0, index)));
  }

  static String capitalize(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int end = text.offsetByCodePoints(0, 1);
    return text.substring(0, end).toUpperCase(java.util.Locale.ROOT)
        + text.substring(end).toLowerCase(java.util.Locale.ROOT);
  }

  /// Capitals at the beginning of each run of letters, small letters elsewhere.
  static String title(String text) {
    StringBuilder out = new StringBuilder();
    boolean inWord = false;
    for (int point : text.codePoints().toArray()) {
      boolean letter = Character.isLetter(point);
      out.appendCodePoint(
          !letter ? point : inWord ? Character.toLowerCase(point) : Character.toTitleCase(point));
      inWord = letter;
    }
    return out.toString();
  }
}

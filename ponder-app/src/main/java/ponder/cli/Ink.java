package ponder.cli;

/// Colours and widths of text on a terminal, and nothing else where nobody looks.
///
/// Model output may hold anything; [#plain] makes it harmless, so that a text can neither move the
/// cursor nor change the terminal's state.
final class Ink {
  private final boolean colours;

  /// @param colours whether to use them
  private Ink(boolean colours) {
    this.colours = colours;
  }

  /// For the output of `shell`: colours on a terminal only, and not if `NO_COLOR` is set.
  static Ink of(Shell shell) {
    return new Ink(
        shell.outIsTerminal() && shell.environment().getOrDefault("NO_COLOR", "").isEmpty());
  }

  String bold(String text) {
    return in("1", text);
  }

  String faint(String text) {
    return in("2", text);
  }

  /// For what won.
  String won(String text) {
    return in("1;36", text);
  }

  private String in(String code, String text) {
    return colours && !text.isEmpty() ? "\033[" + code + "m" + text + "\033[0m" : text;
  }

  /// `text` with its line breaks, and with pictures of other control characters in their place.
  static String plain(String text) {
    var plain = new StringBuilder(text.length());
    text.codePoints().forEach(point -> plain.appendCodePoint(shown(point)));
    return plain.toString();
  }

  /// `text` in one line.
  static String line(String text) {
    return plain(text.strip().replaceAll("\\s+", " "));
  }

  private static int shown(int point) {
    if (point == '\n' || point == '\t') {
      return point;
    }
    if (point < 0x20) {
      return 0x2400 + point;
    }
    // Marks that turn the direction of writing would also turn what stands behind the text.
    boolean turns = point >= 0x202A && point <= 0x202E || point >= 0x2066 && point <= 0x2069;
    boolean lone = Character.getType(point) == Character.SURROGATE;
    return turns || lone || Character.isISOControl(point) ? 0xFFFD : point;
  }

  /// How many columns `text` takes: two for wide East Asian characters, none for combining ones.
  static int width(String text) {
    return text.codePoints().map(Ink::width).sum();
  }

  private static int width(int point) {
    int type = Character.getType(point);
    if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
      return 0;
    }
    boolean wide =
        point >= 0x1100 && point <= 0x115F
            || point >= 0x2E80 && point <= 0xA4CF && point != 0x303F
            || point >= 0xAC00 && point <= 0xD7A3
            || point >= 0xF900 && point <= 0xFAFF
            || point >= 0xFE30 && point <= 0xFE6F
            || point >= 0xFF00 && point <= 0xFF60
            || point >= 0xFFE0 && point <= 0xFFE6
            || point >= 0x1F300 && point <= 0x1FAFF
            || point >= 0x20000 && point <= 0x3FFFD;
    return wide ? 2 : 1;
  }

  /// The beginning of `text` that fits `columns`, with `…` at its end if there is more.
  static String cut(String text, int columns) {
    if (width(text) <= columns) {
      return text;
    }
    int used = 1;
    int end = 0;
    while (end < text.length() && used + width(text.codePointAt(end)) <= columns) {
      used += width(text.codePointAt(end));
      end += Character.charCount(text.codePointAt(end));
    }
    return columns < 1 ? "" : text.substring(0, end) + "…";
  }
}

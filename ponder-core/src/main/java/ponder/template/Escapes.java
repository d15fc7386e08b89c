package ponder.template;

/// The backslash escapes of string literals, as Python has them; unknown ones stay as they are.
final class Escapes {
  private Escapes() {}

  /// Appends what the escape at `at` means and returns where it ends.
  static int resolve(String source, int at, StringBuilder into) {
    char c = at + 1 < source.length() ? source.charAt(at + 1) : '\0';
    switch (c) {
      case '\n' -> {}
      case '\\', '\'', '"' -> into.append(c);
      case 'n' -> into.append('\n');
      case 't' -> into.append('\t');
      case 'r' -> into.append('\r');
      case 'b' -> into.append('\b');
      case 'f' -> into.append('\f');
      case 'a' -> into.append('\u0007');
      case 'v' -> into.append('\u000B');
      case 'x' -> {
        return number(source, at, at + 2, 2, 16, into);
      }
      case 'u' -> {
        return number(source, at, at + 2, 4, 16, into);
      }
      case 'U' -> {
        return number(source, at, at + 2, 8, 16, into);
      }
      case '0', '1', '2', '3', '4', '5', '6', '7' -> {
        int digits = 1;
        while (digits < 3 && isOctal(source, at + 1 + digits)) {
          digits++;
        }
        return number(source, at, at + 1, digits, 8, into);
      }
      default -> {
        into.append('\\');
        return at + 1;
      }
    }
    return at + 2;
  }

  private static boolean isOctal(String source, int at) {
    return at < source.length() && source.charAt(at) >= '0' && source.charAt(at) <= '7';
  }

  private static int number(
      String source, int at, int from, int digits, int radix, StringBuilder into) {
    int end = from + digits;
    String text = source.substring(from, Math.min(end, source.length()));
    if (text.length() < digits || text.chars().anyMatch(c -> Character.digit(c, radix) < 0)) {
      into.append('\\');
      return at + 1;
    }
    into.appendCodePoint((int) Math.min(Long.parseLong(text, radix), Character.MAX_CODE_POINT));
    return end;
  }
}

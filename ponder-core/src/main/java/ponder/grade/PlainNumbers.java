package ponder.grade;

import java.util.Optional;

/// Finds numbers in running text: `1,000.99`, `-5`, `3/4`, `12:00`, `.5`, `6.02e23`; full-width
/// digits too.
///
/// A number is not glued to a letter, a digit or an underscore on its left, so that `x86_64` and
/// `AZY2A` hold none, nor the beginning of an exponent or of what a macro holds; a minus sign is
/// one only if nothing it could be taken from stands before it.
final class PlainNumbers {
  private final String text;
  private int at;

  private PlainNumbers(String text) {
    this.text = text;
  }

  /// The last number of `text`. One pass.
  static Optional<Span> last(String text) {
    var numbers = new PlainNumbers(text);
    Optional<Span> last = Optional.empty();
    for (Optional<Span> next = numbers.next(); next.isPresent(); next = numbers.next()) {
      last = next;
    }
    return last;
  }

  /// The first number of `text`. One pass.
  static Optional<Span> first(String text) {
    return new PlainNumbers(text).next();
  }

  private Optional<Span> next() {
    while (at < text.length()) {
      if (startsNumber(at)) {
        int start = signed(at);
        read();
        return Optional.of(new Span(start, at));
      }
      at = Letters.isDigit(plain(at)) ? digits(at) : at + 1;
    }
    return Optional.empty();
  }

  private char plain(int index) {
    return index >= 0 && index < text.length() ? Letters.plain(text.charAt(index)) : ' ';
  }

  private boolean startsNumber(int index) {
    boolean begins =
        Letters.isDigit(plain(index)) || (plain(index) == '.' && Letters.isDigit(plain(index + 1)));
    char before = plain(index - 1);
    return begins && "._^{".indexOf(before) < 0 && !alphanumeric(before);
  }

  /// Latin letters glue; in Japanese a number follows a word without a space.
  private static boolean alphanumeric(char c) {
    return Letters.isDigit(c)
        || (Character.isLetter(c)
            && Character.UnicodeScript.of(c) == Character.UnicodeScript.LATIN);
  }

  private int signed(int start) {
    if (plain(start - 1) != '-') {
      return start;
    }
    char before = plain(start - 2);
    return alphanumeric(before) || ")]}_".indexOf(before) >= 0 ? start : start - 1;
  }

  private void read() {
    at = grouped(digits(at));
    if (plain(at) == '.' && Letters.isDigit(plain(at + 1))) {
      at = digits(at + 1);
    }
    exponent();
    while ((plain(at) == '/' || plain(at) == ':') && Letters.isDigit(plain(at + 1))) {
      at = digits(at + 1);
    }
  }

  private int digits(int from) {
    int end = from;
    while (Letters.isDigit(plain(end))) {
      end++;
    }
    return end;
  }

  /// Groups of three digits after commas, if there are only such groups.
  private int grouped(int end) {
    int groupEnd = end;
    while (end - at <= 3 && plain(groupEnd) == ',' && digits(groupEnd + 1) == groupEnd + 4) {
      groupEnd += 4;
    }
    return groupEnd;
  }

  private void exponent() {
    if (plain(at) != 'e' && plain(at) != 'E') {
      return;
    }
    int digit = plain(at + 1) == '-' || plain(at + 1) == '+' ? at + 2 : at + 1;
    int end = digits(digit);
    if (end > digit && !Character.isLetter(plain(end))) {
      at = end;
    }
  }
}

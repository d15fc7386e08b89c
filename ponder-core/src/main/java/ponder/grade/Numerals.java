package ponder.grade;

/// Reads numbers: digits, a decimal point, an exponent, and thousands joined.
///
/// A comma or thin space joins digits to thousands only if every group has three digits and no
/// space follows the comma, so `32, 349` and `1,23` are lists.
final class Numerals {
  private Numerals() {}

  /// Moves over the number that begins here and gives it as digits with at most one point, which a
  /// digit precedes, and at most one `e`.
  static String read(Source source, boolean joinsThousands) {
    StringBuilder digits = new StringBuilder();
    while (Source.isDigit(source.peek())) {
      digits.append(source.take(1));
    }
    int whole = digits.length();
    if (joinsThousands && whole > 0 && whole <= 3 && digits.charAt(0) != '0') {
      thousands(source, digits);
    }
    fraction(source, digits);
    exponent(source, digits);
    return digits.toString();
  }

  private static void fraction(Source source, StringBuilder digits) {
    if (source.peek() != '.') {
      return;
    }
    char after = source.peek(1);
    if (Source.isDigit(after) || source.startsWith("\\overline", 1)) {
      digits.append(digits.isEmpty() ? "0." : ".");
      source.skip(1);
      while (Source.isDigit(source.peek())) {
        digits.append(source.take(1));
      }
    } else if (!Source.isAsciiLetter(after) && after != '.') {
      source.skip(1); // "7." is 7
    }
  }

  private static void exponent(Source source, StringBuilder digits) {
    char e = source.peek();
    int sign = source.peek(1) == '-' || source.peek(1) == '+' ? 1 : 0;
    if ((e != 'e' && e != 'E') || !Source.isDigit(source.peek(1 + sign))) {
      return;
    }
    digits.append(source.peek(1) == '-' ? "e-" : "e");
    source.skip(1 + sign);
    while (Source.isDigit(source.peek())) {
      digits.append(source.take(1));
    }
  }

  /// Appends groups of three digits; none if any group is of another size.
  private static void thousands(Source source, StringBuilder digits) {
    StringBuilder joined = new StringBuilder();
    int next = 0;
    for (int group = groupStart(source, 0); group >= 0; group = groupStart(source, next)) {
      int end = group;
      while (Source.isDigit(source.peek(end))) {
        end++;
      }
      if (end - group != 3) {
        return;
      }
      joined.append(source.ahead(group, end));
      next = end;
    }
    digits.append(joined);
    source.skip(next);
  }

  /// Where the digits after a separator of thousands begin; -1 if there is none at `index`.
  private static int groupStart(Source source, int index) {
    int i = index;
    boolean thin = false;
    if (source.peek(i) == ',') {
      i++;
    } else if (source.startsWith("{,}", i)) {
      i += 3;
    } else if (!source.startsWith("\\!,", i) && !source.startsWith("\\,", i)) {
      return -1;
    }
    while (source.peek(i) == '\\' && (source.peek(i + 1) == '!' || source.peek(i + 1) == ',')) {
      i += 2;
      thin = true;
    }
    i += thin && source.peek(i) == ',' ? 1 : 0;
    while (thin && source.peek(i) == ' ') {
      i++;
    }
    return Source.isDigit(source.peek(i)) ? i : -1;
  }
}

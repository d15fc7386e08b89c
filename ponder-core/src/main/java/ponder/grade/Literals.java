package ponder.grade;

import java.math.BigInteger;
import ponder.grade.exact.Expr;
import ponder.grade.exact.Rational;

/// Numbers as they are written out.
final class Literals {
  private static final int MAX_SHIFT = 10_000;
  private static final int LONGEST_PERIOD = 6;

  private Literals() {}

  static Expr.Literal integer(long value) {
    return new Expr.Literal(Rational.of(value), -1, Long.toString(value).length());
  }

  /// The literal that a number token says: digits, a point, an exponent after `e`.
  ///
  /// @throws Unreadable if the exponent is too large to be written out
  static Expr.Literal parse(String text) {
    int e = text.indexOf('e');
    String digits = e < 0 ? text : text.substring(0, e);
    int point = digits.indexOf('.');
    int shift = e < 0 ? 0 : exponent(text.substring(e + 1));
    if (point < 0 && shift >= 0) {
      BigInteger whole = new BigInteger(digits).multiply(BigInteger.TEN.pow(shift));
      return new Expr.Literal(Rational.of(whole), -1, significant(digits));
    }
    String joined =
        point < 0 ? digits : digits.substring(0, point).concat(digits.substring(point + 1));
    int fraction = (point < 0 ? 0 : digits.length() - point - 1) - shift;
    return new Expr.Literal(
        scaled(new BigInteger(joined), fraction), fraction, significant(joined));
  }

  /// A decimal whose last digits repeat for ever; `whole` ends before them.
  static Expr repeating(String whole, String period) {
    if (period.isEmpty()
        || !period.chars().allMatch(c -> c >= '0' && c <= '9')
        || whole.indexOf('.') < 0
        || whole.indexOf('e') >= 0) {
      throw new Unreadable();
    }
    int point = whole.indexOf('.');
    String before = whole.substring(0, point) + whole.substring(point + 1);
    int fraction = whole.length() - point - 1;
    BigInteger start = new BigInteger(before.isEmpty() ? "0" : before);
    BigInteger all = new BigInteger(before + period);
    BigInteger nines = BigInteger.TEN.pow(period.length()).subtract(BigInteger.ONE);
    Rational value = Rational.of(all.subtract(start), nines.multiply(BigInteger.TEN.pow(fraction)));
    return new Expr.Literal(value, -1, significant(before + period));
  }

  /// A decimal with dots after it: digits that were written often enough repeat for ever, as in
  /// `63.3333...`; others are taken as they are.
  static Expr goingOn(String text) {
    int fraction = text.length() - text.indexOf('.') - 1;
    for (int length = 1; length <= LONGEST_PERIOD; length++) {
      int copies = length <= 2 ? 3 : 2;
      String period = text.substring(Math.max(0, text.length() - length));
      if (length * copies <= fraction && text.endsWith(period.repeat(copies))) {
        return repeating(text, period);
      }
    }
    return parse(text);
  }

  private static int exponent(String text) {
    if (text.length() > 6) {
      throw new Unreadable();
    }
    int exponent = Integer.parseInt(text);
    if (Math.abs(exponent) > MAX_SHIFT) {
      throw new Unreadable();
    }
    return exponent;
  }

  private static Rational scaled(BigInteger digits, int fraction) {
    return fraction <= 0
        ? Rational.of(digits.multiply(BigInteger.TEN.pow(-fraction)))
        : Rational.of(digits, BigInteger.TEN.pow(fraction));
  }

  private static int significant(String digits) {
    int first = 0;
    while (first < digits.length() && digits.charAt(first) == '0') {
      first++;
    }
    return digits.length() - first;
  }
}

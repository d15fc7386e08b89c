package ponder.grade;

import org.jspecify.annotations.Nullable;
import ponder.grade.exact.Expr;

/// Reads the fraction that makes an integer before it a mixed number: `\frac{1}{2}` or, after a
/// space, `1/2`.
final class MixedNumbers {
  private MixedNumbers() {}

  /// Takes a fraction of two written integers if one comes next, else nothing. One with a slash is
  /// taken only if it is proper, since it cannot be a factor.
  static Expr.@Nullable Quotient fraction(Cursor cursor) {
    if (cursor.peek().isCommand("frac")) {
      return macro(cursor);
    }
    boolean slash =
        cursor.peek().isInteger()
            && cursor.peek().spaced()
            && cursor.peek(1).isMark("/")
            && cursor.peek(2).isInteger();
    if (!slash) {
      return null;
    }
    Expr.Quotient fraction = quotient(cursor.peek().text(), cursor.peek(2).text());
    if (!isProper(fraction)) {
      return null;
    }
    cursor.skip(3);
    return fraction;
  }

  private static Expr.@Nullable Quotient macro(Cursor cursor) {
    // Looked at before anything is taken: reading cuts `\frac12` in two.
    int numerator = part(cursor, 1);
    if (numerator == 0) {
      Token digits = cursor.peek(1);
      if (!digits.isInteger() || digits.text().length() != 2) {
        return null;
      }
      cursor.skip(2);
      return quotient(digits.text().substring(0, 1), digits.text().substring(1));
    }
    int denominator = part(cursor, 1 + numerator);
    if (denominator == 0) {
      return null;
    }
    String above = cursor.peek(numerator == 3 ? 2 : 1).text();
    String below = cursor.peek(1 + numerator + (denominator == 3 ? 1 : 0)).text();
    cursor.skip(1 + numerator + denominator);
    return quotient(above, below);
  }

  /// How many tokens one argument takes that is an integer in braces or a single digit; 0 if it is
  /// neither.
  private static int part(Cursor cursor, int ahead) {
    Token token = cursor.peek(ahead);
    if (token.isMark("{")) {
      boolean integer = cursor.peek(ahead + 1).isInteger() && cursor.peek(ahead + 2).isMark("}");
      return integer ? 3 : 0;
    }
    return token.isInteger() && token.text().length() == 1 ? 1 : 0;
  }

  private static Expr.Quotient quotient(String above, String below) {
    return new Expr.Quotient(Literals.parse(above), Literals.parse(below));
  }

  /// Whether a fraction of literals lies between zero and one.
  static boolean isProper(Expr.Quotient fraction) {
    return fraction.numerator() instanceof Expr.Literal above
        && fraction.denominator() instanceof Expr.Literal below
        && above.value().signum() > 0
        && above.value().compareTo(below.value()) < 0;
  }
}

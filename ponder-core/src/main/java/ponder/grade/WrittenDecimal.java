package ponder.grade;

import org.jspecify.annotations.Nullable;
import ponder.grade.exact.Expr;

/// How precisely a decimal is written: digits after the point, and digits in all. With a power of
/// ten behind it, the digits after the point may be fewer than none.
record WrittenDecimal(int fractionDigits, int significantDigits) {
  private static final int MIN_DIGITS = 4;
  private static final int MAX_SHIFT = 1_000;

  /// Whether it has enough digits to stand for an exact value.
  boolean isPrecise() {
    return significantDigits >= MIN_DIGITS;
  }

  /// The precision of `expr`, or null if it is no written decimal.
  static @Nullable WrittenDecimal of(Expr expr) {
    return switch (expr) {
      case Expr.Literal literal ->
          literal.isDecimal()
              ? new WrittenDecimal(literal.fractionDigits(), literal.significantDigits())
              : null;
      case Expr.Negation negation -> of(negation.of());
      case Expr.Product product ->
          product.factors().size() == 2
              ? scaled(of(product.factors().get(0)), product.factors().get(1))
              : null;
      default -> null;
    };
  }

  private static @Nullable WrittenDecimal scaled(@Nullable WrittenDecimal decimal, Expr factor) {
    if (decimal == null
        || !(factor instanceof Expr.Power(Expr.Literal ten, Expr exponent))
        || !ten.value().isInt()
        || ten.value().numerator().intValue() != 10) {
      return null;
    }
    boolean negative = exponent instanceof Expr.Negation;
    Expr shift = exponent instanceof Expr.Negation negation ? negation.of() : exponent;
    if (!(shift instanceof Expr.Literal literal) || !literal.value().isInt()) {
      return null;
    }
    int places = literal.value().numerator().intValue();
    if (places > MAX_SHIFT) {
      return null;
    }
    return new WrittenDecimal(
        decimal.fractionDigits + (negative ? places : -places), decimal.significantDigits);
  }
}

package ponder.grade.exact;

/// An expression as a quotient of two polynomials in the atoms of one [Algebra].
///
/// Two forms are compared by their algebra. Where both are `complete`, equal forms and equal
/// expressions are the same thing; else only equal forms say something.
public final class Form {
  private final Polynomial numerator;
  private final Polynomial denominator;
  private final boolean complete;
  private final boolean huge;

  Form(Polynomial numerator, Polynomial denominator, boolean complete, boolean huge) {
    this.numerator = numerator;
    this.denominator = denominator;
    this.complete = complete;
    this.huge = huge;
  }

  Polynomial numerator() {
    return numerator;
  }

  Polynomial denominator() {
    return denominator;
  }

  /// Whether the form is made of variables, named numbers and square roots alone, so that different
  /// forms are different values.
  public boolean isComplete() {
    return complete;
  }

  /// Whether a number in it is too large to be written out, so that computing with some digits
  /// proves no equality.
  public boolean isHuge() {
    return huge;
  }

  /// Whether this is a polynomial over the rationals.
  public boolean isPolynomial() {
    return denominator.isRational();
  }
}

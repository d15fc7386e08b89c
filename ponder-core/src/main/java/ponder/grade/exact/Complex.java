package ponder.grade.exact;

/// A complex number; the imaginary part of a real one is exactly zero.
record Complex(Real re, Real im) {
  static final Complex ZERO = of(Real.ZERO);
  static final Complex ONE = of(Real.ONE);
  static final Complex I = new Complex(Real.ZERO, Real.ONE);

  static Complex of(Real value) {
    return new Complex(value, Real.ZERO);
  }

  boolean isReal() {
    return im.isZero();
  }

  boolean isZero() {
    return re.isZero() && im.isZero();
  }

  Complex negate() {
    return new Complex(re.negate(), im.negate());
  }
}

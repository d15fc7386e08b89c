package ponder.grade.exact;

import java.util.Map;

/// A polynomial in the atoms of a [Ring]: coefficients by monomial, none of them zero. The map is
/// never changed after construction.
record Polynomial(Map<Monomial, Rational> terms) {
  static final Polynomial ZERO = new Polynomial(Map.of());
  static final Polynomial ONE = of(Rational.ONE);

  static Polynomial of(Rational value) {
    return value.signum() == 0 ? ZERO : new Polynomial(Map.of(Monomial.ONE, value));
  }

  boolean isZero() {
    return terms.isEmpty();
  }

  /// Whether no atom occurs.
  boolean isRational() {
    return terms.isEmpty() || (terms.size() == 1 && terms.containsKey(Monomial.ONE));
  }

  /// The coefficient of the term without atoms.
  Rational constant() {
    return terms.getOrDefault(Monomial.ONE, Rational.ZERO);
  }

  boolean contains(int atom) {
    for (Monomial monomial : terms.keySet()) {
      if (monomial.exponent(atom) > 0) {
        return true;
      }
    }
    return false;
  }

  int degree() {
    int degree = 0;
    for (Monomial monomial : terms.keySet()) {
      degree = Math.max(degree, monomial.degree());
    }
    return degree;
  }
}

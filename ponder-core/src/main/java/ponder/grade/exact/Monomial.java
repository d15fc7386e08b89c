package ponder.grade.exact;

import java.util.Arrays;

/// A product of powers of atoms: the exponent of each atom, by its number, without trailing zeros.
final class Monomial {
  static final Monomial ONE = new Monomial(new int[0]);

  private final int[] exponents;
  private final int hash;

  private Monomial(int[] exponents) {
    this.exponents = exponents;
    this.hash = Arrays.hashCode(exponents);
  }

  /// Takes the array over.
  static Monomial of(int[] exponents) {
    int length = exponents.length;
    while (length > 0 && exponents[length - 1] == 0) {
      length--;
    }
    return new Monomial(length == exponents.length ? exponents : Arrays.copyOf(exponents, length));
  }

  static Monomial atom(int atom) {
    int[] exponents = new int[atom + 1];
    exponents[atom] = 1;
    return new Monomial(exponents);
  }

  int size() {
    return exponents.length;
  }

  int exponent(int atom) {
    return atom < exponents.length ? exponents[atom] : 0;
  }

  int degree() {
    int degree = 0;
    for (int exponent : exponents) {
      degree += exponent;
    }
    return degree;
  }

  boolean isOne() {
    return exponents.length == 0;
  }

  /// The exponents of the product, not reduced.
  int[] timesExponents(Monomial other) {
    int[] product = Arrays.copyOf(exponents, Math.max(exponents.length, other.exponents.length));
    for (int i = 0; i < other.exponents.length; i++) {
      product[i] += other.exponents[i];
    }
    return product;
  }

  /// This without the atom.
  Monomial without(int atom) {
    int[] rest = exponents.clone();
    rest[atom] = 0;
    return of(rest);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Monomial that && Arrays.equals(exponents, that.exponents);
  }

  @Override
  public int hashCode() {
    return hash;
  }
}

package ponder.grade.exact;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Polynomials with rational coefficients in a growing list of atoms: variables, square roots of
/// primes, the imaginary unit, named numbers, and expressions that are left as they are.
///
/// An atom whose square is an integer never stays with a power above one, so a number such as `3 +
/// 2*sqrt(2)` has exactly one form: products of square roots of different primes are linearly
/// independent over the rationals. Both sides of a comparison use one ring. Not for many threads.
final class Ring {
  private static final int MAX_TERMS = 2_000;
  private static final int MAX_DEGREE = 200;
  private static final int MAX_ATOMS = 64;

  /// The polynomial has too many terms or too high a degree: an outcome, without a stack trace.
  static final class TooLarge extends RuntimeException {
    private static final long serialVersionUID = 1;

    TooLarge() {
      super("The polynomial is too large.", null, false, false);
    }
  }

  private final Work work;
  private final Map<String, Integer> numbers = new HashMap<>();
  private final List<String> names = new ArrayList<>();
  // What the square of an atom is, or null if it is nothing simpler.
  private final List<@Nullable BigInteger> squares = new ArrayList<>();

  Ring(Work work) {
    this.work = work;
  }

  /// The atom of that name as a polynomial; `square` is the integer that its square is, if any.
  Polynomial atom(String name, @Nullable BigInteger square) {
    Integer number = numbers.get(name);
    if (number == null) {
      number = names.size();
      if (number == MAX_ATOMS) {
        throw new TooLarge();
      }
      numbers.put(name, number);
      names.add(name);
      squares.add(square);
    }
    return new Polynomial(Map.of(Monomial.atom(number), Rational.ONE));
  }

  /// Whether an atom of that name occurs in `polynomial`.
  boolean contains(Polynomial polynomial, String name) {
    Integer number = numbers.get(name);
    return number != null && polynomial.contains(number);
  }

  Polynomial sum(Polynomial a, Polynomial b) {
    if (a.isRational() && b.isRational()) {
      return Polynomial.of(a.constant().plus(b.constant(), work));
    }
    Map<Monomial, Rational> terms = new HashMap<>(a.terms());
    for (Map.Entry<Monomial, Rational> term : b.terms().entrySet()) {
      add(terms, term.getKey(), term.getValue());
    }
    return new Polynomial(terms);
  }

  Polynomial scaled(Polynomial a, Rational factor) {
    if (factor.signum() == 0) {
      return Polynomial.ZERO;
    }
    if (factor.equals(Rational.ONE)) {
      return a;
    }
    Map<Monomial, Rational> terms = new HashMap<>();
    for (Map.Entry<Monomial, Rational> term : a.terms().entrySet()) {
      terms.put(term.getKey(), term.getValue().times(factor, work));
    }
    return new Polynomial(terms);
  }

  Polynomial product(Polynomial a, Polynomial b) {
    if (a.isRational()) {
      return scaled(b, a.constant());
    }
    if (b.isRational()) {
      return scaled(a, b.constant());
    }
    Map<Monomial, Rational> terms = new HashMap<>();
    for (Map.Entry<Monomial, Rational> left : a.terms().entrySet()) {
      for (Map.Entry<Monomial, Rational> right : b.terms().entrySet()) {
        work.spend(8);
        Rational factor = left.getValue().times(right.getValue(), work);
        addReduced(terms, left.getKey().timesExponents(right.getKey()), factor);
      }
    }
    return new Polynomial(terms);
  }

  /// `base` to a power of at least 0, by squaring.
  Polynomial power(Polynomial base, int exponent) {
    if (base.terms().size() > 1 && (long) base.degree() * exponent > MAX_DEGREE) {
      throw new TooLarge();
    }
    Polynomial result = Polynomial.ONE;
    Polynomial square = base;
    for (int rest = exponent; rest > 0; rest >>= 1) {
      if ((rest & 1) == 1) {
        result = product(result, square);
      }
      if (rest > 1) {
        square = product(square, square);
      }
    }
    return result;
  }

  /// A polynomial whose product with `a` has one reducible atom less, or null if `a` has none: the
  /// conjugate of `a` for its first reducible atom.
  @Nullable Polynomial conjugate(Polynomial a) {
    for (int atom = 0; atom < names.size(); atom++) {
      if (squares.get(atom) != null && a.contains(atom)) {
        Map<Monomial, Rational> terms = new HashMap<>();
        for (Map.Entry<Monomial, Rational> term : a.terms().entrySet()) {
          boolean flips = term.getKey().exponent(atom) > 0;
          terms.put(term.getKey(), flips ? term.getValue().negate() : term.getValue());
        }
        return new Polynomial(terms);
      }
    }
    return null;
  }

  /// The terms in an order that depends on the atoms' names alone: names with exponents to
  /// coefficients.
  TreeMap<String, Rational> sorted(Polynomial a) {
    TreeMap<String, Rational> sorted = new TreeMap<>();
    for (Map.Entry<Monomial, Rational> term : a.terms().entrySet()) {
      sorted.put(name(term.getKey()), term.getValue());
    }
    return sorted;
  }

  /// The polynomial in a form that depends on its value alone.
  String print(Polynomial a) {
    if (a.isZero()) {
      return "0";
    }
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, Rational> term : sorted(a).descendingMap().entrySet()) {
      boolean negative = term.getValue().signum() < 0;
      text.append(text.isEmpty() ? (negative ? "-" : "") : negative ? " - " : " + ");
      String coefficient = term.getValue().abs().key();
      if (term.getKey().isEmpty()) {
        text.append(coefficient);
      } else {
        text.append(coefficient.equals("1") ? "" : coefficient + "*").append(term.getKey());
      }
    }
    return text.toString();
  }

  private String name(Monomial monomial) {
    TreeMap<String, Integer> powers = new TreeMap<>();
    for (int atom = 0; atom < monomial.size(); atom++) {
      if (monomial.exponent(atom) > 0) {
        powers.put(names.get(atom), monomial.exponent(atom));
      }
    }
    StringBuilder text = new StringBuilder();
    powers.forEach(
        (name, power) ->
            text.append(text.isEmpty() ? "" : "*")
                .append(name)
                .append(power == 1 ? "" : "^" + power));
    return text.toString();
  }

  private void addReduced(Map<Monomial, Rational> terms, int[] exponents, Rational factor) {
    Rational coefficient = factor;
    for (int atom = 0; atom < exponents.length; atom++) {
      BigInteger square = exponents[atom] > 1 ? squares.get(atom) : null;
      if (square != null) {
        BigInteger integer = square.pow(exponents[atom] / 2);
        coefficient = coefficient.times(Rational.of(integer), work);
        exponents[atom] %= 2;
      }
    }
    add(terms, Monomial.of(exponents), coefficient);
  }

  private void add(Map<Monomial, Rational> terms, Monomial monomial, Rational coefficient) {
    Rational old = terms.get(monomial);
    if (old == null) {
      terms.put(monomial, coefficient);
      if (terms.size() > MAX_TERMS) {
        throw new TooLarge();
      }
      return;
    }
    Rational sum = old.plus(coefficient, work);
    if (sum.signum() == 0) {
      terms.remove(monomial);
    } else {
      terms.put(monomial, sum);
    }
  }
}

package ponder.grade.exact;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Brings expressions to canonical algebraic form.
///
/// Every expression becomes a quotient of two polynomials. What is no arithmetic becomes an atom:
/// `sin(2x)` is an atom whose name holds the canonical form of `2x`. Square roots of integers are
/// split into square roots of primes; these and the imaginary unit are taken out of denominators by
/// conjugates. Then two quotients are equal if and only if their cross products are the same
/// polynomial: no greatest common divisor is needed, which is what makes multivariate fractions
/// dear elsewhere. The form is a full decision for rational functions of variables, pi, e, i and
/// square roots of integers; for everything else it is a quick yes, and the numeric test decides.
///
/// One object serves one comparison. Not for many threads.
public final class Algebra {
  private final Work work;
  private final Ring ring;
  private final Map<String, Rational> bound = new HashMap<>(2);
  private boolean complete;
  private boolean huge;

  /// An algebra that spends from `work`.
  public Algebra(Work work) {
    this.work = work;
    this.ring = new Ring(work);
  }

  private record Fraction(Polynomial numerator, Polynomial denominator) {
    static final Fraction ONE = of(Polynomial.ONE);

    static Fraction of(Polynomial numerator) {
      return new Fraction(numerator, Polynomial.ONE);
    }

    static Fraction of(Rational value) {
      return of(Polynomial.of(value));
    }

    boolean isPolynomial() {
      return denominator.isRational();
    }

    /// The value if no atom occurs.
    @Nullable Rational rational() {
      return numerator.isRational() && denominator.isRational() ? numerator.constant() : null;
    }
  }

  /// An expression without a form: division by zero, infinity.
  private static final class Formless extends RuntimeException {
    private static final long serialVersionUID = 1;

    Formless() {
      super("The expression has no algebraic form.", null, false, false);
    }
  }

  /// The form of `expr`, or null if it has none or one that is too large.
  ///
  /// @throws Work.Exhausted if the step limit is met
  public @Nullable Form form(Expr expr) {
    complete = true;
    huge = false;
    bound.clear();
    try {
      Fraction fraction = fraction(expr);
      return new Form(fraction.numerator, fraction.denominator, complete, huge);
    } catch (Formless | Ring.TooLarge e) {
      return null;
    }
  }

  /// Whether two forms are the same.
  public boolean equal(Form a, Form b) {
    return difference(a, b, Rational.ONE).isZero();
  }

  /// The sign of the rational number that `b` must be multiplied with to give `a`; 0 if there is
  /// none. Two forms that are zero are the same multiple.
  public int proportion(Form a, Form b) {
    Polynomial left = ring.product(a.numerator(), b.denominator());
    Polynomial right = ring.product(b.numerator(), a.denominator());
    if (left.isZero() || right.isZero()) {
      return left.isZero() && right.isZero() ? 1 : 0;
    }
    Map.Entry<Monomial, Rational> some = right.terms().entrySet().iterator().next();
    Rational twin = left.terms().get(some.getKey());
    if (twin == null) {
      return 0;
    }
    Rational factor = twin.over(some.getValue(), work);
    return difference(a, b, factor).isZero() ? factor.signum() : 0;
  }

  private Polynomial difference(Form a, Form b, Rational factor) {
    try {
      Polynomial left = ring.product(a.numerator(), b.denominator());
      Polynomial right = ring.product(b.numerator(), a.denominator());
      return ring.sum(left, ring.scaled(right, factor.negate()));
    } catch (Ring.TooLarge e) {
      throw new Work.Exhausted();
    }
  }

  /// The value if the form is a rational number, else null.
  public @Nullable Rational rational(Form form) {
    return new Fraction(form.numerator(), form.denominator()).rational();
  }

  /// Whether the imaginary unit occurs.
  public boolean isComplex(Form form) {
    return ring.contains(form.numerator(), "i") || ring.contains(form.denominator(), "i");
  }

  /// The form as text; the same for the same polynomials, whatever the order they were written in.
  public String print(Form form) {
    return print(new Fraction(form.numerator(), form.denominator()));
  }

  private String print(Fraction fraction) {
    return fraction.isPolynomial()
        ? ring.print(fraction.numerator)
        : "(" + ring.print(fraction.numerator) + ")/(" + ring.print(fraction.denominator) + ")";
  }

  private Fraction fraction(Expr expr) {
    work.spend(4);
    return switch (expr) {
      case Expr.Literal literal -> Fraction.of(literal.value());
      case Expr.Symbol symbol -> symbol(symbol.name());
      case Expr.Constant constant -> constant(constant.named());
      case Expr.Negation negation -> negated(fraction(negation.of()));
      case Expr.Sum sum -> sum(sum.terms());
      case Expr.Product product -> product(product.factors());
      case Expr.Quotient quotient ->
          quotient(fraction(quotient.numerator()), fraction(quotient.denominator()));
      case Expr.Power power -> power(power);
      case Expr.Root root -> root(root.index(), fraction(root.radicand()), true);
      case Expr.Call call -> call(call);
      case Expr.Application application -> kernel(application.name(), application.arguments());
      case Expr.Series series -> series(series);
    };
  }

  private Fraction symbol(String name) {
    Rational value = bound.get(name);
    return value == null ? Fraction.of(ring.atom(name, null)) : Fraction.of(value);
  }

  private Fraction constant(Expr.Named named) {
    return switch (named) {
      case PI -> Fraction.of(ring.atom("pi", null));
      case E -> Fraction.of(ring.atom("e", null));
      case I -> Fraction.of(imaginaryUnit());
      case INFINITY -> throw new Formless();
    };
  }

  private Polynomial imaginaryUnit() {
    return Surds.imaginaryUnit(ring);
  }

  private Fraction negated(Fraction a) {
    return new Fraction(ring.scaled(a.numerator, Rational.MINUS_ONE), a.denominator);
  }

  private Fraction sum(List<Expr> terms) {
    Fraction sum = fraction(terms.get(0));
    for (int i = 1; i < terms.size(); i++) {
      sum = sum(sum, fraction(terms.get(i)));
    }
    return sum;
  }

  private Fraction sum(Fraction a, Fraction b) {
    if (a.denominator.equals(b.denominator)) {
      return new Fraction(ring.sum(a.numerator, b.numerator), a.denominator);
    }
    Polynomial left = ring.product(a.numerator, b.denominator);
    Polynomial right = ring.product(b.numerator, a.denominator);
    return new Fraction(ring.sum(left, right), ring.product(a.denominator, b.denominator));
  }

  private Fraction product(List<Expr> factors) {
    Fraction product = fraction(factors.get(0));
    for (int i = 1; i < factors.size(); i++) {
      product = product(product, fraction(factors.get(i)));
    }
    return product;
  }

  private Fraction product(Fraction a, Fraction b) {
    return new Fraction(
        ring.product(a.numerator, b.numerator), ring.product(a.denominator, b.denominator));
  }

  /// The quotient, with a denominator that holds no square root and is one if it is a number.
  private Fraction quotient(Fraction a, Fraction b) {
    Polynomial numerator = ring.product(a.numerator, b.denominator);
    Polynomial denominator = ring.product(a.denominator, b.numerator);
    Polynomial conjugate = ring.conjugate(denominator);
    while (conjugate != null) {
      numerator = ring.product(numerator, conjugate);
      denominator = ring.product(denominator, conjugate);
      conjugate = ring.conjugate(denominator);
    }
    if (denominator.isZero()) {
      throw new Formless();
    }
    if (denominator.isRational()) {
      Rational inverse = Rational.ONE.over(denominator.constant(), work);
      return Fraction.of(ring.scaled(numerator, inverse));
    }
    return new Fraction(numerator, denominator);
  }

  private Fraction power(Expr.Power power) {
    Fraction base = fraction(power.base());
    Fraction exponent = fraction(power.exponent());
    Rational number = exponent.rational();
    if (number == null) {
      return kernel("pow", base, exponent);
    }
    if (!number.isInteger()) {
      return rationalPower(base, exponent, number);
    }
    Rational value = base.rational();
    if (!number.isInt()) {
      huge = true;
      return kernel("pow", base, exponent);
    }
    int n = number.numerator().intValue();
    return value == null ? integerPower(base, n) : numberPower(value, n, base, exponent);
  }

  private Fraction numberPower(Rational value, int n, Fraction base, Fraction exponent) {
    if (value.signum() == 0 && n <= 0) {
      throw new Formless();
    }
    Rational result = Discrete.power(value, n, work);
    if (result == null) {
      huge = true;
      return kernel("pow", base, exponent);
    }
    return Fraction.of(result);
  }

  private Fraction integerPower(Fraction base, int n) {
    int magnitude = Math.abs(n);
    if (magnitude < 0 || magnitude > Discrete.MAX_BITS) {
      throw new Ring.TooLarge();
    }
    Fraction power =
        new Fraction(
            ring.power(base.numerator, magnitude), ring.power(base.denominator, magnitude));
    return n < 0 ? quotient(Fraction.ONE, power) : power;
  }

  /// A power with a fraction as exponent. Over a negative base it has several values, so that only
  /// the square root, which is the same everywhere, is taken.
  private Fraction rationalPower(Fraction base, Fraction exponent, Rational number) {
    Rational value = base.rational();
    boolean plain = value != null && value.signum() >= 0;
    BigInteger index = number.denominator();
    boolean takesRoot = plain || index.equals(BigInteger.TWO);
    if (!takesRoot || index.bitLength() > 10 || number.numerator().bitLength() > 10) {
      return kernel("pow", base, exponent);
    }
    return integerPower(root(index.intValue(), base, plain), number.numerator().intValue());
  }

  private Fraction root(int index, Fraction radicand, boolean real) {
    Rational value = radicand.rational();
    if (value != null && real) {
      Rational exact = Discrete.root(index, value, work);
      if (exact != null) {
        return Fraction.of(exact);
      }
    }
    if (value != null && index == 2) {
      Surds.Root root = Surds.squareRoot(value, ring, work);
      complete &= root.factored();
      return Fraction.of(root.value());
    }
    return kernel("root" + index, radicand);
  }

  private Fraction call(Expr.Call call) {
    Function function = call.function();
    Fraction[] arguments = new Fraction[call.arguments().size()];
    Rational[] values = new Rational[arguments.length];
    int known = 0;
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = fraction(call.arguments().get(i));
      Rational value = arguments[i].rational();
      if (value != null) {
        values[known++] = value;
      }
    }
    if (known == arguments.length) {
      Rational value = Discrete.apply(function, List.of(values), work);
      if (value != null) {
        return Fraction.of(value);
      }
      huge |= function == Function.FACTORIAL || function == Function.BINOMIAL;
    }
    return kernel(function.word(), arguments);
  }

  private Fraction kernel(String name, List<Expr> arguments) {
    return kernel(name, arguments.stream().map(this::fraction).toArray(Fraction[]::new));
  }

  private Fraction kernel(String name, Fraction... arguments) {
    complete = false;
    StringBuilder text = new StringBuilder(name).append('(');
    for (Fraction argument : arguments) {
      text.append(text.charAt(text.length() - 1) == '(' ? "" : ", ").append(print(argument));
    }
    work.spend(text.length());
    return Fraction.of(ring.atom(text.append(')').toString(), null));
  }

  private Fraction series(Expr.Series series) {
    Rational from = fraction(series.from()).rational();
    Rational to = fraction(series.to()).rational();
    if (from == null || to == null || !from.isInt() || !to.isInt()) {
      return openSeries(series);
    }
    long low = from.numerator().intValue();
    long high = to.numerator().intValue();
    if (high - low >= Discrete.MAX_SERIES || bound.containsKey(series.variable())) {
      throw new Formless();
    }
    Fraction total = series.isProduct() ? Fraction.ONE : Fraction.of(Rational.ZERO);
    for (long k = low; k <= high; k++) {
      bound.put(series.variable(), Rational.of(k));
      Fraction term = fraction(series.body());
      total = series.isProduct() ? product(total, term) : sum(total, term);
    }
    bound.remove(series.variable());
    return total;
  }

  /// A series whose bounds hold variables.
  private Fraction openSeries(Expr.Series series) {
    String name = (series.isProduct() ? "prod_" : "sum_") + series.variable();
    return kernel(name, fraction(series.from()), fraction(series.to()), fraction(series.body()));
  }
}

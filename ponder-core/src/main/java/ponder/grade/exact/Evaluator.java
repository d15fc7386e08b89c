package ponder.grade.exact;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import ponder.core.Seed;

/// Computes expressions to many digits.
///
/// An unknown function is given a value that is a hash of its name and its rounded arguments: equal
/// arguments give equal values, and nothing else is known of it. Not for many threads.
final class Evaluator {
  private static final int HASHED_BITS = 100;

  private final Arithmetic real;
  private final ComplexArithmetic complex;
  private final boolean staysReal;
  private final Work work;
  private final Map<String, Real> variables = new HashMap<>();

  Evaluator(int bits, boolean staysReal, Work work) {
    this.real = new Arithmetic(bits, work);
    this.complex = new ComplexArithmetic(real, staysReal);
    this.staysReal = staysReal;
    this.work = work;
  }

  Arithmetic arithmetic() {
    return real;
  }

  ComplexArithmetic complexArithmetic() {
    return complex;
  }

  void set(String variable, Real value) {
    variables.put(variable, value);
  }

  /// The value of `expr` for the variables that were set.
  ///
  /// @throws Arithmetic.Undefined if it has none
  Complex value(Expr expr) {
    work.spend(4);
    return switch (expr) {
      case Expr.Literal literal -> Complex.of(real.of(literal.value()));
      case Expr.Symbol symbol -> variable(symbol.name());
      case Expr.Constant constant -> constant(constant.named());
      case Expr.Negation negation -> value(negation.of()).negate();
      case Expr.Sum sum -> sum(sum.terms());
      case Expr.Product product -> product(product.factors());
      case Expr.Quotient quotient ->
          complex.over(value(quotient.numerator()), divisor(quotient.denominator()));
      case Expr.Power power -> power(power);
      case Expr.Root root -> root(root.index(), value(root.radicand()));
      case Expr.Call call -> call(call);
      case Expr.Application application -> unknown(application);
      case Expr.Series series -> series(series);
    };
  }

  private Complex variable(String name) {
    Real value = variables.get(name);
    if (value == null) {
      throw new Arithmetic.Undefined(false);
    }
    return Complex.of(value);
  }

  private Complex constant(Expr.Named named) {
    return switch (named) {
      case PI -> Complex.of(real.pi());
      case E -> Complex.of(real.exp(Real.ONE));
      case I -> Complex.I;
      case INFINITY -> throw new Arithmetic.Undefined(false);
    };
  }

  private Complex sum(List<Expr> terms) {
    Complex sum = value(terms.get(0));
    for (int i = 1; i < terms.size(); i++) {
      sum = complex.plus(sum, value(terms.get(i)));
    }
    return sum;
  }

  private Complex product(List<Expr> factors) {
    Complex product = value(factors.get(0));
    for (int i = 1; i < factors.size(); i++) {
      product = complex.times(product, value(factors.get(i)));
    }
    return product;
  }

  /// The value of an expression that is divided by: one that is zero but for rounding is a zero.
  private Complex divisor(Expr expr) {
    long outer = real.begin();
    Complex value = value(expr);
    if (real.end(outer, complex.abs(value))) {
      throw new Arithmetic.Undefined(true);
    }
    return value;
  }

  private Complex power(Expr.Power power) {
    Complex exponent = value(power.exponent());
    boolean negative = exponent.isReal() && exponent.re().signum() < 0;
    Complex base = negative ? divisor(power.base()) : value(power.base());
    if (isInteger(exponent)) {
      if (exponent.re().isZero() && base.isZero()) {
        throw new Arithmetic.Undefined(true);
      }
      return complex.power(base, exponent.re().floor().longValueExact());
    }
    if (base.isZero()) {
      if (exponent.re().signum() <= 0) {
        throw new Arithmetic.Undefined(true);
      }
      return Complex.ZERO;
    }
    if (base.isReal() && base.re().signum() < 0 && staysReal) {
      return negativePower(base, exponent, power.exponent());
    }
    return complex.exp(complex.times(exponent, complex.ln(base)));
  }

  private static boolean isInteger(Complex value) {
    if (!value.isReal()) {
      return false;
    }
    Real number = value.re();
    if (!number.isZero() && number.top() > 62) {
      throw new Work.Exhausted();
    }
    return number.isZero()
        || number.exponent() >= 0
        || number.mantissa().getLowestSetBit() >= -number.exponent();
  }

  /// A power of a negative number over the reals: defined for fractions with an odd denominator.
  private Complex negativePower(Complex base, Complex exponent, Expr written) {
    Rational fraction = RationalValue.of(written, work);
    if (fraction == null || !fraction.denominator().testBit(0)) {
      throw new Arithmetic.Undefined(false);
    }
    Complex magnitude = complex.exp(complex.times(exponent, complex.ln(base.negate())));
    return fraction.numerator().testBit(0) ? magnitude.negate() : magnitude;
  }

  private Complex root(int index, Complex radicand) {
    if (index == 2) {
      return complex.squareRoot(radicand);
    }
    if (radicand.isZero()) {
      return radicand;
    }
    boolean negative = radicand.isReal() && radicand.re().signum() < 0;
    if (negative && (index & 1) == 1) {
      return root(index, radicand.negate()).negate();
    }
    return complex.exp(complex.over(complex.ln(radicand), Complex.of(Real.of(index))));
  }

  private Complex call(Expr.Call call) {
    List<Complex> arguments = new ArrayList<>(call.arguments().size());
    for (Expr argument : call.arguments()) {
      arguments.add(value(argument));
    }
    Complex first = arguments.get(0);
    return switch (call.function()) {
      case SIN -> complex.sin(first);
      case COS -> complex.cos(first);
      case TAN -> complex.over(complex.sin(first), divisor(Function.COS, first));
      case COT -> complex.over(complex.cos(first), divisor(Function.SIN, first));
      case SEC -> complex.over(Complex.ONE, divisor(Function.COS, first));
      case CSC -> complex.over(Complex.ONE, divisor(Function.SIN, first));
      case ARCSIN -> complex.arcsin(first);
      case ARCCOS -> complex.arccos(first);
      case ARCTAN -> complex.arctan(first);
      case SINH -> complex.sinh(first);
      case COSH -> complex.cosh(first);
      case TANH -> complex.over(complex.sinh(first), complex.cosh(first));
      case LN -> complex.ln(first);
      case LOG -> logarithm(Complex.of(Real.of(10)), first);
      case LOG_BASE -> logarithm(first, arguments.get(1));
      case ABS -> Complex.of(complex.abs(first));
      case FLOOR -> Complex.of(floor(first));
      case CEILING -> Complex.of(floor(first.negate()).negate());
      case MAX, MIN -> extreme(arguments, call.function() == Function.MAX ? 1 : -1);
      case FACTORIAL, BINOMIAL, GCD, LCM, MODULO -> discrete(call.function(), arguments);
    };
  }

  private Complex divisor(Function function, Complex angle) {
    long outer = real.begin();
    Complex value = function == Function.SIN ? complex.sin(angle) : complex.cos(angle);
    if (real.end(outer, complex.abs(value))) {
      throw new Arithmetic.Undefined(true);
    }
    return value;
  }

  private Complex logarithm(Complex base, Complex argument) {
    return complex.over(complex.ln(argument), complex.ln(base));
  }

  private Complex extreme(List<Complex> arguments, int sign) {
    Complex best = arguments.get(0);
    for (Complex argument : arguments) {
      if (!argument.isReal() || !best.isReal()) {
        throw new Arithmetic.Undefined(false);
      }
      if (real.compare(argument.re(), best.re()) == sign) {
        best = argument;
      }
    }
    return best;
  }

  /// The greatest integer that is not greater; a number that is an integer but for its last bits
  /// counts as that integer.
  private Real floor(Complex value) {
    if (!value.isReal()) {
      throw new Arithmetic.Undefined(false);
    }
    Real number = value.re();
    if (!number.isZero() && number.top() > real.bits() / 2) {
      throw new Work.Exhausted();
    }
    Real nudged = real.plus(number, Real.ONE.scaled(-real.bits() / 3));
    return Real.of(nudged.floor());
  }

  private Complex discrete(Function function, List<Complex> arguments) {
    List<Rational> integers = new ArrayList<>(arguments.size());
    for (Complex argument : arguments) {
      Real floor = floor(argument);
      Real rest = real.minus(argument.re(), floor);
      if (!rest.isZero() && rest.top() > -real.bits() / 3) {
        throw new Arithmetic.Undefined(false);
      }
      integers.add(Rational.of(floor.floor()));
    }
    boolean large = integers.get(0).compareTo(Rational.of(Discrete.MAX_FACTORIAL)) > 0;
    Rational value = Discrete.apply(function, integers, work);
    if (value == null) {
      throw large ? new Work.Exhausted() : new Arithmetic.Undefined(false);
    }
    return Complex.of(real.of(value));
  }

  private Complex unknown(Expr.Application application) {
    Seed seed = new Seed(0).split("function", application.name());
    for (Expr argument : application.arguments()) {
      Complex value = value(argument);
      seed = seed.split("re", hash(value.re())).split("im", hash(value.im()));
    }
    return Complex.of(Real.of(1 + (seed.value() >>> 11) * 0x1p-53));
  }

  private long hash(Real value) {
    long noise = Math.max(real.largestTop(), 0) - real.bits() + 60;
    if (value.isZero() || value.top() < noise) {
      return 0;
    }
    int excess = value.mantissa().bitLength() - HASHED_BITS;
    BigInteger leading =
        excess <= 0
            ? value.mantissa().shiftLeft(-excess)
            : value.mantissa().shiftRight(excess - 1).add(BigInteger.ONE).shiftRight(1);
    return leading.hashCode() * 31L + value.top();
  }

  private Complex series(Expr.Series series) {
    if (isInfinite(series.from()) || isInfinite(series.to())) {
      throw new Work.Exhausted(); // it may have a value, but not by adding up
    }
    Complex from = value(series.from());
    Complex to = value(series.to());
    if (!isInteger(from) || !isInteger(to) || variables.containsKey(series.variable())) {
      throw new Arithmetic.Undefined(false);
    }
    long low = from.re().floor().longValueExact();
    long high = to.re().floor().longValueExact();
    if (high - low >= Discrete.MAX_SERIES) {
      throw new Work.Exhausted();
    }
    Complex total = series.isProduct() ? Complex.ONE : Complex.ZERO;
    for (long k = low; k <= high; k++) {
      variables.put(series.variable(), Real.of(k));
      Complex term = value(series.body());
      total = series.isProduct() ? complex.times(total, term) : complex.plus(total, term);
    }
    variables.remove(series.variable());
    return total;
  }

  private static boolean isInfinite(Expr end) {
    Expr unsigned = end instanceof Expr.Negation negation ? negation.of() : end;
    return unsigned.equals(new Expr.Constant(Expr.Named.INFINITY));
  }
}

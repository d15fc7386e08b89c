package ponder.grade.exact;

import java.util.List;

/// A mathematical expression as it was written: nothing is evaluated or reordered.
public sealed interface Expr {
  /// A number that is written out, never negative. `fractionDigits` counts the digits after the
  /// decimal point and is -1 for a number without one; `significantDigits` counts from the first
  /// digit that is not zero.
  record Literal(Rational value, int fractionDigits, int significantDigits) implements Expr {
    /// Whether it was written with a decimal point and a last digit, so that it may be rounded.
    public boolean isDecimal() {
      return fractionDigits >= 0;
    }
  }

  /// A variable; subscripts and primes belong to the name.
  record Symbol(String name) implements Expr {}

  /// A named number.
  record Constant(Named named) implements Expr {}

  /// `-of`.
  record Negation(Expr of) implements Expr {}

  /// A sum of at least two terms.
  record Sum(List<Expr> terms) implements Expr {
    /// Copies the list.
    public Sum {
      terms = List.copyOf(terms);
    }
  }

  /// A product of at least two factors.
  record Product(List<Expr> factors) implements Expr {
    /// Copies the list.
    public Product {
      factors = List.copyOf(factors);
    }
  }

  /// A fraction.
  record Quotient(Expr numerator, Expr denominator) implements Expr {}

  /// A power.
  record Power(Expr base, Expr exponent) implements Expr {}

  /// The root of an index of at least 2; real for odd indices of negative numbers.
  record Root(int index, Expr radicand) implements Expr {}

  /// A known function; the number of arguments is [Function#arity], any number above 0 if that is
  /// 0.
  record Call(Function function, List<Expr> arguments) implements Expr {
    /// Copies the list.
    public Call {
      arguments = List.copyOf(arguments);
    }

    /// A call with one argument.
    public static Call of(Function function, Expr argument) {
      return new Call(function, List.of(argument));
    }
  }

  /// An unknown function such as `f(x)`.
  record Application(String name, List<Expr> arguments) implements Expr {
    /// Copies the list.
    public Application {
      arguments = List.copyOf(arguments);
    }
  }

  /// A sum or product over an integer variable.
  record Series(boolean isProduct, String variable, Expr from, Expr to, Expr body)
      implements Expr {}

  /// The named numbers.
  enum Named {
    /// The circle's number.
    PI,
    /// Euler's number.
    E,
    /// The imaginary unit.
    I,
    /// Positive infinity.
    INFINITY
  }

  /// The parts of this expression, in order.
  default List<Expr> parts() {
    return switch (this) {
      case Literal literal -> List.of();
      case Symbol symbol -> List.of();
      case Constant constant -> List.of();
      case Negation negation -> List.of(negation.of);
      case Sum sum -> sum.terms;
      case Product product -> product.factors;
      case Quotient quotient -> List.of(quotient.numerator, quotient.denominator);
      case Power power -> List.of(power.base, power.exponent);
      case Root root -> List.of(root.radicand);
      case Call call -> call.arguments;
      case Application application -> application.arguments;
      case Series series -> List.of(series.from, series.to, series.body);
    };
  }
}

package ponder.grade.exact;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The exact value of expressions that are made of numbers by arithmetic alone: the cheapest way to
/// decide, and the commonest.
public final class RationalValue {
  private final Work work;
  private final Map<String, Rational> bound = new HashMap<>(2);

  private RationalValue(Work work) {
    this.work = work;
  }

  /// The value of `expr`, or null if it is not rational, not seen to be, undefined, or too large.
  public static @Nullable Rational of(Expr expr, Work work) {
    // Most sides are a literal or a fraction of two: those need no object.
    if (expr instanceof Expr.Literal literal) {
      return literal.value();
    }
    return new RationalValue(work).value(expr);
  }

  private @Nullable Rational value(Expr expr) {
    work.spend(8);
    return switch (expr) {
      case Expr.Literal literal -> literal.value();
      case Expr.Symbol symbol -> bound.get(symbol.name());
      case Expr.Constant constant -> null;
      case Expr.Negation negation -> negated(value(negation.of()));
      case Expr.Sum sum -> sum(sum.terms());
      case Expr.Product product -> product(product.factors());
      case Expr.Quotient quotient ->
          quotient(value(quotient.numerator()), value(quotient.denominator()));
      case Expr.Power power -> power(value(power.base()), value(power.exponent()));
      case Expr.Root root -> root(root.index(), value(root.radicand()));
      case Expr.Call call -> call(call);
      case Expr.Application application -> null;
      case Expr.Series series -> series(series);
    };
  }

  private static @Nullable Rational negated(@Nullable Rational value) {
    return value == null ? null : value.negate();
  }

  private @Nullable Rational sum(List<Expr> terms) {
    Rational sum = Rational.ZERO;
    for (Expr term : terms) {
      Rational value = value(term);
      if (value == null) {
        return null;
      }
      sum = sum.plus(value, work);
    }
    return sum;
  }

  private @Nullable Rational product(List<Expr> factors) {
    Rational product = Rational.ONE;
    for (Expr factor : factors) {
      Rational value = value(factor);
      if (value == null) {
        return null;
      }
      product = product.times(value, work);
    }
    return product;
  }

  private @Nullable Rational quotient(@Nullable Rational a, @Nullable Rational b) {
    if (a == null || b == null || b.signum() == 0) {
      return null;
    }
    return a.over(b, work);
  }

  private @Nullable Rational power(@Nullable Rational base, @Nullable Rational exponent) {
    if (base == null || exponent == null || !isSmall(exponent)) {
      return null;
    }
    if (exponent.isInteger()) {
      return Discrete.power(base, exponent.numerator().intValue(), work);
    }
    // A negative base has several roots; which is meant is for the numeric test to say.
    Rational root = base.signum() < 0 ? null : root(exponent.denominator().intValue(), base);
    return root == null ? null : Discrete.power(root, exponent.numerator().intValue(), work);
  }

  private static boolean isSmall(Rational exponent) {
    return exponent.numerator().bitLength() < 32 && exponent.denominator().bitLength() < 32;
  }

  private @Nullable Rational root(int index, @Nullable Rational value) {
    return value == null ? null : Discrete.root(index, value, work);
  }

  private @Nullable Rational call(Expr.Call call) {
    List<Rational> values = new ArrayList<>(call.arguments().size());
    for (Expr argument : call.arguments()) {
      Rational value = value(argument);
      if (value == null) {
        return null;
      }
      values.add(value);
    }
    return Discrete.apply(call.function(), values, work);
  }

  private @Nullable Rational series(Expr.Series series) {
    Rational from = value(series.from());
    Rational to = value(series.to());
    if (from == null || to == null || !from.isInt() || !to.isInt()) {
      return null;
    }
    long low = from.numerator().intValue();
    long high = to.numerator().intValue();
    if (high - low >= Discrete.MAX_SERIES || bound.containsKey(series.variable())) {
      return null;
    }
    Rational total = series.isProduct() ? Rational.ONE : Rational.ZERO;
    for (long k = low; k <= high; k++) {
      bound.put(series.variable(), Rational.of(k));
      Rational term = value(series.body());
      if (term == null) {
        bound.remove(series.variable());
        return null;
      }
      total = series.isProduct() ? total.times(term, work) : total.plus(term, work);
    }
    bound.remove(series.variable());
    return total;
  }
}

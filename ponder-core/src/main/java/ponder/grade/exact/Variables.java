package ponder.grade.exact;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/// The free variables of expressions, and replacing parts of expressions.
public final class Variables {
  private Variables() {}

  /// The names of the free variables of `expr`, in the order they occur.
  public static Set<String> of(Expr expr) {
    Set<String> names = new LinkedHashSet<>();
    collect(expr, names, new LinkedHashSet<>());
    return names;
  }

  /// Adds the free variables to `all`, and to `discrete` those that must be integers: they occur in
  /// a factorial, a binomial coefficient, a remainder, or the bounds of a series.
  static void collect(Expr expr, Set<String> all, Set<String> discrete) {
    switch (expr) {
      case Expr.Symbol symbol -> all.add(symbol.name());
      case Expr.Call call when call.function().isDiscrete() -> addBoth(call, all, discrete);
      case Expr.Series series -> {
        addBoth(series.from(), all, discrete);
        addBoth(series.to(), all, discrete);
        Set<String> body = new LinkedHashSet<>();
        Set<String> bodyDiscrete = new LinkedHashSet<>();
        collect(series.body(), body, bodyDiscrete);
        body.remove(series.variable());
        bodyDiscrete.remove(series.variable());
        all.addAll(body);
        discrete.addAll(bodyDiscrete);
      }
      default -> {
        for (Expr part : expr.parts()) {
          collect(part, all, discrete);
        }
      }
    }
  }

  private static void addBoth(Expr expr, Set<String> all, Set<String> discrete) {
    Set<String> names = new LinkedHashSet<>();
    for (Expr part : expr instanceof Expr.Symbol ? List.of(expr) : expr.parts()) {
      collect(part, names, discrete);
    }
    all.addAll(names);
    discrete.addAll(names);
  }

  /// `expr` with every part, from the leaves up, replaced by what `change` makes of it. Names that
  /// a series binds are changed like others, so `change` must treat equal names alike.
  public static Expr replace(Expr expr, UnaryOperator<Expr> change) {
    return change.apply(
        switch (expr) {
          case Expr.Literal literal -> literal;
          case Expr.Symbol symbol -> symbol;
          case Expr.Constant constant -> constant;
          case Expr.Negation negation -> new Expr.Negation(replace(negation.of(), change));
          case Expr.Sum sum -> new Expr.Sum(replace(sum.terms(), change));
          case Expr.Product product -> new Expr.Product(replace(product.factors(), change));
          case Expr.Quotient quotient ->
              new Expr.Quotient(
                  replace(quotient.numerator(), change), replace(quotient.denominator(), change));
          case Expr.Power power ->
              new Expr.Power(replace(power.base(), change), replace(power.exponent(), change));
          case Expr.Root root -> new Expr.Root(root.index(), replace(root.radicand(), change));
          case Expr.Call call -> new Expr.Call(call.function(), replace(call.arguments(), change));
          case Expr.Application application ->
              new Expr.Application(application.name(), replace(application.arguments(), change));
          case Expr.Series series -> replace(series, change);
        });
  }

  private static List<Expr> replace(List<Expr> parts, UnaryOperator<Expr> change) {
    return parts.stream().map(part -> replace(part, change)).toList();
  }

  private static Expr replace(Expr.Series series, UnaryOperator<Expr> change) {
    Expr name = change.apply(new Expr.Symbol(series.variable()));
    return new Expr.Series(
        series.isProduct(),
        name instanceof Expr.Symbol symbol ? symbol.name() : series.variable(),
        replace(series.from(), change),
        replace(series.to(), change),
        replace(series.body(), change));
  }
}

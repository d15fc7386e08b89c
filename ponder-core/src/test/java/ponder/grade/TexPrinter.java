package ponder.grade;

import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Collectors;
import ponder.grade.exact.Expr;
import ponder.grade.exact.Function;

/// Prints expressions as TeX that reads as the same expression.
final class TexPrinter {
  private TexPrinter() {}

  static String print(Expr expr) {
    return switch (expr) {
      case Expr.Literal literal -> literal(literal);
      case Expr.Symbol symbol -> symbol.name().equals("theta") ? "\\theta " : symbol.name();
      case Expr.Constant constant ->
          switch (constant.named()) {
            case PI -> "\\pi ";
            case E -> "e";
            case I -> "i";
            case INFINITY -> "\\infty ";
          };
      case Expr.Negation negation -> "-" + term(negation.of());
      case Expr.Sum sum -> sum(sum.terms());
      case Expr.Product product ->
          product.factors().stream()
              .map(TexPrinter::factor)
              .collect(Collectors.joining(" \\cdot "));
      case Expr.Quotient quotient ->
          "\\frac{" + print(quotient.numerator()) + "}{" + print(quotient.denominator()) + "}";
      case Expr.Power power -> atom(power.base()) + "^{" + print(power.exponent()) + "}";
      case Expr.Root root ->
          "\\sqrt"
              + (root.index() == 2 ? "" : "[" + root.index() + "]")
              + "{"
              + print(root.radicand())
              + "}";
      case Expr.Call call -> call(call);
      case Expr.Application application ->
          application.name() + "(" + list(application.arguments()) + ")";
      case Expr.Series series ->
          (series.isProduct() ? "\\prod" : "\\sum")
              + "_{%s=%s}^{%s} "
                  .formatted(series.variable(), print(series.from()), print(series.to()))
              + atom(series.body());
    };
  }

  private static String literal(Expr.Literal literal) {
    return literal.isDecimal()
        ? new BigDecimal(literal.value().numerator())
            .divide(new BigDecimal(literal.value().denominator()))
            .setScale(literal.fractionDigits())
            .toPlainString()
        : literal.value().toString();
  }

  private static String sum(List<Expr> terms) {
    StringBuilder text = new StringBuilder(term(terms.getFirst()));
    for (Expr term : terms.subList(1, terms.size())) {
      text.append(term instanceof Expr.Negation n ? " - " + term(n.of()) : " + " + term(term));
    }
    return text.toString();
  }

  private static String term(Expr expr) {
    return expr instanceof Expr.Sum ? "(" + print(expr) + ")" : print(expr);
  }

  private static String factor(Expr expr) {
    boolean tight =
        expr instanceof Expr.Sum
            || expr instanceof Expr.Negation
            || expr instanceof Expr.Product
            || expr instanceof Expr.Series;
    return tight ? "(" + print(expr) + ")" : print(expr);
  }

  private static String atom(Expr expr) {
    boolean atom =
        expr instanceof Expr.Literal
            || expr instanceof Expr.Symbol
            || expr instanceof Expr.Constant;
    return atom ? print(expr) : "(" + print(expr) + ")";
  }

  private static String list(List<Expr> arguments) {
    return arguments.stream().map(TexPrinter::print).collect(Collectors.joining(", "));
  }

  private static String call(Expr.Call call) {
    List<Expr> arguments = call.arguments();
    String first = print(arguments.getFirst());
    Function function = call.function();
    return switch (function) {
      case FACTORIAL -> atom(arguments.getFirst()) + "!";
      case ABS -> "\\left|" + first + "\\right|";
      case FLOOR -> "\\lfloor " + first + "\\rfloor ";
      case CEILING -> "\\lceil " + first + "\\rceil ";
      case BINOMIAL -> "\\binom{" + first + "}{" + print(arguments.get(1)) + "}";
      case MODULO -> "(" + factor(arguments.get(0)) + " \\bmod " + factor(arguments.get(1)) + ")";
      case LOG_BASE -> "\\log_{" + first + "}(" + print(arguments.get(1)) + ")";
      default -> "\\" + function.word() + "(" + list(arguments) + ")";
    };
  }
}

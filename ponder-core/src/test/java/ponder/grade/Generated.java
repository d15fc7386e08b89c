package ponder.grade;

import java.util.ArrayList;
import java.util.List;
import ponder.core.Seed;
import ponder.grade.exact.Expr;
import ponder.grade.exact.Function;

/// Seeded expressions and answers.
final class Generated {
  private static final String[] NAMES = {"x", "y", "n", "a", "x_1", "theta"};
  private static final Function[] FUNCTIONS = {
    Function.SIN,
    Function.COS,
    Function.TAN,
    Function.LN,
    Function.LOG,
    Function.ABS,
    Function.FLOOR,
    Function.FACTORIAL,
    Function.ARCTAN,
    Function.SINH,
    Function.CEILING
  };

  private Seed seed;

  Generated(long seed) {
    this.seed = new Seed(seed);
  }

  int below(int bound) {
    seed = seed.split("next", 0);
    return Math.floorMod(seed.value(), bound);
  }

  <T> T pick(List<T> list) {
    return list.get(below(list.size()));
  }

  /// An expression of at most that depth.
  Expr expr(int depth) {
    if (depth == 0 || below(6) == 0) {
      return leaf();
    }
    return switch (below(9)) {
      case 0 -> new Expr.Negation(expr(depth - 1));
      case 1 -> new Expr.Sum(several(depth));
      case 2 -> new Expr.Product(several(depth));
      case 3 -> new Expr.Quotient(expr(depth - 1), expr(depth - 1));
      case 4 -> new Expr.Power(expr(depth - 1), Literals.parse(Integer.toString(below(4))));
      case 5 -> new Expr.Root(2 + below(3), expr(depth - 1));
      case 6 -> Expr.Call.of(FUNCTIONS[below(FUNCTIONS.length)], expr(depth - 1));
      case 7 -> pair(depth);
      default -> new Expr.Application("f", List.of(expr(depth - 1)));
    };
  }

  private Expr pair(int depth) {
    Expr left = expr(depth - 1);
    Expr right = expr(depth - 1);
    return switch (below(4)) {
      case 0 -> new Expr.Call(Function.BINOMIAL, List.of(left, right));
      case 1 -> new Expr.Call(Function.LOG_BASE, List.of(left, right));
      case 2 -> new Expr.Call(Function.GCD, List.of(left, right));
      default -> new Expr.Power(left, right);
    };
  }

  private List<Expr> several(int depth) {
    List<Expr> parts = new ArrayList<>();
    int count = 2 + below(3);
    for (int i = 0; i < count; i++) {
      parts.add(expr(depth - 1));
    }
    return parts;
  }

  private Expr leaf() {
    return switch (below(4)) {
      case 0 -> Literals.parse(Integer.toString(below(200)));
      case 1 -> Literals.parse(below(10) + "." + below(1000));
      case 2 -> new Expr.Symbol(NAMES[below(NAMES.length)]);
      default -> new Expr.Constant(Expr.Named.values()[below(3)]);
    };
  }

  /// An answer in one of the forms that models write; different calls often say the same.
  String answer() {
    int p = below(5);
    int q = 1 + below(4);
    return switch (below(16)) {
      case 0 -> p + "/" + q;
      case 1 -> "\\frac{" + 2 * p + "}{" + 2 * q + "}";
      case 2 -> Integer.toString(p);
      case 3 -> p + ".0";
      case 4 -> "$" + p + "$ cm";
      case 5 -> "x = " + p;
      case 6 -> "\\{" + p + ", " + q + "\\}";
      case 7 -> q + " and " + p;
      case 8 -> "(" + p + "," + q + ")";
      case 9 -> "\\sqrt{" + p + "}";
      case 10 -> p + "\\sqrt{" + q * q * p + "}/" + q;
      case 11 -> "x^2 + " + p;
      case 12 -> p + " + x \\cdot x";
      case 13 -> "[" + p + "," + (p + q) + ")";
      case 14 -> p + " \\le x < " + (p + q);
      default -> "0." + "3333333333".substring(p) + q;
    };
  }
}

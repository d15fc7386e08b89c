package ponder.grade;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import ponder.grade.exact.Expr;
import ponder.grade.exact.Function;

/// Which macros are functions, which are names, and what some stand for.
final class TexFunctions {
  private static final Map<String, Function> FUNCTIONS = new HashMap<>();
  private static final Set<String> SYMBOLS =
      Set.of(
          "alpha",
          "beta",
          "gamma",
          "delta",
          "epsilon",
          "zeta",
          "eta",
          "theta",
          "iota",
          "kappa",
          "lambda",
          "mu",
          "nu",
          "xi",
          "rho",
          "sigma",
          "tau",
          "upsilon",
          "phi",
          "chi",
          "psi",
          "omega",
          "Gamma",
          "Delta",
          "Theta",
          "Lambda",
          "Xi",
          "Pi",
          "Sigma",
          "Phi",
          "Psi",
          "Omega",
          "ell",
          "hbar",
          "angle",
          "triangle",
          "measuredangle",
          "partial",
          "mathbb:R",
          "mathbb:Z",
          "mathbb:N",
          "mathbb:Q",
          "mathbb:C",
          "R");
  private static final int MAX_DETERMINANT = 4;

  static {
    for (Function function : Function.values()) {
      FUNCTIONS.put(function.word(), function);
    }
    FUNCTIONS.put("floor", Function.FLOOR);
    FUNCTIONS.put("ceil", Function.CEILING);
    FUNCTIONS.put("lg", Function.LOG);
    FUNCTIONS.remove(Function.LOG_BASE.word());
    FUNCTIONS.remove(Function.FACTORIAL.word());
    FUNCTIONS.remove(Function.MODULO.word());
    FUNCTIONS.remove(Function.BINOMIAL.word());
  }

  private TexFunctions() {}

  /// The function of that name, or null.
  static @Nullable Function function(String macro) {
    return FUNCTIONS.get(macro);
  }

  /// Whether the macro is a letter or another name that stands for itself.
  static boolean isSymbol(String macro) {
    return SYMBOLS.contains(macro);
  }

  /// The function that an exponent of -1 makes.
  static Function inverse(Function function) {
    return switch (function) {
      case SIN -> Function.ARCSIN;
      case COS -> Function.ARCCOS;
      case TAN -> Function.ARCTAN;
      default -> throw new Unreadable();
    };
  }

  /// The determinant as an expression, expanded along the first row.
  static Expr determinant(List<List<Expr>> rows) {
    int size = rows.size();
    if (size > MAX_DETERMINANT || rows.stream().anyMatch(row -> row.size() != size)) {
      throw new Unreadable();
    }
    if (size == 1) {
      return rows.get(0).get(0);
    }
    List<Expr> terms = new ArrayList<>();
    for (int column = 0; column < size; column++) {
      List<List<Expr>> minor = new ArrayList<>();
      for (List<Expr> row : rows.subList(1, size)) {
        List<Expr> rest = new ArrayList<>(row);
        rest.remove(column);
        minor.add(rest);
      }
      Expr term = new Expr.Product(List.of(rows.get(0).get(column), determinant(minor)));
      terms.add(column % 2 == 0 ? term : new Expr.Negation(term));
    }
    return new Expr.Sum(terms);
  }
}

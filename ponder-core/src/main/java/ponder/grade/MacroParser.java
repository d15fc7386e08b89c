package ponder.grade;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ponder.grade.exact.Expr;
import ponder.grade.exact.Function;
import ponder.grade.exact.Rational;

/// Reads the macros of expressions: fractions, roots, functions, series, names.
final class MacroParser {
  private static final int MAX_INDEX_DIGITS = 3;

  private final ExprParser parser;
  private final Cursor cursor;

  MacroParser(ExprParser parser, Cursor cursor) {
    this.parser = parser;
    this.cursor = cursor;
  }

  /// Whether the macro ends something or stands between two factors.
  static boolean isClosing(String command) {
    return switch (command) {
      case "rfloor", "rceil", "bmod" -> true;
      default -> command.startsWith("end:");
    };
  }

  static boolean isFunction(Token token) {
    return token.kind() == Token.Kind.COMMAND
        && (TexFunctions.function(token.text()) != null || token.text().equals("exp"));
  }

  /// The expression that begins with the macro of that name, which has been taken.
  Expr command(String name) {
    return switch (name) {
      case "frac" -> new Expr.Quotient(parser.argument(false), parser.argument(false));
      case "binom" -> binomial();
      case "sqrt" -> new Expr.Root(index(), parser.argument(true));
      case "cbrt" -> new Expr.Root(3, parser.argument(true));
      case "pi" -> pi();
      case "infty" -> new Expr.Constant(Expr.Named.INFINITY);
      case "exp" -> new Expr.Power(new Expr.Constant(Expr.Named.E), parser.functionArgument(false));
      case "lfloor" -> between(Function.FLOOR, "rfloor");
      case "lceil" -> between(Function.CEILING, "rceil");
      case "sum", "prod" -> series(name.equals("prod"));
      case "overline", "vec", "hat", "bar", "overrightarrow", "widehat", "tilde" ->
          new Expr.Symbol(parser.named(name + " " + cursor.groupText()));
      case "begin:vmatrix" -> determinant();
      default -> functionOrSymbol(name);
    };
  }

  private Expr binomial() {
    return new Expr.Call(
        Function.BINOMIAL, List.of(parser.argument(false), parser.argument(false)));
  }

  private Expr pi() {
    return cursor.sees("_")
        ? new Expr.Symbol(parser.named("pi"))
        : new Expr.Constant(Expr.Named.PI);
  }

  private int index() {
    if (!cursor.takes("[")) {
      return 2;
    }
    Token token = cursor.next();
    cursor.expect("]");
    if (!token.isInteger() || token.text().length() > MAX_INDEX_DIGITS) {
      throw new Unreadable();
    }
    int index = Integer.parseInt(token.text());
    if (index < 2) {
      throw new Unreadable();
    }
    return index;
  }

  private Expr between(Function function, String close) {
    Expr inner = parser.fenced();
    if (!cursor.takesCommand(close)) {
      throw new Unreadable();
    }
    return Expr.Call.of(function, inner);
  }

  private Expr functionOrSymbol(String name) {
    Function function = TexFunctions.function(name);
    if (function != null) {
      return function(function);
    }
    if (!TexFunctions.isSymbol(name)) {
      throw new Unreadable();
    }
    return new Expr.Symbol(parser.named(name));
  }

  private Expr function(Function function) {
    Expr base = null;
    Expr power = null;
    while (cursor.sees("_") || cursor.sees("^")) {
      if (cursor.next().isMark("^")) {
        power = parser.exponent();
      } else if (function == Function.LOG && base == null) {
        base = logarithmBase();
      } else {
        throw new Unreadable();
      }
    }
    boolean inverse = power != null && isMinusOne(power);
    Expr call = call(inverse ? TexFunctions.inverse(function) : function, base);
    return power == null || inverse ? call : new Expr.Power(call, power);
  }

  private static boolean isMinusOne(Expr power) {
    return power instanceof Expr.Negation(Expr.Literal one) && one.value().equals(Rational.ONE);
  }

  /// The base of a logarithm. `\log_28` has no argument unless the number is cut after one digit.
  private Expr logarithmBase() {
    boolean isLast = cursor.peek(1).text().isEmpty();
    return parser.argument(!isLast);
  }

  private Expr call(Function function, @Nullable Expr base) {
    if (function.arity() != 1) {
      List<Expr> arguments = parser.arguments();
      if (function.arity() > 0 && arguments.size() != function.arity()) {
        throw new Unreadable();
      }
      return new Expr.Call(function, arguments);
    }
    Expr argument = parser.functionArgument(function.isTrigonometric());
    return base == null
        ? Expr.Call.of(function, argument)
        : new Expr.Call(Function.LOG_BASE, List.of(base, argument));
  }

  private Expr series(boolean isProduct) {
    cursor.expect("_");
    cursor.expect("{");
    Token variable = cursor.next();
    if (variable.kind() != Token.Kind.LETTER) {
      throw new Unreadable();
    }
    cursor.expect("=");
    Expr from = parser.sum();
    cursor.expect("}");
    cursor.expect("^");
    Expr to = parser.argument(true);
    Expr body = parser.productBinding(variable.text());
    return new Expr.Series(isProduct, variable.text(), from, to, body);
  }

  private Expr determinant() {
    List<List<Expr>> rows = new ArrayList<>();
    do {
      List<Expr> row = new ArrayList<>();
      do {
        row.add(parser.sum());
      } while (cursor.takes("&"));
      rows.add(row);
    } while (cursor.takes("\\\\"));
    if (!cursor.takesCommand("end:vmatrix")) {
      throw new Unreadable();
    }
    return TexFunctions.determinant(rows);
  }
}

package ponder.grade;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import ponder.grade.exact.Expr;
import ponder.grade.exact.Function;

/// Reads tokens as one expression, by recursive descent.
///
/// From loosest to tightest: sums, products (written or by juxtaposition; `a/bc` is `(a/b)c`), the
/// unary minus, powers (to the right) and factorials, atoms. A number never follows a factor
/// without a sign between them, except in mixed numbers: `x2` and `3 5` are nothing. A function
/// without brackets takes the factors up to the next function or sign. Texts in which nothing of
/// this fits are unreadable; no part of them is ever taken for the whole.
final class ExprParser {
  static final int MAX_DEPTH = 100;

  private final Cursor cursor;
  private final MacroParser macros;
  // +1 or -1: which way a plus-or-minus sign is read.
  private final int plusMinus;
  private final Set<String> bound = new HashSet<>(2);
  private int depth;
  private int bars;
  private int angles;
  private boolean sawDegrees;
  private boolean sawPlusMinus;

  private ExprParser(List<Token> tokens, int plusMinus) {
    this.cursor = new Cursor(tokens);
    this.macros = new MacroParser(this, cursor);
    this.plusMinus = plusMinus;
  }

  /// What was read: the expression, whether degrees stood outside angles of functions, and whether
  /// there is a plus-or-minus sign, which was read as plus.
  record Result(Expr expr, boolean degrees, boolean plusMinus) {}

  /// The expression that `tokens` say.
  ///
  /// @throws Unreadable if they say none
  static Result parse(List<Token> tokens) {
    ExprParser parser = new ExprParser(tokens, 1);
    Expr expr = parser.whole();
    return new Result(expr, parser.sawDegrees, parser.sawPlusMinus);
  }

  /// The expression with every plus-or-minus sign read as minus.
  ///
  /// @throws Unreadable if there is none
  static Expr parseMinus(List<Token> tokens) {
    return new ExprParser(tokens, -1).whole();
  }

  private Expr whole() {
    Expr expr = sum();
    if (cursor.hasMore()) {
      throw new Unreadable();
    }
    return expr;
  }

  void enter() {
    if (++depth > MAX_DEPTH) {
      throw new Unreadable();
    }
  }

  void leave() {
    depth--;
  }

  // Sums and products.

  Expr sum() {
    enter();
    Expr first = term();
    List<Expr> terms = null;
    while (seesSign()) {
      boolean minus = isMinus(cursor.next());
      Expr term = term();
      if (terms == null) {
        terms = new ArrayList<>();
        terms.add(first);
      }
      terms.add(minus ? new Expr.Negation(term) : term);
    }
    leave();
    return terms == null ? first : new Expr.Sum(terms);
  }

  private boolean seesSign() {
    return cursor.sees("+") || cursor.sees("-") || cursor.sees("+-") || cursor.sees("-+");
  }

  private boolean isMinus(Token sign) {
    return switch (sign.text()) {
      case "+" -> false;
      case "-" -> true;
      default -> {
        sawPlusMinus = true;
        yield sign.text().equals("+-") == plusMinus < 0;
      }
    };
  }

  private Expr term() {
    if (!seesSign()) {
      return product();
    }
    enter();
    boolean minus = isMinus(cursor.next());
    Expr term = term();
    leave();
    return minus ? new Expr.Negation(term) : term;
  }

  Expr product() {
    List<Expr> factors = new ArrayList<>(4);
    factors.add(factor());
    while (true) {
      if (cursor.takes("*")) {
        factors.add(signedFactor());
      } else if (cursor.takes("/")) {
        Expr above = joined(factors);
        factors.clear();
        factors.add(new Expr.Quotient(above, signedFactor()));
      } else if (cursor.takesCommand("bmod")) {
        Expr value = joined(factors);
        factors.clear();
        factors.add(new Expr.Call(Function.MODULO, List.of(value, signedFactor())));
      } else if (startsFactor()) {
        factors.add(factor());
      } else {
        return joined(factors);
      }
    }
  }

  static Expr joined(List<Expr> factors) {
    return factors.size() == 1 ? factors.getFirst() : new Expr.Product(factors);
  }

  private Expr signedFactor() {
    if (cursor.takes("-")) {
      enter();
      Expr factor = signedFactor();
      leave();
      return new Expr.Negation(factor);
    }
    cursor.takes("+");
    return factor();
  }

  /// Whether what follows is a factor of the product at hand without a sign between them.
  boolean startsFactor() {
    Token token = cursor.peek();
    return switch (token.kind()) {
      case LETTER -> true;
      case COMMAND -> !MacroParser.isClosing(token.text());
      case MARK ->
          switch (token.text()) {
            case "(", "[", "{" -> true;
            case "|" -> bars == 0;
            default -> false;
          };
      case NUMBER, WORD, TEXT -> false;
    };
  }

  // Powers.

  Expr factor() {
    enter();
    Expr factor = atom();
    while (true) {
      if (cursor.takes("!")) {
        factor = Expr.Call.of(Function.FACTORIAL, factor);
      } else if (cursor.takes("^")) {
        factor = new Expr.Power(factor, exponent());
      } else if (cursor.takes("deg")) {
        factor = degrees(factor);
      } else {
        leave();
        return factor;
      }
    }
  }

  private Expr degrees(Expr number) {
    if (angles > 0) {
      Expr angle = new Expr.Product(List.of(number, new Expr.Constant(Expr.Named.PI)));
      return new Expr.Quotient(angle, Literals.integer(180));
    }
    sawDegrees = true;
    return number;
  }

  Expr exponent() {
    enter();
    boolean minus = cursor.takes("-");
    Expr exponent = argument(true);
    if (cursor.takes("^")) {
      exponent = new Expr.Power(exponent, exponent());
    }
    leave();
    return minus ? new Expr.Negation(exponent) : exponent;
  }

  /// The argument of a macro: a group, or one token. A number without braces is taken whole if
  /// `wholeNumber`, else its first digit only, as TeX does.
  Expr argument(boolean wholeNumber) {
    if (cursor.peek().kind() != Token.Kind.NUMBER) {
      return atom();
    }
    return Literals.parse(wholeNumber ? cursor.next().text() : cursor.cutDigit());
  }

  // Atoms.

  private Expr atom() {
    enter();
    Token token = cursor.next();
    Expr atom =
        switch (token.kind()) {
          case NUMBER -> number(token);
          case LETTER -> letter(token.text());
          case COMMAND -> macros.command(token.text());
          case MARK -> bracket(token.text());
          case WORD, TEXT -> throw new Unreadable();
        };
    leave();
    return atom;
  }

  private Expr number(Token token) {
    if (cursor.peek().isCommand("overline") && token.text().indexOf('.') > 0) {
      cursor.next();
      return Literals.repeating(token.text(), cursor.groupText());
    }
    if (cursor.peek().isMark("...") && token.text().indexOf('.') >= 0) {
      cursor.next();
      return Literals.goingOn(token.text());
    }
    Expr.Literal literal = Literals.parse(token.text());
    Expr.Quotient fraction = token.isInteger() ? MixedNumbers.fraction(cursor) : null;
    if (fraction == null) {
      return literal;
    }
    List<Expr> parts = List.of(literal, fraction);
    return MixedNumbers.isProper(fraction) ? new Expr.Sum(parts) : new Expr.Product(parts);
  }

  private Expr letter(String letter) {
    String name = named(letter);
    if (name.length() > 1 || bound.contains(name)) {
      return new Expr.Symbol(name);
    }
    return switch (letter) {
      case "i" -> new Expr.Constant(Expr.Named.I);
      case "e" -> new Expr.Constant(Expr.Named.E);
      case "f", "g", "h" ->
          cursor.sees("(") ? new Expr.Application(name, arguments()) : new Expr.Symbol(name);
      default -> new Expr.Symbol(name);
    };
  }

  /// A name with the subscripts and primes that follow.
  String named(String stem) {
    if (!cursor.sees("_") && !cursor.sees("'")) {
      return stem;
    }
    StringBuilder name = new StringBuilder(stem);
    while (cursor.sees("_") || cursor.sees("'")) {
      name.append(cursor.next().isMark("'") ? "'" : "_" + cursor.groupText());
    }
    return name.toString();
  }

  private Expr bracket(String mark) {
    return switch (mark) {
      case "(" -> closed(")");
      case "[" -> closed("]");
      case "{" -> closed("}");
      case "|" -> magnitude();
      default -> throw new Unreadable();
    };
  }

  private Expr closed(String mark) {
    Expr inner = fenced();
    cursor.expect(mark);
    return inner;
  }

  /// A sum inside brackets, where bars begin anew.
  Expr fenced() {
    int outer = bars;
    bars = 0;
    Expr inner = sum();
    bars = outer;
    return inner;
  }

  private Expr magnitude() {
    bars++;
    Expr inner = sum();
    bars--;
    cursor.expect("|");
    return Expr.Call.of(Function.ABS, inner);
  }

  /// Arguments in round brackets, with commas between them.
  List<Expr> arguments() {
    cursor.expect("(");
    List<Expr> arguments = new ArrayList<>(2);
    do {
      arguments.add(fenced());
    } while (cursor.takes(","));
    cursor.expect(")");
    return arguments;
  }

  /// What a function applies to: the brackets that follow, else all factors up to the next function
  /// or sign. Degrees in an angle are parts of a half-turn.
  Expr functionArgument(boolean isAngle) {
    enter();
    angles += isAngle ? 1 : 0;
    Expr argument;
    if (cursor.takes("(")) {
      argument = closed(")");
    } else if (cursor.takes("[")) {
      argument = closed("]");
    } else if (cursor.takes("-")) {
      argument = new Expr.Negation(factors());
    } else {
      argument = factors();
    }
    angles -= isAngle ? 1 : 0;
    leave();
    return argument;
  }

  private Expr factors() {
    List<Expr> factors = new ArrayList<>(3);
    factors.add(factor());
    while (startsFactor() && !MacroParser.isFunction(cursor.peek())) {
      factors.add(factor());
    }
    return joined(factors);
  }

  /// Reads a product in which `variable` is a variable, whatever else it may be called.
  Expr productBinding(String variable) {
    boolean added = bound.add(variable);
    Expr body = product();
    if (added) {
      bound.remove(variable);
    }
    return body;
  }
}

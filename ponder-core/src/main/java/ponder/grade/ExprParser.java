package ponder.grade;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import ponder.grade.exact.Expr;
import ponder.grade.exact.Function;
import ponder.grade.exact.Rational;

/// Reads tokens as one expression, by recursive descent.
///
/// From loosest to tightest: sums, products (written or by juxtaposition; `a/bc` is `(a/b)c`), the
/// unary minus, powers (to the right) and factorials, atoms. A number never follows a factor
/// without a sign between them, except in mixed numbers: `x2` and `3 5` are nothing. A function
/// without brackets takes the factors up to the next function or sign. Texts in which nothing of
/// this fits are unreadable; no part of them is ever taken for the whole.
final class ExprParser {
  static final int MAX_DEPTH = 100;

  private final List<Token> tokens;
  // +1 or -1: which way a plus-or-minus sign is read.
  private final int plusMinus;
  private final Set<String> bound = new HashSet<>(2);
  private int at;
  private int depth;
  private int bars;
  private int trigonometric;
  private boolean sawDegrees;
  private boolean sawPlusMinus;

  private ExprParser(List<Token> tokens, int plusMinus) {
    this.tokens = letters(tokens);
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

  /// A changeable copy in which words are cut into letters.
  private static List<Token> letters(List<Token> tokens) {
    List<Token> letters = new ArrayList<>(tokens.size() + 4);
    for (Token token : tokens) {
      if (token.kind() != Token.Kind.WORD) {
        letters.add(token);
        continue;
      }
      for (int i = 0; i < token.text().length(); i++) {
        char c = token.text().charAt(i);
        if (c >= 0x80) {
          throw new Unreadable();
        }
        letters.add(new Token(Token.Kind.LETTER, String.valueOf(c), i == 0 && token.spaced()));
      }
    }
    return letters;
  }

  private Expr whole() {
    Expr expr = sum();
    if (at != tokens.size()) {
      throw new Unreadable();
    }
    return expr;
  }

  // The cursor.

  private boolean more() {
    return at < tokens.size();
  }

  private Token next() {
    if (at >= tokens.size()) {
      throw new Unreadable();
    }
    return tokens.get(at++);
  }

  private boolean sees(String mark) {
    return at < tokens.size() && tokens.get(at).isMark(mark);
  }

  private boolean takes(String mark) {
    boolean sees = sees(mark);
    at += sees ? 1 : 0;
    return sees;
  }

  private void expect(String mark) {
    if (!takes(mark)) {
      throw new Unreadable();
    }
  }

  private void enter() {
    if (++depth > MAX_DEPTH) {
      throw new Unreadable();
    }
  }

  // Sums and products.

  private Expr sum() {
    enter();
    Expr first = term();
    List<Expr> terms = null;
    while (sees("+") || sees("-") || sees("+-") || sees("-+")) {
      boolean minus = isMinus(next());
      Expr term = term();
      if (terms == null) {
        terms = new ArrayList<>();
        terms.add(first);
      }
      terms.add(minus ? new Expr.Negation(term) : term);
    }
    depth--;
    return terms == null ? first : new Expr.Sum(terms);
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
    if (sees("+") || sees("-") || sees("+-") || sees("-+")) {
      enter();
      boolean minus = isMinus(next());
      Expr term = term();
      depth--;
      return minus ? new Expr.Negation(term) : term;
    }
    return product();
  }

  private Expr product() {
    List<Expr> factors = new ArrayList<>(4);
    factors.add(factor());
    while (true) {
      if (takes("*")) {
        factors.add(signedFactor());
      } else if (takes("/")) {
        Expr above = joined(factors);
        factors.clear();
        factors.add(new Expr.Quotient(above, signedFactor()));
      } else if (takesWord("bmod")) {
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

  private boolean takesWord(String command) {
    boolean sees = at < tokens.size() && tokens.get(at).isCommand(command);
    at += sees ? 1 : 0;
    return sees;
  }

  private static Expr joined(List<Expr> factors) {
    return factors.size() == 1 ? factors.getFirst() : new Expr.Product(factors);
  }

  private Expr signedFactor() {
    if (takes("-")) {
      enter();
      Expr factor = signedFactor();
      depth--;
      return new Expr.Negation(factor);
    }
    takes("+");
    return factor();
  }

  /// Whether what follows is a factor of the product at hand without a sign between them.
  private boolean startsFactor() {
    if (!more()) {
      return false;
    }
    Token token = tokens.get(at);
    return switch (token.kind()) {
      case LETTER -> true;
      case COMMAND -> !token.text().startsWith("end:") && !isClosing(token.text());
      case MARK ->
          token.text().equals("(")
              || token.text().equals("[")
              || token.text().equals("{")
              || (token.text().equals("|") && bars == 0);
      case NUMBER, WORD, TEXT -> false;
    };
  }

  private static boolean isClosing(String command) {
    return command.equals("rfloor") || command.equals("rceil") || command.equals("bmod");
  }

  // Powers.

  private Expr factor() {
    enter();
    Expr factor = powers(atom());
    depth--;
    return factor;
  }

  private Expr powers(Expr atom) {
    Expr factor = atom;
    while (more()) {
      if (takes("!")) {
        factor = Expr.Call.of(Function.FACTORIAL, factor);
      } else if (takes("^")) {
        factor = new Expr.Power(factor, exponent());
      } else if (takes("deg")) {
        factor = degrees(factor);
      } else {
        break;
      }
    }
    return factor;
  }

  private Expr degrees(Expr number) {
    if (trigonometric > 0) {
      Expr angle = new Expr.Product(List.of(number, new Expr.Constant(Expr.Named.PI)));
      return new Expr.Quotient(angle, Literals.integer(180));
    }
    sawDegrees = true;
    return number;
  }

  private Expr exponent() {
    enter();
    boolean minus = takes("-");
    Expr exponent = argument(true);
    if (takes("^")) {
      exponent = new Expr.Power(exponent, exponent());
    }
    depth--;
    return minus ? new Expr.Negation(exponent) : exponent;
  }

  /// The argument of a macro: a group, or one token. A number without braces is taken whole if
  /// `wholeNumber`, else its first digit only, as TeX does.
  private Expr argument(boolean wholeNumber) {
    if (!more()) {
      throw new Unreadable();
    }
    Token token = tokens.get(at);
    if (token.kind() != Token.Kind.NUMBER) {
      return atom();
    }
    String text = token.text();
    if (wholeNumber || text.length() == 1) {
      at++;
      return Literals.parse(text);
    }
    if (text.indexOf('.') >= 0 || text.indexOf('e') >= 0) {
      throw new Unreadable();
    }
    tokens.set(at, new Token(Token.Kind.NUMBER, text.substring(1), false));
    return Literals.parse(text.substring(0, 1));
  }

  // Atoms.

  private Expr atom() {
    enter();
    Token token = next();
    Expr atom =
        switch (token.kind()) {
          case NUMBER -> number(token);
          case LETTER -> letter(token.text());
          case COMMAND -> command(token.text());
          case MARK -> bracket(token.text());
          case WORD, TEXT -> throw new Unreadable();
        };
    depth--;
    return atom;
  }

  private Expr number(Token token) {
    if (more() && tokens.get(at).isCommand("overline") && token.text().indexOf('.') > 0) {
      at++;
      return Literals.repeating(token.text(), digits());
    }
    Expr.Literal literal = Literals.parse(token.text());
    return token.isInteger() ? mixed(literal) : literal;
  }

  private String digits() {
    boolean group = takes("{");
    Token token = next();
    if (!token.isInteger()) {
      throw new Unreadable();
    }
    if (group) {
      expect("}");
    }
    return token.text();
  }

  /// A mixed number if a proper fraction of integers follows; a product if it is no proper one.
  private Expr mixed(Expr.Literal whole) {
    int start = at;
    boolean slash = sees(Token.Kind.NUMBER);
    Expr fraction = fractionOfIntegers();
    if (fraction instanceof Expr.Quotient(Expr.Literal p, Expr.Literal q)) {
      boolean proper = p.value().signum() > 0 && p.value().compareTo(q.value()) < 0;
      if (proper || !slash) {
        List<Expr> parts = List.of(whole, fraction);
        return proper ? new Expr.Sum(parts) : new Expr.Product(parts);
      }
    }
    at = start;
    return whole;
  }

  private boolean sees(Token.Kind kind) {
    return at < tokens.size() && tokens.get(at).kind() == kind;
  }

  private Expr fractionOfIntegers() {
    if (more() && tokens.get(at).isCommand("frac") && bareFraction(at + 1)) {
      at++;
      return command("frac");
    }
    boolean slash =
        at + 2 < tokens.size()
            && tokens.get(at).isInteger()
            && tokens.get(at).spaced()
            && tokens.get(at + 1).isMark("/")
            && tokens.get(at + 2).isInteger();
    if (!slash) {
      return Literals.integer(0);
    }
    at += 3;
    return new Expr.Quotient(
        Literals.parse(tokens.get(at - 3).text()), Literals.parse(tokens.get(at - 1).text()));
  }

  /// Whether two integers in braces, or digits without, follow: looked at before reading, since
  /// reading may cut a number in two.
  private boolean bareFraction(int from) {
    int i = from;
    for (int part = 0; part < 2; part++) {
      if (i + 2 < tokens.size() && tokens.get(i).isMark("{")) {
        if (!tokens.get(i + 1).isInteger() || !tokens.get(i + 2).isMark("}")) {
          return false;
        }
        i += 3;
      } else if (i < tokens.size() && tokens.get(i).isInteger()) {
        if (tokens.get(i).text().length() > 1 && part == 0) {
          return tokens.get(i).text().length() == 2;
        }
        i++;
      } else {
        return false;
      }
    }
    return true;
  }

  private Expr letter(String letter) {
    String name = named(letter);
    if (name.length() == 1 && !bound.contains(name)) {
      switch (letter) {
        case "i" -> {
          return new Expr.Constant(Expr.Named.I);
        }
        case "e" -> {
          return new Expr.Constant(Expr.Named.E);
        }
        case "f", "g", "h" -> {
          if (sees("(")) {
            return new Expr.Application(name, arguments());
          }
        }
        default -> {
          // A variable.
        }
      }
    }
    return new Expr.Symbol(name);
  }

  /// A name with the subscripts and primes that follow.
  private String named(String stem) {
    StringBuilder name = new StringBuilder(stem);
    while (sees("_") || sees("'")) {
      if (next().isMark("'")) {
        name.append('\'');
      } else {
        name.append('_');
        subscript(name);
      }
    }
    return name.toString();
  }

  private void subscript(StringBuilder name) {
    if (!takes("{")) {
      name.append(next().text());
      return;
    }
    int open = 1;
    while (open > 0) {
      Token token = next();
      open += token.isMark("{") ? 1 : token.isMark("}") ? -1 : 0;
      if (open > 0) {
        name.append(token.text());
      }
    }
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
    int outer = bars;
    bars = 0;
    Expr inner = sum();
    bars = outer;
    expect(mark);
    return inner;
  }

  private Expr magnitude() {
    bars++;
    Expr inner = sum();
    bars--;
    expect("|");
    return Expr.Call.of(Function.ABS, inner);
  }

  private List<Expr> arguments() {
    expect("(");
    int outer = bars;
    bars = 0;
    List<Expr> arguments = new ArrayList<>(2);
    do {
      arguments.add(sum());
    } while (takes(","));
    bars = outer;
    expect(")");
    return arguments;
  }

  // Macros.

  private Expr command(String name) {
    return switch (name) {
      case "frac" -> new Expr.Quotient(argument(false), argument(false));
      case "binom" -> new Expr.Call(Function.BINOMIAL, List.of(argument(false), argument(false)));
      case "sqrt" -> root();
      case "cbrt" -> new Expr.Root(3, argument(true));
      case "pi" -> sees("_") ? new Expr.Symbol(named(name)) : new Expr.Constant(Expr.Named.PI);
      case "infty" -> new Expr.Constant(Expr.Named.INFINITY);
      case "exp" -> new Expr.Power(new Expr.Constant(Expr.Named.E), functionArgument(false));
      case "lfloor" -> between(Function.FLOOR, "rfloor");
      case "lceil" -> between(Function.CEILING, "rceil");
      case "sum", "prod" -> series(name.equals("prod"));
      case "overline", "vec", "hat", "bar", "overrightarrow", "widehat", "tilde" -> accented(name);
      case "begin:vmatrix" -> determinant();
      default -> functionOrSymbol(name);
    };
  }

  private Expr root() {
    int index = 2;
    if (takes("[")) {
      Token token = next();
      expect("]");
      if (!token.isInteger() || token.text().length() > 3) {
        throw new Unreadable();
      }
      index = Integer.parseInt(token.text());
      if (index < 2) {
        throw new Unreadable();
      }
    }
    return new Expr.Root(index, argument(true));
  }

  private Expr between(Function function, String close) {
    int outer = bars;
    bars = 0;
    Expr inner = sum();
    bars = outer;
    if (!takesWord(close)) {
      throw new Unreadable();
    }
    return Expr.Call.of(function, inner);
  }

  private Expr accented(String accent) {
    StringBuilder name = new StringBuilder(accent).append(' ');
    if (takes("{")) {
      at--;
      subscript(name);
    } else {
      name.append(next().text());
    }
    return new Expr.Symbol(named(name.toString()));
  }

  private Expr functionOrSymbol(String name) {
    Function function = TexFunctions.function(name);
    if (function != null) {
      return function(function);
    }
    if (!TexFunctions.isSymbol(name)) {
      throw new Unreadable();
    }
    return new Expr.Symbol(named(name));
  }

  private Expr function(Function function) {
    Expr base = null;
    Expr power = null;
    while (sees("_") || sees("^")) {
      if (next().isMark("^")) {
        power = exponent();
      } else if (function == Function.LOG && base == null) {
        base = logarithmBase();
      } else {
        throw new Unreadable();
      }
    }
    boolean inverse = power != null && isMinusOne(power);
    Function meant = inverse ? TexFunctions.inverse(function) : function;
    Expr call = call(meant, base);
    return power == null || inverse ? call : new Expr.Power(call, power);
  }

  private static boolean isMinusOne(Expr power) {
    return power instanceof Expr.Negation(Expr.Literal one) && one.value().equals(Rational.ONE);
  }

  /// The base of a logarithm. `\log_28` has no argument unless the number is cut after one digit.
  private Expr logarithmBase() {
    Token token = more() ? tokens.get(at) : next();
    boolean last = at + 1 >= tokens.size();
    return argument(token.kind() != Token.Kind.NUMBER || !last);
  }

  private Expr call(Function function, @Nullable Expr base) {
    if (function.arity() != 1) {
      List<Expr> arguments = arguments();
      if (function.arity() > 0 && arguments.size() != function.arity()) {
        throw new Unreadable();
      }
      return new Expr.Call(function, arguments);
    }
    Expr argument = functionArgument(function.isTrigonometric());
    return base == null
        ? Expr.Call.of(function, argument)
        : new Expr.Call(Function.LOG_BASE, List.of(base, argument));
  }

  /// What a function applies to: the brackets that follow, else all factors up to the next function
  /// or sign.
  private Expr functionArgument(boolean isAngle) {
    enter();
    trigonometric += isAngle ? 1 : 0;
    Expr argument;
    if (takes("(")) {
      argument = closed(")");
    } else if (takes("[")) {
      argument = closed("]");
    } else if (takes("-")) {
      argument = new Expr.Negation(factors());
    } else {
      argument = factors();
    }
    trigonometric -= isAngle ? 1 : 0;
    depth--;
    return argument;
  }

  private Expr factors() {
    List<Expr> factors = new ArrayList<>(3);
    factors.add(factor());
    while (startsFactor() && !startsFunction()) {
      factors.add(factor());
    }
    return joined(factors);
  }

  private boolean startsFunction() {
    Token token = tokens.get(at);
    return token.kind() == Token.Kind.COMMAND
        && (TexFunctions.function(token.text()) != null || token.text().equals("exp"));
  }

  private Expr series(boolean isProduct) {
    expect("_");
    expect("{");
    Token variable = next();
    if (variable.kind() != Token.Kind.LETTER) {
      throw new Unreadable();
    }
    expect("=");
    Expr from = sum();
    expect("}");
    expect("^");
    Expr to = argument(true);
    boolean added = bound.add(variable.text());
    Expr body = product();
    if (added) {
      bound.remove(variable.text());
    }
    return new Expr.Series(isProduct, variable.text(), from, to, body);
  }

  private Expr determinant() {
    List<List<Expr>> rows = new ArrayList<>();
    do {
      List<Expr> row = new ArrayList<>();
      do {
        row.add(sum());
      } while (takes("&"));
      rows.add(row);
    } while (takes("\\\\"));
    if (!takesWord("end:vmatrix")) {
      throw new Unreadable();
    }
    return TexFunctions.determinant(rows);
  }
}

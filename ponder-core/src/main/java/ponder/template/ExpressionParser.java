package ponder.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import ponder.model.EngineException;
import ponder.template.Expression.Arguments;

/// Reads expressions by recursive descent, one method for each level of precedence.
class ExpressionParser {
  /// Deepest nesting that is read; deeper ones would only serve to overflow the stack.
  private static final int DEPTH = 200;

  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");

  private final List<Token> tokens;
  private int at;
  private int depth;

  ExpressionParser(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token peek() {
    return tokens.get(at);
  }

  Token next() {
    return tokens.get(at++);
  }

  boolean accept(String operator) {
    if (peek().is(operator)) {
      at++;
      return true;
    }
    return false;
  }

  boolean acceptName(String name) {
    if (peek().isName(name)) {
      at++;
      return true;
    }
    return false;
  }

  void expect(String operator) {
    if (!accept(operator)) {
      throw fail("'%s' is expected, not '%s'".formatted(operator, shown(peek())));
    }
  }

  String expectName() {
    if (peek().kind() != Token.Kind.NAME) {
      throw fail("a name is expected, not '%s'".formatted(shown(peek())));
    }
    return next().text();
  }

  static String shown(Token token) {
    return switch (token.kind()) {
      case DATA -> "text";
      case BLOCK_BEGIN -> "{%";
      case BLOCK_END -> "%}";
      case VARIABLE_BEGIN -> "{{";
      case VARIABLE_END -> "}}";
      case END -> "the template's end";
      case NAME, STRING, INTEGER, FLOAT, OPERATOR -> token.text();
    };
  }

  EngineException fail(String problem) {
    return new EngineException(
        "The chat template cannot be read: line %d: %s.".formatted(peek().line(), problem));
  }

  /// Enters one level of nesting; the caller leaves it.
  void enter() {
    if (++depth > DEPTH) {
      throw fail("it is nested more than %d levels deep".formatted(DEPTH));
    }
  }

  void leave() {
    depth--;
  }

  /// An expression or several with commas between them, which make a tuple.
  Expression tuple() {
    int line = peek().line();
    Expression first = expression();
    if (!peek().is(",")) {
      return first;
    }
    List<Expression> items = new ArrayList<>(List.of(first));
    while (accept(",")) {
      if (endsTuple()) {
        break;
      }
      items.add(expression());
    }
    return new Expression.TupleOf(items, line);
  }

  private boolean endsTuple() {
    Token token = peek();
    return token.kind() == Token.Kind.VARIABLE_END
        || token.kind() == Token.Kind.BLOCK_END
        || token.is(")");
  }

  Expression expression() {
    enter();
    int line = peek().line();
    Expression value = or();
    while (acceptName("if")) {
      Expression condition = or();
      Expression otherwise = acceptName("else") ? expression() : null;
      value = new Expression.Conditional(value, condition, otherwise, line);
    }
    leave();
    return value;
  }

  Expression or() {
    Expression left = and();
    while (peek().isName("or")) {
      int line = next().line();
      left = new Expression.Binary("or", left, and(), line);
    }
    return left;
  }

  private Expression and() {
    Expression left = not();
    while (peek().isName("and")) {
      int line = next().line();
      left = new Expression.Binary("and", left, not(), line);
    }
    return left;
  }

  private Expression not() {
    if (peek().isName("not")) {
      int line = next().line();
      enter();
      Expression on = not();
      leave();
      return new Expression.Unary("not", on, line);
    }
    return comparison();
  }

  private Expression comparison() {
    int line = peek().line();
    Expression first = sum();
    List<String> operators = new ArrayList<>();
    List<Expression> rest = new ArrayList<>();
    while (true) {
      if (peek().kind() == Token.Kind.OPERATOR && COMPARISONS.contains(peek().text())) {
        operators.add(next().text());
      } else if (acceptName("in")) {
        operators.add("in");
      } else if (peek().isName("not") && tokens.get(at + 1).isName("in")) {
        at += 2;
        operators.add("not in");
      } else {
        break;
      }
      rest.add(sum());
    }
    return operators.isEmpty() ? first : new Expression.Compare(first, operators, rest, line);
  }

  private Expression sum() {
    Expression left = joined();
    while (peek().is("+") || peek().is("-")) {
      Token operator = next();
      left = new Expression.Binary(operator.text(), left, joined(), operator.line());
    }
    return left;
  }

  private Expression joined() {
    Expression left = product();
    while (peek().is("~")) {
      int line = next().line();
      left = new Expression.Binary("~", left, product(), line);
    }
    return left;
  }

  private Expression product() {
    Expression left = power();
    while (peek().is("*") || peek().is("/") || peek().is("//") || peek().is("%")) {
      Token operator = next();
      left = new Expression.Binary(operator.text(), left, power(), operator.line());
    }
    return left;
  }

  private Expression power() {
    Expression left = unary(true);
    while (peek().is("**")) {
      int line = next().line();
      left = new Expression.Binary("**", left, unary(true), line);
    }
    return left;
  }

  private Expression unary(boolean withFilters) {
    Token token = peek();
    Expression value;
    if (token.is("-") || token.is("+")) {
      next();
      enter();
      value = new Expression.Unary(token.text(), unary(false), token.line());
      leave();
    } else {
      value = primary();
    }
    value = postfix(value);
    return withFilters ? filters(value) : value;
  }

  private Expression primary() {
    Token token = next();
    return switch (token.kind()) {
      case NAME -> name(token);
      case STRING -> string(token);
      case INTEGER -> new Expression.Literal(integer(token), token.line());
      case FLOAT -> new Expression.Literal(Double.parseDouble(token.text()), token.line());
      case OPERATOR -> bracketed(token);
      case DATA, BLOCK_BEGIN, BLOCK_END, VARIABLE_BEGIN, VARIABLE_END, END -> {
        at--;
        throw fail("a value is expected, not '%s'".formatted(shown(token)));
      }
    };
  }

  private static Expression name(Token token) {
    return switch (token.text()) {
      case "true", "True" -> new Expression.Literal(true, token.line());
      case "false", "False" -> new Expression.Literal(false, token.line());
      case "none", "None" -> new Expression.Literal(None.NONE, token.line());
      default -> new Expression.Name(token.text(), token.line());
    };
  }

  private Expression string(Token token) {
    StringBuilder text = new StringBuilder(token.text());
    while (peek().kind() == Token.Kind.STRING) {
      text.append(next().text());
    }
    return new Expression.Literal(text.toString(), token.line());
  }

  private Long integer(Token token) {
    String text = token.text().toLowerCase(java.util.Locale.ROOT);
    try {
      return switch (text.length() > 1 ? text.charAt(1) : '0') {
        case 'x' -> Long.parseLong(text.substring(2), 16);
        case 'o' -> Long.parseLong(text.substring(2), 8);
        case 'b' -> Long.parseLong(text.substring(2), 2);
        default -> Long.parseLong(text);
      };
    } catch (NumberFormatException e) {
      at--;
      throw fail("the number '%s' is no whole number of 64 bits".formatted(token.text()));
    }
  }

  private Expression bracketed(Token token) {
    enter();
    Expression value =
        switch (token.text()) {
          case "(" -> parenthesised(token);
          case "[" -> new Expression.ListOf(items("]"), token.line());
          case "{" -> dict(token);
          default -> {
            at--;
            throw fail("a value is expected, not '%s'".formatted(token.text()));
          }
        };
    leave();
    return value;
  }

  private Expression parenthesised(Token token) {
    if (accept(")")) {
      return new Expression.TupleOf(List.of(), token.line());
    }
    Expression value = tuple();
    expect(")");
    return value;
  }

  private List<Expression> items(String close) {
    List<Expression> items = new ArrayList<>();
    while (!accept(close)) {
      if (!items.isEmpty()) {
        expect(",");
        if (accept(close)) {
          break;
        }
      }
      items.add(expression());
    }
    return items;
  }

  private Expression dict(Token token) {
    List<Expression> keys = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    while (!accept("}")) {
      if (!keys.isEmpty()) {
        expect(",");
        if (accept("}")) {
          break;
        }
      }
      keys.add(expression());
      expect(":");
      values.add(expression());
    }
    return new Expression.DictOf(keys, values, token.line());
  }

  private Expression postfix(Expression start) {
    Expression value = start;
    while (true) {
      Token token = peek();
      if (accept(".")) {
        value = attribute(value, token.line());
      } else if (accept("[")) {
        value = subscript(value, token.line());
      } else if (token.is("(")) {
        value = new Expression.Call(value, arguments(), token.line());
      } else {
        return value;
      }
    }
  }

  private Expression attribute(Expression of, int line) {
    if (peek().kind() == Token.Kind.INTEGER) {
      return new Expression.Item(of, new Expression.Literal(integer(next()), line), line);
    }
    return new Expression.Attribute(of, expectName(), line);
  }

  private Expression subscript(Expression of, int line) {
    Expression start = peek().is(":") ? null : tuple();
    if (start != null && accept("]")) {
      return new Expression.Item(of, start, line);
    }
    expect(":");
    Expression stop = peek().is(":") || peek().is("]") ? null : expression();
    Expression step = accept(":") && !peek().is("]") ? expression() : null;
    expect("]");
    return new Expression.Slice(of, start, stop, step, line);
  }

  private Expression filters(Expression start) {
    Expression value = start;
    while (true) {
      Token token = peek();
      if (accept("|")) {
        value = new Expression.Filter(value, dotted(), optionalArguments(), token.line());
      } else if (acceptName("is")) {
        value = test(value, token.line());
      } else if (token.is("(")) {
        value = new Expression.Call(value, arguments(), token.line());
      } else {
        return value;
      }
    }
  }

  String dotted() {
    StringBuilder name = new StringBuilder(expectName());
    while (accept(".")) {
      name.append('.').append(expectName());
    }
    return name.toString();
  }

  Arguments optionalArguments() {
    return peek().is("(") ? arguments() : Arguments.NONE;
  }

  private Expression test(Expression on, int line) {
    boolean negated = acceptName("not");
    String name = dotted();
    Arguments arguments = Arguments.NONE;
    if (peek().is("(")) {
      arguments = arguments();
    } else if (beginsTestArgument()) {
      arguments = new Arguments(List.of(postfix(primary())), Map.of(), null, null);
    }
    return new Expression.Test(on, name, arguments, negated, line);
  }

  private boolean beginsTestArgument() {
    Token token = peek();
    return switch (token.kind()) {
      case NAME -> !Set.of("else", "or", "and", "is", "if", "in", "not").contains(token.text());
      case STRING, INTEGER, FLOAT -> true;
      case OPERATOR -> token.is("[") || token.is("{");
      case DATA, BLOCK_BEGIN, BLOCK_END, VARIABLE_BEGIN, VARIABLE_END, END -> false;
    };
  }

  Arguments arguments() {
    expect("(");
    List<Expression> positional = new ArrayList<>();
    Map<String, Expression> named = new LinkedHashMap<>();
    @Nullable Expression spreadList = null;
    @Nullable Expression spreadDict = null;
    boolean first = true;
    while (!accept(")")) {
      if (!first) {
        expect(",");
        if (accept(")")) {
          break;
        }
      }
      first = false;
      if (accept("**")) {
        spreadDict = expression();
      } else if (accept("*")) {
        spreadList = expression();
      } else if (peek().kind() == Token.Kind.NAME && tokens.get(at + 1).is("=")) {
        String name = next().text();
        next();
        named.put(name, expression());
      } else {
        positional.add(expression());
      }
    }
    return new Arguments(positional, named, spreadList, spreadDict);
  }
}

package ponder.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import ponder.template.Statement.Branch;
import ponder.template.Statement.FilterCall;
import ponder.template.Statement.Parameter;

/// Reads a template's statements.
final class Parser extends ExpressionParser {
  private Parser(List<Token> tokens) {
    super(tokens);
  }

  static List<Statement> parse(String template) {
    Parser parser = new Parser(Lexer.tokens(template));
    List<Statement> statements = parser.body(Set.of());
    if (parser.peek().kind() != Token.Kind.END) {
      throw parser.fail("'%s' closes nothing".formatted(shown(parser.peek())));
    }
    return statements;
  }

  /// Reads up to a block that begins with one of `ends`, whose name comes next; without ends, up to
  /// the template's end.
  private List<Statement> body(Set<String> ends) {
    enter();
    List<Statement> statements = new ArrayList<>();
    while (peek().kind() != Token.Kind.END) {
      Token token = next();
      switch (token.kind()) {
        case DATA -> statements.add(new Statement.Data(token.text()));
        case VARIABLE_BEGIN -> {
          statements.add(new Statement.Output(tuple()));
          end(Token.Kind.VARIABLE_END);
        }
        case BLOCK_BEGIN -> {
          if (ends.contains(peek().text())) {
            leave();
            return statements;
          }
          statements.add(statement());
        }
        default -> throw fail("'%s' is out of place".formatted(shown(token)));
      }
    }
    if (!ends.isEmpty()) {
      throw fail("one of %s is missing".formatted(ends.stream().sorted().toList()));
    }
    leave();
    return statements;
  }

  private void end(Token.Kind kind) {
    if (peek().kind() != kind) {
      throw fail("the tag should end before '%s'".formatted(shown(peek())));
    }
    next();
  }

  private void endBlock() {
    end(Token.Kind.BLOCK_END);
  }

  private List<Statement> bodyUntil(String end) {
    List<Statement> body = body(Set.of(end));
    next();
    endBlock();
    return body;
  }

  private Statement statement() {
    Token token = peek();
    String name = expectName();
    return switch (name) {
      case "if" -> ifStatement();
      case "for" -> forStatement(token.line());
      case "set" -> set(token.line());
      case "macro" -> macro();
      case "call" -> call();
      case "filter" -> filter();
      case "with" -> with();
      case "generation" -> {
        endBlock();
        yield new Statement.Generation(bodyUntil("endgeneration"));
      }
      case "break" -> {
        endBlock();
        yield new Statement.Break();
      }
      case "continue" -> {
        endBlock();
        yield new Statement.Continue();
      }
      default -> throw fail("the tag '%s' is not supported".formatted(name));
    };
  }

  private Statement ifStatement() {
    List<Branch> branches = new ArrayList<>();
    List<Statement> otherwise = List.of();
    while (true) {
      Expression condition = tuple();
      endBlock();
      branches.add(new Branch(condition, body(Set.of("elif", "else", "endif"))));
      String end = next().text();
      if (end.equals("elif")) {
        continue;
      }
      endBlock();
      if (end.equals("else")) {
        otherwise = bodyUntil("endif");
      }
      return new Statement.If(branches, otherwise);
    }
  }

  private Statement forStatement(int line) {
    List<String> targets = targets();
    if (!acceptName("in")) {
      throw fail("'in' is expected, not '%s'".formatted(shown(peek())));
    }
    // No conditional here: `if` begins the loop's filter.
    Expression items = itemsOfLoop();
    Expression filter = acceptName("if") ? expression() : null;
    boolean recursive = acceptName("recursive");
    endBlock();
    List<Statement> body = body(Set.of("endfor", "else"));
    List<Statement> otherwise = List.of();
    String end = next().text();
    endBlock();
    if (end.equals("else")) {
      otherwise = bodyUntil("endfor");
    }
    return new Statement.For(targets, items, filter, recursive, body, otherwise, line);
  }

  private Expression itemsOfLoop() {
    int line = peek().line();
    Expression first = or();
    if (!peek().is(",")) {
      return first;
    }
    List<Expression> items = new ArrayList<>(List.of(first));
    while (accept(",")) {
      items.add(or());
    }
    return new Expression.TupleOf(items, line);
  }

  private List<String> targets() {
    boolean bracketed = accept("(");
    List<String> names = new ArrayList<>();
    do {
      names.add(expectName());
    } while (accept(",") && peek().kind() == Token.Kind.NAME && !peek().isName("in"));
    if (bracketed) {
      expect(")");
    }
    return names;
  }

  private Statement set(int line) {
    List<String> names = targets();
    String attribute = names.size() == 1 && accept(".") ? expectName() : null;
    if (accept("=")) {
      Expression value = tuple();
      endBlock();
      return new Statement.Set(names, attribute, value, line);
    }
    if (names.size() > 1 || attribute != null) {
      throw fail("'=' is expected, not '%s'".formatted(shown(peek())));
    }
    List<FilterCall> filters = accept("|") ? filterCalls() : List.of();
    endBlock();
    return new Statement.SetBlock(names.getFirst(), filters, bodyUntil("endset"));
  }

  private List<FilterCall> filterCalls() {
    List<FilterCall> filters = new ArrayList<>();
    do {
      int line = peek().line();
      filters.add(new FilterCall(dotted(), optionalArguments(), line));
    } while (accept("|"));
    return filters;
  }

  private Statement filter() {
    List<FilterCall> filters = filterCalls();
    endBlock();
    return new Statement.FilterBlock(filters, bodyUntil("endfilter"));
  }

  private Statement macro() {
    String name = expectName();
    List<Parameter> parameters = parameters();
    endBlock();
    return new Statement.Macro(name, parameters, bodyUntil("endmacro"));
  }

  private List<Parameter> parameters() {
    expect("(");
    List<Parameter> parameters = new ArrayList<>();
    while (!accept(")")) {
      if (!parameters.isEmpty()) {
        expect(",");
      }
      String name = expectName();
      @Nullable Expression standard = accept("=") ? expression() : null;
      parameters.add(new Parameter(name, standard));
    }
    return parameters;
  }

  private Statement call() {
    List<Parameter> parameters = peek().is("(") ? parameters() : List.of();
    Expression call = expression();
    endBlock();
    return new Statement.CallBlock(parameters, call, bodyUntil("endcall"));
  }

  private Statement with() {
    List<String> names = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    while (peek().kind() != Token.Kind.BLOCK_END) {
      if (!names.isEmpty()) {
        expect(",");
      }
      names.add(expectName());
      expect("=");
      values.add(expression());
    }
    endBlock();
    return new Statement.With(names, values, bodyUntil("endwith"));
  }
}

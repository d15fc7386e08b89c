package ponder.grade;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ponder.grade.exact.Expr;

/// Reads assignments, equations, inequalities and memberships.
final class Relations {
  private Relations() {}

  /// What the relation signs outside all brackets make of `tokens`, or null if there are none.
  ///
  /// @throws Unreadable if a side cannot be read
  static @Nullable Value parse(List<Token> tokens) {
    List<String> operators = new ArrayList<>(2);
    List<List<Token>> sides = new ArrayList<>(3);
    int depth = 0;
    int start = 0;
    for (int i = 0; i < tokens.size(); i++) {
      depth += Tokens.bracket(tokens.get(i));
      if (depth == 0 && isRelation(tokens.get(i))) {
        sides.add(tokens.subList(start, i));
        operators.add(tokens.get(i).text());
        start = i + 1;
      }
    }
    if (operators.isEmpty()) {
      return null;
    }
    sides.add(tokens.subList(start, tokens.size()));
    if (sides.stream().anyMatch(List::isEmpty)) {
      throw new Unreadable();
    }
    return relation(sides, operators);
  }

  private static boolean isRelation(Token token) {
    return token.kind() == Token.Kind.MARK
        && switch (token.text()) {
          case "=", "<", ">", "<=", ">=", "!=", "~", "in" -> true;
          default -> false;
        };
  }

  private static Value relation(List<List<Token>> sides, List<String> operators) {
    if (operators.getFirst().equals("in")) {
      if (operators.size() > 1) {
        throw new Unreadable();
      }
      return new Value.Assignment(label(sides.get(0)), null, value(sides.get(1)));
    }
    boolean equations = operators.stream().allMatch(sign -> sign.equals("=") || sign.equals("~"));
    if (equations && isName(sides.getFirst())) {
      return assignment(sides.getFirst(), sides.getLast());
    }
    if (operators.size() == 1 && equations && isLetter(sides.get(1))) {
      return assignment(sides.get(1), sides.get(0));
    }
    Value.Num result = equations ? result(sides) : null;
    List<Expr> expressions = new ArrayList<>(sides.size());
    for (List<Token> side : result == null ? sides : sides.subList(0, sides.size() - 1)) {
      expressions.add(ExprParser.parse(side).expr());
    }
    if (result == null) {
      return new Value.Relation(expressions, operators);
    }
    expressions.add(result.expr());
    return new Value.Relation(expressions, operators, result.unit());
  }

  /// What a calculation such as `3 \cdot 6 = 18 eggs` comes to; null if it has no unit or letters
  /// stand on the way, so that those at the end are rather variables.
  private static Value.@Nullable Num result(List<List<Token>> sides) {
    List<Token> last = sides.getLast();
    boolean dressed = hasLetters(last) || last.getFirst().isMark("$$");
    boolean letters = sides.subList(0, sides.size() - 1).stream().anyMatch(Relations::hasLetters);
    return dressed && !letters && Quantities.parse(last) instanceof Value.Num num ? num : null;
  }

  private static boolean hasLetters(List<Token> tokens) {
    return tokens.stream()
        .anyMatch(
            token ->
                switch (token.kind()) {
                  case LETTER, WORD, TEXT -> true;
                  case NUMBER, COMMAND, MARK -> false;
                });
  }

  private static Value assignment(List<Token> name, List<Token> side) {
    Expr expr;
    try {
      expr = ExprParser.parse(name).expr();
    } catch (Unreadable e) {
      expr = null;
    }
    return new Value.Assignment(label(name), expr, value(side));
  }

  private static Value value(List<Token> side) {
    Value value = ValueParser.parse(side);
    if (value instanceof Value.Opaque) {
      throw new Unreadable();
    }
    return value;
  }

  private static String label(List<Token> tokens) {
    StringBuilder label = new StringBuilder();
    for (Token token : tokens) {
      boolean brace = token.isMark("{") || token.isMark("}");
      label.append(brace ? "" : token.text());
    }
    return label.toString();
  }

  private static boolean isLetter(List<Token> tokens) {
    return tokens.size() == 1 && tokens.getFirst().kind() == Token.Kind.LETTER;
  }

  /// Whether these tokens name something: letters, words, brackets and what decorates a name, but
  /// no number or sign outside brackets and subscripts.
  private static boolean isName(List<Token> tokens) {
    int depth = 0;
    boolean named = false;
    for (int i = 0; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      depth += Tokens.bracket(token);
      switch (token.kind()) {
        case LETTER, WORD, TEXT -> named = true;
        case NUMBER -> {
          if (depth == 0 && !(i > 0 && tokens.get(i - 1).isMark("_"))) {
            return false;
          }
        }
        case COMMAND -> {
          if (!decorates(token.text())) {
            return false;
          }
        }
        case MARK -> {
          if (depth == 0 && isOperator(token.text())) {
            return false;
          }
        }
      }
    }
    return named || (tokens.size() == 1 && TexFunctions.isSymbol(tokens.getFirst().text()));
  }

  private static boolean decorates(String command) {
    return TexFunctions.isSymbol(command)
        || switch (command) {
          case "overline",
              "vec",
              "hat",
              "bar",
              "overrightarrow",
              "widehat",
              "tilde",
              "max",
              "min" ->
              true;
          default -> false;
        };
  }

  private static boolean isOperator(String mark) {
    return switch (mark) {
      case "+", "-", "*", "/", "^", "!", "%", "+-", "-+", "cup", "setminus" -> true;
      default -> false;
    };
  }
}

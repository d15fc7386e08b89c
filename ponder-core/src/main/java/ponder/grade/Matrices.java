package ponder.grade;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ponder.grade.exact.Expr;

/// Reads matrices, perhaps with a factor before them.
final class Matrices {
  private Matrices() {}

  /// The matrix that `tokens` are, or null if they are none.
  ///
  /// @throws Unreadable if rows differ in length or an entry cannot be read
  static @Nullable Value parse(List<Token> tokens) {
    int begin = 0;
    while (begin < tokens.size() && !isBegin(tokens.get(begin))) {
      begin++;
    }
    int end = begin < tokens.size() ? Tokens.closes(tokens, begin) : -1;
    if (end < 0) {
      return null;
    }
    List<Token> inner = tokens.subList(begin + 1, end);
    // An array is often put between brackets of its own.
    boolean fenced =
        begin > 0
            && (tokens.get(begin - 1).isMark("[") || tokens.get(begin - 1).isMark("("))
            && Tokens.closes(tokens, begin - 1) == end + 1;
    if (end + (fenced ? 1 : 0) != tokens.size() - 1) {
      return null;
    }
    List<Token> factor = tokens.subList(0, begin - (fenced ? 1 : 0));
    if (!factor.isEmpty() && factor.getLast().isMark("*")) {
      factor = factor.subList(0, factor.size() - 1);
    }
    return read(factor, inner);
  }

  private static boolean isBegin(Token token) {
    return token.kind() == Token.Kind.COMMAND
        && token.text().startsWith("begin:")
        && !token.text().equals("begin:vmatrix");
  }

  private static Value read(List<Token> factor, List<Token> inner) {
    Expr scale = factor.isEmpty() ? null : scale(factor);
    List<Expr> entries = new ArrayList<>();
    int rows = 0;
    int columns = 0;
    for (List<Token> row : Tokens.split(inner, token -> token.isMark("\\\\"))) {
      if (row.isEmpty()) {
        continue; // the last row may end with the sign that begins another
      }
      List<List<Token>> cells = Tokens.split(row, token -> token.isMark("&"));
      if (rows > 0 && cells.size() != columns) {
        throw new Unreadable();
      }
      columns = cells.size();
      rows++;
      for (List<Token> cell : cells) {
        Expr entry = ExprParser.parse(cell).expr();
        entries.add(scale == null ? entry : new Expr.Product(List.of(scale, entry)));
      }
    }
    if (rows == 0) {
      throw new Unreadable();
    }
    return new Value.Matrix(rows, columns, entries);
  }

  private static Expr scale(List<Token> factor) {
    if (factor.size() == 1 && factor.getFirst().isMark("-")) {
      return new Expr.Negation(Literals.integer(1));
    }
    return ExprParser.parse(factor).expr();
  }
}

package ponder.grade;

import java.util.ArrayList;
import java.util.List;

/// A place in a list of tokens; words are cut into letters. Beyond the end there is an empty sign.
final class Cursor {
  private static final Token END = new Token(Token.Kind.MARK, "", false);

  private final List<Token> tokens;
  private int at;

  /// @throws Unreadable if a word holds letters that are no variables
  Cursor(List<Token> words) {
    tokens = new ArrayList<>(words.size() + 4);
    for (Token token : words) {
      if (token.kind() != Token.Kind.WORD) {
        tokens.add(token);
        continue;
      }
      for (int i = 0; i < token.text().length(); i++) {
        char c = token.text().charAt(i);
        if (c >= 0x80) {
          throw new Unreadable();
        }
        tokens.add(new Token(Token.Kind.LETTER, String.valueOf(c), i == 0 && token.spaced()));
      }
    }
  }

  boolean hasMore() {
    return at < tokens.size();
  }

  Token peek() {
    return peek(0);
  }

  Token peek(int ahead) {
    return at + ahead < tokens.size() ? tokens.get(at + ahead) : END;
  }

  /// @throws Unreadable at the end
  Token next() {
    if (at >= tokens.size()) {
      throw new Unreadable();
    }
    return tokens.get(at++);
  }

  void skip(int count) {
    at += count;
  }

  boolean sees(String mark) {
    return peek().isMark(mark);
  }

  boolean takes(String mark) {
    boolean sees = sees(mark);
    at += sees ? 1 : 0;
    return sees;
  }

  boolean takesCommand(String command) {
    boolean sees = peek().isCommand(command);
    at += sees ? 1 : 0;
    return sees;
  }

  /// @throws Unreadable if something else comes
  void expect(String mark) {
    if (!takes(mark)) {
      throw new Unreadable();
    }
  }

  /// Takes the first digit of the number that comes next and leaves the others.
  ///
  /// @throws Unreadable if it is more than digits
  String cutDigit() {
    String text = peek().text();
    if (!peek().isInteger()) {
      throw new Unreadable();
    }
    if (text.length() == 1) {
      at++;
    } else {
      tokens.set(at, new Token(Token.Kind.NUMBER, text.substring(1), false));
    }
    return text.substring(0, 1);
  }

  /// The text of the group in braces that comes next, or of the one token.
  ///
  /// @throws Unreadable if the group is not closed
  String groupText() {
    if (!takes("{")) {
      return next().text();
    }
    StringBuilder text = new StringBuilder();
    for (int open = 1; open > 0; ) {
      Token token = next();
      open += token.isMark("{") ? 1 : token.isMark("}") ? -1 : 0;
      text.append(open > 0 ? token.text() : "");
    }
    return text.toString();
  }
}

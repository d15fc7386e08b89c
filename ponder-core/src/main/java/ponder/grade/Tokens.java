package ponder.grade;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Looking at lists of tokens.
final class Tokens {
  private Tokens() {}

  /// Whether two lists say the same.
  static boolean same(List<Token> a, List<Token> b) {
    if (a.size() != b.size()) {
      return false;
    }
    for (int i = 0; i < a.size(); i++) {
      if (i == 0 ? !sameFirst(a.get(0), b.get(0)) : !a.get(i).same(b.get(i))) {
        return false;
      }
    }
    return true;
  }

  /// A space before the first token is nothing.
  private static boolean sameFirst(Token a, Token b) {
    return a.kind() == b.kind() && a.text().equals(b.text());
  }

  static boolean isSeparator(Token token) {
    return token.kind() == Token.Kind.MARK
        && switch (token.text()) {
          case ",", ";", "and", "or" -> true;
          default -> false;
        };
  }

  /// 1 for what opens a bracket, -1 for what closes one, else 0.
  static int bracket(Token token) {
    if (token.kind() == Token.Kind.COMMAND) {
      return token.text().startsWith("begin:") ? 1 : token.text().startsWith("end:") ? -1 : 0;
    }
    if (token.kind() != Token.Kind.MARK) {
      return 0;
    }
    return switch (token.text()) {
      case "(", "[", "{", "\\{", "langle" -> 1;
      case ")", "]", "}", "\\}", "rangle" -> -1;
      default -> 0;
    };
  }

  /// Where the bracket at `open` is closed by any bracket; -1 if it is not, or is none.
  static int closes(List<Token> tokens, int open) {
    int depth = 0;
    for (int i = open; i < tokens.size(); i++) {
      depth += bracket(tokens.get(i));
      if (depth <= 0) {
        return i > open && depth == 0 ? i : -1;
      }
    }
    return -1;
  }

  /// Whether the only dots are those after a decimal, whose digits go on, with at most a unit or a
  /// percent sign behind them.
  static boolean goesOn(List<Token> tokens) {
    int dots = 0;
    for (int i = 0; i < tokens.size(); i++) {
      if (tokens.get(i).isMark("...")) {
        Token after = i + 1 < tokens.size() ? tokens.get(i + 1) : null;
        boolean decimal = i > 0 && tokens.get(i - 1).text().matches("[0-9]+\\.[0-9]+");
        boolean ends =
            after == null
                || after.kind() == Token.Kind.TEXT
                || after.kind() == Token.Kind.WORD
                || after.isMark("%");
        dots += decimal && ends ? 1 : 2;
      }
    }
    return dots == 1;
  }

  /// Whether the mark occurs outside all brackets.
  static boolean contains(List<Token> tokens, String mark) {
    int depth = 0;
    for (Token token : tokens) {
      depth += bracket(token);
      if (depth == 0 && token.isMark(mark)) {
        return true;
      }
    }
    return false;
  }

  /// The parts between the separators that stand outside all brackets; at least one, perhaps empty.
  static List<List<Token>> split(List<Token> tokens, Predicate<Token> separates) {
    List<List<Token>> parts = new ArrayList<>(2);
    int depth = 0;
    int start = 0;
    for (int i = 0; i < tokens.size(); i++) {
      depth += bracket(tokens.get(i));
      if (depth == 0 && separates.test(tokens.get(i))) {
        parts.add(tokens.subList(start, i));
        start = i + 1;
      }
    }
    parts.add(tokens.subList(start, tokens.size()));
    return parts;
  }

  /// The number that groups of three digits with plain spaces between them make, if they are the
  /// whole answer; else null.
  static @Nullable Value spacedThousands(List<Token> tokens) {
    if (tokens.size() < 2 || tokens.getFirst().kind() != Token.Kind.NUMBER) {
      return null;
    }
    StringBuilder digits = new StringBuilder();
    for (int i = 0; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      int length = token.text().length();
      boolean fits = i == 0 ? length <= 3 && token.text().charAt(0) != '0' : length == 3;
      if (!token.isInteger() || !fits) {
        return null;
      }
      digits.append(token.text());
    }
    return Value.Num.of(Literals.parse(digits.toString()));
  }

  /// The text in lower case, without punctuation, with single spaces.
  static String plainWords(String text) {
    StringBuilder words = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isLetterOrDigit(c)) {
        words.append(Character.toLowerCase(c));
      } else if (!words.isEmpty() && words.charAt(words.length() - 1) != ' ' && isGap(c)) {
        words.append(' ');
      }
    }
    return words.toString().strip();
  }

  private static boolean isGap(char c) {
    return Character.isWhitespace(c) || c == '-' || c == ',' || c == '/';
  }

  /// The tokens as text, spaces only between words: the normalised answer.
  static String print(List<Token> tokens) {
    StringBuilder text = new StringBuilder();
    for (Token token : tokens) {
      boolean word = token.kind() == Token.Kind.WORD || token.kind() == Token.Kind.LETTER;
      text.append(token.spaced() && word && !text.isEmpty() ? " " : "");
      text.append(token.kind() == Token.Kind.COMMAND ? "\\" : "").append(token.text());
    }
    return text.toString();
  }
}

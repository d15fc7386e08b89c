package ponder.grade;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Reads numerals with their base: `2112_6`, `-37_{8}`, `\text{A5}_{11}`.
final class BaseNumerals {
  private static final int MAX_BASE = 36;

  private BaseNumerals() {}

  /// The numeral that `tokens` are, or null if they are none.
  ///
  /// @throws Unreadable if a digit is none in that base
  static @Nullable Value parse(List<Token> tokens) {
    int mark = 0;
    while (mark < tokens.size() && !tokens.get(mark).isMark("_")) {
      mark++;
    }
    if (mark == 0 || mark >= tokens.size() - 1) {
      return null;
    }
    int base = base(tokens.subList(mark + 1, tokens.size()));
    boolean negative = tokens.getFirst().isMark("-");
    List<Token> above = tokens.subList(negative ? 1 : 0, mark);
    if (base < 2 || above.isEmpty() || !startsWithDigits(above.getFirst())) {
      return null;
    }
    StringBuilder digits = new StringBuilder();
    for (Token token : above) {
      digits.append(token.text().toUpperCase(Locale.ROOT));
    }
    String plain = plain(digits.toString(), base);
    return new Value.BaseNumber(negative ? "-" + plain : plain, base);
  }

  /// The base in braces or without; 0 if it is none.
  private static int base(List<Token> below) {
    List<Token> inner = below;
    if (below.size() == 3 && below.getFirst().isMark("{") && below.getLast().isMark("}")) {
      inner = below.subList(1, 2);
    }
    boolean number = inner.size() == 1 && inner.getFirst().isInteger();
    if (!number || inner.getFirst().text().length() > 2) {
      return 0;
    }
    int base = Integer.parseInt(inner.getFirst().text());
    return base <= MAX_BASE ? base : 0;
  }

  /// Whether it is a number, or a text that holds a digit; letters alone are a name.
  private static boolean startsWithDigits(Token token) {
    return token.kind() == Token.Kind.NUMBER
        || (token.kind() == Token.Kind.TEXT && token.text().chars().anyMatch(Character::isDigit));
  }

  /// The digits in their shortest form.
  private static String plain(String digits, int base) {
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      boolean isDigit = c < 0x80 && Character.digit(c, base) >= 0;
      if (c != '.' && !isDigit) {
        throw new Unreadable();
      }
    }
    int first = 0;
    while (first < digits.length() - 1
        && digits.charAt(first) == '0'
        && digits.charAt(first + 1) != '.') {
      first++;
    }
    return digits.substring(first);
  }
}

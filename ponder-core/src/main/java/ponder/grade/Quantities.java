package ponder.grade;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import ponder.grade.exact.Expr;

/// Reads a number or formula with what surrounds it: currency, percent sign, unit.
///
/// A unit is only what the grammar of units allows, up to the end: known words, whatever `\text`
/// holds, or up to four unknown words right after a plain number, none of which makes a statement.
/// So `18 eggs` is eighteen, and `5 is wrong` is nothing.
final class Quantities {
  private static final int MAX_UNKNOWN_WORDS = 4;

  private Quantities() {}

  /// The quantity that `tokens` say.
  ///
  /// @throws Unreadable if they say none
  static Value parse(List<Token> tokens) {
    if (tokens.isEmpty()) {
      throw new Unreadable();
    }
    if (tokens.size() == 1 && tokens.getFirst().kind() == Token.Kind.NUMBER) {
      return Value.Num.of(Literals.parse(tokens.getFirst().text()));
    }
    String currency = "";
    List<Token> rest = tokens;
    int money = currencyAt(tokens);
    if (money >= 0) {
      currency = currency(tokens.get(money).text());
      rest = without(tokens, money);
    }
    int end = rest.size();
    boolean percent = end > 0 && rest.get(end - 1).isMark("%");
    if (percent) {
      end--;
    }
    rest = rest.subList(0, end);
    int unitStart = percent ? end : unitStart(rest);
    String unit = unitStart < end ? unit(rest.subList(unitStart, end)) : currency;
    return number(rest.subList(0, unitStart), unit, percent);
  }

  private static Value number(List<Token> tokens, String unit, boolean percent) {
    ExprParser.Result result = ExprParser.parse(tokens);
    String whole = result.degrees() && unit.isEmpty() ? "degree" : unit;
    Value.Num plus = new Value.Num(result.expr(), whole, percent, false);
    if (!result.plusMinus()) {
      return plus;
    }
    Expr minus = ExprParser.parseMinus(tokens);
    return new Value.Collection(
        List.of(plus, new Value.Num(minus, whole, percent, false)), false, true);
  }

  /// The index of the one currency sign: at the start, after the sign of the number, or at the end.
  private static int currencyAt(List<Token> tokens) {
    int last = tokens.size() - 1;
    if (isCurrency(tokens.getFirst())) {
      return 0;
    }
    if (last > 1 && isCurrency(tokens.get(1)) && tokens.getFirst().isMark("-")) {
      return 1;
    }
    return isCurrency(tokens.get(last)) ? last : -1;
  }

  private static boolean isCurrency(Token token) {
    return token.kind() == Token.Kind.MARK
        && token.text().length() == 2
        && token.text().charAt(0) == '$';
  }

  private static String currency(String mark) {
    return switch (mark.charAt(1)) {
      case '$' -> "dollar";
      case '€' -> "euro";
      case '£' -> "?pound sterling";
      default -> "yen";
    };
  }

  private static List<Token> without(List<Token> tokens, int index) {
    List<Token> rest = new ArrayList<>(tokens);
    rest.remove(index);
    return rest;
  }

  /// Where the unit begins; the size if there is none.
  private static int unitStart(List<Token> tokens) {
    int depth = 0;
    boolean plain = true;
    for (int i = 0; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      if (i > 0 && depth == 0 && mayStartUnit(tokens, i, plain) && isUnit(tokens, i)) {
        return i;
      }
      depth += opening(token);
      boolean isName = token.kind() == Token.Kind.LETTER || token.kind() == Token.Kind.WORD;
      plain &= !isName && token.kind() != Token.Kind.TEXT;
    }
    return tokens.size();
  }

  private static int opening(Token token) {
    if (token.kind() != Token.Kind.MARK) {
      return 0;
    }
    return switch (token.text()) {
      case "(", "[", "{", "\\{" -> 1;
      case ")", "]", "}", "\\}" -> -1;
      default -> 0;
    };
  }

  private static boolean mayStartUnit(List<Token> tokens, int index, boolean plain) {
    Token token = tokens.get(index);
    Token before = tokens.get(index - 1);
    boolean afterNumber =
        before.kind() == Token.Kind.NUMBER
            || before.isMark("}")
            || before.isMark(")")
            || before.isMark("!")
            || before.isMark("...")
            || before.isCommand("pi");
    return switch (token.kind()) {
      case TEXT -> !before.isMark("_") && !before.isMark("^");
      case WORD ->
          plain && afterNumber && (isKnown(token.text()) || isNounAfterNumber(token, before));
      case LETTER -> plain && afterNumber && token.spaced() && Units.isLetter(token.text());
      case COMMAND -> plain && afterNumber && isTimeWord(token);
      case NUMBER, MARK -> false;
    };
  }

  /// Whether an unknown word stands where a counted thing does: letters without a space before them
  /// are rather variables.
  private static boolean isNounAfterNumber(Token word, Token before) {
    boolean ascii = word.text().charAt(0) < 0x80;
    return before.kind() == Token.Kind.NUMBER
        && (!ascii || (word.spaced() && word.text().length() > 2));
  }

  private static boolean isTimeWord(Token token) {
    return token.isCommand("min") || token.isCommand("sec");
  }

  private static boolean isKnown(String word) {
    return Units.name(word) != null || Units.power(word) > 0;
  }

  /// Whether everything from `from` on is a unit.
  private static boolean isUnit(List<Token> tokens, int from) {
    int unknown = 0;
    for (int i = from; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      boolean fits =
          switch (token.kind()) {
            case TEXT -> !states(token.text());
            case WORD -> !Words.isStating(token.text().toLowerCase(Locale.ROOT));
            case LETTER -> Units.isLetter(token.text()) || tokens.get(i - 1).isMark("/");
            case COMMAND -> isTimeWord(token);
            case NUMBER -> isExponent(tokens, i);
            case MARK -> isUnitMark(token, i > from);
          };
      if (!fits) {
        return false;
      }
      if (token.kind() == Token.Kind.WORD && !isKnown(token.text())) {
        boolean tooShort = token.text().length() < 3 && token.text().charAt(0) < 0x80;
        boolean function = token.text().equals("per") || token.text().equals("of");
        if ((tooShort && !function) || ++unknown > MAX_UNKNOWN_WORDS) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean isExponent(List<Token> tokens, int index) {
    int at = index - 1;
    if (tokens.get(at).isMark("-")) {
      at--;
    }
    if (tokens.get(at).isMark("{")) {
      at--;
    }
    return tokens.get(at).isMark("^");
  }

  private static boolean isUnitMark(Token token, boolean inside) {
    return switch (token.text()) {
      case "^", "{", "}", "/", "*", "-", "." -> inside;
      default -> false;
    };
  }

  private static boolean states(String text) {
    for (String word : text.toLowerCase(Locale.ROOT).split("[^a-z]+")) {
      if (!word.isEmpty() && Words.isStating(word)) {
        return true;
      }
    }
    return false;
  }

  /// The unit's name with powers, such as `km/h` or `cm^2`; after a `?`, if any word is unknown.
  private static String unit(List<Token> tokens) {
    StringBuilder unit = new StringBuilder();
    boolean known = true;
    int power = 0;
    for (Token token : tokens) {
      if (token.kind() == Token.Kind.MARK || token.kind() == Token.Kind.NUMBER) {
        boolean brace = token.isMark("{") || token.isMark("}") || token.isMark(".");
        unit.append(brace ? "" : token.text());
        continue;
      }
      for (String word : words(token.text())) {
        String name = Units.name(word);
        if (word.equals("per")) {
          unit.append('/');
        } else if (Units.power(word) > 0) {
          power = Units.power(word);
        } else {
          known &= name != null;
          unit.append(separator(unit)).append(name == null ? word : name);
          unit.append(power > 0 ? "^" + power : "");
          power = 0;
        }
      }
    }
    return known ? unit.toString() : "?" + unit;
  }

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>(2);
    for (String word : text.replace(".", "").split("[\\s,()]+")) {
      if (!word.isEmpty()) {
        words.add(word.length() == 1 ? word : word.toLowerCase(Locale.ROOT));
      }
    }
    return words;
  }

  private static String separator(StringBuilder unit) {
    boolean apart = !unit.isEmpty() && Character.isLetter(unit.charAt(unit.length() - 1));
    return apart ? " " : "";
  }
}

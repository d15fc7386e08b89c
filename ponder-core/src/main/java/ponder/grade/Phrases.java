package ponder.grade;

import java.util.List;
import org.jspecify.annotations.Nullable;
import ponder.grade.exact.Expr;

/// Reads words: names, phrases, yes and no, numbers that are spelled out.
final class Phrases {
  private Phrases() {}

  /// The words that all tokens together are, or null if they are none.
  static @Nullable Value parse(List<Token> tokens) {
    int words = 0;
    StringBuilder text = new StringBuilder();
    for (Token token : tokens) {
      switch (token.kind()) {
        case WORD, TEXT -> words++;
        case LETTER -> {
          // Part of a phrase, if there is a word.
        }
        case MARK -> {
          if (!isPunctuation(token.text())) {
            return null;
          }
        }
        case NUMBER, COMMAND -> {
          return null;
        }
      }
      text.append(token.spaced() ? " " : "").append(token.text());
    }
    boolean hyphen = tokens.stream().anyMatch(token -> token.isMark("-"));
    if (words == 0 || (hyphen && !hasLongWords(tokens))) {
      return null;
    }
    return text(text.toString(), false);
  }

  private static boolean isPunctuation(String mark) {
    return switch (mark) {
      case ".", "'", "-", "?", "!", "\"" -> true;
      default -> false;
    };
  }

  private static boolean hasLongWords(List<Token> tokens) {
    return tokens.stream()
        .anyMatch(token -> token.kind() == Token.Kind.WORD && token.text().length() > 3);
  }

  /// A text; one word of up to three letters may be a product of variables, if it is
  /// `maybeProduct`.
  static Value text(String text, boolean maybeProduct) {
    String words = Tokens.plainWords(text);
    if (words.isEmpty()) {
      throw new Unreadable();
    }
    long number = Words.number(words);
    if (number >= 0) {
      return new Value.Num(Literals.integer(number), "", false, true);
    }
    boolean product = maybeProduct && text.length() <= 3 && !Words.isYesOrNo(words);
    return new Value.Text(Words.synonym(words), product ? product(text) : null);
  }

  private static @Nullable Expr product(String word) {
    try {
      return ExprParser.parse(List.of(new Token(Token.Kind.WORD, word, false))).expr();
    } catch (Unreadable e) {
      return null;
    }
  }
}

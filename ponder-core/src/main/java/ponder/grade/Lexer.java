package ponder.grade;

import java.util.List;
import java.util.Locale;
import ponder.grade.exact.Work;

/// Cuts an answer into tokens and normalises it on the way.
///
/// Normalising tokens instead of strings keeps everything in one pass: macros get their plainest
/// name, layout commands vanish, thousands are joined, `\text` is unwrapped where its content is
/// mathematics. Two answers are the same string when their tokens are.
final class Lexer {
  private final Scan scan;
  private final Source source;

  private Lexer(Scan scan) {
    this.scan = scan;
    this.source = scan.source;
  }

  /// The tokens of `text`; digits are joined to thousands if asked.
  ///
  /// @throws Unreadable if a group of a macro is not closed
  /// @throws Work.Exhausted if the step limit is met
  static List<Token> tokens(String text, boolean joinsThousands, Work work) {
    work.spend(text.length());
    String plain = Unicode.isPlain(text) ? text : Unicode.plain(text);
    Scan scan = new Scan(plain, joinsThousands);
    run(scan);
    return scan.tokens;
  }

  /// Reads a scan to its end.
  static void run(Scan scan) {
    Lexer lexer = new Lexer(scan);
    MacroLexer macros = new MacroLexer(scan);
    while (scan.source.hasMore()) {
      char c = scan.source.peek();
      if (Source.isDigit(c) || (c == '.' && Source.isDigit(scan.source.peek(1)))) {
        lexer.number();
      } else if (Character.isWhitespace(c) || c == '~') {
        scan.space();
        scan.source.skip(1);
      } else if (c == '\\') {
        macros.macro();
      } else if (Character.isLetter(c)) {
        lexer.letters();
      } else {
        lexer.sign(c);
      }
    }
  }

  private void number() {
    scan.emit(Token.Kind.NUMBER, Numerals.read(source, scan.joinsThousands()));
  }

  // Letters.

  private void letters() {
    boolean ascii = Source.isAsciiLetter(source.peek());
    if (!ascii && scaledByKanji()) {
      return;
    }
    int length = 1;
    while (Character.isLetter(source.peek(length))
        && Source.isAsciiLetter(source.peek(length)) == ascii
        && !isJoiningKana(length)) {
      length++;
    }
    word(source.take(length));
  }

  private boolean isJoiningKana(int ahead) {
    char c = source.peek(ahead);
    return (c == 'と' || c == '万' || c == '億') && Source.isDigit(source.peek(ahead + 1));
  }

  /// `3万` and its like multiply the number before; `3分の1` is a third.
  private boolean scaledByKanji() {
    if (!scan.lastIs(Token.Kind.NUMBER) || scan.isSpaced()) {
      return false;
    }
    if (source.startsWith("分の") && Source.isDigit(source.peek(2))) {
      Token denominator = scan.tokens.removeLast();
      source.skip(2);
      number();
      scan.mark("/");
      scan.tokens.add(denominator);
      return true;
    }
    Long scale = Words.scale(source.ahead(0, 1));
    if (scale == null) {
      return false;
    }
    source.skip(1);
    scale(scale);
    if (Source.isDigit(source.peek())) {
      scan.mark("+");
    }
    return true;
  }

  private void scale(long scale) {
    scan.unspace();
    scan.mark("*");
    scan.emit(Token.Kind.NUMBER, Long.toString(scale));
  }

  private void word(String word) {
    if (word.length() == 1 && Source.isAsciiLetter(word.charAt(0))) {
      scan.emit(Token.Kind.LETTER, word);
      return;
    }
    String lower = word.toLowerCase(Locale.ROOT);
    String macro = Words.plainMacro(word);
    Long scale = scan.lastIs(Token.Kind.NUMBER) ? Words.scale(lower) : null;
    String separator = Words.separator(lower);
    String sign = scan.isEmpty() ? null : Words.sign(lower);
    if (macro != null) {
      plainMacro(macro);
    } else if (scale != null) {
      scale(scale);
    } else if (separator != null) {
      scan.mark(separator);
    } else if (sign != null) {
      scan.mark(sign);
    } else {
      scan.emit(Token.Kind.WORD, word);
    }
  }

  private void plainMacro(String macro) {
    boolean gluedToX = macro.endsWith("x") && !macro.equals("max");
    if (gluedToX) {
      scan.emit(Token.Kind.COMMAND, macro.substring(0, macro.length() - 1));
      scan.emit(Token.Kind.LETTER, "x");
    } else {
      scan.emit(Token.Kind.COMMAND, macro);
    }
  }

  // Signs.

  private void sign(char c) {
    source.skip(1);
    switch (c) {
      case '(', '[' -> scan.open(String.valueOf(c));
      case ')', ']' -> scan.close(String.valueOf(c));
      case '$' -> scan.space(); // a delimiter of mathematics
      case '€', '£', '¥', '￥' -> scan.mark("$" + c);
      case '{' -> brace();
      case '*' -> star();
      case '^' -> caret();
      case '<', '>', '!' -> comparison(c);
      case '.' -> dot();
      default -> scan.mark(String.valueOf(c));
    }
  }

  /// An opening brace; an empty group is nothing, except where an argument is due.
  private void brace() {
    boolean takesArgument =
        scan.lastIsMark("^") || scan.lastIsMark("_") || scan.lastIs(Token.Kind.COMMAND);
    if (source.peek() == '}' && !takesArgument) {
      source.skip(1);
    } else {
      scan.mark("{");
    }
  }

  private void star() {
    boolean power = source.peek() == '*';
    source.skip(power ? 1 : 0);
    scan.mark(power ? "^" : "*");
  }

  /// A power, unless it raises the sign of degrees or a prime.
  private void caret() {
    boolean group = source.peek() == '{';
    int start = group ? 1 : 0;
    while (source.peek(start) == ' ') {
      start++;
    }
    if (!raises("\\circ", "deg", start, group)
        && !raises("\\degree", "deg", start, group)
        && !raises("\\prime", "'", start, group)) {
      scan.mark("^");
    }
  }

  private boolean raises(String macro, String mark, int start, boolean group) {
    int end = start + macro.length();
    while (source.peek(end) == ' ') {
      end++;
    }
    boolean fits = source.startsWith(macro, start) && !Source.isAsciiLetter(source.peek(end));
    if (!fits || (group && source.peek(end) != '}')) {
      return false;
    }
    source.skip(group ? end + 1 : end);
    scan.mark(mark);
    return true;
  }

  /// `<`, `<=`, `!=` and their like; in `5!=120` a factorial is followed by what it comes to.
  private void comparison(char c) {
    boolean number = scan.lastIs(Token.Kind.NUMBER) || scan.lastIsMark(")");
    boolean factorial = c == '!' && number && !scan.isSpaced();
    boolean orEqual = source.peek() == '=' && !factorial;
    source.skip(orEqual ? 1 : 0);
    scan.mark(orEqual ? c + "=" : String.valueOf(c));
  }

  /// A dot that belongs to no number: three are an ellipsis, one at the end is nothing.
  private void dot() {
    if (source.startsWith("..")) {
      source.skip(2);
      scan.mark("...");
    } else if (!source.isSpent()) {
      scan.mark(".");
    }
  }
}

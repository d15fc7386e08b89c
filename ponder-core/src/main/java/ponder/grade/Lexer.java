package ponder.grade;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import ponder.grade.exact.Work;

/// Cuts an answer into tokens and normalises it on the way.
///
/// Normalising tokens instead of strings keeps everything in one pass: macros get their plainest
/// name, layout commands vanish, thousands are joined, `\text` is unwrapped where its content is
/// mathematics. Two answers are the same string when their tokens are. A comma joins digits to
/// thousands only outside brackets, without a space after it, and if every group fits; so `32, 349`
/// and `1,23` are lists.
final class Lexer {
  private static final Set<String> LAYOUT =
      Set.of(
          "left",
          "right",
          "big",
          "Big",
          "bigg",
          "Bigg",
          "bigl",
          "bigr",
          "Bigl",
          "Bigr",
          "biggl",
          "biggr",
          "displaystyle",
          "textstyle",
          "limits",
          "nolimits",
          "boxed",
          "fbox",
          "mathbf",
          "mathit",
          "boldsymbol",
          "bm",
          "mathsf",
          "mathcal",
          "bf",
          "rm",
          "it",
          "mathstrut",
          "middle");
  private static final Set<String> SPACES =
      Set.of("quad", "qquad", "enspace", "thinspace", "space", "hfill", "hskip");
  private static final Set<String> TEXTS =
      Set.of(
          "text",
          "textbf",
          "textit",
          "textrm",
          "textnormal",
          "textsf",
          "mathrm",
          "mbox",
          "hbox",
          "operatorname",
          "emph",
          "underline");
  private static final Set<String> MATRICES =
      Set.of("pmatrix", "bmatrix", "Bmatrix", "matrix", "smallmatrix", "vmatrix", "array");

  private final String source;
  private final boolean joinsThousands;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int brackets;
  private int environments;
  private boolean spaced;

  private Lexer(String source, boolean joinsThousands) {
    this.source = source;
    this.joinsThousands = joinsThousands;
  }

  /// The tokens of `text`.
  ///
  /// @throws Unreadable if a group of a macro is not closed
  /// @throws Work.Exhausted if the step limit is met
  static List<Token> tokens(String text, boolean joinsThousands, Work work) {
    work.spend(text.length());
    String plain = Unicode.isPlain(text) ? text : Unicode.plain(text);
    Lexer lexer = new Lexer(plain, joinsThousands);
    lexer.run();
    return lexer.tokens;
  }

  private void run() {
    while (at < source.length()) {
      char c = source.charAt(at);
      if (isDigit(c) || (c == '.' && at + 1 < source.length() && isDigit(source.charAt(at + 1)))) {
        number();
      } else if (Character.isWhitespace(c) || c == '~') {
        spaced = true;
        at++;
      } else if (c == '\\') {
        macro();
      } else if (Character.isLetter(c)) {
        letters();
      } else {
        sign(c);
      }
    }
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isAsciiLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private char peek(int index) {
    return index < source.length() ? source.charAt(index) : '\0';
  }

  private void emit(Token.Kind kind, String text) {
    tokens.add(new Token(kind, text, spaced));
    spaced = false;
  }

  private void mark(String text) {
    emit(Token.Kind.MARK, text);
  }

  private boolean lastIs(Token.Kind kind) {
    return !tokens.isEmpty() && tokens.getLast().kind() == kind;
  }

  // Numbers.

  private void number() {
    StringBuilder digits = new StringBuilder();
    int start = at;
    while (isDigit(peek(at))) {
      digits.append(source.charAt(at++));
    }
    if (joinsThousands
        && brackets == 0
        && at - start <= 3
        && at > start
        && digits.charAt(0) != '0') {
      thousands(digits);
    }
    if (peek(at) == '.' && (isDigit(peek(at + 1)) || isRepeating(at + 1))) {
      digits.append(digits.isEmpty() ? "0." : ".");
      at++;
      while (isDigit(peek(at))) {
        digits.append(source.charAt(at++));
      }
    } else if (peek(at) == '.' && !isAsciiLetter(peek(at + 1)) && peek(at + 1) != '.') {
      at++; // "7." is 7
    }
    scientific(digits);
    emit(Token.Kind.NUMBER, digits.toString());
  }

  private boolean isRepeating(int index) {
    return source.startsWith("\\overline", index) || source.startsWith("\\dot{", index);
  }

  private void scientific(StringBuilder digits) {
    char e = peek(at);
    int sign = peek(at + 1) == '-' || peek(at + 1) == '+' ? 1 : 0;
    if ((e == 'e' || e == 'E') && isDigit(peek(at + 1 + sign))) {
      digits.append('e');
      at++;
      if (peek(at) == '+') {
        at++;
      }
      do {
        digits.append(source.charAt(at++));
      } while (isDigit(peek(at)));
    }
  }

  /// Appends groups of three digits that a comma or thin space joins; none if any group is of
  /// another size.
  private void thousands(StringBuilder digits) {
    StringBuilder joined = new StringBuilder();
    int next = at;
    while (true) {
      int group = groupStart(next);
      if (group < 0) {
        break;
      }
      int end = group;
      while (isDigit(peek(end))) {
        end++;
      }
      if (end - group != 3) {
        return;
      }
      joined.append(source, group, end);
      next = end;
    }
    digits.append(joined);
    at = next;
  }

  /// Where the digits after a separator of thousands begin; -1 if there is none at `index`.
  private int groupStart(int index) {
    int i = index;
    boolean thin = false;
    if (peek(i) == ',') {
      i++;
    } else if (source.startsWith("{,}", i)) {
      i += 3;
    } else if (!source.startsWith("\\!,", i) && !source.startsWith("\\,", i)) {
      return -1;
    }
    while (peek(i) == '\\' && (peek(i + 1) == '!' || peek(i + 1) == ',')) {
      i += 2;
      thin = true;
    }
    i += thin && peek(i) == ',' ? 1 : 0;
    while (thin && peek(i) == ' ') {
      i++;
    }
    return isDigit(peek(i)) ? i : -1;
  }

  // Letters.

  private void letters() {
    int start = at;
    boolean ascii = isAsciiLetter(source.charAt(at));
    if (!ascii && scaledByKanji()) {
      return;
    }
    while (at < source.length()
        && Character.isLetter(source.charAt(at))
        && isAsciiLetter(source.charAt(at)) == ascii
        && (ascii || at == start || !isJoiningKana(at))) {
      at++;
    }
    word(source.substring(start, at));
  }

  private boolean isJoiningKana(int index) {
    char c = source.charAt(index);
    return (c == 'と' || c == '万' || c == '億') && isDigit(peek(index + 1));
  }

  /// `3万` and its like multiply the number before; `3分の1` is a third.
  private boolean scaledByKanji() {
    if (!lastIs(Token.Kind.NUMBER) || spaced) {
      return false;
    }
    if (source.startsWith("分の", at) && isDigit(peek(at + 2))) {
      Token denominator = tokens.removeLast();
      at += 2;
      number();
      mark("/");
      tokens.add(denominator);
      return true;
    }
    Long scale = Words.scale(source.substring(at, at + 1));
    if (scale == null) {
      return false;
    }
    at++;
    scale(scale);
    if (isDigit(peek(at))) {
      mark("+");
    }
    return true;
  }

  private void scale(long scale) {
    spaced = false;
    mark("*");
    emit(Token.Kind.NUMBER, Long.toString(scale));
  }

  private void word(String word) {
    String macro = Words.plainMacro(word);
    Long scale = lastIs(Token.Kind.NUMBER) ? Words.scale(word.toLowerCase(Locale.ROOT)) : null;
    String separator = Words.separator(word.toLowerCase(Locale.ROOT));
    if (macro != null) {
      plainMacro(macro);
    } else if (scale != null) {
      scale(scale);
    } else if (separator != null) {
      mark(separator);
    } else if (isPercent(word)) {
      mark("%");
    } else if ((word.equals("degrees") || word.equals("degree")) && !tokens.isEmpty()) {
      mark("deg");
    } else {
      emit(
          word.length() == 1 && isAsciiLetter(word.charAt(0)) ? Token.Kind.LETTER : Token.Kind.WORD,
          word);
    }
  }

  private boolean isPercent(String word) {
    boolean named =
        word.equals("percent")
            || word.equals("pct")
            || word.equals("percentage")
            || word.equals("パーセント");
    return named && !tokens.isEmpty();
  }

  private void plainMacro(String macro) {
    boolean gluedToX = macro.endsWith("x") && macro.length() > 2 && !macro.equals("max");
    if (gluedToX) {
      emit(Token.Kind.COMMAND, macro.substring(0, macro.length() - 1));
      emit(Token.Kind.LETTER, "x");
    } else {
      emit(Token.Kind.COMMAND, macro);
    }
  }

  // Signs.

  private void sign(char c) {
    at++;
    switch (c) {
      case '(', '[' -> {
        brackets++;
        mark(String.valueOf(c));
      }
      case ')', ']' -> {
        brackets = Math.max(0, brackets - 1);
        mark(String.valueOf(c));
      }
      case '$' -> spaced |= at > 1 && at < source.length(); // a delimiter of mathematics
      case '€', '£', '¥', '￥' -> mark("$" + c);
      case '{' -> open();
      case '*' -> star();
      case '^' -> caret();
      case '<', '>', '!' -> comparison(c);
      case '.' -> dot();
      default -> mark(String.valueOf(c));
    }
  }

  /// An opening brace; an empty group is nothing, except after a sign that takes an argument.
  private void open() {
    boolean takesArgument =
        !tokens.isEmpty() && (tokens.getLast().isMark("^") || tokens.getLast().isMark("_"));
    if (peek(at) == '}' && !takesArgument && !lastIs(Token.Kind.COMMAND)) {
      at++;
    } else {
      mark("{");
    }
  }

  private void star() {
    if (peek(at) == '*') {
      at++;
      mark("^");
    } else {
      mark("*");
    }
  }

  private void caret() {
    int i = at;
    boolean group = peek(i) == '{';
    i += group ? 1 : 0;
    while (peek(i) == ' ') {
      i++;
    }
    int end =
        source.startsWith("\\circ", i) ? i + 5 : source.startsWith("\\degree", i) ? i + 7 : -1;
    while (end >= 0 && peek(end) == ' ') {
      end++;
    }
    if (end >= 0 && !isAsciiLetter(peek(end)) && (!group || peek(end) == '}')) {
      at = group ? end + 1 : end;
      mark("deg");
    } else if (source.startsWith("\\prime", i) && group == (peek(i + 6) == '}')) {
      at = i + 6 + (group ? 1 : 0);
      mark("'");
    } else {
      mark("^");
    }
  }

  private void comparison(char c) {
    if (peek(at) == '=') {
      at++;
      mark(c + "=");
    } else {
      mark(String.valueOf(c));
    }
  }

  /// A dot that belongs to no number: three are an ellipsis, one at the end is nothing.
  private void dot() {
    if (peek(at) == '.' && peek(at + 1) == '.') {
      at += 2;
      mark("...");
      return;
    }
    int rest = at;
    while (rest < source.length() && (peek(rest) == ' ' || peek(rest) == '$')) {
      rest++;
    }
    if (rest < source.length()) {
      mark(".");
    }
  }

  // Macros.

  private void macro() {
    int start = at + 1;
    char c = peek(start);
    if (!isAsciiLetter(c)) {
      at = Math.min(source.length(), start + 1);
      escaped(c);
      return;
    }
    int end = start;
    while (isAsciiLetter(peek(end))) {
      end++;
    }
    at = end;
    named(source.substring(start, end));
  }

  private void escaped(char c) {
    switch (c) {
      case '{' -> {
        brackets++;
        mark("\\{");
      }
      case '}' -> {
        brackets = Math.max(0, brackets - 1);
        mark("\\}");
      }
      case '%' -> mark("%");
      case '$' -> mark("$$");
      case '\\' -> doubled();
      case '&', '#', '_' -> mark(String.valueOf(c));
      case '|' -> mark("||");
      case ' ', ',', ';', ':', '>' -> spaced = true;
      case '!', '(', ')', '[', ']', '/', '\0' -> {
        // Thin negative space, delimiters of mathematics, italic correction: nothing.
      }
      default -> mark("\\" + c);
    }
  }

  /// Two backslashes end a row inside a matrix. Elsewhere they are an escaped backslash.
  private void doubled() {
    boolean ends = source.startsWith("end{", at);
    if (environments > 0 && !ends) {
      mark("\\\\");
      return;
    }
    if (isAsciiLetter(peek(at))) {
      at--;
      macro();
    } else {
      spaced = true;
    }
  }

  private void named(String name) {
    String macro = Words.macro(name);
    String mark = Words.mark(macro);
    if (LAYOUT.contains(macro)) {
      if ((macro.equals("left") || macro.equals("right")) && peek(at) == '.') {
        at++;
      }
    } else if (SPACES.contains(macro)) {
      spaced = true;
    } else if (TEXTS.contains(macro)) {
      text();
    } else if (mark != null) {
      skipSpaces();
      mark(mark);
    } else if (macro.equals("begin") || macro.equals("end")) {
      environment(macro.equals("begin"));
    } else if (macro.equals("mathbb")) {
      emit(Token.Kind.COMMAND, "mathbb:" + group());
    } else if (macro.length() <= 2 && !Words.macro(name).equals(name)) {
      brackets(macro);
    } else {
      emit(Token.Kind.COMMAND, macro);
    }
  }

  private void brackets(String bracket) {
    brackets += bracket.endsWith("[") || bracket.endsWith("{") ? 1 : brackets > 0 ? -1 : 0;
    mark(bracket);
  }

  private void skipSpaces() {
    while (peek(at) == ' ') {
      at++;
    }
  }

  private void environment(boolean begins) {
    String name = group().replace("*", "");
    if (begins && MATRICES.contains(name)) {
      environments++;
      skipSpaces();
      if (name.equals("array") && peek(at) == '{') {
        group();
      }
    } else if (!begins) {
      environments = Math.max(0, environments - 1);
    }
    emit(Token.Kind.COMMAND, (begins ? "begin:" : "end:") + name);
  }

  /// The content of the group that follows, or the one character.
  private String group() {
    skipSpaces();
    if (peek(at) != '{') {
      at = Math.min(source.length(), at + 1);
      return source.substring(Math.max(0, at - 1), at);
    }
    int depth = 0;
    for (int i = at; i < source.length(); i++) {
      char c = source.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '{') {
        depth++;
      } else if (c == '}' && --depth == 0) {
        String content = source.substring(at + 1, i);
        at = i + 1;
        return content;
      }
    }
    throw new Unreadable();
  }

  private void text() {
    if (peek(at) == ' ' && peek(at + 1) != '{') {
      return;
    }
    String content = group();
    String stripped = content.strip();
    String bare = stripped(stripped);
    String separator = Words.separator(bare.toLowerCase(Locale.ROOT));
    if (separator != null) {
      spaced = true;
      mark(separator);
    } else if (isMathematics(stripped, bare)) {
      inline(content);
    } else {
      spaced |= !content.isEmpty() && content.charAt(0) == ' ';
      emit(Token.Kind.TEXT, stripped);
      spaced = content.endsWith(" ");
    }
  }

  /// The text without punctuation and brackets around it.
  private static String stripped(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && ",.()[];: ".indexOf(text.charAt(from)) >= 0) {
      from++;
    }
    while (to > from && ",.()[];: ".indexOf(text.charAt(to - 1)) >= 0) {
      to--;
    }
    return text.substring(from, to);
  }

  private static boolean isMathematics(String text, String bare) {
    if (bare.length() <= 1 || Words.plainMacro(bare) != null) {
      return true;
    }
    char first = text.charAt(0);
    if (isDigit(first) || first == '-' || first == '$' || first == '\\' || first == '%') {
      return true;
    }
    String lower = bare.toLowerCase(Locale.ROOT);
    String firstWord = lower.indexOf(' ') < 0 ? lower : lower.substring(0, lower.indexOf(' '));
    return Words.scale(firstWord) != null
        || firstWord.equals("percent")
        || firstWord.startsWith("degree");
  }

  /// Reads the content as if it stood there without the macro around it.
  private void inline(String content) {
    Lexer inner = new Lexer(content, joinsThousands && brackets == 0);
    inner.tokens.addAll(tokens);
    inner.spaced = spaced;
    inner.run();
    tokens.clear();
    tokens.addAll(inner.tokens);
    spaced = inner.spaced;
  }
}

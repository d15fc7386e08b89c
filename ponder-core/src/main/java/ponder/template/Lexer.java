package ponder.template;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import ponder.model.EngineException;

/// Cuts a template into text and the tokens inside its tags, with white space handled as Jinja does
/// under `trim_blocks` and `lstrip_blocks`, which is how chat templates are meant to be read: the
/// first line end after a block or comment goes, and so do blanks between a line's beginning and a
/// block or comment; `-` beside a delimiter takes all white space on that side, `+` keeps it.
///
/// Source: Jinja 3.1, template designer documentation and observed behaviour.
final class Lexer {
  private static final List<String> OPERATORS =
      List.of(
          "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", ">", "<", "=", ".", ":",
          "|", ",", ";", "(", ")", "[", "]", "{", "}");

  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private boolean lineStarting = true;
  private int counted;
  private int line = 1;

  private Lexer(String source) {
    this.source = source;
  }

  static List<Token> tokens(String template) {
    String source = template.replace("\r\n", "\n").replace('\r', '\n');
    if (source.endsWith("\n")) {
      source = source.substring(0, source.length() - 1);
    }
    Lexer lexer = new Lexer(source);
    lexer.run();
    return lexer.tokens;
  }

  private void run() {
    while (at < source.length()) {
      int tag = nextTag();
      if (tag < 0) {
        data(source.substring(at));
        at = source.length();
      } else {
        textBefore(tag);
        at = tag;
        tag();
      }
    }
    add(Token.Kind.END, "");
  }

  private int nextTag() {
    for (int i = source.indexOf('{', at); i >= 0; i = source.indexOf('{', i + 1)) {
      if (i + 1 < source.length() && "{%#".indexOf(source.charAt(i + 1)) >= 0) {
        return i;
      }
    }
    return -1;
  }

  private void textBefore(int tag) {
    String text = source.substring(at, tag);
    char sign = charAt(tag + 2);
    if (sign == '-') {
      text = Text.stripRight(text);
    } else if (sign != '+' && source.charAt(tag + 1) != '{') {
      int lineStart = text.lastIndexOf('\n') + 1;
      if ((lineStart > 0 || lineStarting) && Text.isSpace(text.substring(lineStart))) {
        text = text.substring(0, lineStart);
      }
    }
    data(text);
  }

  private void data(String text) {
    if (!text.isEmpty()) {
      add(Token.Kind.DATA, text);
    }
  }

  private void tag() {
    char kind = source.charAt(at + 1);
    if (kind == '#') {
      comment();
      return;
    }
    boolean variable = kind == '{';
    int begin = at;
    at += charAt(at + 2) == '-' || charAt(at + 2) == '+' ? 3 : 2;
    if (!variable && raw(begin)) {
      return;
    }
    add(variable ? Token.Kind.VARIABLE_BEGIN : Token.Kind.BLOCK_BEGIN, "");
    inside(variable ? "}}" : "%}", begin);
    add(variable ? Token.Kind.VARIABLE_END : Token.Kind.BLOCK_END, "");
  }

  private void comment() {
    int end = source.indexOf("#}", at + 2);
    if (end < 0) {
      throw fail("the comment is never closed");
    }
    char sign = end > at + 2 ? source.charAt(end - 1) : ' ';
    at = end + 2;
    afterTag(sign, true);
  }

  /// Passes over what the sign before a closing delimiter takes away behind it.
  private void afterTag(char sign, boolean trimsLine) {
    int from = at;
    if (sign == '-') {
      while (at < source.length() && Text.isSpace(source.charAt(at))) {
        at++;
      }
    } else if (trimsLine && sign != '+' && charAt(at) == '\n') {
      at++;
    }
    lineStarting = at > from && source.charAt(at - 1) == '\n';
  }

  private void inside(String close, int begin) {
    Deque<Character> open = new ArrayDeque<>();
    while (true) {
      skipSpace();
      if (at >= source.length()) {
        at = begin;
        throw fail("the tag is never closed with '%s'".formatted(close));
      }
      if (open.isEmpty() && closes(close)) {
        return;
      }
      token(open);
    }
  }

  private boolean closes(String close) {
    char sign = source.charAt(at);
    boolean signed = sign == '-' || (sign == '+' && close.equals("%}"));
    if (!source.startsWith(close, signed ? at + 1 : at)) {
      return false;
    }
    at += signed ? 3 : 2;
    afterTag(signed ? sign : ' ', close.equals("%}"));
    return true;
  }

  private void skipSpace() {
    while (at < source.length() && Text.isSpace(source.charAt(at))) {
      at++;
    }
  }

  private void token(Deque<Character> open) {
    char c = source.charAt(at);
    if (c == '\'' || c == '"') {
      string(c);
    } else if (c >= '0' && c <= '9') {
      number();
    } else if (Character.isUnicodeIdentifierStart(c) || c == '_') {
      int start = at;
      while (at < source.length() && Character.isUnicodeIdentifierPart(source.charAt(at))) {
        at++;
      }
      add(Token.Kind.NAME, source.substring(start, at));
    } else {
      operator(open);
    }
  }

  private void operator(Deque<Character> open) {
    String found =
        OPERATORS.stream()
            .filter(operator -> source.startsWith(operator, at))
            .findFirst()
            .orElseThrow(
                () -> fail("the character '%s' means nothing".formatted(source.charAt(at))));
    switch (found) {
      case "(" -> open.push(')');
      case "[" -> open.push(']');
      case "{" -> open.push('}');
      case ")", "]", "}" -> {
        if (open.isEmpty() || open.pop() != found.charAt(0)) {
          throw fail("'%s' closes nothing".formatted(found));
        }
      }
      default -> {}
    }
    add(Token.Kind.OPERATOR, found);
    at += found.length();
  }

  private void number() {
    int start = at;
    if (source.charAt(at) == '0' && "xXoObB".indexOf(charAt(at + 1)) >= 0) {
      at += 2;
      while (Character.digit(charAt(at), 16) >= 0 || charAt(at) == '_') {
        at++;
      }
      add(Token.Kind.INTEGER, source.substring(start, at).replace("_", ""));
      return;
    }
    digits();
    boolean real = false;
    if (charAt(at) == '.' && Character.digit(charAt(at + 1), 10) >= 0) {
      real = true;
      at++;
      digits();
    }
    int sign = "+-".indexOf(charAt(at + 1)) >= 0 ? 1 : 0;
    if ((charAt(at) == 'e' || charAt(at) == 'E')
        && Character.digit(charAt(at + 1 + sign), 10) >= 0) {
      real = true;
      at += 1 + sign;
      digits();
    }
    String text = source.substring(start, at).replace("_", "");
    add(real ? Token.Kind.FLOAT : Token.Kind.INTEGER, text);
  }

  private void digits() {
    while ((charAt(at) >= '0' && charAt(at) <= '9') || charAt(at) == '_') {
      at++;
    }
  }

  private void string(char quote) {
    int line = line();
    StringBuilder text = new StringBuilder();
    int i = at + 1;
    while (i < source.length() && source.charAt(i) != quote) {
      if (source.charAt(i) == '\\') {
        i = Escapes.resolve(source, i, text);
      } else {
        text.append(source.charAt(i++));
      }
    }
    if (i >= source.length()) {
      throw fail("the string is never closed");
    }
    tokens.add(new Token(Token.Kind.STRING, text.toString(), line));
    at = i + 1;
  }

  /// Reads a raw section whose tag begins at `begin`, if there is one.
  private boolean raw(int begin) {
    int inside = at;
    skipSpace();
    if (!source.startsWith("raw", at)) {
      at = inside;
      return false;
    }
    at += 3;
    skipSpace();
    boolean strips = charAt(at) == '-';
    if (!source.startsWith("%}", strips ? at + 1 : at)) {
      at = inside;
      return false;
    }
    at += strips ? 3 : 2;
    afterTag(strips ? '-' : ' ', false);
    int from = at;
    java.util.regex.Matcher end =
        java.util.regex.Pattern.compile("\\{%([-+]?)\\s*endraw\\s*([-+]?)%\\}").matcher(source);
    if (!end.find(from)) {
      at = begin;
      throw fail("the raw section is never closed");
    }
    String text = source.substring(from, end.start());
    if (end.group(1).equals("-")) {
      text = Text.stripRight(text);
    } else if (end.group(1).isEmpty()) {
      int lineStart = text.lastIndexOf('\n') + 1;
      if ((lineStart > 0 || lineStarting) && Text.isSpace(text.substring(lineStart))) {
        text = text.substring(0, lineStart);
      }
    }
    data(text);
    at = end.end();
    afterTag(end.group(2).isEmpty() ? ' ' : end.group(2).charAt(0), true);
    return true;
  }

  private char charAt(int index) {
    return index < source.length() ? source.charAt(index) : '\0';
  }

  private void add(Token.Kind kind, String text) {
    tokens.add(new Token(kind, text, line()));
  }

  /// The line of the current place; places are mostly asked for in ascending order.
  private int line() {
    if (at < counted) {
      counted = 0;
      line = 1;
    }
    for (; counted < Math.min(at, source.length()); counted++) {
      if (source.charAt(counted) == '\n') {
        line++;
      }
    }
    return line;
  }

  private EngineException fail(String problem) {
    return new EngineException(
        "The chat template cannot be read: line %d: %s.".formatted(line(), problem));
  }
}

package ponder.grade;

import java.util.ArrayList;
import java.util.List;

/// What the lexer has read and what is left: the text, the tokens so far, and how deep in brackets
/// it is.
final class Scan {
  final Source source;
  final List<Token> tokens = new ArrayList<>();
  private final boolean joinsThousands;
  private int brackets;
  private boolean spaced;

  Scan(String text, boolean joinsThousands) {
    this.source = new Source(text);
    this.joinsThousands = joinsThousands;
  }

  /// A scan of a text that stands inside this one's, going on from its tokens.
  Scan inner(String text) {
    Scan inner = new Scan(text, joinsThousands());
    inner.tokens.addAll(tokens);
    inner.spaced = spaced;
    return inner;
  }

  /// Takes over what an inner scan read.
  void resume(Scan inner) {
    tokens.clear();
    tokens.addAll(inner.tokens);
    spaced = inner.spaced;
  }

  void emit(Token.Kind kind, String text) {
    tokens.add(new Token(kind, text, spaced));
    spaced = false;
  }

  void mark(String text) {
    emit(Token.Kind.MARK, text);
  }

  void open(String bracket) {
    brackets++;
    mark(bracket);
  }

  void close(String bracket) {
    brackets = Math.max(0, brackets - 1);
    mark(bracket);
  }

  /// Digits are joined to thousands only outside brackets, where commas separate.
  boolean joinsThousands() {
    return joinsThousands && brackets == 0;
  }

  /// Notes a space before the next token.
  void space() {
    spaced = true;
  }

  boolean isSpaced() {
    return spaced;
  }

  void unspace() {
    spaced = false;
  }

  boolean isEmpty() {
    return tokens.isEmpty();
  }

  boolean lastIs(Token.Kind kind) {
    return !tokens.isEmpty() && tokens.getLast().kind() == kind;
  }

  boolean lastIsMark(String mark) {
    return !tokens.isEmpty() && tokens.getLast().isMark(mark);
  }
}

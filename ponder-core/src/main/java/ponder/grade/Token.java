package ponder.grade;

/// One piece of an answer. `spaced` says whether a space came before it, which matters to words,
/// units and mixed numbers only.
record Token(Kind kind, String text, boolean spaced) {
  enum Kind {
    /// Digits, perhaps with a decimal point; thousands are joined.
    NUMBER,
    /// A single letter.
    LETTER,
    /// A run of letters.
    WORD,
    /// What `\text` and its kin hold.
    TEXT,
    /// A macro or a function's name, without the backslash.
    COMMAND,
    /// An operator, bracket or other sign, by its plainest name.
    MARK
  }

  boolean isMark(String mark) {
    return kind == Kind.MARK && text.equals(mark);
  }

  boolean isCommand(String name) {
    return kind == Kind.COMMAND && text.equals(name);
  }

  /// Whether it is a number without a decimal point.
  boolean isInteger() {
    return kind == Kind.NUMBER && text.indexOf('.') < 0 && text.indexOf('e') < 0;
  }

  /// Whether two tokens say the same; a space matters between words alone.
  boolean same(Token other) {
    return kind == other.kind
        && text.equals(other.text)
        && (spaced == other.spaced || (kind != Kind.WORD && kind != Kind.LETTER));
  }
}

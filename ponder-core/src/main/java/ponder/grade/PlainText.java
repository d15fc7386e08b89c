package ponder.grade;

/// A text as marker words are looked up in it: small letters, plain forms, one space for many, and
/// without the asterisks of Markdown; with the way back to where each character stands.
final class PlainText {
  private final StringBuilder plain = new StringBuilder();
  private final int[] origins;

  PlainText(String text) {
    origins = new int[text.length() + 1];
    for (int i = 0; i < text.length(); i++) {
      char c = Character.toLowerCase(Letters.plain(text.charAt(i)));
      if (c == '*' || (c == ' ' && before() == ' ')) {
        continue;
      }
      if ((c == ':' || c == '\n') && before() == ' ') {
        plain.setLength(plain.length() - 1);
      }
      origins[plain.length()] = i;
      plain.append(c);
    }
    origins[plain.length()] = text.length();
  }

  private char before() {
    return plain.isEmpty() ? '\n' : plain.charAt(plain.length() - 1);
  }

  int length() {
    return plain.length();
  }

  /// The character at `index`; a line break outside.
  char at(int index) {
    return index >= 0 && index < plain.length() ? plain.charAt(index) : '\n';
  }

  /// Whether `word` stands at `index`, neither of its ends glued to a Latin letter.
  boolean has(String word, int index) {
    if (index < 0 || index + word.length() > plain.length()) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if (plain.charAt(index + i) != word.charAt(i)) {
        return false;
      }
    }
    return !(Letters.isLatin(word.charAt(0)) && Letters.isLatin(at(index - 1)))
        && !(Letters.isLatin(word.charAt(word.length() - 1))
            && Letters.isLatin(at(index + word.length())));
  }

  /// Where in the text the character before `index` ends.
  int origin(int index) {
    return index == 0 ? 0 : origins[index - 1] + 1;
  }
}

package ponder.tokenize;

import java.util.Arrays;

/// Replaces each code point by a character that tells only what pre-tokenizers ask about it.
///
/// ASCII stays. Other white space becomes a vertical tab; letters, numbers, punctuation, marks and
/// symbols beyond ASCII become one private character for each class, the rest another. So every
/// position of the result is one code point, patterns need no Unicode tables, and the classes are
/// the same on every Java release.
///
/// Characters that Unicode 16 added count as unassigned, as they do in llama.cpp v0.5.0, whose
/// tables are those of Unicode 15.1; this is where its splits and Java's would differ.
final class CharacterClasses {
  static final char OTHER = '\uE0D0';
  static final char NUMBER = '\uE0D1';
  static final char LETTER = '\uE0D2';
  static final char PUNCTUATION = '\uE0D3';
  static final char MARK = '\uE0D4';
  static final char SYMBOL = '\uE0D5';

  private static final char WHITE_SPACE = '\u000B';

  /// First and last code points of what Unicode 16 added, ascending. Source: DerivedAge.txt.
  private static final int[] ADDED = {
    0x897, 0x897, 0x1B4E, 0x1B4F, 0x1B7F, 0x1B7F, 0x1C89, 0x1C8A, 0x2427, 0x2429, 0x31E4, 0x31E5,
    0xA7CB, 0xA7CD, 0xA7DA, 0xA7DC, 0x105C0, 0x105F3, 0x10D40, 0x10D65, 0x10D69, 0x10D85, 0x10D8E,
    0x10D8F, 0x10EC2, 0x10EC4, 0x10EFC, 0x10EFC, 0x11380, 0x113E2, 0x116D0, 0x116E3, 0x11BC0,
    0x11BF9, 0x11F5A, 0x11F5A, 0x13460, 0x143FA, 0x16100, 0x16139, 0x16D40, 0x16D79, 0x18CFF,
    0x18CFF, 0x1CC00, 0x1CEB3, 0x1E5D0, 0x1E5FF, 0x1F8B2, 0x1F8BB, 0x1F8C0, 0x1F8C1, 0x1FA89,
    0x1FA89, 0x1FA8F, 0x1FA8F, 0x1FABE, 0x1FABE, 0x1FAC6, 0x1FAC6, 0x1FADC, 0x1FADC, 0x1FADF,
    0x1FADF, 0x1FAE9, 0x1FAE9, 0x1FBCB, 0x1FBEF
  };

  private CharacterClasses() {}

  /// The character that stands for the class of `codePoint`.
  static char classOf(int codePoint) {
    if (codePoint < 0x80) {
      return (char) codePoint;
    }
    if (isWhiteSpace(codePoint)) {
      return WHITE_SPACE;
    }
    char type =
        switch (Character.getType(codePoint)) {
          case Character.UPPERCASE_LETTER,
              Character.LOWERCASE_LETTER,
              Character.TITLECASE_LETTER,
              Character.MODIFIER_LETTER,
              Character.OTHER_LETTER ->
              LETTER;
          case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER ->
              NUMBER;
          case Character.CONNECTOR_PUNCTUATION,
              Character.DASH_PUNCTUATION,
              Character.START_PUNCTUATION,
              Character.END_PUNCTUATION,
              Character.INITIAL_QUOTE_PUNCTUATION,
              Character.FINAL_QUOTE_PUNCTUATION,
              Character.OTHER_PUNCTUATION ->
              PUNCTUATION;
          case Character.NON_SPACING_MARK,
              Character.ENCLOSING_MARK,
              Character.COMBINING_SPACING_MARK ->
              MARK;
          case Character.MATH_SYMBOL,
              Character.CURRENCY_SYMBOL,
              Character.MODIFIER_SYMBOL,
              Character.OTHER_SYMBOL ->
              SYMBOL;
          default -> OTHER;
        };
    return type == OTHER || isAdded(codePoint) ? OTHER : type;
  }

  /// The code point itself, except that white space beyond ASCII becomes a vertical tab, and what
  /// does not fit into a char becomes [#OTHER]. For patterns that name characters beyond ASCII.
  static char plain(int codePoint) {
    if (codePoint < 0x80) {
      return (char) codePoint;
    }
    if (codePoint > 0xFFFF) {
      return OTHER;
    }
    return isWhiteSpace(codePoint) ? WHITE_SPACE : (char) codePoint;
  }

  private static boolean isWhiteSpace(int codePoint) {
    return Character.isSpaceChar(codePoint) || codePoint == 0x85;
  }

  private static boolean isAdded(int codePoint) {
    int place = Arrays.binarySearch(ADDED, codePoint);
    // At a border, or between the two borders of one range.
    return place >= 0 || (-place - 1) % 2 == 1;
  }
}

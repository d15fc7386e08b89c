package ponder.search;

/// The language of the sentences that Ponder itself puts into a prompt.
enum Language {
  ENGLISH,
  JAPANESE;

  /// Japanese if `question` holds kana, else English. Kanji alone decide nothing: they may be
  /// Chinese.
  static Language of(String question) {
    return question.codePoints().anyMatch(Language::isKana) ? JAPANESE : ENGLISH;
  }

  private static boolean isKana(int codePoint) {
    Character.UnicodeScript script = Character.UnicodeScript.of(codePoint);
    return script == Character.UnicodeScript.HIRAGANA || script == Character.UnicodeScript.KATAKANA;
  }
}

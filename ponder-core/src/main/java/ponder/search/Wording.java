package ponder.search;

/// A piece of a prompt: a text that was given, or a sentence of ours in the question's language.
sealed interface Wording permits Wording.Given, Phrase {
  /// No text at all.
  Wording NONE = new Given("");

  /// The text, possibly empty.
  String in(Language language);

  /// The same text in every language.
  record Given(String text) implements Wording {
    @Override
    public String in(Language language) {
      return text;
    }
  }
}

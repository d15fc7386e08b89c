package ponder.model;

import java.util.Set;

/// Turns text into token ids and back. Thread-safe and immutable.
public interface Tokenizer {
  int vocabularySize();

  /// The ids of `text`. Nothing is added in front or behind.
  ///
  /// @param parseSpecial whether special tokens written out in the text become their ids; if not,
  ///   they are split up like any other text
  Tokens encode(String text, boolean parseSpecial);

  /// The text of `tokens`; bytes that are not UTF-8 appear as U+FFFD.
  ///
  /// @param withSpecial whether special tokens are written out or left away
  String decode(Tokens tokens, boolean withSpecial);

  /// The bytes a token adds to the text; for a special token, its name's bytes. Owned by the
  /// tokenizer: must not be changed.
  ///
  /// @throws IllegalArgumentException if `id` is outside the vocabulary
  byte[] bytes(int id);

  /// Whether `id` is a control or special token, left away from generated text.
  boolean isSpecial(int id);

  /// Ids that end a text or a turn. Empty if the model has none.
  Set<Integer> eos();

  /// The id written in front of texts, or -1 if the model has none or does not want it.
  int bos();
}

package ponder.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import ponder.model.Tokenizer;
import ponder.model.Tokens;

/// A [ByteTokenizer] that knows some words as tokens of their own, numbered behind its ids.
///
/// At each place the longest word that fits is taken. Immutable.
public final class WordTokenizer implements Tokenizer {
  private final ByteTokenizer bytes = new ByteTokenizer();
  private final List<String> words;
  private final List<String> longestFirst;

  public WordTokenizer(String... words) {
    this.words = List.of(words);
    longestFirst =
        this.words.stream().sorted(Comparator.comparingInt(String::length).reversed()).toList();
  }

  /// The id of a word.
  public int id(String word) {
    return ByteTokenizer.SIZE + words.indexOf(word);
  }

  @Override
  public int vocabularySize() {
    return ByteTokenizer.SIZE + words.size();
  }

  @Override
  public Tokens encode(String text, boolean parseSpecial) {
    Tokens all = Tokens.of();
    int from = 0;
    int at = 0;
    while (at < text.length()) {
      Optional<String> word = wordAt(text, at);
      if (word.isEmpty()) {
        at++;
        continue;
      }
      all = all.concat(bytes.encode(text.substring(from, at), parseSpecial));
      all = all.concat(Tokens.of(id(word.get())));
      at += word.get().length();
      from = at;
    }
    return all.concat(bytes.encode(text.substring(from), parseSpecial));
  }

  private Optional<String> wordAt(String text, int at) {
    return longestFirst.stream().filter(word -> text.startsWith(word, at)).findFirst();
  }

  @Override
  public String decode(Tokens tokens, boolean withSpecial) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    tokens.stream()
        .filter(id -> withSpecial || !isSpecial(id))
        .forEach(id -> all.writeBytes(bytes(id)));
    return all.toString(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] bytes(int id) {
    return id < ByteTokenizer.SIZE
        ? bytes.bytes(id)
        : words.get(id - ByteTokenizer.SIZE).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public boolean isSpecial(int id) {
    return id < ByteTokenizer.SIZE && bytes.isSpecial(id);
  }

  @Override
  public Set<Integer> eos() {
    return bytes.eos();
  }

  @Override
  public int bos() {
    return bytes.bos();
  }
}

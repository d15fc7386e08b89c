package ponder.tokenize;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import ponder.gguf.Gguf;
import ponder.model.EngineException;
import ponder.model.Tokenizer;
import ponder.model.Tokens;

/// Byte-level byte-pair encoding as GGUF files describe it (`tokenizer.ggml.model` = `gpt2`), with
/// the ids that llama.cpp v0.5.0 gives; or as tokenizer.json does, with the ids that Hugging Face's
/// tokenizers give.
///
/// Tokens written out in the text are cut out first ([SpecialTokens]); what is left is split into
/// words ([PreTokenizer]); each word starts as its UTF-8 bytes, and pairs of symbols are merged,
/// those the file lists first before others ([Merger]). Words seen before come from a cache. Half a
/// surrogate pair counts as `?`, as everywhere when Java writes UTF-8.
///
/// Symbols are token ids; where a file merges into a text that is no token, the symbol is a number
/// above the vocabulary, written in the end as the tokens of its characters, as far as there are
/// any.
///
/// Immutable but for the cache, thread-safe. Linear time in ordinary text, O(n log n) in one long
/// word. Holds some tens of megabytes for 150,000 tokens.
///
/// Sources: Sennrich, Haddow, Birch 2016, "Neural machine translation of rare words with subword
/// units"; Radford et al. 2019 (byte level).
public final class Bpe implements Tokenizer {
  private final Vocabulary vocabulary;
  private final byte[][] bytes;
  private final int bos;
  private final Set<Integer> eos;
  private final SpecialTokens specials;
  private final PreTokenizer preTokenizer;
  private final boolean composes;
  private final int[] byteSymbols = new int[256];

  /// Ids that a symbol above the vocabulary is written as.
  private final List<int[]> spelled = new ArrayList<>();

  private final Merger merger;
  private final WordCache cache = new WordCache();

  private Bpe(Definition definition) {
    preTokenizer = definition.preTokenizer();
    composes = definition.composes();
    vocabulary = new Vocabulary(definition);
    eos = EndTokens.find(definition, vocabulary);
    Boolean addsBos = definition.addsBos();
    boolean wantsBos = addsBos == null ? preTokenizer.addsBos() : addsBos;
    bos = wantsBos ? definition.role("bos_token_id") : -1;
    specials = new SpecialTokens(definition, vocabulary);
    bytes = new byte[vocabulary.size()][];
    for (int id = 0; id < bytes.length; id++) {
      bytes[id] = vocabulary.bytes(id);
    }
    merger = new Merger(merges(definition.merges()));
  }

  /// The tokenizer that `gguf` describes; the file may be closed afterwards.
  ///
  /// @throws EngineException if it describes another kind, an unknown pre-tokenizer, or none
  public static Bpe from(Gguf gguf) {
    return new Bpe(Definition.of(gguf));
  }

  /// The tokenizer of a model's folder in Hugging Face's layout: `tokenizer.json`, and what the
  /// files beside it say of tokens that end a text.
  ///
  /// @throws EngineException if a file is missing or broken, or describes another kind
  public static Bpe from(Path folder) {
    return new Bpe(TokenizerJson.read(folder));
  }

  private MergeTable merges(List<Definition.Merge> merges) {
    MergeTable table = new MergeTable(merges.size());
    Map<String, Integer> extra = new HashMap<>();
    for (int b = 0; b < 256; b++) {
      byteSymbols[b] = symbol(String.valueOf(ByteAlphabet.toChar(b)), extra);
    }
    for (int rank = 0; rank < merges.size(); rank++) {
      String left = merges.get(rank).left();
      String right = merges.get(rank).right();
      if (!right.isEmpty()) {
        table.add(symbol(left, extra), symbol(right, extra), rank, symbol(left + right, extra));
      }
    }
    return table;
  }

  private int symbol(String text, Map<String, Integer> extra) {
    int id = vocabulary.id(text);
    if (id >= 0) {
      return id;
    }
    return extra.computeIfAbsent(
        text,
        t -> {
          // Spelled byte by byte of its UTF-8 form, so only ASCII characters can be tokens.
          spelled.add(
              t.chars().map(c -> vocabulary.id(asciiOrNothing(c))).filter(i -> i >= 0).toArray());
          return vocabulary.size() + spelled.size() - 1;
        });
  }

  private static String asciiOrNothing(int character) {
    return character < 0x80 ? Character.toString(character) : "";
  }

  @Override
  public int vocabularySize() {
    return vocabulary.size();
  }

  @Override
  public Tokens encode(String text, boolean parseSpecial) {
    IntList ids = new IntList();
    for (SpecialTokens.Piece piece : specials.split(wellFormed(text), parseSpecial)) {
      if (piece.id() >= 0) {
        ids.add(piece.id());
      } else {
        encodeText(piece.text(), ids);
      }
    }
    return Tokens.of(ids.toArray());
  }

  /// `text` with each half of a surrogate pair replaced by `?`.
  private static String wellFormed(String text) {
    return text.codePoints().anyMatch(Bpe::isHalf)
        ? new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8)
        : text;
  }

  private static boolean isHalf(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }

  private void encodeText(String given, IntList ids) {
    String text = composes ? Normalizer.normalize(given, Normalizer.Form.NFC) : given;
    int[] codePoints = text.codePoints().toArray();
    int start = 0;
    int at = 0;
    for (int wordEnd : preTokenizer.ends(codePoints)) {
      int end = start;
      for (; at < wordEnd; at++) {
        end += Character.charCount(codePoints[at]);
      }
      int[] word = cache.find(text, start, end);
      if (word == null) {
        word = encodeWord(text.substring(start, end));
        cache.put(text, start, end, word);
      }
      ids.addAll(word);
      start = end;
    }
  }

  private int[] encodeWord(String word) {
    byte[] utf8 = word.getBytes(StandardCharsets.UTF_8);
    if (preTokenizer.ignoresMerges()) {
      int whole = vocabulary.id(ByteAlphabet.write(utf8));
      if (whole >= 0) {
        return new int[] {whole};
      }
    }
    int[] symbols = new int[utf8.length];
    for (int i = 0; i < symbols.length; i++) {
      symbols[i] = byteSymbols[utf8[i] & 0xFF];
    }
    int count = merger.merge(symbols, symbols.length);
    IntList ids = new IntList();
    for (int i = 0; i < count; i++) {
      if (symbols[i] < vocabulary.size()) {
        ids.add(symbols[i]);
      } else {
        ids.addAll(spelled.get(symbols[i] - vocabulary.size()));
      }
    }
    return ids.toArray();
  }

  @Override
  public String decode(Tokens tokens, boolean withSpecial) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    tokens.stream()
        .filter(id -> withSpecial || !isSpecial(id))
        .forEach(id -> text.writeBytes(bytes(id)));
    return text.toString(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] bytes(int id) {
    return bytes[checked(id)];
  }

  @Override
  public boolean isSpecial(int id) {
    return vocabulary.isSpecial(checked(id));
  }

  private int checked(int id) {
    if (id < 0 || id >= vocabulary.size()) {
      throw new IllegalArgumentException(
          "token id (%d) must lie in [0, %d).".formatted(id, vocabulary.size()));
    }
    return id;
  }

  @Override
  public Set<Integer> eos() {
    return eos;
  }

  @Override
  public int bos() {
    return bos;
  }
}

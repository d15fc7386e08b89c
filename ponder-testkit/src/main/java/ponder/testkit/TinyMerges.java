package ponder.testkit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A byte-pair vocabulary learnt from a short built-in text.
///
/// Pairs are counted over the raw bytes with no regard to words, so that merges such as `e t` (with
/// the space), `12`, a line end with a blank, or a quote with a letter exist: the ids then show
/// every split that a pre-tokenizer makes or leaves out.
///
/// @param tokens the 256 byte tokens in GPT-2's order, then one per merge
/// @param merges `left right`, the earliest first
record TinyMerges(List<String> tokens, List<String> merges) {
  private static final String TEXT =
      """
      The tree's leaves don't fall; they'll dance, they've danced: "we're 12 or 13", said I'm-not-he.
      THE TREE'S LEAVES DON'T FALL: THEY'LL DANCE, THEY'VE DANCED, WE'RE 12 OR 13, I'M NOT HE'D.
      In 1984, 2001 and 12345678 the sum was 3.14159 + 2.71828 = 5.85987 (about 6).   Three blanks.
      \tdef f(x): return x**2 - 1  # a comment...\n\n\n    if (a == b && c != d) { a[i] += b[j]; }\r
      \r\n日本語の文章です。これは、テストのための文です。１２３と四五六。ひらがな・カタカナ！？\n
      Ünïcödé naïve café — “quoted” ‘text’… été à Zürich, Ελληνικά και кириллица, ١٢٣ ४५६ ½ Ⅷ ²³.
      😀😃 👩‍👩‍👧 👍🏽 e\u0301a\u0300 \u00a0nbsp\u00a0 \u200bzero \u3000wide  \u2028sep ﬁ ǅ ß İ
      <tag>value</tag> a_b_c snake_case camelCase HTTPServer 'quoted' ''twice'' can't CAN'T I'LL
      """;

  static TinyMerges learn(int count) {
    String[] byteTokens = byteTokens();
    List<String> tokens = new ArrayList<>(inOrder(byteTokens));
    List<String> merges = new ArrayList<>();
    List<String> symbols = new ArrayList<>();
    for (byte b : TEXT.getBytes(StandardCharsets.UTF_8)) {
      symbols.add(byteTokens[b & 0xFF]);
    }
    while (merges.size() < count) {
      String pair = mostFrequent(symbols);
      String joined = pair.replace(" ", "");
      merges.add(pair);
      // Two pairs may join to the same text; the second gets a token that no merge can reach.
      tokens.add(tokens.contains(joined) ? "<unreachable" + merges.size() + ">" : joined);
      symbols = merge(symbols, pair);
    }
    return new TinyMerges(List.copyOf(tokens), List.copyOf(merges));
  }

  private static String mostFrequent(List<String> symbols) {
    Map<String, Integer> counts = new HashMap<>();
    for (int i = 0; i + 1 < symbols.size(); i++) {
      counts.merge(symbols.get(i) + " " + symbols.get(i + 1), 1, Integer::sum);
    }
    return counts.entrySet().stream()
        .max(
            Map.Entry.<String, Integer>comparingByValue()
                .thenComparing(Map.Entry.<String, Integer>comparingByKey().reversed()))
        .orElseThrow()
        .getKey();
  }

  private static List<String> merge(List<String> symbols, String pair) {
    List<String> merged = new ArrayList<>();
    for (int i = 0; i < symbols.size(); i++) {
      boolean hit =
          i + 1 < symbols.size() && pair.equals(symbols.get(i) + " " + symbols.get(i + 1));
      merged.add(hit ? symbols.get(i) + symbols.get(++i) : symbols.get(i));
    }
    return merged;
  }

  /// The text that stands for each byte: itself if printable, else a character from U+0100 on.
  private static String[] byteTokens() {
    String[] texts = new String[256];
    int next = 0x100;
    for (int b = 0; b < 256; b++) {
      texts[b] = Character.toString(isPrintable(b) ? b : next++);
    }
    return texts;
  }

  /// GPT-2's order: printable bytes first, then the others.
  private static List<String> inOrder(String[] texts) {
    List<String> ordered = new ArrayList<>();
    for (boolean printable : new boolean[] {true, false}) {
      for (int b = 0; b < 256; b++) {
        if (isPrintable(b) == printable) {
          ordered.add(texts[b]);
        }
      }
    }
    return ordered;
  }

  private static boolean isPrintable(int b) {
    return (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xFF && b != 0xAD);
  }
}

package ponder.tokenize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.core.Seed;
import ponder.gguf.Gguf;
import ponder.gguf.GgufException;
import ponder.model.Tokens;
import ponder.testkit.GgufWriter;
import ponder.testkit.HardLines;
import ponder.testkit.TinyGguf;

class BpeTest {
  private static final TinyGguf TINY = TinyGguf.standard().withMerges(512);

  @TempDir Path folder;

  private Bpe tiny() {
    return open(TINY.write(folder.resolve("tiny.gguf")));
  }

  private static Bpe open(Path path) {
    try (Gguf gguf = Gguf.open(path)) {
      return Bpe.from(gguf);
    }
  }

  @Test
  void decodingGivesTheTextBack() {
    Bpe bpe = tiny();
    for (String line : HardLines.of(new Seed(5), 500)) {
      String wellFormed = new String(line.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
      assertThat(bpe.decode(bpe.encode(line, false), true)).isEqualTo(wellFormed);
      assertThat(bpe.decode(bpe.encode(line, true), true)).isEqualTo(wellFormed);
    }
  }

  @Test
  void specialTokensAreFoundOnlyWhenAskedFor() {
    Bpe bpe = tiny();
    assertThat(bpe.encode("<|im_end|>", true)).isEqualTo(Tokens.of(TINY.imEnd()));
    assertThat(bpe.encode("<|im_end|>", false).toList()).doesNotContain(TINY.imEnd());
    Tokens around = bpe.encode("a <|im_start|> b", true);
    assertThat(around.toList()).contains(TINY.imStart());
    assertThat(bpe.decode(around, true)).isEqualTo("a <|im_start|> b");
    assertThat(bpe.decode(around, false)).isEqualTo("a  b");
  }

  @Test
  void theLongestSpecialTokenWinsAndUserDefinedOnesAreAlwaysFound() {
    Bpe bpe =
        open(
            vocabulary(List.of("a", "b", "<", ">", "<a", "<a>", "ab"), 1, 1, 1, 1, 3, 3, 4)
                .texts("tokenizer.ggml.merges", List.of())
                .write(folder.resolve("special.gguf")));
    assertThat(bpe.encode("<a>", true)).isEqualTo(Tokens.of(5));
    assertThat(bpe.encode("<ab", true)).isEqualTo(Tokens.of(4, 1));
    assertThat(bpe.encode("<a b", true)).isEqualTo(Tokens.of(4, 1));
    assertThat(bpe.encode("<ab>", false)).isEqualTo(Tokens.of(2, 6, 3));
    assertThat(bpe.isSpecial(6)).isFalse();
    assertThat(bpe.isSpecial(5)).isTrue();
  }

  @Test
  void whatIsNoTokenIsLeftAway() {
    Bpe bpe =
        open(
            vocabulary(List.of("a", "b"), 1, 1)
                .texts("tokenizer.ggml.merges", List.of())
                .write(folder.resolve("small.gguf")));
    assertThat(bpe.encode("abcab", true)).isEqualTo(Tokens.of(0, 1, 0, 1));
  }

  @Test
  void aMergeIntoNoTokenIsSpelledOut() {
    Bpe bpe =
        open(
            vocabulary(List.of("a", "b", "c", "abc"), 1, 1, 1, 1)
                .texts("tokenizer.ggml.merges", List.of("a b", "ab c"))
                .write(folder.resolve("merges.gguf")));
    assertThat(bpe.encode("ab", true)).isEqualTo(Tokens.of(0, 1));
    assertThat(bpe.encode("abc", true)).isEqualTo(Tokens.of(3));
  }

  @Test
  void halvesOfSurrogatePairsCountAsQuestionMarks() {
    Bpe bpe = tiny();
    assertThat(bpe.encode("a\uD83Db", true)).isEqualTo(bpe.encode("a?b", true));
  }

  @Test
  void emptyTextHasNoTokens() {
    assertThat(tiny().encode("", true)).isEqualTo(Tokens.of());
  }

  @Test
  void knowsEndsAndBeginnings() {
    Bpe bpe = tiny();
    assertThat(bpe.eos()).containsExactlyInAnyOrder(TINY.endOfText(), TINY.imEnd());
    assertThat(bpe.bos()).isEqualTo(-1);
    assertThat(bpe.vocabularySize()).isEqualTo(771);
    assertThat(bpe.bytes(TINY.imEnd())).asString(StandardCharsets.UTF_8).isEqualTo("<|im_end|>");
  }

  @Test
  void refusesIdsOutsideTheVocabulary() {
    Bpe bpe = tiny();
    assertThatThrownBy(() -> bpe.bytes(771)).hasMessageContaining("token id (771)");
    assertThatThrownBy(() -> bpe.isSpecial(-1)).hasMessageContaining("token id (-1)");
  }

  @Test
  void namesWhatIsNotSupported() {
    Path pre = TINY.withPre("superbpe").write(folder.resolve("pre.gguf"));
    assertThatThrownBy(() -> open(pre))
        .isInstanceOf(GgufException.class)
        .hasMessageContaining("pre-tokenizer ('superbpe')")
        .hasMessageContaining("smollm");
    Path model =
        new GgufWriter().text("tokenizer.ggml.model", "t5").write(folder.resolve("t5.gguf"));
    assertThatThrownBy(() -> open(model)).hasMessageContaining("tokenizer ('t5')");
  }

  @Test
  void namesATokenThatIsThereTwice() {
    Path path =
        vocabulary(List.of("a", "a"), 1, 1)
            .texts("tokenizer.ggml.merges", List.of())
            .write(folder.resolve("twice.gguf"));
    assertThatThrownBy(() -> open(path)).hasMessageContaining("token 'a' (1)");
  }

  @Test
  void aMegabyteWithoutASpaceIsOneWord() {
    Bpe bpe = tiny();
    String word = "leaves".repeat(170_000);
    assertThat(bpe.decode(bpe.encode(word, true), true)).isEqualTo(word);
  }

  @Test
  void threadsAgree() {
    Bpe bpe = tiny();
    List<String> lines = HardLines.of(new Seed(6), 300);
    List<Tokens> alone = lines.stream().map(line -> bpe.encode(line, true)).toList();
    assertThat(lines.parallelStream().map(line -> bpe.encode(line, true)).toList())
        .isEqualTo(alone);
  }

  @Test
  void bothWaysOfMergingAgree() {
    MergeTable merges = new MergeTable(200);
    for (int rank = 0; rank < 200; rank++) {
      Seed seed = new Seed(3).split("merge", rank);
      int known = 4 + rank / 2;
      merges.add(below(seed, "left", known), below(seed, "right", known), rank, 4 + rank);
    }
    Merger merger = new Merger(merges);
    for (int trial = 0; trial < 500; trial++) {
      Seed seed = new Seed(4).split("word", trial);
      int[] scanned = new int[1 + below(seed, "length", 60)];
      for (int i = 0; i < scanned.length; i++) {
        scanned[i] = below(seed.split("at", i), "symbol", 4);
      }
      int[] heaped = scanned.clone();
      int left = merger.scan(scanned, scanned.length);
      assertThat(merger.heap(heaped, heaped.length)).isEqualTo(left);
      assertThat(Arrays.copyOf(heaped, left)).isEqualTo(Arrays.copyOf(scanned, left));
    }
  }

  private static int below(Seed seed, String key, int bound) {
    return (int) Long.remainderUnsigned(seed.split(key, 0).value(), bound);
  }

  private static GgufWriter vocabulary(List<String> tokens, int... types) {
    return new GgufWriter()
        .text("tokenizer.ggml.model", "gpt2")
        .text("tokenizer.ggml.pre", "gpt-2")
        .texts("tokenizer.ggml.tokens", tokens)
        .int32s("tokenizer.ggml.token_type", types);
  }
}

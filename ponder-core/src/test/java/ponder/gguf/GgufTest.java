package ponder.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.testkit.GgufWriter;
import ponder.testkit.TinyGguf;

class GgufTest {
  @TempDir Path folder;

  @Test
  void readsTheTinyModel() {
    TinyGguf tiny = TinyGguf.standard();
    try (Gguf gguf = Gguf.open(tiny.write(folder.resolve("tiny.gguf")))) {
      assertThat(gguf.architecture()).isEqualTo("llama");
      assertThat(gguf.version()).isEqualTo(3);
      assertThat(gguf.alignment()).isEqualTo(32);
      assertThat(gguf.whole("llama.embedding_length")).hasValue(32);
      assertThat(gguf.real("llama.rope.freq_base")).hasValue(10_000);
      assertThat(gguf.flag("tokenizer.ggml.add_bos_token")).contains(false);
      assertThat(gguf.texts("tokenizer.ggml.tokens").orElseThrow().size()).isEqualTo(259);
      assertThat(gguf.texts("tokenizer.ggml.tokens").orElseThrow().get(258))
          .isEqualTo("<|im_end|>");
      assertThat(gguf.numbers("tokenizer.ggml.token_type").orElseThrow().whole(258)).isEqualTo(3);
      TensorInfo embedding = gguf.tensor("token_embd.weight").orElseThrow();
      assertThat(embedding.dimensions()).containsExactly(32L, 259L);
      assertThat(gguf.data(embedding).byteSize()).isEqualTo(32 * 259 * 4);
      assertThat(gguf.parameters())
          .isEqualTo(2 * 32 * 259 + 5 * 32 + 2 * (2 * 32 * 32 + 2 * 32 * 16 + 3 * 32 * 96));
    }
  }

  @Test
  void equalSettingsGiveEqualBytes() {
    assertThat(TinyGguf.standard().bytes()).isEqualTo(TinyGguf.standard().bytes());
    assertThat(TinyGguf.standard().withSeed(2).bytes()).isNotEqualTo(TinyGguf.standard().bytes());
  }

  @Test
  void namesAMissingFile() {
    assertThatThrownBy(() -> Gguf.open(folder.resolve("none.gguf")))
        .isInstanceOf(GgufException.class)
        .hasMessageContaining("none.gguf");
  }

  @Test
  void everyTruncationIsRefused() throws IOException {
    byte[] whole = TinyGguf.standard().bytes();
    for (int length = 0; length < whole.length; length += 1 + length / 97) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> Gguf.of("cut", cut)).isInstanceOf(GgufException.class);
    }
    Path empty = Files.write(folder.resolve("empty.gguf"), new byte[0]);
    assertThatThrownBy(() -> Gguf.open(empty)).hasMessageContaining("truncated at byte 0");
  }

  @Test
  void namesDuplicates() {
    refuses(new GgufWriter().uint32("a", 1).uint32("a", 2), "'a' is there twice");
    refuses(
        new GgufWriter()
            .tensor("t", TensorType.F32, new float[4], 4)
            .tensor("t", TensorType.F32, new float[4], 4),
        "tensor 't' is there twice");
  }

  @Test
  void namesBadAlignment() {
    refuses(new GgufWriter().uint32("general.alignment", 12), "'general.alignment' (12)");
    refuses(new GgufWriter().uint32("general.alignment", 0), "'general.alignment' (0)");
    refuses(new GgufWriter().text("general.alignment", "x"), "is of type string, not uint32");
  }

  @Test
  void namesOverflowingAndRaggedTensors() {
    refuses(
        new GgufWriter().tensor("t", TensorType.F32, new float[4], 1L << 40, 1L << 40),
        "larger than 2^63");
    refuses(new GgufWriter().tensor("t", TensorType.F32, new float[4], 4, 0), "at least 1");
    refuses(
        new GgufWriter().tensor("t", TensorType.Q8_0, new float[32], 31),
        "no multiple of the block of q8_0 (32)");
  }

  @Test
  void namesWrongTypes() {
    Gguf gguf = Gguf.of("file", new GgufWriter().uint32("a", 1).texts("b", List.of("x")).bytes());
    assertThatThrownBy(() -> gguf.text("a"))
        .hasMessageContaining("'a' is of type uint32, not string");
    assertThatThrownBy(() -> gguf.whole("b")).hasMessageContaining("array of string");
    assertThatThrownBy(gguf::architecture).hasMessageContaining("general.architecture");
    assertThat(gguf.text("c")).isEmpty();
  }

  private static void refuses(GgufWriter writer, String why) {
    byte[] bytes = writer.bytes();
    assertThatThrownBy(() -> Gguf.of("file", bytes))
        .isInstanceOf(GgufException.class)
        .hasMessageContaining(why);
  }
}

package ponder.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ponder.testkit.GgufWriter;

/// Two blocks of made-up bytes of each type, against the `gguf` package for Python 0.17.
final class DequantizerTest {
  @ParameterizedTest
  @CsvSource({
    "Q4_0, 0.0999755859375, -0.4998779296875, 0.50018310546875, 0.2000732421875, -3.00030517578125",
    "Q4_1, 0.0843505859375, 1.0841064453125, 1.28485107421875, 0.9847412109375, 54.0032958984375",
    "Q5_0, 0.7998046875, -1.399658203125, -0.50018310546875, 0.80029296875, -8.60247802734375",
    "Q5_1, 1.583984375, 0.984130859375, 2.785400390625, 2.38525390625, 101.30780029296875",
    "Q8_0, 12.0970458984375, -1.4996337890625, 10.6038818359375, 4.00146484375, 52.60455322265625",
    "Q4_K, 64.5687255859375, 30.9769287109375, 1.74749755859375, 39.6705322265625, 9898.522338867188",
    "Q5_K, 35.7757568359375, 74.1663818359375, 24.26165771484375, 74.34283447265625, 21443.458923339844",
    "Q6_K, 114.6719970703125, 230.943603515625, 0.0, 60.92230224609375, -2008.4920654296875",
  })
  void readsAsThePythonPackageDoes(
      TensorType type, float first, float at17, float middle, float last, double sum) {
    float[] values = read(type, blocks(type), 0, 2 * type.block());
    assertThat(values[0]).isEqualTo(first);
    assertThat(values[17]).isEqualTo(at17);
    assertThat(values[type.block()] + 0f).isEqualTo(middle);
    assertThat(values[values.length - 1]).isEqualTo(last);
    double added = 0;
    for (float value : values) {
      added += value;
    }
    assertThat(added).isEqualTo(sum);
  }

  @Test
  void readsAStretchByItself() {
    byte[] bytes = blocks(TensorType.Q5_K);
    float[] whole = read(TensorType.Q5_K, bytes, 0, 512);
    float[] second = read(TensorType.Q5_K, bytes, 256, 256);
    assertThat(second).isEqualTo(java.util.Arrays.copyOfRange(whole, 256, 512));
    assertThatThrownBy(() -> read(TensorType.Q5_K, bytes, 100, 256))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("whole blocks of 256");
  }

  @Test
  void readsPlainNumbers() {
    byte[] halves = {0x00, 0x3C, 0x00, (byte) 0xC0};
    assertThat(read(TensorType.F16, halves, 0, 2)).containsExactly(1f, -2f);
    byte[] brain = {(byte) 0x80, 0x3F, 0x00, (byte) 0xC0};
    assertThat(read(TensorType.BF16, brain, 0, 2)).containsExactly(1f, -2f);
    byte[] singles = {0, 0, (byte) 0x80, 0x3F};
    assertThat(read(TensorType.F32, singles, 0, 1)).containsExactly(1f);
  }

  @Test
  void refusesOtherTypesByName() {
    assertThatThrownBy(() -> read(TensorType.Q2_K, new byte[84], 0, 256))
        .isInstanceOf(GgufException.class)
        .hasMessageContaining("'t' is of type q2_k")
        .hasMessageContaining("q6_k");
  }

  private static float[] read(TensorType type, byte[] bytes, long from, int count) {
    long elements = (long) bytes.length / type.blockBytes() * type.block();
    byte[] file =
        new GgufWriter()
            .text("general.architecture", "llama")
            .raw("t", type, bytes, elements)
            .bytes();
    float[] values = new float[count];
    try (Gguf gguf = Gguf.of("test", file)) {
      Dequantizer.read(gguf, gguf.tensor("t").orElseThrow(), from, count, values, 0);
    }
    return values;
  }

  /// Two blocks of scrambled bytes with scales near 0.1.
  private static byte[] blocks(TensorType type) {
    byte[] bytes = new byte[2 * type.blockBytes()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) ((i * 2654435761L + 12345) >> 13);
    }
    for (int block = 0; block < 2; block++) {
      int start = block * type.blockBytes();
      switch (type) {
        case Q4_0, Q5_0, Q8_0 -> scale(bytes, start, block, 0);
        case Q6_K -> scale(bytes, start + 208, block, 0);
        default -> {
          scale(bytes, start, block, 0);
          scale(bytes, start + 2, block, 1);
        }
      }
    }
    return bytes;
  }

  private static void scale(byte[] bytes, int at, int block, int index) {
    bytes[at] = (byte) (0x66 + block);
    bytes[at + 1] = (byte) (0x2E - index);
  }
}

package ponder.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import ponder.core.Seed;
import ponder.testkit.TinyGguf;
import ponder.tokenize.Bpe;

/// Reads ten thousand broken files: each is refused with a [GgufException] or can be read whole.
class GgufFuzzTest {
  private static final byte[] WHOLE = TinyGguf.standard().withMerges(40).bytes();

  /// Bytes before the tensors' data, where nearly everything that can go wrong is.
  private static final int HEAD = headBytes();

  @Test
  void brokenFilesAreRefusedOrReadable() {
    int refused = 0;
    for (int trial = 0; trial < 10_000; trial++) {
      Seed seed = new Seed(2026).split("mutation", trial);
      if (isRefused(mutated(seed))) {
        refused++;
      }
    }
    // Both ends of the scale are met: no mutation kind is always harmless or always fatal.
    assertThat(refused).isBetween(3_000, 9_900);
  }

  private static boolean isRefused(byte[] bytes) {
    try (Gguf gguf = Gguf.of("mutated", bytes)) {
      readEverything(gguf);
      GgufCheck.model(gguf);
      Bpe.from(gguf).encode("The tree's leaves <|im_end|>", true);
      return false;
    } catch (GgufException refusal) {
      assertThat(refusal).hasMessageContaining("'mutated' cannot be used: ");
      return true;
    }
  }

  /// Touches every value and every tensor's place; a bad one throws.
  private static void readEverything(Gguf gguf) {
    gguf.metadata().values().forEach(GgufFuzzTest::read);
    long bytes = gguf.tensors().stream().mapToLong(tensor -> gguf.data(tensor).byteSize()).sum();
    assertThat(bytes).isLessThanOrEqualTo(gguf.size());
    assertThat(gguf.parameters()).isNotNegative();
  }

  private static void read(Value value) {
    switch (value) {
      case Value.Numbers numbers -> {
        for (long i = 0; i < numbers.array().size(); i++) {
          numbers.array().real(i);
        }
      }
      case Value.Texts texts -> {
        for (int i = 0; i < texts.array().size(); i++) {
          texts.array().get(i);
        }
      }
      case Value.Nested nested -> nested.arrays().forEach(GgufFuzzTest::read);
      default -> assertThat(value.kind()).isNotEmpty();
    }
  }

  private static byte[] mutated(Seed seed) {
    byte[] bytes = WHOLE.clone();
    int mutations = 1 + below(seed, "count", 3);
    for (int i = 0; i < mutations; i++) {
      bytes = mutateOnce(bytes, seed.split("step", i));
    }
    return bytes;
  }

  private static byte[] mutateOnce(byte[] bytes, Seed seed) {
    if (bytes.length < 64) {
      return bytes;
    }
    int at = below(seed, "at", Math.min(HEAD, bytes.length - 32));
    switch (below(seed, "kind", 6)) {
      case 0 -> bytes[at] ^= (byte) (1 << below(seed, "bit", 8));
      case 1 -> bytes[at] = (byte) below(seed, "byte", 256);
      case 2 -> {
        return Arrays.copyOf(bytes, below(seed, "length", bytes.length));
      }
      case 3 -> ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(at, extreme(seed));
      case 4 ->
          ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(at, (int) extreme(seed));
      default -> {
        return duplicated(bytes, at, 1 + below(seed, "slice", 64));
      }
    }
    return bytes;
  }

  private static long extreme(Seed seed) {
    long[] values = {
      0,
      1,
      -1,
      Long.MAX_VALUE,
      Long.MIN_VALUE,
      Integer.MAX_VALUE,
      1L << 32,
      1L << 40,
      8,
      9,
      13,
      1 << 20
    };
    return values[below(seed, "extreme", values.length)];
  }

  private static byte[] duplicated(byte[] bytes, int at, int length) {
    int end = Math.min(bytes.length, at + length);
    byte[] longer = new byte[bytes.length + end - at];
    System.arraycopy(bytes, 0, longer, 0, end);
    System.arraycopy(bytes, at, longer, end, bytes.length - at);
    return longer;
  }

  private static int headBytes() {
    try (Gguf gguf = Gguf.of("whole", WHOLE)) {
      return (int) (gguf.size() - gguf.tensors().stream().mapToLong(TensorInfo::bytes).sum());
    }
  }

  private static int below(Seed seed, String key, int bound) {
    return (int) Long.remainderUnsigned(seed.split(key, 0).value(), bound);
  }
}

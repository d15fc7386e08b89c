package ponder.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Set;

/// Turns a tensor's stored elements into 32-bit numbers.
///
/// Elements come in blocks that share a scale (and in some types an offset); the K types pack eight
/// or sixteen small blocks with 6-bit or 8-bit scales of their own under one half-precision scale.
/// The layouts are those of ggml as llama.cpp v0.5.0 reads them; every product is rounded once, to
/// 32 bits, in the order that the reference code of the `gguf` package for Python takes.
public final class Dequantizer {
  private static final Set<TensorType> READABLE =
      Set.of(
          TensorType.F32,
          TensorType.F16,
          TensorType.BF16,
          TensorType.Q4_0,
          TensorType.Q4_1,
          TensorType.Q5_0,
          TensorType.Q5_1,
          TensorType.Q8_0,
          TensorType.Q4_K,
          TensorType.Q5_K,
          TensorType.Q6_K);

  private final byte[] bytes;
  private final float[] values;
  private int at;
  private int to;

  private Dequantizer(byte[] bytes, float[] values, int to) {
    this.bytes = bytes;
    this.values = values;
    this.to = to;
  }

  /// Whether elements of `type` can be read.
  public static boolean reads(TensorType type) {
    return READABLE.contains(type);
  }

  /// Checks that the elements of `tensor` can be read.
  ///
  /// @throws GgufException if they cannot, with the types that can
  public static void require(Gguf file, TensorInfo tensor) {
    if (!reads(tensor.type())) {
      throw file.bad(
          "tensor '%s' is of type %s; these can be read as numbers: %s."
              .formatted(tensor.name(), tensor.type(), READABLE.stream().sorted().toList()));
    }
  }

  /// Reads `count` elements of `tensor` from element `from` on into `into`, from `at` on.
  ///
  /// @param from and `count`, multiples of the type's block
  /// @throws GgufException if the type cannot be read
  /// @throws IndexOutOfBoundsException if the elements or their places are not there
  public static void read(
      Gguf file, TensorInfo tensor, long from, int count, float[] into, int at) {
    TensorType type = tensor.type();
    require(file, tensor);
    if (from % type.block() != 0 || count % type.block() != 0) {
      throw new IllegalArgumentException(
          "Elements [%d, %d) of tensor '%s' are no whole blocks of %d."
              .formatted(from, from + count, tensor.name(), type.block()));
    }
    MemorySegment stored =
        file.data(tensor)
            .asSlice(
                from / type.block() * type.blockBytes(),
                (long) count / type.block() * type.blockBytes());
    Dequantizer one = new Dequantizer(stored.toArray(ValueLayout.JAVA_BYTE), into, at);
    for (int block = 0; block < count / type.block(); block++) {
      one.block(type);
    }
  }

  private void block(TensorType type) {
    switch (type) {
      case F32 -> put(Float.intBitsToFloat(int32()));
      case F16 -> put(half());
      case BF16 -> put(Float.intBitsToFloat(int16() << 16));
      case Q4_0 -> nibbles(half(), 0, -8, false);
      case Q4_1 -> nibbles(half(), half(), 0, false);
      case Q5_0 -> nibbles(half(), 0, -16, true);
      case Q5_1 -> nibbles(half(), half(), 0, true);
      case Q8_0 -> bytes32(half());
      case Q4_K -> fourOrFiveBits(false);
      case Q5_K -> fourOrFiveBits(true);
      case Q6_K -> sixBits();
      default -> throw new AssertionError(type);
    }
  }

  /// 32 values of 4 bits, or 5 with the highest bits in a word of their own: the first half in the
  /// low nibbles, the second in the high ones. `scale * (q + shift) + least`.
  private void nibbles(float scale, float least, int shift, boolean fifth) {
    int high = fifth ? int32() : 0;
    for (int i = 0; i < 16; i++) {
      int packed = bytes[at + i];
      int first = (packed & 15) | (high >>> i & 1) << 4;
      int second = (packed >> 4 & 15) | (high >>> (i + 16) & 1) << 4;
      values[to + i] = scale * (first + shift) + least;
      values[to + i + 16] = scale * (second + shift) + least;
    }
    at += 16;
    to += 32;
  }

  private void bytes32(float scale) {
    for (int i = 0; i < 32; i++) {
      values[to++] = scale * bytes[at++];
    }
  }

  /// 256 values in eight blocks of 32, each with a scale and an offset of 6 bits.
  private void fourOrFiveBits(boolean fifth) {
    float scale = half();
    float offset = half();
    int scales = at;
    int high = at + 12;
    int low = high + (fifth ? 32 : 0);
    for (int block = 0; block < 8; block++) {
      float blockScale = scale * scaleBits(scales, block);
      float blockOffset = offset * offsetBits(scales, block);
      int nibbles = low + block / 2 * 32;
      int shift = block % 2 * 4;
      for (int i = 0; i < 32; i++) {
        int q = bytes[nibbles + i] >> shift & 15;
        if (fifth) {
          q |= (bytes[high + i] >> block & 1) << 4;
        }
        values[to++] = blockScale * q - blockOffset;
      }
    }
    at = low + 128;
  }

  private int scaleBits(int scales, int block) {
    return block < 4
        ? bytes[scales + block] & 63
        : bytes[scales + block + 4] & 15 | (bytes[scales + block - 4] >> 6 & 3) << 4;
  }

  private int offsetBits(int scales, int block) {
    return block < 4
        ? bytes[scales + block + 4] & 63
        : bytes[scales + block + 4] >> 4 & 15 | (bytes[scales + block] >> 6 & 3) << 4;
  }

  /// 256 values in sixteen blocks of 16, each with a scale of 8 bits; per half of 128 values, 64
  /// bytes of nibbles and 32 bytes with the two upper bits of four values each.
  private void sixBits() {
    int low = at;
    int high = at + 128;
    int scales = at + 192;
    at += 208;
    float scale = half();
    for (int i = 0; i < 256; i++) {
      int half = i / 128;
      int quarter = i % 128 / 32;
      int column = i % 32;
      int nibble = bytes[low + half * 64 + quarter % 2 * 32 + column] >> (quarter / 2 * 4) & 15;
      int upper = bytes[high + half * 32 + column] >> (quarter * 2) & 3;
      values[to++] = scale * bytes[scales + i / 16] * ((nibble | upper << 4) - 32);
    }
  }

  private void put(float value) {
    values[to++] = value;
  }

  private float half() {
    return Float.float16ToFloat((short) int16());
  }

  private int int16() {
    int value = (bytes[at] & 0xFF) | bytes[at + 1] << 8;
    at += 2;
    return value;
  }

  private int int32() {
    return (int16() & 0xFFFF) | int16() << 16;
  }
}

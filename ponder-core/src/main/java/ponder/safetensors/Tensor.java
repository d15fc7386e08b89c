package ponder.safetensors;

import java.nio.ByteBuffer;
import java.util.List;

/// A tensor in a [Safetensors] file.
///
/// @param name its name
/// @param type of its values
/// @param shape its dimensions, slowest first; empty for a single number
/// @param from its first byte behind the header
/// @param to the byte behind its last
public record Tensor(String name, Type type, List<Long> shape, long from, long to) {
  public Tensor {
    shape = List.copyOf(shape);
  }

  /// How many values it has.
  public long values() {
    return (to - from) / type.bytes;
  }

  /// A type of values, by the name that files call it.
  public enum Type {
    BOOL(1),
    U8(1),
    I8(1),
    F8_E5M2(1),
    F8_E4M3(1),
    U16(2),
    I16(2),
    F16(2),
    BF16(2),
    U32(4),
    I32(4),
    F32(4),
    U64(8),
    I64(8),
    F64(8);

    private final int bytes;

    Type(int bytes) {
      this.bytes = bytes;
    }

    /// Bytes of one value.
    public int bytes() {
      return bytes;
    }

    boolean floating() {
      return this == F16 || this == BF16 || this == F32 || this == F64;
    }

    /// Value `index` of `buffer`, which holds values of this type.
    float value(ByteBuffer buffer, int index) {
      return switch (this) {
        case F16 -> Float.float16ToFloat(buffer.getShort(2 * index));
        case BF16 -> Float.intBitsToFloat(buffer.getShort(2 * index) << 16);
        case F32 -> buffer.getFloat(4 * index);
        case F64 -> (float) buffer.getDouble(8 * index);
        case BOOL, U8, I8, F8_E5M2, F8_E4M3, U16, I16, U32, I32, U64, I64 ->
            throw new IllegalStateException("Values of type " + this + " are not read.");
      };
    }
  }
}

package ponder.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// An array of numbers (or flags, as 0 and 1) in a mapped file. Safe to share between threads.
///
/// Every access throws [IllegalStateException] once the [Gguf] is closed.
public final class NumberArray {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final ValueType type;
  private final MemorySegment data;

  NumberArray(ValueType type, MemorySegment data) {
    this.type = type;
    this.data = data;
  }

  public ValueType type() {
    return type;
  }

  public long size() {
    return data.byteSize() / type.bytes();
  }

  /// The whole number at `index`; of a real type, its value cut towards zero.
  public long whole(long index) {
    long at = at(index);
    return switch (type) {
      case UINT8, BOOL -> data.get(ValueLayout.JAVA_BYTE, at) & 0xFF;
      case INT8 -> data.get(ValueLayout.JAVA_BYTE, at);
      case UINT16 -> data.get(SHORT, at) & 0xFFFF;
      case INT16 -> data.get(SHORT, at);
      case UINT32 -> data.get(INT, at) & 0xFFFF_FFFFL;
      case INT32 -> data.get(INT, at);
      case UINT64, INT64 -> data.get(LONG, at);
      case FLOAT32, FLOAT64 -> (long) real(index);
      case STRING, ARRAY -> throw new AssertionError(type);
    };
  }

  /// The number at `index`.
  public double real(long index) {
    long at = at(index);
    return switch (type) {
      case FLOAT32 -> Float.intBitsToFloat(data.get(INT, at));
      case FLOAT64 -> Double.longBitsToDouble(data.get(LONG, at));
      default -> whole(index);
    };
  }

  private long at(long index) {
    return java.util.Objects.checkIndex(index, size()) * type.bytes();
  }
}

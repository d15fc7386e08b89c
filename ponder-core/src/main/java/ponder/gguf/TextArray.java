package ponder.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// An array of strings in a mapped file. Safe to share between threads.
///
/// Holds eight bytes a string; each reading decodes anew. Every access throws
/// [IllegalStateException] once the [Gguf] is closed.
public final class TextArray {
  private static final ValueLayout.OfLong LENGTH =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final MemorySegment file;
  private final long[] starts;

  /// @param starts where each string's length field lies
  TextArray(MemorySegment file, long[] starts) {
    this.file = file;
    this.starts = starts;
  }

  public int size() {
    return starts.length;
  }

  /// The string at `index`; what is not UTF-8 in it appears as U+FFFD.
  public String get(int index) {
    return new String(bytes(index), StandardCharsets.UTF_8);
  }

  /// The bytes of the string at `index`.
  public byte[] bytes(int index) {
    long start = starts[index];
    return file.asSlice(start + 8, file.get(LENGTH, start)).toArray(ValueLayout.JAVA_BYTE);
  }
}

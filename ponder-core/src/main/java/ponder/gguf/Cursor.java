package ponder.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Reads a file front to back; no length is believed before the bytes are there.
final class Cursor {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final String name;
  private final MemorySegment file;
  private long at;

  Cursor(String name, MemorySegment file) {
    this.name = name;
    this.file = file;
  }

  MemorySegment file() {
    return file;
  }

  long at() {
    return at;
  }

  long left() {
    return file.byteSize() - at;
  }

  int int32(String what) {
    return file.get(INT, take(4, what));
  }

  long int64(String what) {
    return file.get(LONG, take(8, what));
  }

  /// A length or count, each unit of which takes at least `unitBytes` of the file.
  long count(String what, int unitBytes) {
    long value = int64(what);
    if (value < 0 || value > left() / unitBytes) {
      throw bad(
          "%s (%s) is more than the %d bytes left at byte %d can hold."
              .formatted(what, Long.toUnsignedString(value), left(), at));
    }
    return value;
  }

  /// Where `bytes` more bytes begin; they are passed over.
  long take(long bytes, String what) {
    if (bytes > left()) {
      throw bad(
          "it is truncated at byte %d, where %s needs %d bytes and %d are left."
              .formatted(file.byteSize(), what, bytes, left()));
    }
    long start = at;
    at += bytes;
    return start;
  }

  /// A name: printable UTF-8, `1` to `most` bytes.
  String name(String what, int most) {
    long length = count("the length of " + what, 1);
    if (length < 1 || length > most) {
      throw bad("the length of %s (%d) must lie in [1, %d].".formatted(what, length, most));
    }
    byte[] bytes = bytes(length, what);
    String text = decode(bytes, what);
    if (text.chars().anyMatch(c -> c < 0x20 || c == 0x7F)) {
      throw bad("%s holds a control character.".formatted(what));
    }
    return text;
  }

  /// A string; what is not UTF-8 in it appears as U+FFFD.
  String text(String what) {
    long length = count("the length of " + what, 1);
    if (length > Integer.MAX_VALUE - 16) {
      throw bad("the length of %s (%d) is above 2 GiB.".formatted(what, length));
    }
    return new String(bytes(length, what), StandardCharsets.UTF_8);
  }

  /// Passes over a string.
  void skipText(String what) {
    take(count("the length of " + what, 1), what);
  }

  GgufException bad(String problem) {
    return new GgufException(message(problem));
  }

  GgufException bad(String problem, Throwable cause) {
    return new GgufException(message(problem), cause);
  }

  private String message(String problem) {
    return "'%s' cannot be used: %s".formatted(name, problem);
  }

  private byte[] bytes(long length, String what) {
    return file.asSlice(take(length, what), length).toArray(ValueLayout.JAVA_BYTE);
  }

  private String decode(byte[] bytes, String what) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw bad(what + " is not UTF-8.", e);
    }
  }
}

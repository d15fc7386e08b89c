package ponder.gguf;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The types of metadata values; the ordinal is the number in the file.
///
/// Source: the GGUF specification, version 3.
public enum ValueType {
  UINT8(1),
  INT8(1),
  UINT16(2),
  INT16(2),
  UINT32(4),
  INT32(4),
  FLOAT32(4),
  BOOL(1),
  STRING(0),
  ARRAY(0),
  UINT64(8),
  INT64(8),
  FLOAT64(8);

  private static final ValueType[] BY_ID = values();

  private final int bytes;

  ValueType(int bytes) {
    this.bytes = bytes;
  }

  /// Bytes of one value; 0 for strings and arrays, whose length varies.
  public int bytes() {
    return bytes;
  }

  boolean isReal() {
    return this == FLOAT32 || this == FLOAT64;
  }

  boolean isWhole() {
    return bytes > 0 && !isReal() && this != BOOL;
  }

  /// The type numbered `id`, or null if there is none.
  static @Nullable ValueType byId(int id) {
    return id >= 0 && id < BY_ID.length ? BY_ID[id] : null;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

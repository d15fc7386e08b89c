package ponder.engine;

/// Decodes UTF-8 byte by byte.
///
/// A code point is given out with its last byte. Bytes that can no longer become one are given out
/// as U+FFFD, one for each longest piece that began like a code point (the Unicode Standard,
/// section 3.9, "substitution of maximal subparts"), which is what `new String(bytes, UTF_8)` does
/// with the whole. Not thread-safe.
final class Utf8 {
  static final int REPLACEMENT = 0xFFFD;

  /// Takes what was decoded.
  interface Sink {
    /// @param codePoint never a surrogate
    /// @param end how many bytes had been fed at its last byte
    void accept(int codePoint, int end);
  }

  private final Sink sink;
  private int fed;
  private int missing;
  private int value;
  private int lowest = 0x80;
  private int highest = 0xBF;

  Utf8(Sink sink) {
    this.sink = sink;
  }

  /// How many bytes have been fed.
  int fed() {
    return fed;
  }

  void feed(byte signed) {
    int b = signed & 0xFF;
    if (missing > 0) {
      if (b >= lowest && b <= highest) {
        fed++;
        take(b);
        return;
      }
      missing = 0;
      sink.accept(REPLACEMENT, fed);
    }
    fed++;
    begin(b);
  }

  private void take(int b) {
    value = value << 6 | (b & 0x3F);
    lowest = 0x80;
    highest = 0xBF;
    if (--missing == 0) {
      boolean surrogate = value >= Character.MIN_SURROGATE && value <= Character.MAX_SURROGATE;
      sink.accept(surrogate ? REPLACEMENT : value, fed);
    }
  }

  private void begin(int b) {
    lowest = 0x80;
    highest = 0xBF;
    if (b < 0x80) {
      sink.accept(b, fed);
    } else if (b >= 0xC2 && b <= 0xDF) {
      missing = 1;
      value = b & 0x1F;
    } else if (b >= 0xE0 && b <= 0xEF) {
      missing = 2;
      value = b & 0x0F;
      lowest = b == 0xE0 ? 0xA0 : 0x80; // shorter forms exist
    } else if (b >= 0xF0 && b <= 0xF4) {
      missing = 3;
      value = b & 0x07;
      lowest = b == 0xF0 ? 0x90 : 0x80; // shorter forms exist
      highest = b == 0xF4 ? 0x8F : 0xBF; // beyond U+10FFFF
    } else {
      sink.accept(REPLACEMENT, fed);
    }
  }
}

package ponder.tokenize;

/// The character that stands for each byte in the token texts of a byte-level vocabulary.
///
/// Printable bytes of Latin-1 stand for themselves, the other 68 for U+0100 onwards, in order.
/// Source: Radford et al. 2019, "Language models are unsupervised multitask learners" (GPT-2).
final class ByteAlphabet {
  private static final char[] TO_CHAR = new char[256];
  private static final short[] TO_BYTE = new short[0x200];

  static {
    java.util.Arrays.fill(TO_BYTE, (short) -1);
    char next = 0x100;
    for (int b = 0; b < 256; b++) {
      TO_CHAR[b] = isPrintable(b) ? (char) b : next++;
      TO_BYTE[TO_CHAR[b]] = (short) b;
    }
  }

  private ByteAlphabet() {}

  private static boolean isPrintable(int b) {
    return (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xFF && b != 0xAD);
  }

  static char toChar(int unsignedByte) {
    return TO_CHAR[unsignedByte];
  }

  /// The byte that `character` stands for, or -1 if none.
  static int toByte(int character) {
    return character < TO_BYTE.length ? TO_BYTE[character] : -1;
  }

  /// The text in which `bytes[0, length)` appear in a vocabulary.
  static String write(byte[] bytes) {
    char[] chars = new char[bytes.length];
    for (int i = 0; i < chars.length; i++) {
      chars[i] = TO_CHAR[bytes[i] & 0xFF];
    }
    return new String(chars);
  }
}

package ponder.catalog;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPInputStream;

/// Reads the regular files of a gzip-compressed tar archive, in order.
///
/// Reads what npm writes: POSIX ustar headers (IEEE Std 1003.1, pax, "ustar Interchange Format"),
/// with pax extended headers where a name is long. Header checksums are verified. Links, devices
/// and GNU's own extensions are refused by name, since a package of libraries has none; folders are
/// passed over. Names are given as they stand: whoever writes files by them must check them.
final class TarGz {
  private static final int BLOCK = 512;
  private static final int MOST_PAX = 1 << 20;

  private TarGz() {}

  /// Takes one file; `content` ends where the file ends and may be left unread.
  interface Taker {
    void take(String name, InputStream content) throws IOException;
  }

  /// Hands every regular file to `taker`.
  ///
  /// @throws IOException if the archive is cut short, damaged or of another kind
  static void read(InputStream compressed, Taker taker) throws IOException {
    var in = new GZIPInputStream(compressed, 1 << 16);
    String longName = "";
    while (true) {
      byte[] header = in.readNBytes(BLOCK);
      if (header.length < BLOCK) {
        throw new EOFException("the archive is cut short");
      }
      if (isEmpty(header)) {
        return;
      }
      check(header);
      long size = octal(header, 124, 12);
      var content = new Part(in, size);
      switch (header[156]) {
        case '0', 0 -> {
          taker.take(longName.isEmpty() ? name(header) : longName, content);
          longName = "";
        }
        case 'x' -> longName = paxPath(content, size);
        case '5', 'g' -> longName = "";
        default ->
            throw new IOException(
                "entry %s of kind '%c' is not a regular file"
                    .formatted(name(header), (char) header[156]));
      }
      content.finish();
      in.skipNBytes((BLOCK - size % BLOCK) % BLOCK);
    }
  }

  private static boolean isEmpty(byte[] header) {
    for (byte b : header) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  /// The sum of all bytes, those of the checksum itself taken as blanks.
  private static void check(byte[] header) throws IOException {
    long sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      sum += i >= 148 && i < 156 ? ' ' : header[i] & 0xff;
    }
    if (sum != octal(header, 148, 8)) {
      throw new IOException("an entry's header is damaged");
    }
  }

  private static long octal(byte[] header, int from, int length) throws IOException {
    String digits = text(header, from, length).strip();
    if (!digits.matches("[0-7]{0,12}")) {
      throw new IOException("an entry's header has a number that is none");
    }
    return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
  }

  private static String name(byte[] header) {
    String prefix = text(header, 345, 155);
    String name = text(header, 0, 100);
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  private static String text(byte[] header, int from, int length) {
    int end = from;
    while (end < from + length && header[end] != 0) {
      end++;
    }
    return new String(header, from, end - from, StandardCharsets.UTF_8);
  }

  /// The `path` among records of the form `LENGTH KEY=VALUE` and a line break; empty if none. A
  /// `size` record, for files above 8 GiB, is refused.
  private static String paxPath(InputStream content, long size) throws IOException {
    if (size > MOST_PAX) {
      throw new IOException("an extended header is too large");
    }
    String path = "";
    String records = new String(content.readAllBytes(), StandardCharsets.UTF_8);
    for (String record : List.of(records.split("\n"))) {
      String field = record.substring(record.indexOf(' ') + 1);
      if (field.startsWith("size=")) {
        throw new IOException("an entry is too large");
      }
      if (field.startsWith("path=")) {
        path = field.substring("path=".length());
      }
    }
    return path;
  }

  /// The next `left` bytes of a stream.
  private static final class Part extends InputStream {
    private final InputStream in;
    private long left;

    Part(InputStream in, long size) {
      this.in = in;
      this.left = size;
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (left == 0) {
        return length == 0 ? 0 : -1;
      }
      int n = in.read(bytes, offset, (int) Math.min(length, left));
      if (n < 0) {
        throw new EOFException("the archive is cut short");
      }
      left -= n;
      return n;
    }

    void finish() throws IOException {
      in.skipNBytes(left);
      left = 0;
    }
  }
}

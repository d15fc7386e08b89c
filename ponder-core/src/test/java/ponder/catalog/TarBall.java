package ponder.catalog;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;

/// Writes tar archives as npm does, and broken ones.
final class TarBall {
  private final ByteArrayOutputStream tar = new ByteArrayOutputStream();

  TarBall file(String name, byte[] content) {
    return entry(name, '0', content);
  }

  TarBall entry(String name, char kind, byte[] content) {
    var header = new byte[512];
    put(header, 0, name);
    put(header, 100, "0000644\0");
    put(header, 124, "%011o".formatted(content.length));
    put(header, 257, "ustar\00000");
    header[156] = (byte) kind;
    put(header, 148, "        ");
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xff;
    }
    put(header, 148, "%06o\0 ".formatted(sum));
    tar.writeBytes(header);
    tar.writeBytes(content);
    tar.writeBytes(new byte[(512 - content.length % 512) % 512]);
    return this;
  }

  /// The records of a pax header for the next entry.
  TarBall pax(String field) {
    int length = field.length() + 3;
    length = length + Integer.toString(length).length() - 1;
    return entry("PaxHeader", 'x', (length + " " + field + "\n").getBytes(StandardCharsets.UTF_8));
  }

  byte[] raw() {
    return tar.toByteArray();
  }

  byte[] end() {
    var whole = new ByteArrayOutputStream();
    whole.writeBytes(raw());
    whole.writeBytes(new byte[1024]);
    return compressed(whole.toByteArray());
  }

  static byte[] compressed(byte[] bytes) {
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toByteArray();
  }

  private static void put(byte[] header, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }
}

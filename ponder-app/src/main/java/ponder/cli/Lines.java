package ponder.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Reads a stream line by line, however long it or its lines are: what is beyond [#LONGEST] bytes
/// of a line is read and thrown away. Not thread-safe.
final class Lines {
  /// A line is no longer, in bytes.
  static final int LONGEST = 8 << 20;

  private static final int BUFFER = 1 << 16;
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER];
  private int at;
  private int filled;
  private long count;

  Lines(InputStream in) {
    this.in = in;
  }

  /// One line without its break.
  ///
  /// @param number counts from 1
  /// @param text null if `problem` says why there is none
  /// @param problem null if there is none
  record Line(long number, @Nullable String text, @Nullable String problem) {}

  /// The next line; null after the last.
  @Nullable Line next() {
    try {
      if (at == filled && !fill()) {
        return null;
      }
      var line = new ByteArrayOutputStream();
      long length = 0;
      boolean ended = false;
      while (!ended && (at < filled || fill())) {
        int end = at;
        while (end < filled && buffer[end] != '\n') {
          end++;
        }
        length += end - at;
        line.write(buffer, at, Math.min(end - at, LONGEST - line.size()));
        ended = end < filled;
        at = ended ? end + 1 : end;
      }
      return line(line.toByteArray(), length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Whether more can be read without waiting for whoever writes the stream.
  boolean ready() {
    try {
      return at < filled || in.available() > 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean fill() throws IOException {
    at = 0;
    filled = Math.max(0, in.read(buffer));
    return filled > 0;
  }

  private Line line(byte[] bytes, long length) {
    count++;
    if (length > LONGEST) {
      return new Line(count, null, "it has %d bytes, more than %d".formatted(length, LONGEST));
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      boolean marked = count == 1 && text.startsWith(BYTE_ORDER_MARK);
      return new Line(count, marked ? text.substring(1) : text, null);
    } catch (CharacterCodingException _) {
      return new Line(count, null, "it is not UTF-8 text");
    }
  }
}

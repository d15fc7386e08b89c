package ponder.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The data of server-sent events, as they come (WHATWG HTML, "Server-sent events").
///
/// Comments, names and ids are skipped. Used by one thread.
final class ServerEvents {
  private static final int LONGEST = 16 << 20;

  private final InputStream in;
  private final byte[] buffer = new byte[8192];
  private int at;
  private int end;

  ServerEvents(InputStream in) {
    this.in = in;
  }

  /// The next event's data; null at the end. An event that the end cuts off is dropped.
  ///
  /// @throws IOException if the connection breaks or an event is longer than 16 MiB
  @Nullable String next() throws IOException {
    StringBuilder data = new StringBuilder();
    for (String line = line(); line != null; line = line()) {
      if (line.isEmpty() && !data.isEmpty()) {
        return data.substring(0, data.length() - 1);
      }
      if (line.startsWith("data:")) {
        data.append(line, line.startsWith("data: ") ? 6 : 5, line.length()).append('\n');
        if (data.length() > LONGEST) {
          throw new IOException("an event of more than %d characters".formatted(LONGEST));
        }
      }
    }
    return null;
  }

  private @Nullable String line() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int b = read(); b >= 0; b = read()) {
      if (b == '\n') {
        String line = bytes.toString(StandardCharsets.UTF_8);
        return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
      }
      bytes.write(b);
      if (bytes.size() > LONGEST) {
        throw new IOException("a line of more than %d bytes".formatted(LONGEST));
      }
    }
    return null;
  }

  private int read() throws IOException {
    if (at == end) {
      end = in.read(buffer);
      at = 0;
      if (end <= 0) {
        end = 0;
        return -1;
      }
    }
    return buffer[at++] & 0xFF;
  }
}

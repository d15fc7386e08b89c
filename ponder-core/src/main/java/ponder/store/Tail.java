package ponder.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// Reads a stream to its end on a thread of its own and keeps the last part.
///
/// A platform thread, since reading a pipe holds on to its carrier; a daemon, since a process that
/// outlives its parent can keep a pipe open for ever.
final class Tail {
  private static final int KEPT = 256 << 10;

  private final byte[] ring = new byte[KEPT];
  private final Thread reader;
  private long total;

  Tail(InputStream stream) {
    reader = Thread.ofPlatform().daemon().name("ponder-tool").start(() -> drain(stream));
  }

  /// What was read by the stream's end, or by now if that does not come within `limit`.
  String await(Duration limit) throws InterruptedException {
    reader.join(limit);
    synchronized (ring) {
      int length = (int) Math.min(total, KEPT);
      var bytes = new byte[length];
      for (int i = 0; i < length; i++) {
        bytes[i] = ring[(int) ((total - length + i) % KEPT)];
      }
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  private void drain(InputStream stream) {
    var buffer = new byte[8192];
    try (stream) {
      for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
        keep(buffer, n);
      }
    } catch (IOException e) {
      // The process was killed: what came before is what there is.
      return;
    }
  }

  private void keep(byte[] buffer, int n) {
    synchronized (ring) {
      for (int i = 0; i < n; i++) {
        ring[(int) (total++ % KEPT)] = buffer[i];
      }
    }
  }
}

package ponder.catalog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import ponder.core.Seed;
import ponder.store.FileHash;
import ponder.store.Home;

/// What the tests of pulling share: a home, a file's content, an order for it, recorded waits.
final class Pulling {
  static final int SIZE = 300_000;

  final Home home;
  final byte[] content = content(1);
  final List<Duration> waits = new CopyOnWriteArrayList<>();
  final Heard heard = new Heard();
  Map<String, String> environment = Map.of();
  Disk disk = Disk.REAL;
  Duration idle = Duration.ofSeconds(20);

  Pulling(Path folder) {
    home = new Home(folder.resolve("home"));
  }

  static byte[] content(long seed) {
    var bytes = ByteBuffer.allocate(SIZE);
    for (int i = 0; bytes.remaining() >= 8; i++) {
      bytes.putLong(new Seed(seed).split("bytes", i).value());
    }
    return bytes.array();
  }

  static String sha256(byte[] content) {
    return HexFormat.of().formatHex(FileHash.sha256().digest(content));
  }

  Path target() {
    return home.models().resolve("tiny.gguf");
  }

  /// With size and hash, as the catalogue's entries have.
  Order order(String... sources) {
    return new Order("tiny", target(), SIZE, sha256(content), sources(sources), Order.Shelf.MODEL);
  }

  /// Without, as a reference has.
  Order unknown(String... sources) {
    return new Order("tiny", target(), 0, null, sources(sources), Order.Shelf.MODEL);
  }

  Pulled pull(Order order) {
    return puller().pull(order, heard);
  }

  Puller puller() {
    var limit = Duration.ofSeconds(10);
    var timing = new Timing(limit, limit, idle, 5, Duration.ofMillis(500), waits::add);
    return new Puller(home, environment, disk, timing);
  }

  /// What is left in the folder of partial files, locks aside.
  List<String> left() throws IOException {
    try (Stream<Path> files = Files.list(home.models().resolve(".partial"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.endsWith(".lock"))
          .sorted()
          .toList();
    }
  }

  private static List<Source> sources(String... sources) {
    return Stream.of(sources).map(Source::parse).toList();
  }

  /// Keeps what a pull said.
  static final class Heard implements Progress {
    final List<String> notes = new CopyOnWriteArrayList<>();
    final List<Long> counts = new ArrayList<>();
    long total = -1;

    @Override
    public void at(long bytes, long total) {
      counts.add(bytes);
      this.total = total;
    }

    @Override
    public void note(String sentence) {
      notes.add(sentence);
    }
  }

  /// A disk that says how much is free and then takes `room` bytes.
  static final class SmallDisk implements Disk {
    private final long free;
    private long room;

    SmallDisk(long free, long room) {
      this.free = free;
      this.room = room;
    }

    @Override
    public long free(Path folder) {
      return free;
    }

    @Override
    public WritableByteChannel append(Path file) throws IOException {
      WritableByteChannel real = Disk.REAL.append(file);
      return new WritableByteChannel() {
        @Override
        public int write(ByteBuffer bytes) throws IOException {
          if (room == 0) {
            throw new IOException("No space left on device");
          }
          int n = (int) Math.min(room, bytes.remaining());
          room -= n;
          real.write(bytes.slice(bytes.position(), n));
          bytes.position(bytes.position() + n);
          return n;
        }

        @Override
        public boolean isOpen() {
          return real.isOpen();
        }

        @Override
        public void close() throws IOException {
          real.close();
        }
      };
    }
  }
}

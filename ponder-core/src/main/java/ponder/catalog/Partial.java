package ponder.catalog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ponder.model.EngineException;
import ponder.store.Durable;

/// A file on its way, with a stamp beside it that says what it is the beginning of, so that a later
/// pull can go on where this one ended.
///
/// What is there may be continued if the same content is certain to follow: either the wanted hash
/// is known and unchanged (a wrong continuation is then found out at the end), or the server and
/// its entity tag are the same (the server then refuses to continue another content).
///
/// The disk's failures end the whole pull and leave what has arrived: another source would not
/// help.
final class Partial {
  /// Left free for others: a disk filled to the last byte breaks more than a pull.
  private static final long SPARE = 16L << 20;

  private static final String NONE = "-";

  private final Path folder;
  private final Path file;
  private final Path stampFile;
  private final Disk disk;
  private final Order order;
  private @Nullable String serverHash;

  Partial(Path folder, Order order, Disk disk) {
    this.folder = folder;
    Path shelf = folder.resolveSibling("");
    String key = shelf.relativize(order.target()).toString().replaceAll("[/\\\\]", "--");
    this.file = folder.resolve(key + ".part");
    this.stampFile = folder.resolve(key + ".stamp");
    this.disk = disk;
    this.order = order;
  }

  /// What the bytes that are there belong to.
  private record Stamp(String source, String tag, String sha256) {}

  Path file() {
    return file;
  }

  /// A new folder for what this file is taken out of; the caller deletes it. One that a killed
  /// process left is deleted here: the name is ours by the lock.
  Path newFolder() throws IOException {
    Path inside = file.resolveSibling(file.getFileName() + ".parts");
    Durable.delete(inside);
    return Files.createDirectory(inside);
  }

  Path lock() {
    return file.resolveSibling(file.getFileName() + ".lock");
  }

  /// Bytes that are there.
  long size() {
    try {
      return Files.exists(file) ? Files.size(file) : 0;
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /// From which byte on `source` may go on; what is there is deleted if it may not.
  long resumeFrom(Source source) {
    Stamp stamp = stamp();
    boolean sameSource = stamp != null && stamp.source.equals(source.toString());
    boolean usable =
        stamp != null
            && (order.sha256() != null
                ? stamp.sha256.equals(order.sha256())
                : sameSource && !stamp.tag.equals(NONE));
    boolean tooLong = order.size() > 0 && size() > order.size();
    if (!usable || tooLong) {
      delete();
    }
    return size();
  }

  /// The entity tag of what is there, if it came from `source` and has a strong one.
  @Nullable String tag(Source source) {
    Stamp stamp = stamp();
    return stamp != null && stamp.source.equals(source.toString()) && !stamp.tag.equals(NONE)
        ? stamp.tag
        : null;
  }

  /// Opens the file to go on writing, and stamps it.
  ///
  /// @param tag the entity tag that the server gave; null or weak if it cannot be relied on
  Writer open(Source source, @Nullable String tag) {
    boolean strong = tag != null && tag.startsWith("\"") && tag.length() < 500;
    String sha256 = order.sha256();
    var lines = List.of(source.toString(), strong ? tag : NONE, sha256 == null ? NONE : sha256);
    try {
      Durable.write(stampFile, String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
      return new Writer(disk.append(file));
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /// Makes sure that `bytes` more fit on the disk.
  void needRoom(long bytes) {
    try {
      long free = disk.free(folder);
      if (free < bytes + SPARE) {
        throw new EngineException(
            "%s needs %s more, but the disk of %s has only %s free. Maybe make room, or set PONDER_HOME to a folder on another disk."
                .formatted(order.name(), Sizes.text(bytes), folder, Sizes.text(free)));
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /// The SHA-256 that the server states for the file; null if it states none.
  @Nullable String serverHash() {
    return serverHash;
  }

  void stateHash(@Nullable String sha256) {
    serverHash = sha256;
  }

  void delete() {
    try {
      Files.deleteIfExists(file);
      Files.deleteIfExists(stampFile);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /// Puts the whole file in place.
  void finish() throws IOException {
    Durable.move(file, order.target());
    Files.deleteIfExists(stampFile);
  }

  private @Nullable Stamp stamp() {
    try {
      List<String> lines = Files.readAllLines(stampFile);
      return lines.size() == 3 ? new Stamp(lines.get(0), lines.get(1), lines.get(2)) : null;
    } catch (IOException e) {
      // None, or not text: what it belongs to is not known.
      return null;
    }
  }

  private EngineException failed(IOException e) {
    if (e instanceof ClosedByInterruptException) {
      return interrupted(e);
    }
    return new EngineException(
        "%s cannot be written to %s: %s. What has arrived (%s) is kept, and the next pull goes on from there. Maybe make room, or set PONDER_HOME to a folder on another disk."
            .formatted(order.name(), file, String.valueOf(e.getMessage()), Sizes.text(arrived())),
        e);
  }

  /// To be thrown when the pulling thread is interrupted; the caller keeps the flag set.
  EngineException interrupted(Exception cause) {
    return new EngineException(
        "The pull of %s was interrupted. What has arrived (%s) is kept, and the next pull goes on from there."
            .formatted(order.name(), Sizes.text(arrived())),
        cause);
  }

  private long arrived() {
    return file.toFile().length();
  }

  /// The open file.
  final class Writer implements AutoCloseable {
    private final WritableByteChannel channel;

    private Writer(WritableByteChannel channel) {
      this.channel = channel;
    }

    void write(ByteBuffer bytes) {
      try {
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      } catch (IOException e) {
        throw failed(e);
      }
    }

    @Override
    public void close() {
      try {
        channel.close();
      } catch (IOException e) {
        throw failed(e);
      }
    }
  }
}

package ponder.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import ponder.model.EngineException;

/// SHA-256 of files, remembered so that a model of gigabytes is read once and not at every start.
///
/// A remembered hash holds for a file of the same path, size, time of change (nanoseconds) and
/// inode. Programs that rewrite a file in place within one tick of the file system's clock would
/// escape that, so a file changed within the last two seconds is hashed but not remembered (the
/// rule by which version control treats "racily clean" files). The memory is a text file in the
/// home, one line a file, last used last, at most 1,000 lines; it is replaced as a whole under a
/// lock, so two processes do not lose each other's lines, and what cannot be read in it is dropped.
/// Where the home cannot be written to, every call computes.
///
/// Thread-safe.
public final class FileHash {
  private static final int MOST_LINES = 1_000;
  private static final int BUFFER = 1 << 20;
  private static final Duration SETTLED = Duration.ofSeconds(2);
  private static final Pattern LINE =
      Pattern.compile("([0-9a-f]{64}) (\\d+) (-?\\d+) (\\S+) ([^\\r\\n]+)");

  private final Home home;

  public FileHash(Home home) {
    this.home = home;
  }

  /// One remembered hash; `mark` is what must be unchanged for it to hold.
  private record Entry(String sha256, Mark mark) {
    String line() {
      return sha256 + " " + mark.size + " " + mark.changed + " " + mark.inode + " " + mark.path;
    }
  }

  private record Mark(long size, long changed, String inode, String path) {
    static Mark of(Path file) throws IOException {
      var attributes = Files.readAttributes(file, BasicFileAttributes.class);
      Object key = attributes.fileKey();
      return new Mark(
          attributes.size(),
          attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS),
          key == null ? "-" : key.toString().replaceAll("\\s", ""),
          file.toString());
    }

    boolean settledAt(Instant now) {
      var before = now.minus(SETTLED);
      return TimeUnit.SECONDS.toNanos(before.getEpochSecond()) + before.getNano() > changed;
    }
  }

  /// The SHA-256 of `file`'s content, lower-case hex.
  ///
  /// Cost: reading the file, unless remembered.
  ///
  /// @throws EngineException if the file cannot be read, changes while it is read, or the thread is
  ///   interrupted
  public String sha256(Path file) {
    try {
      Path real = file.toRealPath();
      Mark mark = Mark.of(real);
      Optional<String> known = recall(mark);
      if (known.isPresent()) {
        return known.get();
      }
      boolean settled = mark.settledAt(Instant.now());
      String sha256 = compute(real);
      if (!Mark.of(real).equals(mark)) {
        throw new EngineException("The file " + file + " changed while it was read.");
      }
      if (settled && !mark.path.matches("(?s).*[\\r\\n].*")) {
        remember(new Entry(sha256, mark));
      }
      return sha256;
    } catch (NoSuchFileException e) {
      throw new EngineException("There is no file " + file + ".", e);
    } catch (IOException e) {
      throw new EngineException("The file %s cannot be read: %s".formatted(file, e), e);
    }
  }

  /// The SHA-256 of `file`'s content, lower-case hex, computed without the memory.
  public static String compute(Path file) throws IOException {
    MessageDigest digest = sha256();
    var buffer = ByteBuffer.allocate(BUFFER);
    try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (channel.read(buffer.clear()) >= 0) {
        digest.update(buffer.flip());
      }
    } catch (ClosedByInterruptException e) {
      throw new EngineException("Reading " + file + " was interrupted.", e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /// The SHA-256 of a file, or of a folder: that of the lines `HASH NAME` of its files, by name.
  public static String computeAll(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return compute(path);
    }
    StringBuilder lines = new StringBuilder();
    try (Stream<Path> files = Files.list(path)) {
      for (Path one : files.filter(Files::isRegularFile).sorted().toList()) {
        lines.append(compute(one)).append(' ').append(one.getFileName()).append('\n');
      }
    }
    byte[] text = lines.toString().getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(sha256().digest(text));
  }

  /// A new SHA-256.
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256.", e);
    }
  }

  private Path memory() {
    return home.root().resolve("hashes");
  }

  private Optional<String> recall(Mark mark) {
    return read().stream().filter(entry -> entry.mark.equals(mark)).map(Entry::sha256).findFirst();
  }

  /// Every line that reads as an entry; none if there is no memory or it is not text.
  private List<Entry> read() {
    try {
      return Files.readString(memory()).lines().flatMap(FileHash::parse).toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static Stream<Entry> parse(String line) {
    var matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      return Stream.empty();
    }
    try {
      long size = Long.parseLong(matcher.group(2));
      long changed = Long.parseLong(matcher.group(3));
      return Stream.of(
          new Entry(matcher.group(1), new Mark(size, changed, matcher.group(4), matcher.group(5))));
    } catch (NumberFormatException e) {
      return Stream.empty();
    }
  }

  /// Best effort: a hash that cannot be remembered is still right.
  private void remember(Entry entry) {
    if (!home.writable()) {
      return;
    }
    try {
      home.make(home.root());
      try (var lock = Lock.hold(home.root().resolve("hashes.lock"), () -> {})) {
        var entries = new ArrayList<>(read());
        entries.removeIf(old -> old.mark.path.equals(entry.mark.path));
        entries.add(entry);
        var last = entries.subList(Math.max(0, entries.size() - MOST_LINES), entries.size());
        String text = String.join("\n", last.stream().map(Entry::line).toList()) + "\n";
        Durable.write(memory(), text.getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException | EngineException e) {
      // The next call computes again.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

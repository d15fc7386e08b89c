package ponder.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.UUID;

/// Puts files and folders in place so that a reader, or the next start after a crash, sees the old
/// one or the new one whole.
///
/// The content is forced to disk before the name is changed: otherwise a power cut may leave the
/// new name on an empty file. The folder is forced afterwards where the system can do that; where
/// it cannot (Windows), the rename may be lost in a crash, but never half done.
public final class Durable {
  private Durable() {}

  /// Writes `content` to `target` through a neighbouring temporary file.
  public static void write(Path target, byte[] content) throws IOException {
    // Not createTempFile: its files can be read by nobody else, and so could the target.
    Path temporary =
        folderOf(target).resolve(".%s.%s.new".formatted(target.getFileName(), UUID.randomUUID()));
    try {
      try (var channel =
          FileChannel.open(temporary, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
        var bytes = ByteBuffer.wrap(content);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      }
      move(temporary, target);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /// Moves a file, or a folder whose files were forced by the caller, to `target` on the same file
  /// system; a file there is replaced.
  public static void move(Path from, Path target) throws IOException {
    if (Files.isRegularFile(from)) {
      force(from);
    }
    Files.move(from, target, StandardCopyOption.ATOMIC_MOVE);
    forceFolder(folderOf(target));
  }

  /// Forces a file's content to disk.
  public static void force(Path file) throws IOException {
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  private static Path folderOf(Path target) {
    return Objects.requireNonNull(target.toAbsolutePath().getParent(), "a root is no target");
  }

  private static void forceFolder(Path folder) {
    try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Windows opens no folders; the rename itself has happened.
      return;
    }
  }

  /// Deletes a file, or a folder and all in it; links are removed, not followed.
  public static void delete(Path path) throws IOException {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      try (var children = Files.newDirectoryStream(path)) {
        for (Path child : children) {
          delete(child);
        }
      }
    }
    Files.deleteIfExists(path);
  }
}

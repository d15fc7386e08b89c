package ponder.catalog;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/// Cuts files into pieces that fit through a narrow door, each in a folder of its own: `p1`, `p2`,
/// and so on. Joined in the order of their names they are the file again.
final class Pieces {
  private static final int BUFFER = 1 << 20;

  private final Path folder;
  private final long size;
  private final List<String> sums = new ArrayList<>();
  private int folders;

  /// @param size most bytes of a piece
  Pieces(Path folder, long size) {
    this.folder = folder;
    this.size = size;
  }

  /// Cuts `file` into `name.000`, `name.001`, ...
  void cut(Path file, String name) throws IOException {
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(file)) {
      int number = 0;
      long left = Files.size(file);
      do {
        String piece = String.format(Locale.ROOT, "%s.%03d", name, number++);
        left -= piece(in, piece, Math.min(left, size), buffer);
      } while (left > 0);
    }
  }

  private long piece(InputStream in, String name, long bytes, byte[] buffer) throws IOException {
    MessageDigest digest = sha256();
    long left = bytes;
    try (OutputStream out = Files.newOutputStream(next().resolve(name))) {
      while (left > 0) {
        int count = in.readNBytes(buffer, 0, (int) Math.min(left, BUFFER));
        if (count == 0) {
          throw new IOException("a file became shorter while it was read");
        }
        digest.update(buffer, 0, count);
        out.write(buffer, 0, count);
        left -= count;
      }
    }
    sums.add(HexFormat.of().formatHex(digest.digest()) + "  " + name);
    return bytes;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private Path next() throws IOException {
    return Files.createDirectories(folder.resolve("p" + ++folders));
  }

  /// A line `hash name` for each piece, as `sha256sum` reads them.
  List<String> sums() {
    return List.copyOf(sums);
  }

  /// How many folders there are.
  int folders() {
    return folders;
  }
}

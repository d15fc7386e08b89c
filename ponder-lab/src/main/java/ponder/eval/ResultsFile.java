package ponder.eval;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import ponder.model.EngineException;
import ponder.store.Durable;

/// Problems' results as a file of JSON lines, read and written one at a time.
public final class ResultsFile {
  private ResultsFile() {}

  /// Every result of a file, in its order.
  ///
  /// @throws EngineException if the file cannot be read, or naming the line that is no result, torn
  ///   off, or of an index that came before
  public static List<ProblemResult> read(Path file) {
    List<ProblemResult> results = new ArrayList<>();
    try (Reader reader = open(file)) {
      reader.forEachRemaining(results::add);
    }
    return List.copyOf(results);
  }

  /// Opens a file to read one result after the other; the caller closes it.
  ///
  /// @throws EngineException if it cannot be read
  public static Reader open(Path file) {
    return new Reader(file, false);
  }

  /// The results that a process which was killed while it wrote has left: a last line that is torn
  /// off is left out. Empty if there is no such file.
  ///
  /// @throws EngineException as [#read] does, but for the torn line
  static List<ProblemResult> salvage(Path file) {
    if (!Files.exists(file)) {
      return List.of();
    }
    List<ProblemResult> results = new ArrayList<>();
    try (Reader reader = new Reader(file, true)) {
      reader.forEachRemaining(results::add);
    }
    return List.copyOf(results);
  }

  /// Replaces the file by one that holds `results`; a reader sees the old one or the new one.
  ///
  /// @throws EngineException if it cannot be written
  static void write(Path file, List<ProblemResult> results) {
    StringBuilder text = new StringBuilder();
    results.forEach(result -> text.append(ResultJson.line(result)).append('\n'));
    try {
      Durable.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw EvalFolder.unwritable(file, e);
    }
  }

  /// Opens a file to add results; made if missing.
  ///
  /// @throws EngineException if it cannot be written
  static Writer append(Path file) {
    return new Writer(file);
  }

  /// Adds results to a file. Each is written whole and flushed, so a killed process leaves at most
  /// one torn line at the end. Used by one thread at a time.
  static final class Writer implements AutoCloseable {
    private final Path file;
    private final BufferedWriter writer;

    private Writer(Path file) {
      this.file = file;
      try {
        writer =
            Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      } catch (IOException e) {
        throw EvalFolder.unwritable(file, e);
      }
    }

    void add(ProblemResult result) {
      try {
        writer.write(ResultJson.line(result) + '\n');
        writer.flush();
      } catch (IOException e) {
        throw EvalFolder.unwritable(file, e);
      }
    }

    @Override
    public void close() {
      try {
        writer.close();
      } catch (IOException e) {
        throw EvalFolder.unwritable(file, e);
      }
    }
  }

  /// Reads results one by one. Used by one thread; blank lines are skipped.
  public static final class Reader implements Iterator<ProblemResult>, AutoCloseable {
    private final Path file;
    private final boolean lenient;
    private final BufferedReader reader;
    private int line;
    private @Nullable ProblemResult next;

    private Reader(Path file, boolean lenient) {
      this.file = file;
      this.lenient = lenient;
      try {
        reader = Files.newBufferedReader(file);
      } catch (IOException e) {
        throw unreadable(e);
      }
      try {
        next = advance();
      } catch (RuntimeException e) {
        close();
        throw e;
      }
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    /// @throws EngineException if the line after it is no result
    @Override
    public ProblemResult next() {
      ProblemResult result = next;
      if (result == null) {
        throw new NoSuchElementException("There is no result after line %d.".formatted(line));
      }
      next = advance();
      return result;
    }

    private @Nullable ProblemResult advance() {
      try {
        for (String text = readLine(); text != null; text = readLine()) {
          if (!text.isBlank()) {
            return parse(text);
          }
        }
        return null;
      } catch (IOException e) {
        throw unreadable(e);
      }
    }

    private @Nullable String readLine() throws IOException {
      line++;
      return reader.readLine();
    }

    private @Nullable ProblemResult parse(String text) throws IOException {
      try {
        return ResultJson.read(text, new Fields.Line(line, file));
      } catch (IllegalArgumentException e) {
        boolean torn = reader.read() < 0 && !endsInLineBreak();
        if (torn && lenient) {
          return null;
        }
        String hint = torn ? " Maybe it was torn off; run the evaluation again to go on." : "";
        throw new EngineException(e.getMessage() + hint, e);
      }
    }

    private boolean endsInLineBreak() throws IOException {
      try (var bytes = Files.newByteChannel(file)) {
        ByteBuffer last = ByteBuffer.allocate(1);
        bytes.position(Math.max(0, bytes.size() - 1)).read(last);
        return last.get(0) == '\n';
      }
    }

    private EngineException unreadable(IOException e) {
      return new EngineException("The results %s cannot be read.".formatted(file), e);
    }

    @Override
    public void close() {
      try {
        reader.close();
      } catch (IOException e) {
        throw unreadable(e);
      }
    }
  }
}

package ponder.testkit;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A second process, to be spoken with and killed: a class of this class path, or a program.
///
/// Its error output comes with its standard output. Used by one thread.
public final class Child implements AutoCloseable {
  private final Process process;
  private final BufferedReader output;
  private final BufferedWriter input;
  private final List<String> heard = new ArrayList<>();

  private Child(Process process) {
    this.process = process;
    this.output = process.inputReader();
    this.input = process.outputWriter();
  }

  /// Starts the `main` method of `type`.
  public static Child start(Class<?> type, String... arguments) {
    List<String> command = new ArrayList<>(JavaRun.java(System.getProperty("java.class.path")));
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m"));
    command.add(type.getName());
    command.addAll(List.of(arguments));
    return start(command);
  }

  /// Starts a program of this machine.
  public static Child start(List<String> command) {
    try {
      return new Child(new ProcessBuilder(command).redirectErrorStream(true).start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The next line it prints; null once it has ended.
  public @Nullable String line() {
    try {
      String line = output.readLine();
      if (line != null) {
        heard.add(line);
      }
      return line;
    } catch (IOException e) {
      return null; // it was killed in the middle of a line
    }
  }

  /// Reads up to the line that begins with `beginning`, and returns what follows there.
  ///
  /// @throws AssertionError with all it printed if it ends before
  public String await(String beginning) {
    for (String line = line(); line != null; line = line()) {
      if (line.startsWith(beginning)) {
        return line.substring(beginning.length());
      }
    }
    throw new AssertionError(
        "The child ended without '%s':%n%s".formatted(beginning, String.join("\n", heard)));
  }

  /// Gives it a line on its standard input.
  public void say(String line) {
    try {
      input.write(line);
      input.newLine();
      input.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Kills it at once (SIGKILL where there are signals) and waits until it is gone.
  public void kill() {
    process.destroyForcibly();
    boolean interrupted = false;
    while (process.isAlive()) {
      try {
        process.waitFor();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// All lines read so far.
  public List<String> heard() {
    return List.copyOf(heard);
  }

  @Override
  public void close() {
    kill();
    try {
      Objects.requireNonNull(output).close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

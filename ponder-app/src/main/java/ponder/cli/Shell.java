package ponder.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import ponder.model.Cancellation;
import ponder.store.Home;

/// What a command sees of the outside: its streams, its environment, its terminal and the switch
/// that ends it early. Tests give their own.
///
/// @param in what `-` reads; UTF-8
/// @param out results only; UTF-8
/// @param err progress, notes and errors; UTF-8
/// @param environment the environment variables
/// @param outIsTerminal whether a person reads `out`
/// @param errIsTerminal whether a person reads `err`, so that bars may be drawn
/// @param columns width of the terminal; 80 if unknown
/// @param cancellation thrown by Ctrl-C
public record Shell(
    InputStream in,
    PrintStream out,
    PrintStream err,
    Map<String, String> environment,
    boolean outIsTerminal,
    boolean errIsTerminal,
    int columns,
    Cancellation cancellation) {
  private static final int USUAL_COLUMNS = 80;

  public Shell {
    environment = Map.copyOf(environment);
  }

  /// A shell without a terminal.
  public static Shell of(
      InputStream in, PrintStream out, PrintStream err, Map<String, String> environment) {
    return new Shell(in, out, err, environment, false, false, USUAL_COLUMNS, new Cancellation());
  }

  /// The shell around this process. The property `ponder.terminal`, set by the start script, lists
  /// which streams are terminals and how wide the error stream's is: `in,out,err,80`.
  static Shell ofProcess() {
    List<String> terminal = List.of(System.getProperty("ponder.terminal", "").split(","));
    return new Shell(
        System.in,
        utf8(FileDescriptor.out),
        utf8(FileDescriptor.err),
        System.getenv(),
        terminal.contains("out"),
        terminal.contains("err"),
        columns(terminal.getLast()),
        new Cancellation());
  }

  private static PrintStream utf8(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
  }

  private static int columns(String text) {
    boolean number =
        !text.isEmpty() && text.length() < 6 && text.chars().allMatch(Character::isDigit);
    int columns = number ? Integer.parseInt(text) : 0;
    return columns > 0 ? columns : USUAL_COLUMNS;
  }

  /// The user's folder.
  Home home() {
    return Home.of(environment);
  }

  /// The same, but what a command would print as its result goes to the people who watch.
  Shell talking() {
    return new Shell(
        in, err, err, environment, errIsTerminal, errIsTerminal, columns, cancellation);
  }

  /// Writes a line for people, at once.
  void note(String line) {
    err.println(line);
    err.flush();
  }
}

package ponder.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// Runs what commands commonly begin with, so that the start script can record which classes they
/// need (an ahead-of-time cache, JEP 514) and later starts load those from one file.
///
/// Prints nothing and reads no one's home: the one it names does not exist.
final class Rehearsal {
  private static final List<List<String>> COMMANDS =
      List.of(
          List.of("--help"),
          List.of("solve", "--help"),
          List.of("generat"),
          List.of("models", "list"),
          List.of("models", "list", "--json"),
          List.of("natives", "list"),
          List.of("journal", "ls", "--json"),
          List.of("doctor", "--quick"),
          List.of("solve", "2+2?", "--no-journal", "--library", "/nonexistent"));

  private Rehearsal() {}

  public static void main(String[] args) {
    PrintStream nowhere =
        new PrintStream(PrintStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    Map<String, String> nobody = Map.of("PONDER_HOME", "/nonexistent/ponder", "PATH", "");
    for (List<String> command : COMMANDS) {
      Ponder.run(
          command.toArray(String[]::new), InputStream.nullInputStream(), nowhere, nowhere, nobody);
    }
  }
}

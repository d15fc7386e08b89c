package ponder.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Collection;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import ponder.core.Nearest;
import ponder.model.EngineException;
import ponder.store.JournalException;

/// Turns exceptions into one line on the error stream and an exit code.
///
/// Wrong input is a usage error (2): what picocli refuses and every [IllegalArgumentException],
/// since the checks of our records speak that way. All else is 3. What happens after Ctrl-C is its
/// consequence, whatever it looks like, and gives 130.
final class Failures {
  private Failures() {}

  /// Reports arguments that cannot be understood, with the nearest that can.
  static int usage(ParameterException e, Shell shell) {
    CommandSpec command = e.getCommandLine().getCommandSpec();
    List<String> unknown = e.getCommandLine().getUnmatchedArguments();
    String line = unknown.isEmpty() ? sentence(e, command) : unknown(unknown.getFirst(), command);
    shell.note("ponder: " + oneLine(line));
    return Ponder.USAGE;
  }

  private static String unknown(String typed, CommandSpec command) {
    boolean option = typed.startsWith("-") && typed.length() > 1;
    String name = option && typed.contains("=") ? typed.substring(0, typed.indexOf('=')) : typed;
    String kind = option || command.subcommands().isEmpty() ? "%s '%s'" : "command '%2$s'";
    Collection<String> known =
        option ? command.optionsMap().keySet() : command.subcommands().keySet();
    return "Unknown "
        + kind.formatted(option ? "option" : "argument", name)
        + "."
        + Nearest.to(name, known)
            .map(near -> " Maybe '" + near + "' was meant.")
            .orElse(help(command));
  }

  private static String sentence(ParameterException e, CommandSpec command) {
    String message = String.valueOf(e.getMessage());
    if (message.contains(" Maybe ")) {
      return message;
    }
    return message + (message.endsWith(".") ? "" : ".") + help(command);
  }

  private static String help(CommandSpec command) {
    return " Maybe see '" + command.qualifiedName(" ") + " --help'.";
  }

  /// Reports what a command threw; returns the exit code.
  static int report(Throwable thrown, Shell shell, boolean debug) {
    if (debug) {
      thrown.printStackTrace(shell.err());
    }
    if (shell.cancellation().isCancelled()) {
      shell.note("ponder: interrupted.");
      return Ponder.INTERRUPTED;
    }
    shell.note("ponder: " + oneLine(message(thrown)));
    return thrown instanceof IllegalArgumentException ? Ponder.USAGE : Ponder.FAILED;
  }

  private static String message(Throwable thrown) {
    return switch (thrown) {
      case IllegalArgumentException e -> said(e);
      case EngineException e -> said(e);
      case JournalException e -> said(e);
      case UncheckedIOException e when e.getCause() != null -> message(e.getCause());
      case NoSuchFileException e -> "There is no file '" + e.getFile() + "'.";
      case AccessDeniedException e -> "'" + e.getFile() + "' must not be read or written by you.";
      case FileSystemException e -> said(e) + ".";
      case IOException e -> said(e);
      case OutOfMemoryError e ->
          "Java's memory is used up: %s. Maybe set PONDER_JAVA_OPTS=-Xmx4g.".formatted(said(e));
      default ->
          "Something unforeseen happened: %s. Maybe run it again with --debug and report what it shows."
              .formatted(thrown);
    };
  }

  private static String said(Throwable thrown) {
    String message = thrown.getMessage();
    return message == null || message.isBlank() ? thrown.getClass().getSimpleName() : message;
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}

package ponder.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/// The command line as a function: arguments and streams in, exit code out.
///
/// Nothing here ends the process or touches the JVM's own streams, so that tests and other programs
/// can call it. Exit codes: 0 done, 1 finished without an answer, 2 usage error, 3 engine, model or
/// data error, 130 interrupted.
public final class Ponder {
  public static final int DONE = 0;
  public static final int NO_ANSWER = 1;
  public static final int USAGE = 2;
  public static final int FAILED = 3;
  public static final int INTERRUPTED = 130;

  private Ponder() {}

  /// Runs a command without a terminal.
  public static int run(
      String[] args,
      InputStream in,
      PrintStream out,
      PrintStream err,
      Map<String, String> environment) {
    return run(args, Shell.of(in, out, err, environment));
  }

  /// Runs a command; returns its exit code.
  public static int run(String[] args, Shell shell) {
    RootCommand root = new RootCommand();
    CommandLine line = Commands.line(root, shell);
    line.setOut(new PrintWriter(shell.out(), true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(shell.err(), true, StandardCharsets.UTF_8))
        .setColorScheme(CommandLine.Help.defaultColorScheme(ansi(shell)))
        .setUsageHelpWidth(Math.clamp(shell.columns(), 80, 110))
        .setParameterExceptionHandler((e, given) -> Failures.usage(e, shell))
        .setExecutionExceptionHandler((e, ran, result) -> Failures.report(e, shell, root.debug));
    int code = execute(line, args, root, shell);
    shell.out().flush();
    shell.err().flush();
    return code;
  }

  /// Errors of the JVM, such as too little memory or natives that do not link, are reported like
  /// exceptions; picocli passes them on.
  private static int execute(CommandLine line, String[] args, RootCommand root, Shell shell) {
    try {
      return line.execute(args);
    } catch (OutOfMemoryError | LinkageError e) {
      return Failures.report(e, shell, root.debug);
    }
  }

  private static Ansi ansi(Shell shell) {
    boolean plain = shell.environment().getOrDefault("NO_COLOR", "").isEmpty();
    return shell.outIsTerminal() && plain ? Ansi.ON : Ansi.OFF;
  }
}

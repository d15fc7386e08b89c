package ponder.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Where the process begins and ends: the only class that exits.
///
/// Ctrl-C starts the JVM's shutdown, whose hook cancels what runs and waits for it to put its
/// affairs in order; the JVM itself then ends with 128 + the signal's number, which is 130. A
/// second Ctrl-C changes nothing, so the wait is bounded.
public final class Main {
  private static final int PATIENCE_SECONDS = 10;

  private Main() {}

  /// Runs the command that `args` name and exits with its code.
  public static void main(String[] args) {
    // Engines log what the user should know; one line each, like our own notes.
    System.setProperty("java.util.logging.SimpleFormatter.format", "warning: %5$s%6$s%n");
    Shell shell = Shell.ofProcess();
    CountDownLatch done = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> cancelAndAwait(shell, done), "ponder-shutdown"));
    int code = Ponder.run(args, shell);
    shell.out().flush();
    shell.err().flush();
    done.countDown();
    System.exit(code);
  }

  private static void cancelAndAwait(Shell shell, CountDownLatch done) {
    if (done.getCount() == 0) {
      return;
    }
    shell.cancellation().cancel();
    try {
      if (!done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        shell.err().println("ponder: did not stop within " + PATIENCE_SECONDS + " s; leaving.");
        shell.err().flush();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package ponder.cli;

import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import ponder.eval.EvalProgress;
import ponder.eval.Evaluation;

/// Shows on the error stream how an evaluation goes on: on a terminal a bar that is written over,
/// with the problem begun last at its end as far as there is room, else a line now and then.
final class EvalView implements AutoCloseable {
  private static final long BAR_MILLIS = 500;
  private static final long LINE_MILLIS = 30_000;
  private static final int BAR = 20;

  private final Evaluation evaluation;
  private final Shell shell;
  private final CountDownLatch over = new CountDownLatch(1);
  private final @Nullable Thread thread;
  private volatile @Nullable Pulse newest;
  private int told = -1;

  /// @param quiet whether to show nothing
  EvalView(Evaluation evaluation, Shell shell, boolean quiet) {
    this.evaluation = evaluation;
    this.shell = shell;
    if (shell.errIsTerminal() && !quiet) {
      evaluation.watch(this::pulse);
    }
    thread = quiet ? null : Thread.ofVirtual().start(this::watch);
  }

  private Pulse pulse() {
    Pulse pulse = new Pulse();
    newest = pulse;
    return pulse;
  }

  private void watch() {
    long millis = shell.errIsTerminal() ? BAR_MILLIS : LINE_MILLIS;
    try {
      while (!over.await(millis, TimeUnit.MILLISECONDS)) {
        show(evaluation.progress());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      shell.note("note: progress is no longer shown: " + e.getMessage());
    }
  }

  private void show(EvalProgress progress) {
    if (shell.errIsTerminal()) {
      Pulse pulse = newest;
      String tree = pulse == null ? "" : pulse.tree();
      String line = bar(progress) + " " + line(progress) + (tree.isEmpty() ? "" : "; now " + tree);
      shell.err().print("\r\033[K" + Ink.cut(line, shell.columns() - 1));
      shell.err().flush();
    } else if (progress.done() != told) {
      told = progress.done();
      shell.note(line(progress));
    }
  }

  private static String bar(EvalProgress progress) {
    int full = (int) ((long) BAR * progress.done() / progress.problems());
    return "[" + "=".repeat(full) + " ".repeat(BAR - full) + "]";
  }

  /// `12 of 50 problems, 41.7 % ± 25.6 % right, 1 failed, 210 tokens/s, batch 97 % full, 3 min
  /// left`.
  static String line(EvalProgress progress) {
    StringBuilder line = new StringBuilder();
    line.append(progress.done()).append(" of ").append(progress.problems()).append(" problems");
    if (progress.done() > 0) {
      line.append(
          String.format(
              Locale.ROOT,
              ", %.1f %% ± %.1f %% right",
              100 * progress.accuracy(),
              100 * progress.halfWidth()));
    }
    if (progress.failed() > 0) {
      line.append(", ").append(progress.failed()).append(" failed");
    }
    line.append(String.format(Locale.ROOT, ", %.0f tokens/s", progress.tokensPerSecond()));
    if (progress.batchShare() > 0) {
      line.append(String.format(Locale.ROOT, ", batch %.0f %% full", 100 * progress.batchShare()));
    }
    if (!Double.isNaN(progress.secondsLeft())) {
      line.append(", ").append(time(progress.secondsLeft())).append(" left");
    }
    return line.toString();
  }

  /// A time in the two largest units that people need: `45 s`, `3 min`, `2 h 5 min`.
  static String time(double seconds) {
    long whole = Math.round(seconds);
    if (whole < 90) {
      return whole + " s";
    }
    long minutes = Math.round(seconds / 60);
    return minutes < 60 ? minutes + " min" : minutes / 60 + " h " + minutes % 60 + " min";
  }

  @Override
  public void close() {
    if (thread == null) {
      return;
    }
    over.countDown();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (shell.errIsTerminal()) {
      shell.err().print("\r\033[K");
      shell.err().flush();
    }
  }
}

package ponder.cli;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import ponder.catalog.Progress;
import ponder.catalog.Sizes;

/// Shows on the error stream how a pull goes on: a bar on a terminal, else one line when it begins.
///
/// The bar appears with the first bytes, so that a pull that finds everything there shows nothing.
final class Bar implements Progress, AutoCloseable {
  private static final int MILLIS = 200;
  private static final long MEGABYTE = 1_000_000;

  private final String name;
  private final Shell shell;
  private boolean begun;
  private @Nullable ProgressBar bar;

  Bar(String name, Shell shell) {
    this.name = name;
    this.shell = shell;
  }

  @Override
  public void at(long bytes, long total) {
    if (!begun) {
      begun = true;
      begin(bytes, total);
    }
    if (bar != null) {
      bar.maxHint(total == 0 ? -1 : total);
      bar.stepTo(bytes);
    }
  }

  private void begin(long bytes, long total) {
    if (shell.errIsTerminal()) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(name)
              .setInitialMax(total == 0 ? -1 : total)
              .startsFrom(bytes, java.time.Duration.ZERO)
              .setUnit(" MB", MEGABYTE)
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(MILLIS)
              .setConsumer(new ConsoleProgressBarConsumer(shell.err(), shell.columns() - 1))
              .build();
    } else {
      shell.note("fetching " + name + (total == 0 ? "" : " (" + Sizes.text(total) + ")"));
    }
  }

  @Override
  public void note(String sentence) {
    shell.note((bar == null ? "" : "\n") + sentence);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}

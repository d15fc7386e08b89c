package ponder.cli;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ponder.core.Event;
import ponder.core.TraceSink;
import ponder.model.FinishReason;

/// What a person sees while a run goes on: on a terminal the first sample's text as it comes, then
/// a line that tells how the search goes on, written over in place, and warnings.
///
/// Samples run side by side; showing more than one of them would tear their texts apart.
final class SolveView implements TraceSink {
  private static final int NONE = -1;
  private static final Set<String> FINISHED =
      Stream.of(FinishReason.values())
          .filter(FinishReason::finished)
          .map(FinishReason::json)
          .collect(Collectors.toSet());

  private final Shell shell;
  private final boolean streams;
  private int shown = NONE;
  private boolean lineOpen;
  private boolean counted;

  /// Null if nobody is to see a line of progress; then nothing is kept for it.
  private final @Nullable Pulse pulse;

  private int finished;
  private @Nullable String run;

  /// @param streams whether to show text as it comes
  /// @param quiet whether to show no progress
  SolveView(Shell shell, boolean streams, boolean quiet) {
    this.shell = shell;
    this.streams = streams;
    pulse = shell.errIsTerminal() && !quiet ? new Pulse() : null;
  }

  @Override
  public synchronized void accept(Event event) {
    if (pulse != null) {
      pulse.accept(event);
    }
    switch (event) {
      case Event.Started started -> run = started.run();
      case Event.Opened opened ->
          shown = shown == NONE && opened.node() > 0 ? opened.node() : shown;
      case Event.Text text -> show(text);
      case Event.Closed closed -> close(closed);
      case Event.Warned warned -> {
        clear();
        shell.note("warning: " + warned.message());
      }
      case Event.Scored scored -> {}
      case Event.Visited visited -> {}
      case Event.Pruned pruned -> {}
      case Event.Progress progress -> count(progress);
      case Event.Finished finished -> clear();
    }
  }

  /// One line of the error stream, written over by the next; not while text is shown.
  private void count(Event.Progress progress) {
    if (pulse != null && !lineOpen && progress.wanted() > 1) {
      String line = Ink.cut(pulse.line(), shell.columns() - 1);
      clear();
      shell.err().print(line);
      shell.err().flush();
      counted = true;
    }
  }

  private void clear() {
    if (counted) {
      shell.err().print("\r\033[K");
      shell.err().flush();
      counted = false;
    }
  }

  private void show(Event.Text text) {
    if (streams && text.node() == shown) {
      clear();
      shell.out().print(text.delta());
      shell.out().flush();
      lineOpen = true;
    }
  }

  private void close(Event.Closed closed) {
    finished += FINISHED.contains(closed.finish()) ? 1 : 0;
    if (closed.node() == shown && lineOpen) {
      shell.out().println();
      lineOpen = false;
    }
  }

  /// How many samples came to their own end, so that a journal keeps them.
  synchronized int finished() {
    return finished;
  }

  /// The run's id; null if it has not begun.
  synchronized @Nullable String run() {
    return run;
  }

  /// The node whose text was shown; -1 if none was.
  synchronized int shown() {
    return streams ? shown : NONE;
  }
}

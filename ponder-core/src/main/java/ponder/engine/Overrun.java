package ponder.engine;

import org.jspecify.annotations.Nullable;

/// Ends a forward that nobody waits for any more.
///
/// A step of prefill can take seconds on a large model. If all its rows belong to one call, and
/// that call is cancelled or late, or if the engine is closed, then the rest of the forward is
/// computed for nothing, so the backend is asked to abort it ([Backend#abortAt]). A forward with
/// rows of several calls runs to its end: what one of them has lost is the others' progress.
///
/// Thread-safe. One lock orders "the forward is over" and "it is no longer wanted", so that a late
/// cancellation never hits the next forward.
final class Overrun {
  private final Backend backend;
  private @Nullable Ticket alone;
  private long closeBy = Long.MAX_VALUE;

  Overrun(Backend backend) {
    this.backend = backend;
  }

  /// Before a forward. On the engine's thread.
  ///
  /// @param only the call that all its rows belong to; null if there are several
  synchronized void begin(@Nullable Ticket only) {
    alone = only;
    backend.abortAt(due());
  }

  /// After a forward; whether it was to be aborted by `now`. On the engine's thread.
  synchronized boolean end(long now) {
    boolean wanted = due() <= now;
    alone = null;
    backend.abortAt(due());
    return wanted;
  }

  /// Notes that nobody waits for `ticket` any more. Any thread.
  synchronized void withdraw(Ticket ticket) {
    ticket.withdrawn = true;
    if (ticket == alone) {
      backend.abortAt(due());
    }
  }

  /// Notes that the engine closes at `nanoTime`. Any thread.
  synchronized void close(long nanoTime) {
    closeBy = nanoTime;
    backend.abortAt(due());
  }

  private long due() {
    Ticket only = alone;
    if (only == null) {
      return closeBy;
    }
    return only.withdrawn ? Long.MIN_VALUE : Math.min(closeBy, only.deadline());
  }
}

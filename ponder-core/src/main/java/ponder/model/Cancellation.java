package ponder.model;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A switch that ends running calls; thrown once, it stays.
///
/// Thread-safe. Calls that share a cancellation end together, each within one step of its engine.
public final class Cancellation {
  private final List<Runnable> actions = new CopyOnWriteArrayList<>();
  private volatile boolean cancelled;

  /// Ends every call that carries this cancellation; idempotent.
  public void cancel() {
    cancelled = true;
    for (Runnable action : actions) {
      if (actions.remove(action)) {
        action.run();
      }
    }
  }

  public boolean isCancelled() {
    return cancelled;
  }

  /// Runs `action` once when cancelled, at once if it already is. The returned handle withdraws it.
  public Runnable onCancel(Runnable action) {
    actions.add(action);
    if (cancelled && actions.remove(action)) {
      action.run();
    }
    return () -> actions.remove(action);
  }
}

package ponder.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// How a request is carried out: things that change when and how a result arrives, never what it
/// is.
///
/// @param listener hears of progress
/// @param cancellation ends the call early
/// @param deadline when the call ends at the latest, with what it has; null for none
/// @param priority higher goes first; 0 is usual
/// @param owner whose share of the engine the call uses; callers with different owners get equal
///   shares
public record Call(
    Listener listener,
    Cancellation cancellation,
    @Nullable Instant deadline,
    int priority,
    String owner) {

  /// A plain call: no listener, no deadline, never cancelled.
  public static Call plain() {
    return new Call(Listener.NONE, new Cancellation(), null, 0, "");
  }

  public Call withListener(Listener value) {
    return new Call(value, cancellation, deadline, priority, owner);
  }

  public Call withCancellation(Cancellation value) {
    return new Call(listener, value, deadline, priority, owner);
  }

  public Call withDeadline(@Nullable Instant value) {
    return new Call(listener, cancellation, value, priority, owner);
  }

  public Call withPriority(int value) {
    return new Call(listener, cancellation, deadline, value, owner);
  }

  public Call withOwner(String value) {
    return new Call(listener, cancellation, deadline, priority, value);
  }
}

package ponder.core;

/// Receives a run's events.
///
/// Called from any thread, several at a time while texts stream; implementations are thread-safe
/// and quick, and an exception they throw ends the run.
@FunctionalInterface
public interface TraceSink {
  TraceSink NONE = event -> {};

  void accept(Event event);

  /// A sink that tells this one first and then `next`.
  default TraceSink and(TraceSink next) {
    return event -> {
      accept(event);
      next.accept(event);
    };
  }
}

package ponder.catalog;

import java.time.Duration;

/// How patient a pull is.
///
/// @param connect longest wait for a connection
/// @param answer longest wait for the head of an answer
/// @param idle longest wait for the next bytes of a body
/// @param attempts failures in a row that end the tries at one source; bytes gained start the count
///   anew
/// @param firstPause wait after the first failure; doubled after each, up to half a minute
/// @param pause how to wait
record Timing(
    Duration connect,
    Duration answer,
    Duration idle,
    int attempts,
    Duration firstPause,
    Pause pause) {
  static final Timing USUAL =
      new Timing(
          Duration.ofSeconds(20),
          Duration.ofSeconds(60),
          Duration.ofSeconds(60),
          5,
          Duration.ofMillis(500),
          Thread::sleep);

  private static final Duration LONGEST = Duration.ofSeconds(30);

  /// Waits.
  interface Pause {
    void of(Duration duration) throws InterruptedException;
  }

  /// The wait after the `failures`-th failure in a row, or longer if the server `asked` for it, but
  /// never longer than half a minute.
  Duration after(int failures, Duration asked) {
    Duration own = firstPause.multipliedBy(1L << Math.min(failures - 1, 20));
    Duration wanted = own.compareTo(asked) > 0 ? own : asked;
    return wanted.compareTo(LONGEST) > 0 ? LONGEST : wanted;
  }
}

package ponder.http;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import ponder.core.Seed;

/// How long to wait between tries: twice as long after each failure, from half a second to half a
/// minute, less up to a half at random so that calls that failed together do not come back
/// together; longer if the server says so.
///
/// @param tries most tries, the first included
/// @param total longest time from the first failure to the last try
/// @param clock tells the time and waits
record Patience(int tries, Duration total, Clock clock) {
  private static final Duration FIRST = Duration.ofMillis(500);
  private static final Duration LONGEST = Duration.ofSeconds(30);

  /// Time, which tests replace.
  interface Clock {
    Clock SYSTEM =
        new Clock() {
          @Override
          public long nanos() {
            return System.nanoTime();
          }

          @Override
          public void sleep(Duration duration) throws InterruptedException {
            Thread.sleep(duration);
          }
        };

    long nanos();

    void sleep(Duration duration) throws InterruptedException;
  }

  /// The wait after the `failed`-th failed try, counted from 1.
  ///
  /// @param seed of this call alone
  static Duration pause(int failed, @Nullable Duration asked, Seed seed) {
    Duration whole = FIRST.multipliedBy(1L << Math.min(failed - 1, 10));
    if (whole.compareTo(LONGEST) > 0) {
      whole = LONGEST;
    }
    double random = (seed.split("pause", failed).value() >>> 11) * 0x1p-53;
    Duration own = Duration.ofNanos((long) (whole.toNanos() * (1 - random / 2)));
    return asked == null || asked.compareTo(own) < 0 ? own : asked;
  }

  /// One call's tries.
  final class Tries {
    private final Seed seed;
    private int failed;
    private long firstFailure;

    Tries(Seed seed) {
      this.seed = seed;
    }

    /// Waits before the next try.
    ///
    /// @return false, without waiting, if there is none
    boolean again(Failure failure) throws InterruptedException {
      if (failed++ == 0) {
        firstFailure = clock.nanos();
      }
      Duration pause = pause(failed, failure.retryAfter(), seed);
      long end = clock.nanos() - firstFailure + pause.toNanos();
      if (!failure.passing() || failed >= tries || end > total.toNanos()) {
        return false;
      }
      clock.sleep(pause);
      return true;
    }

    int failed() {
      return failed;
    }
  }

  Tries tries(Seed seed) {
    return new Tries(seed);
  }
}

package ponder.store;

import java.time.Duration;

/// How long the journal keeps runs. Runs that a living process works on are kept in any case.
///
/// @param olderThan runs that nobody has touched for this long go
/// @param maxBytes then the runs that were touched longest ago go, until the rest is no larger
public record Retention(Duration olderThan, long maxBytes) {
  /// 30 days and 2 GiB.
  public static final Retention DEFAULT = new Retention(Duration.ofDays(30), 2L << 30);

  public Retention {
    if (olderThan.isNegative()) {
      throw new IllegalArgumentException("age (" + olderThan + ") must be 0 or more.");
    }
    if (maxBytes < 0) {
      throw new IllegalArgumentException("size (" + maxBytes + " bytes) must be 0 or more.");
    }
  }
}

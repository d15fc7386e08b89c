package ponder.store;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// One run's part of the journal, open for reading and adding.
///
/// A piece of work is claimed by its key first. Whoever gets it as [Claim.Mine] does the work and
/// either [records][#record] its result or [abandons][#abandon] the claim; others that claim the
/// key meanwhile wait for that. Nobody may wait for another's claim while holding one: then no two
/// callers can wait for each other. Thread-safe.
public interface RunLog extends AutoCloseable {
  /// What an entry is.
  enum Kind {
    /// A finished sample.
    SAMPLE,
    /// What a request cost.
    USAGE,
    /// Log-probabilities of given text.
    SCORE
  }

  /// Who does a piece of work.
  sealed interface Claim {
    /// It was done before.
    ///
    /// @param value the recorded bytes; owned by the receiver
    @SuppressWarnings("ArrayRecordComponent") // handed over once, not compared
    record Done(byte[] value) implements Claim {}

    /// The caller does.
    record Mine() implements Claim {}

    /// Another caller of this process does.
    ///
    /// @param result the recorded bytes, or empty once that caller has given up; never fails
    record Theirs(CompletableFuture<Optional<byte[]>> result) implements Claim {}
  }

  /// The run's id.
  String id();

  /// Looks for the result of `key` in this run and the runs it reuses, and else claims the work.
  Claim claim(Key key);

  /// The recorded bytes of `key`, without claiming it.
  Optional<byte[]> find(Key key);

  /// Writes a result; returns after its commit, and ends the claim on `key` if there is one.
  ///
  /// @return what the journal holds: `value`, or the bytes that another process recorded first
  byte[] record(Key key, Kind kind, byte[] value);

  /// Ends a claim without a result; nothing happens if it was ended before.
  void abandon(Key key);

  /// Marks the run as having come to its end.
  void finish();

  /// Ends this process's use of the run; what was recorded stays.
  @Override
  void close();
}

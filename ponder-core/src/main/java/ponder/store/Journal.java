package ponder.store;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/// The record of runs: every finished sample and score, written before it is used.
///
/// ## How it works
///
/// One SQLite file in write-ahead mode holds runs and their entries, bytes under a [Key]. One
/// platform thread owns the connection; callers hand it their operations, and it carries out all
/// that have gathered in one transaction and tells their callers only after the commit (group
/// commit). So a process that is killed loses at most what was in flight; a machine that loses its
/// power may lose the last commits as well, but the file stays whole (`synchronous=NORMAL`).
///
/// ## Scope
///
/// A run sees its own entries and those of runs it was told to reuse, nothing else: an accidental
/// hit between unrelated runs would make their samples dependent. Taking the same command up again
/// is the same run.
///
/// ## Several processes
///
/// May work on one journal and even on one run. If two compute the same entry, the first to commit
/// wins and the second is given the first's bytes.
///
/// ## Rejected
///
/// A JSONL file per run: no two writers, and a torn last line after a kill. One entry per request:
/// going from 8 samples to 16 would pay for 24. A connection per caller: a native call holds its
/// virtual thread's carrier.
public sealed interface Journal extends AutoCloseable permits SqliteJournal, NoJournal {
  /// The journal in `folder`, made if there is none.
  ///
  /// @throws JournalException if it cannot be written, is damaged, or is of a newer format
  static Journal open(Path folder) {
    return SqliteJournal.inFolder(folder);
  }

  /// The journal in `folder`; if it cannot be written, no journal, with a warning.
  ///
  /// @param warn hears one sentence if the run goes on without a journal
  /// @throws JournalException if it is damaged or of a newer format, where going on could pay twice
  static Journal openOrOff(Path folder, Consumer<String> warn) {
    try {
      return open(folder);
    } catch (JournalException e) {
      if (e.reason() != JournalException.Reason.UNWRITABLE) {
        throw e;
      }
      warn.accept(e.getMessage() + " Going on without a journal: nothing can be resumed.");
      return off();
    }
  }

  /// A journal that ends with the process.
  ///
  /// @param maxBytes runs that are not in use go, oldest first, when it grows beyond this
  static Journal inMemory(long maxBytes) {
    return SqliteJournal.inMemory(maxBytes);
  }

  /// No journal: finds nothing, keeps nothing.
  static Journal off() {
    return new NoJournal();
  }

  /// Begins a run or takes it up again.
  ///
  /// @param reuse runs whose entries may be used as well: ids or beginnings of ids
  /// @throws JournalException if a run to reuse is unknown
  RunLog begin(RunInfo info, List<String> reuse);

  /// All runs, the last touched first.
  List<RunSummary> runs();

  /// Removes runs by `retention`; never one that a living process works on.
  ///
  /// @param dryRun whether only to tell what would go
  /// @param now the moment ages are counted from
  /// @return the removed runs
  List<RunSummary> collect(Retention retention, boolean dryRun, Instant now);

  /// Commits what is under way and closes the file; idempotent.
  @Override
  void close();
}

package ponder.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The journal that keeps nothing.
final class NoJournal implements Journal {
  @Override
  public RunLog begin(RunInfo info, List<String> reuse) {
    if (!reuse.isEmpty()) {
      throw new JournalException(
          JournalException.Reason.UNKNOWN_RUN,
          "run '%s' cannot be reused without a journal. Maybe leave away --no-journal."
              .formatted(reuse.getFirst()));
    }
    return new NoRun(info.id());
  }

  @Override
  public List<RunSummary> runs() {
    return List.of();
  }

  @Override
  public List<RunSummary> collect(Retention retention, boolean dryRun, Instant now) {
    return List.of();
  }

  @Override
  public void close() {}

  private record NoRun(String id) implements RunLog {
    @Override
    public Claim claim(Key key) {
      return new Claim.Mine();
    }

    @Override
    public Optional<byte[]> find(Key key) {
      return Optional.empty();
    }

    @Override
    public byte[] record(Key key, Kind kind, byte[] value) {
      return value;
    }

    @Override
    public void abandon(Key key) {}

    @Override
    public void finish() {}

    @Override
    public void close() {}
  }
}

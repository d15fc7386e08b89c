package ponder.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import ponder.core.Nearest;

/// The journal in a SQLite file or in memory; [Journal] tells how it works.
final class SqliteJournal implements Journal {
  static final String FILE = "journal.db";

  /// The format of the tables, kept in `user_version`. A change that older programs cannot read
  /// raises it.
  static final int FORMAT = 1;

  /// "Pond": tells the file from other SQLite files.
  private static final int APPLICATION = 0x506F6E64;

  private final Database database;
  private final long maxBytes;
  private final ConcurrentHashMap<RunKey, CompletableFuture<Optional<byte[]>>> inFlight =
      new ConcurrentHashMap<>();

  private SqliteJournal(Database database, long maxBytes) {
    this.database = database;
    this.maxBytes = maxBytes;
  }

  static SqliteJournal inFolder(Path folder) {
    Path file = folder.resolve(FILE);
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new JournalException(
          JournalException.Reason.UNWRITABLE,
          "The journal's folder (%s) cannot be made. Maybe PONDER_HOME points to the wrong place; --no-journal goes without."
              .formatted(folder),
          e);
    }
    return new SqliteJournal(
        Database.open(file, connection -> setUp(connection, file.toString())), Long.MAX_VALUE);
  }

  static SqliteJournal inMemory(long maxBytes) {
    return new SqliteJournal(
        Database.open(null, connection -> setUp(connection, "in memory")), maxBytes);
  }

  private static boolean setUp(Connection connection, String name) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("BEGIN"); // one view for all that is checked: others may just be setting up
      checkFormat(statement, name);
      statement.execute("COMMIT");
      statement.execute("PRAGMA auto_vacuum=INCREMENTAL"); // only takes effect in a new file
      statement.execute("PRAGMA journal_mode=WAL");
      statement.execute("PRAGMA synchronous=NORMAL");
      statement.execute("BEGIN IMMEDIATE");
      statement.execute("PRAGMA application_id=" + APPLICATION);
      statement.execute("PRAGMA user_version=" + FORMAT);
      for (String table : Tables.ALL) {
        statement.execute(table);
      }
      statement.execute("COMMIT");
      return true;
    }
  }

  private static void checkFormat(Statement statement, String name) throws SQLException {
    long application = Tables.number(statement, "PRAGMA application_id");
    long format = Tables.number(statement, "PRAGMA user_version");
    long tables = Tables.number(statement, "SELECT count(*) FROM sqlite_schema");
    if (tables > 0 && application != APPLICATION) {
      throw new JournalException(
          JournalException.Reason.CORRUPT,
          "The file (%s) is no journal of Ponder. Maybe move it away to begin a new one, or --no-journal."
              .formatted(name));
    }
    if (format > FORMAT) {
      throw new JournalException(
          JournalException.Reason.NEWER,
          "The journal (%s) has format %d, and this Ponder reads up to %d. Maybe update Ponder, move the file away to begin a new one, or --no-journal."
              .formatted(name, format, FORMAT));
    }
  }

  @Override
  public RunLog begin(RunInfo info, List<String> reuse) {
    long now = System.currentTimeMillis();
    return database.write(
        connection -> {
          List<String> reused = new ArrayList<>();
          for (String name : reuse) {
            reused.add(resolve(connection, name));
          }
          reused.remove(info.id());
          Tables.addRun(connection, info, now);
          List<Long> uses = new ArrayList<>();
          for (String id : Stream.concat(Stream.of(info.id()), reused.stream()).toList()) {
            uses.add(Tables.addUse(connection, id));
          }
          return new Run(info.id(), List.copyOf(reused), List.copyOf(uses), now);
        });
  }

  private static String resolve(Connection connection, String name) throws SQLException {
    List<String> known = Tables.runIds(connection);
    List<String> matching = known.stream().filter(id -> id.startsWith(name)).toList();
    if (matching.size() == 1) {
      return matching.getFirst();
    }
    throw new JournalException(
        JournalException.Reason.UNKNOWN_RUN,
        matching.isEmpty() || name.isEmpty()
            ? "run '%s' is not in the journal. Maybe %s."
                .formatted(
                    name,
                    Nearest.to(name, known)
                        .map(id -> "'" + id + "' was meant")
                        .orElse("'ponder journal ls' shows it"))
            : "run '%s' stands for %d runs. Maybe one of %s was meant."
                .formatted(name, matching.size(), matching));
  }

  @Override
  public List<RunSummary> runs() {
    Instant now = Instant.now();
    return database.read(connection -> Tables.runs(connection, now));
  }

  @Override
  public List<RunSummary> collect(Retention retention, boolean dryRun, Instant now) {
    if (dryRun) {
      return database.read(connection -> chosen(Tables.runs(connection, now), retention, now));
    }
    List<RunSummary> removed =
        database.write(
            connection -> {
              Tables.removeDeadUses(connection, now);
              List<RunSummary> chosen = chosen(Tables.runs(connection, now), retention, now);
              for (RunSummary run : chosen) {
                Tables.removeRun(connection, run.id());
              }
              return chosen;
            });
    if (!removed.isEmpty()) {
      database.read(Tables::giveBackSpace);
    }
    return removed;
  }

  /// Runs to remove: those too old, then the oldest until the rest fits.
  private static List<RunSummary> chosen(List<RunSummary> runs, Retention retention, Instant now) {
    long bytes = runs.stream().mapToLong(RunSummary::bytes).sum();
    Instant oldest = now.minus(retention.olderThan());
    List<RunSummary> chosen = new ArrayList<>();
    for (RunSummary run : runs.reversed()) {
      boolean goes = !run.touched().isAfter(oldest) || bytes > retention.maxBytes();
      if (goes && !run.inUse()) {
        chosen.add(run);
        bytes -= run.bytes();
      }
    }
    return chosen;
  }

  @Override
  public void close() {
    database.close();
  }

  private record RunKey(String run, Key key) {}

  private final class Run implements RunLog {
    private static final long TOUCH_MILLIS = 60_000;

    private final String id;
    private final List<String> reused;
    private final List<Long> uses;
    private volatile long touched;
    private volatile boolean closed;

    private Run(String id, List<String> reused, List<Long> uses, long touched) {
      this.id = id;
      this.reused = reused;
      this.uses = uses;
      this.touched = touched;
    }

    @Override
    public String id() {
      return id;
    }

    @Override
    public Claim claim(Key key) {
      var mine = new CompletableFuture<Optional<byte[]>>();
      var theirs = inFlight.putIfAbsent(new RunKey(id, key), mine);
      if (theirs != null) {
        return new Claim.Theirs(theirs.copy());
      }
      // Looking only after claiming: a result recorded meanwhile is seen here.
      Optional<byte[]> done = Optional.empty();
      boolean looked = false;
      try {
        done = find(key);
        looked = true;
      } finally {
        if (!looked || done.isPresent()) {
          end(key, done);
        }
      }
      return done.<Claim>map(Claim.Done::new).orElseGet(Claim.Mine::new);
    }

    @Override
    public Optional<byte[]> find(Key key) {
      Optional<byte[]> own = database.read(connection -> Tables.find(connection, id, key));
      return own.isPresent() || reused.isEmpty() ? own : findReused(key);
    }

    /// Copies what it finds, so that the run stays whole when the reused one is removed.
    private Optional<byte[]> findReused(Key key) {
      return database.write(
          connection -> {
            for (String run : reused) {
              if (Tables.copy(connection, run, id, key)) {
                return Tables.find(connection, id, key);
              }
            }
            return Optional.empty();
          });
    }

    @Override
    public byte[] record(Key key, Kind kind, byte[] value) {
      Optional<byte[]> stored = Optional.empty();
      try {
        stored = Optional.of(database.write(connection -> add(connection, key, kind, value)));
        return stored.orElseThrow();
      } finally {
        end(key, stored);
      }
    }

    private byte[] add(Connection connection, Key key, Kind kind, byte[] value)
        throws SQLException {
      long now = System.currentTimeMillis();
      if (now - touched > TOUCH_MILLIS) {
        touched = now;
        Tables.touch(connection, id, now);
      }
      return Tables.add(connection, id, key, kind, value)
          ? value
          : Tables.find(connection, id, key).orElseThrow();
    }

    @Override
    public void abandon(Key key) {
      end(key, Optional.empty());
    }

    private void end(Key key, Optional<byte[]> result) {
      CompletableFuture<Optional<byte[]>> claim = inFlight.remove(new RunKey(id, key));
      if (claim != null) {
        claim.complete(result);
      }
    }

    @Override
    public void finish() {
      database.write(connection -> Tables.finish(connection, id));
    }

    @Override
    public void close() {
      if (closed) {
        return;
      }
      closed = true;
      long now = System.currentTimeMillis();
      database.write(
          connection -> {
            Tables.touch(connection, id, now);
            return Tables.removeUses(connection, uses);
          });
      if (maxBytes < Long.MAX_VALUE) {
        collect(new Retention(Retention.DEFAULT.olderThan(), maxBytes), false, Instant.now());
      }
    }
  }
}

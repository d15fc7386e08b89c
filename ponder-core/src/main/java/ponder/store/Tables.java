package ponder.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The journal's tables and every statement on them.
///
/// `uses` tells which processes work on which run. A process is told apart from a later one of the
/// same number by its start time; file locks were rejected, because closing any channel on a file
/// drops all of a process's locks on it. A process that cannot be seen, as in another container, is
/// believed for an hour after it last touched the run.
final class Tables {
  static final List<String> ALL =
      List.of(
          """
          CREATE TABLE IF NOT EXISTS runs(
            id TEXT PRIMARY KEY, started INTEGER NOT NULL, touched INTEGER NOT NULL,
            finished INTEGER NOT NULL, command TEXT NOT NULL, method TEXT NOT NULL,
            model TEXT NOT NULL, question TEXT NOT NULL, recipe TEXT NOT NULL)
          """,
          """
          CREATE TABLE IF NOT EXISTS entries(
            run TEXT NOT NULL, key BLOB NOT NULL, kind INTEGER NOT NULL, value BLOB NOT NULL,
            PRIMARY KEY(run, key))
          """,
          """
          CREATE TABLE IF NOT EXISTS uses(
            id INTEGER PRIMARY KEY, run TEXT NOT NULL, pid INTEGER NOT NULL,
            begun INTEGER NOT NULL)
          """);

  private static final long CLOCK_TOLERANCE_MILLIS = 5_000;
  private static final Duration BELIEVED = Duration.ofHours(1);

  private Tables() {}

  static long number(Statement statement, String query) throws SQLException {
    try (ResultSet rows = statement.executeQuery(query)) {
      return rows.next() ? rows.getLong(1) : 0;
    }
  }

  private static int update(Connection connection, String sql, Object... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      fill(statement, values);
      return statement.executeUpdate();
    }
  }

  private static void fill(PreparedStatement statement, Object... values) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
  }

  static void addRun(Connection connection, RunInfo info, long now) throws SQLException {
    update(
        connection,
        """
        INSERT INTO runs VALUES(?,?,?,0,?,?,?,?,?)
        ON CONFLICT DO UPDATE SET touched=excluded.touched
        """,
        info.id(),
        now,
        now,
        info.command(),
        info.method(),
        info.model(),
        info.question(),
        info.recipe());
  }

  static List<String> runIds(Connection connection) throws SQLException {
    List<String> ids = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT id FROM runs ORDER BY touched DESC, id")) {
      while (rows.next()) {
        ids.add(rows.getString(1));
      }
    }
    return ids;
  }

  static void touch(Connection connection, String run, long now) throws SQLException {
    update(connection, "UPDATE runs SET touched=max(touched,?) WHERE id=?", now, run);
  }

  static boolean finish(Connection connection, String run) throws SQLException {
    return update(connection, "UPDATE runs SET finished=1 WHERE id=?", run) > 0;
  }

  static void removeRun(Connection connection, String run) throws SQLException {
    update(connection, "DELETE FROM entries WHERE run=?", run);
    update(connection, "DELETE FROM runs WHERE id=?", run);
  }

  static Optional<byte[]> find(Connection connection, String run, Key key) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT value FROM entries WHERE run=? AND key=?")) {
      fill(statement, run, key.bytes());
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() ? Optional.of(rows.getBytes(1)) : Optional.empty();
      }
    }
  }

  /// Whether the entry is new; an older one stays as it is.
  static boolean add(Connection connection, String run, Key key, RunLog.Kind kind, byte[] value)
      throws SQLException {
    return update(
            connection,
            "INSERT INTO entries VALUES(?,?,?,?) ON CONFLICT DO NOTHING",
            run,
            key.bytes(),
            kind.ordinal(),
            value)
        > 0;
  }

  /// Whether `from` had the entry and `to` now has it too.
  static boolean copy(Connection connection, String from, String to, Key key) throws SQLException {
    return update(
            connection,
            """
            INSERT OR IGNORE INTO entries
            SELECT ?, key, kind, value FROM entries WHERE run=? AND key=?
            """,
            to,
            from,
            key.bytes())
        > 0;
  }

  static long addUse(Connection connection, String run) throws SQLException {
    ProcessHandle process = ProcessHandle.current();
    update(
        connection,
        "INSERT INTO uses(run,pid,begun) VALUES(?,?,?)",
        run,
        process.pid(),
        begun(process));
    try (Statement statement = connection.createStatement()) {
      return number(statement, "SELECT last_insert_rowid()");
    }
  }

  static boolean removeUses(Connection connection, List<Long> uses) throws SQLException {
    int removed = 0;
    for (long use : uses) {
      removed += update(connection, "DELETE FROM uses WHERE id=?", use);
    }
    return removed > 0;
  }

  static void removeDeadUses(Connection connection, Instant now) throws SQLException {
    Set<String> used = usedRuns(connection, now);
    for (String run : runIds(connection)) {
      if (!used.contains(run)) {
        update(connection, "DELETE FROM uses WHERE run=?", run);
      }
    }
  }

  /// When a process began, in milliseconds since 1970; 0 if the system does not tell.
  private static long begun(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }

  private static Set<String> usedRuns(Connection connection, Instant now) throws SQLException {
    Set<String> used = new HashSet<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT run, pid, begun, touched FROM uses JOIN runs ON runs.id=uses.run")) {
      while (rows.next()) {
        Instant touched = Instant.ofEpochMilli(rows.getLong(4));
        if (touched.plus(BELIEVED).isAfter(now) || alive(rows.getLong(2), rows.getLong(3))) {
          used.add(rows.getString(1));
        }
      }
    }
    return used;
  }

  private static boolean alive(long pid, long begun) {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(process -> Math.abs(begun(process) - begun) <= CLOCK_TOLERANCE_MILLIS)
        .isPresent();
  }

  static List<RunSummary> runs(Connection connection, Instant now) throws SQLException {
    Set<String> used = usedRuns(connection, now);
    List<RunSummary> runs = new ArrayList<>();
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            SELECT id, started, touched, finished, command, method, model, question,
              (SELECT count(*) FROM entries WHERE run=id AND kind=?),
              (SELECT coalesce(sum(length(value)+length(key)),0) FROM entries WHERE run=id)
            FROM runs ORDER BY touched DESC, id
            """)) {
      fill(statement, RunLog.Kind.SAMPLE.ordinal());
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          runs.add(
              new RunSummary(
                  rows.getString(1),
                  Instant.ofEpochMilli(rows.getLong(2)),
                  Instant.ofEpochMilli(rows.getLong(3)),
                  rows.getInt(4) != 0,
                  used.contains(rows.getString(1)),
                  rows.getString(5),
                  rows.getString(6),
                  rows.getString(7),
                  rows.getString(8),
                  rows.getLong(9),
                  rows.getLong(10)));
        }
      }
    }
    return runs;
  }

  /// Hands freed pages back to the file system.
  static boolean giveBackSpace(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate("PRAGMA incremental_vacuum"); // execute() frees a single page
      return statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    }
  }
}

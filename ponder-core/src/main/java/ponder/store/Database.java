package ponder.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteException;

/// A SQLite connection owned by one platform thread that gathers what callers want into
/// transactions.
///
/// Callers block until their operation's transaction is committed. If one operation fails in SQL,
/// the whole transaction is undone and all its operations fail: what makes SQL fail here (a full
/// disk, a damaged file) spares nobody.
final class Database implements AutoCloseable {
  private static final int BUSY_MILLIS = 30_000;
  private static final int LARGEST_BATCH = 1024;

  /// An operation on the connection.
  @FunctionalInterface
  interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  private final String name;
  private final Connection connection;
  private final BlockingQueue<Operation<?>> queue = new LinkedBlockingQueue<>();
  private final Thread thread;

  /// Guards the queue against operations put behind the last one.
  private final Object door = new Object();

  private boolean closed;

  private Database(String name, Connection connection) {
    this.name = name;
    this.connection = connection;
    this.thread = Thread.ofPlatform().daemon().name("ponder-journal").unstarted(this::work);
  }

  /// Opens the file and starts the thread; `setUp` runs first, on the caller's thread.
  ///
  /// @param file null for a database in memory
  static Database open(@Nullable Path file, Work<?> setUp) {
    String name = file == null ? "in memory" : file.toString();
    long end = System.nanoTime() + BUSY_MILLIS * 1_000_000L;
    while (true) {
      try {
        var database = new Database(name, connect(file, setUp));
        database.thread.start();
        return database;
      } catch (SQLException e) {
        // The busy time-out does not cover another process's change to or from write-ahead mode.
        JournalException translated = translate(name, e);
        if (translated.reason() != JournalException.Reason.BUSY || System.nanoTime() > end) {
          throw translated;
        }
        LockSupport.parkNanos(10_000_000);
      }
    }
  }

  private static Connection connect(@Nullable Path file, Work<?> setUp) throws SQLException {
    var config = new SQLiteConfig();
    config.setBusyTimeout(BUSY_MILLIS);
    Connection connection =
        config.createConnection("jdbc:sqlite:" + (file == null ? ":memory:" : file));
    try {
      setUp.on(connection);
      return connection;
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /// The result of `work`, after every earlier operation.
  <T> T read(Work<T> work) {
    return submit(work, false);
  }

  /// The result of `work`, after its commit.
  <T> T write(Work<T> work) {
    return submit(work, true);
  }

  private <T> T submit(Work<T> work, boolean writes) {
    var operation = new Operation<>(work, writes, new CompletableFuture<>());
    synchronized (door) {
      if (closed) {
        throw new JournalException(
            JournalException.Reason.CLOSED, "The journal (" + name + ") is closed.");
      }
      queue.add(operation);
    }
    try {
      return operation.result.join(); // not interruptible: a commit takes milliseconds
    } catch (CompletionException e) {
      throw e.getCause() instanceof JournalException journal ? again(journal) : e;
    }
  }

  /// The same failure with the caller's stack.
  private static JournalException again(JournalException e) {
    return new JournalException(e.reason(), String.valueOf(e.getMessage()), e);
  }

  private void work() {
    boolean last = false;
    while (!last) {
      List<Operation<?>> batch = nextBatch();
      last = batch.removeIf(operation -> operation == Operation.LAST);
      carryOut(batch);
    }
    try {
      connection.close();
    } catch (SQLException e) {
      // Everything is committed; the next opening does what closing could not.
      return;
    }
  }

  private List<Operation<?>> nextBatch() {
    List<Operation<?>> batch = new ArrayList<>();
    while (batch.isEmpty()) {
      try {
        batch.add(queue.take());
      } catch (InterruptedException e) {
        continue; // nobody knows this thread; it ends by its last operation alone
      }
    }
    queue.drainTo(batch, LARGEST_BATCH);
    return batch;
  }

  private void carryOut(List<Operation<?>> batch) {
    List<Runnable> replies = new ArrayList<>();
    boolean writes = batch.stream().anyMatch(Operation::writes);
    try (Statement statement = connection.createStatement()) {
      if (writes) {
        statement.execute("BEGIN IMMEDIATE");
      }
      for (Operation<?> operation : batch) {
        replies.add(operation.carryOut(connection));
      }
      if (writes) {
        statement.execute("COMMIT");
      }
      replies.forEach(Runnable::run);
    } catch (SQLException e) {
      undo();
      JournalException translated = translate(name, e);
      batch.forEach(operation -> operation.result.completeExceptionally(translated));
    } catch (Throwable e) { // callers wait: whatever it is, they must hear of it
      undo();
      batch.forEach(operation -> operation.result.completeExceptionally(e));
    }
  }

  private void undo() {
    try (Statement statement = connection.createStatement()) {
      statement.execute("ROLLBACK");
    } catch (SQLException e) {
      // There was no transaction, or SQLite has undone it by itself.
      return;
    }
  }

  /// Commits what was submitted and closes the file; idempotent.
  @Override
  public void close() {
    synchronized (door) {
      if (!closed) {
        closed = true;
        queue.add(Operation.LAST);
      }
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private record Operation<T>(Work<T> work, boolean writes, CompletableFuture<T> result) {
    private static final Operation<Boolean> LAST =
        new Operation<>(connection -> true, false, new CompletableFuture<>());

    /// Does the work; the returned reply is given after the commit.
    private Runnable carryOut(Connection connection) throws SQLException {
      try {
        T value = work.on(connection);
        return () -> result.complete(value);
      } catch (JournalException e) {
        return () -> result.completeExceptionally(e);
      }
    }
  }

  private static JournalException translate(String name, SQLException e) {
    int code = e instanceof SQLiteException sqlite ? sqlite.getResultCode().code & 0xff : 0;
    return switch (code) {
      case 3, 8, 14 -> // PERM, READONLY, CANTOPEN
          new JournalException(
              JournalException.Reason.UNWRITABLE,
              "The journal (%s) cannot be written. Maybe its folder belongs to someone else; --no-journal goes without."
                  .formatted(name),
              e);
      case 5, 6 -> // BUSY, LOCKED
          new JournalException(
              JournalException.Reason.BUSY,
              "The journal (%s) was held by another process for %d s. Maybe try again, or --no-journal."
                  .formatted(name, BUSY_MILLIS / 1000),
              e);
      case 11, 26 -> // CORRUPT, NOTADB
          new JournalException(
              JournalException.Reason.CORRUPT,
              "The journal (%s) is damaged. Maybe move the file away to begin a new one, or --no-journal."
                  .formatted(name),
              e);
      default ->
          new JournalException(
              JournalException.Reason.INPUT_OUTPUT,
              "The journal (%s) failed: %s. Maybe the disk is full."
                  .formatted(name, e.getMessage()),
              e);
    };
  }
}

package ponder.cli;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;

/// Computes on every core and hands the results over in the order of the tasks.
///
/// Only so many tasks are under way or wait to be handed over; then [#add] waits for the oldest. So
/// memory does not grow with the number of tasks. Used by one thread.
final class InOrder<A, B> implements AutoCloseable {
  private final Function<A, B> work;
  private final Consumer<B> results;
  private final int most;
  private final ExecutorService workers;
  private final Queue<Future<B>> underWay = new ArrayDeque<>();

  /// @param work called by any worker; thread-safe
  /// @param results called by the thread that calls [#add] and [#drain]
  InOrder(int threads, Function<A, B> work, Consumer<B> results) {
    this.work = work;
    this.results = results;
    this.most = 2 * threads;
    this.workers =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().daemon().name("ponder-grade-", 0).factory());
  }

  /// Gives a task to the workers.
  void add(A task) {
    if (underWay.size() >= most) {
      handOver();
    }
    underWay.add(workers.submit(() -> work.apply(task)));
  }

  /// Waits for all tasks given so far and hands their results over.
  void drain() {
    while (!underWay.isEmpty()) {
      handOver();
    }
  }

  private void handOver() {
    try {
      results.accept(underWay.remove().get());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while work was under way.", e);
    } catch (ExecutionException e) {
      throw unchecked(e);
    }
  }

  /// What `e` wraps: thrown if it is an error, else returned to be thrown.
  static RuntimeException unchecked(ExecutionException e) {
    return switch (e.getCause()) {
      case RuntimeException cause -> cause;
      case Error cause -> throw cause;
      case null, default -> new IllegalStateException(e);
    };
  }

  /// Gives up what is under way.
  @Override
  public void close() {
    workers.shutdownNow();
  }
}

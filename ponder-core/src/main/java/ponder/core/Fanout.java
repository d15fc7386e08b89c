package ponder.core;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Runs pieces of work side by side, each on a virtual thread of its own, and waits for all.
///
/// The one place where work is spread; results come in the order of the work, never of arrival.
/// When a piece fails, the others are interrupted, and the first failure is thrown once all have
/// ended. An interrupt of the caller is passed on to all pieces; they end with what they have, and
/// the caller's interrupt flag stays set.
public final class Fanout {
  private Fanout() {}

  /// The results of `work`, in its order. Blocks until every piece has ended.
  public static <T> List<T> all(List<? extends Supplier<? extends T>> work) {
    if (work.size() == 1) {
      return List.of(work.getFirst().get());
    }
    var results = new AtomicReferenceArray<T>(work.size());
    var failure = new AtomicReference<@Nullable RuntimeException>();
    var running = new CountDownLatch(work.size());
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < work.size(); i++) {
      int index = i;
      threads.add(
          Thread.ofVirtual()
              .unstarted(
                  () -> {
                    try {
                      results.set(index, work.get(index).get());
                    } catch (RuntimeException e) {
                      failure.compareAndSet(null, e);
                      threads.forEach(Thread::interrupt);
                    } finally {
                      running.countDown();
                    }
                  }));
    }
    threads.forEach(Thread::start);
    join(running, threads);
    RuntimeException first = failure.get();
    if (first != null) {
      throw first;
    }
    List<T> ordered = new ArrayList<>();
    for (int i = 0; i < work.size(); i++) {
      ordered.add(results.get(i));
    }
    return List.copyOf(ordered);
  }

  private static void join(CountDownLatch running, List<Thread> threads) {
    boolean interrupted = false;
    while (true) {
      try {
        running.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
        threads.forEach(Thread::interrupt);
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

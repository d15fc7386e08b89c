package ponder.engine;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import ponder.model.AdapterKey;
import ponder.model.Call;
import ponder.model.EngineException;
import ponder.model.FinishReason;

/// The callers' side of the engine: lets calls in, hands them to the [StepLoop], waits for their
/// end. Thread-safe.
///
/// At most `queueLimit` calls are inside; the others block in order of arrival.
final class Scheduler implements AutoCloseable {
  /// How often a caller that waits to be let in looks whether its call was cancelled.
  private static final long LOOK_MILLIS = 20;

  private final StepLoop loop;
  private final Semaphore permits;

  Scheduler(Backend backend, EngineSettings settings) {
    this.loop = new StepLoop(backend, settings, System::nanoTime);
    this.permits = new Semaphore(settings.queueLimit(), true);
    loop.start();
  }

  /// Carries out a call, blocking until it has ended.
  ///
  /// Returns null if it was carried out, or why it was not even let in.
  ///
  /// @throws EngineException if the engine is closed or broken
  @Nullable FinishReason run(Ticket ticket, Call call, Mailbox.@Nullable Reader reader) {
    FinishReason refusal = enter(ticket, call);
    if (refusal != null) {
      return refusal;
    }
    Runnable withdraw = () -> {};
    try {
      loop.send(() -> loop.arrive(ticket));
      Runnable cancel = () -> loop.withdraw(ticket);
      withdraw = call.cancellation().onCancel(cancel);
      ticket.await(reader, cancel);
      return null;
    } catch (RuntimeException | Error e) {
      loop.withdraw(ticket); // a listener threw: nobody waits for the rest
      throw e;
    } finally {
      withdraw.run();
      permits.release();
    }
  }

  private @Nullable FinishReason enter(Ticket ticket, Call call) {
    boolean entered = false;
    while (!entered) {
      EngineException reason = loop.stopped();
      if (reason != null) {
        throw new EngineException(String.valueOf(reason.getMessage()), reason);
      }
      if (call.cancellation().isCancelled() || Thread.currentThread().isInterrupted()) {
        return FinishReason.CANCELLED;
      }
      if (ticket.deadline() <= System.nanoTime()) {
        return FinishReason.DEADLINE;
      }
      try {
        entered = permits.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return null;
  }

  /// Loads an adapter, blocking until it is there.
  ///
  /// @throws IllegalArgumentException if the file is no adapter for this model
  void load(AdapterKey key, Path file) {
    ask(
        () -> {
          EngineException reason = loop.stopped();
          if (reason != null) {
            throw reason;
          }
          loop.load(key, file);
          return key;
        });
  }

  /// Frees an adapter once no call uses it.
  void unload(AdapterKey key) {
    loop.send(() -> loop.unload(key));
  }

  /// The counts between two steps; waits for the running step.
  Metrics metrics() {
    return ask(loop::metrics);
  }

  /// Has the engine's thread answer a question.
  private <T> T ask(Supplier<T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    loop.send(
        () -> {
          try {
            answer.complete(question.get());
          } catch (RuntimeException e) {
            answer.completeExceptionally(e);
          }
        });
    try {
      return answer.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  @Override
  public void close() {
    loop.close();
  }
}

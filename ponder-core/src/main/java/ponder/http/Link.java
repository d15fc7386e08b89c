package ponder.http;

import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import ponder.core.Seed;
import ponder.model.Call;
import ponder.model.EngineException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// An open connection to one model of a server: what all calls share. Thread-safe.
///
/// @param slots one for each call that may run at a time, first come first served
/// @param silence longest silence inside an answer
record Link(
    Server server,
    Notes notes,
    Transport transport,
    Patience patience,
    Semaphore slots,
    Duration silence) {

  Endpoint endpoint() {
    return transport.endpoint();
  }

  /// The answer to a question that generates nothing, with retries.
  ///
  /// @throws EngineException if there is no answer, or the call ends before it
  /// @throws IllegalArgumentException if the server finds fault with the question
  JsonNode ask(Supplier<HttpRequest.Builder> request, ObjectNode json, Call call) {
    FutureTask<JsonNode> task = new FutureTask<>(() -> patiently(request, json));
    if (call.cancellation().isCancelled() || Thread.currentThread().isInterrupted()) {
      throw ended("cancelled");
    }
    Thread.ofVirtual().start(task);
    Runnable withdraw = call.cancellation().onCancel(() -> task.cancel(true));
    try {
      Instant deadline = call.deadline();
      return deadline == null
          ? task.get()
          : task.get(
              Math.max(0, Duration.between(Instant.now(), deadline).toMillis()),
              TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Failure failure) {
        throw failure.thrown();
      }
      throw new EngineException("Asking %s failed: %s.".formatted(endpoint(), e.getCause()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ended("interrupted");
    } catch (CancellationException e) {
      throw ended("cancelled");
    } catch (TimeoutException e) {
      throw ended("not done by its deadline");
    } finally {
      withdraw.run();
      task.cancel(true);
    }
  }

  private EngineException ended(String how) {
    return new EngineException("A question to %s was %s.".formatted(endpoint(), how));
  }

  private JsonNode patiently(Supplier<HttpRequest.Builder> request, ObjectNode json)
      throws Failure, InterruptedException {
    Patience.Tries tries = patience.tries(new Seed(json.hashCode()));
    while (true) {
      slots.acquire();
      Failure failure;
      try {
        return transport.post(request.get(), json);
      } catch (Failure e) {
        failure = e;
      } finally {
        slots.release();
      }
      if (!tries.again(failure)) {
        throw failure;
      }
    }
  }
}

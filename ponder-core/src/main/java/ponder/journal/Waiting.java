package ponder.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import ponder.model.Call;
import ponder.model.FinishReason;

/// Waits for work that another caller does, for as long as one's own call lasts.
final class Waiting {
  private Waiting() {}

  /// How a wait ended.
  sealed interface End {
    /// The other caller recorded these bytes.
    @SuppressWarnings("ArrayRecordComponent") // handed over once, not compared
    record Got(byte[] value) implements End {}

    /// The other caller gave up: the work is free again.
    record Free() implements End {}

    /// One's own call ended first, for this reason.
    record Over(FinishReason reason) implements End {}
  }

  static End on(CompletableFuture<Optional<byte[]>> result, Call call) {
    var either = new CompletableFuture<End>();
    result.thenAccept(
        value -> either.complete(value.<End>map(End.Got::new).orElseGet(End.Free::new)));
    Runnable withdraw =
        call.cancellation().onCancel(() -> either.complete(new End.Over(FinishReason.CANCELLED)));
    try {
      Instant deadline = call.deadline();
      return deadline == null
          ? either.get()
          : either.get(
              Math.max(0, Duration.between(Instant.now(), deadline).toMillis()),
              TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new End.Over(FinishReason.CANCELLED);
    } catch (TimeoutException e) {
      return new End.Over(FinishReason.DEADLINE);
    } catch (ExecutionException e) {
      throw new IllegalStateException("A wait for the journal ended without a reason.", e);
    } finally {
      withdraw.run();
    }
  }
}

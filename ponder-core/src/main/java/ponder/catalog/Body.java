package ponder.catalog;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// The body of an answer, taken piece by piece with a limit on the wait for each.
///
/// The JDK's client limits the wait for the head of an answer only; a server that falls silent in
/// the middle of a body would hold its stream for ever. Two pieces are asked for ahead, so the
/// network goes on while one is written to disk and memory stays small.
final class Body implements BodySubscriber<Body>, AutoCloseable {
  private static final int AHEAD = 2;

  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final CompletableFuture<Subscription> subscription = new CompletableFuture<>();

  private sealed interface Event {
    record Piece(List<ByteBuffer> bytes) implements Event {}

    record Failure(Throwable cause) implements Event {}

    record End() implements Event {}
  }

  /// The next piece; empty at the end of the body.
  ///
  /// @throws HttpTimeoutException if none comes within `limit`
  List<ByteBuffer> next(Duration limit) throws IOException, InterruptedException {
    Event event = events.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
    if (event == null) {
      throw new HttpTimeoutException("no bytes came for " + limit.toMillis() + " ms");
    }
    return switch (event) {
      case Event.Piece piece -> {
        subscription.join().request(1);
        yield piece.bytes;
      }
      case Event.Failure failure ->
          throw new IOException(failure.cause.getMessage(), failure.cause);
      case Event.End end -> List.of();
    };
  }

  /// Lets the connection go, whether or not the body has ended.
  @Override
  public void close() {
    subscription.thenAccept(Subscription::cancel);
  }

  /// Complete from the start, so that the answer is handed over before its body has come.
  @Override
  public CompletionStage<Body> getBody() {
    return CompletableFuture.completedStage(this);
  }

  @Override
  public void onSubscribe(Subscription given) {
    subscription.complete(given);
    given.request(AHEAD);
  }

  @Override
  public void onNext(List<ByteBuffer> bytes) {
    events.add(new Event.Piece(bytes));
  }

  @Override
  public void onError(Throwable cause) {
    events.add(new Event.Failure(cause));
  }

  @Override
  public void onComplete() {
    events.add(new Event.End());
  }
}

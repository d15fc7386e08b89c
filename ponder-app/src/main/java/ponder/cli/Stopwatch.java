package ponder.cli;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import ponder.model.Call;
import ponder.model.Cancellation;
import ponder.model.Completions;
import ponder.model.EngineException;
import ponder.model.FinishReason;
import ponder.model.LanguageModel;
import ponder.model.Listener;
import ponder.model.Prompt;
import ponder.model.Request;
import ponder.model.Stop;

/// Times a model from outside, as a caller sees it.
final class Stopwatch {
  static final Stop NEVER = new Stop(List.of(), List.of(), false, true);
  private static final int DECODED = 48;

  private final LanguageModel model;
  private final Cancellation cancellation;

  Stopwatch(LanguageModel model, Cancellation cancellation) {
    this.model = model;
    this.cancellation = cancellation;
  }

  /// What a call took.
  ///
  /// @param seconds until it returned
  /// @param firstToken seconds until the first text came
  record Lap(double seconds, double firstToken, Completions completions) {}

  /// Runs `request` to its full length: end-of-text does not end it.
  ///
  /// @throws EngineException if it was cancelled or failed
  Lap time(Request request) {
    AtomicLong first = new AtomicLong();
    Listener listener = (sample, delta) -> first.compareAndSet(0, System.nanoTime());
    long start = System.nanoTime();
    Completions completions =
        model.complete(
            request.withStop(NEVER),
            Call.plain().withListener(listener).withCancellation(cancellation));
    long end = System.nanoTime();
    completions.completions().stream()
        .filter(c -> !c.finish().finished() || c.finish() == FinishReason.CONTEXT)
        .findFirst()
        .ifPresent(
            c -> {
              throw new EngineException(
                  "The measurement ended early (%s %s)."
                      .formatted(c.finish().json(), c.detail())
                      .replace(" )", ")"));
            });
    long firstToken = first.get() == 0 ? end : first.get();
    return new Lap((end - start) / 1e9, (firstToken - start) / 1e9, completions);
  }

  /// Tokens per second of one sample after its first; a few seconds on a small model.
  double decode() {
    Request request = Request.of(Prompt.text("The quick brown fox jumps over the lazy dog. Once"));
    time(request.withMaxTokens(2));
    double one = time(request.withMaxTokens(1)).seconds();
    double all = time(request.withMaxTokens(DECODED + 1)).seconds();
    return DECODED / Math.max(1e-9, all - one);
  }
}

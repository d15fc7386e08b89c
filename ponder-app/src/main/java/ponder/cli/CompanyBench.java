package ponder.cli;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import ponder.model.Call;
import ponder.model.Cancellation;
import ponder.model.Completion;
import ponder.model.EngineException;
import ponder.model.LanguageModel;
import ponder.model.Listener;
import ponder.model.Request;

/// What a reader of a running text notices when somebody else's long prompt is computed: the times
/// between two pieces of text, alone and beside the prefill.
///
/// Times are taken where text arrives, so they hold all that lies between the backend and a reader.
final class CompanyBench {
  private static final int PREFILL = 4096;
  private static final int WARM_UP = 8;
  private static final int ALONE = 64;

  /// Room for the stream's own text.
  private static final int STREAM = 1024;

  private final LanguageModel model;
  private final EngineBench bench;
  private final Stopwatch stopwatch;

  CompanyBench(LanguageModel model, EngineBench bench, Cancellation cancellation) {
    this.model = model;
    this.bench = bench;
    this.stopwatch = new Stopwatch(model, cancellation);
  }

  /// When pieces of text came, in nanoseconds.
  private static final class Arrivals implements Listener {
    private final List<Long> times = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch alone = new CountDownLatch(WARM_UP + ALONE);

    @Override
    public void onText(int sample, String delta) {
      times.add(System.nanoTime());
      alone.countDown();
    }

    @Override
    public void onFinish(Completion completion) {
      while (alone.getCount() > 0) {
        alone.countDown(); // it ended early: nobody shall wait for the rest
      }
    }

    /// Sorted times between arrivals that lie in `[from, to]`, in milliseconds.
    private List<Double> gaps(long from, long to) {
      List<Long> seen;
      synchronized (times) {
        seen = List.copyOf(times);
      }
      List<Double> gaps = new ArrayList<>();
      for (int i = 1; i < seen.size(); i++) {
        if (seen.get(i - 1) >= from && seen.get(i) <= to) {
          gaps.add((seen.get(i) - seen.get(i - 1)) / 1e6);
        }
      }
      Collections.sort(gaps);
      return gaps;
    }
  }

  /// Runs a stream, and beside it, once it has run alone for a while, a long prefill.
  ///
  /// @throws EngineException if the context is too small, or the stream ended before the prefill
  Map<EngineBench.What, Double> measure() throws InterruptedException {
    int prefill = Math.min(PREFILL, model.info().contextLength() - 1);
    int stream = Math.min(STREAM, model.info().contextLength() - EngineBench.ALONE);
    Request prompt = bench.request(bench.tokens(prefill), 1, 1);
    Request text = bench.request(bench.tokens(EngineBench.ALONE), 1, stream);
    Arrivals arrivals = new Arrivals();
    Cancellation enough = new Cancellation();
    Call call = Call.plain().withListener(arrivals).withCancellation(enough);
    Thread reader =
        Thread.ofVirtual().start(() -> model.complete(text.withStop(Stopwatch.NEVER), call));
    try {
      arrivals.alone.await();
      long start = System.nanoTime();
      stopwatch.time(prompt);
      long end = System.nanoTime();
      return found(arrivals, start, end);
    } finally {
      enough.cancel();
      reader.join();
    }
  }

  private static Map<EngineBench.What, Double> found(Arrivals arrivals, long start, long end) {
    List<Double> alone = arrivals.gaps(arrivals.times.get(WARM_UP), start);
    List<Double> beside = arrivals.gaps(start, end);
    if (alone.isEmpty() || beside.isEmpty()) {
      throw new EngineException(
          "%d pieces of text came alone and %d beside the prefill. Maybe use a model with more context."
              .formatted(alone.size(), beside.size()));
    }
    Map<EngineBench.What, Double> found = new EnumMap<>(EngineBench.What.class);
    found.put(EngineBench.What.GAP_ALONE, quantile(alone, 0.5));
    found.put(EngineBench.What.GAP_ALONE_WORST, quantile(alone, 0.99));
    found.put(EngineBench.What.GAP_BESIDE, quantile(beside, 0.5));
    found.put(EngineBench.What.GAP_BESIDE_WORST, quantile(beside, 0.99));
    found.put(
        EngineBench.What.GAP_RATIO, quantile(beside, 0.99) / Math.max(1e-9, quantile(alone, 0.99)));
    return found;
  }

  /// The smallest of `sorted` that at least this share does not exceed.
  static double quantile(List<Double> sorted, double share) {
    return sorted.get(Math.max(0, (int) Math.ceil(share * sorted.size()) - 1));
  }
}

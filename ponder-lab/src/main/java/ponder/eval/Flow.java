package ponder.eval;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import ponder.model.Batching;
import ponder.model.LanguageModel;
import ponder.model.Request;

/// Decides when the next problem may begin, and keeps count of what is asked of the model.
///
/// An engine is only as fast as its batch is full, and how many problems fill it cannot be told
/// beforehand: eight samples a problem are eight sequences at its beginning and one at its end, a
/// method that thinks in rounds has one at a time, a problem that is read from the journal has
/// none. So nothing is computed in advance: the next problem begins whenever fewer sequences are
/// wanted than the engine has places and a quarter more. What is beyond the places waits inside the
/// engine and takes the next free one at once, so stragglers of one problem run beside the samples
/// of the next. Problems that were begun and have not asked for anything yet are few at any time,
/// so that a slow start does not begin them all.
///
/// Rejected: a fixed number of problems, which is too small for one method and, for another, keeps
/// hundreds half done, crowds the engine's cache and loses most when it is interrupted.
///
/// Thread-safe.
public final class Flow {
  /// Problems under way at a time where the model does not tell how much it can take.
  private static final int USUAL = 4;

  private final boolean full;
  private final int most;
  private final @Nullable Batching batching;
  private final WatchedModel model;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private int underWay;
  private int silent;
  private long wanted;
  private long tokens;
  private boolean ended;

  private Flow(LanguageModel model, int parallel) {
    this.model = new WatchedModel(model, this);
    this.batching = model.ability(Batching.class).orElse(null);
    this.full = parallel == 0 && batching != null;
    this.most =
        parallel > 0 ? parallel : batching == null ? USUAL : Math.max(8, 4 * batching.width());
  }

  /// As many problems at a time as keep the model's places taken.
  public static Flow full(LanguageModel model) {
    return new Flow(model, 0);
  }

  /// So many problems at a time.
  ///
  /// @param parallel at least 1
  public static Flow of(int parallel, LanguageModel model) {
    if (parallel < 1) {
      throw new IllegalArgumentException("parallel (" + parallel + ") must be at least 1.");
    }
    return new Flow(model, parallel);
  }

  /// The model, watched: what is asked of it decides when the next problem begins.
  public LanguageModel model() {
    return model;
  }

  /// Does `work` for each of `indices`, begun in their order, each on a thread of its own; blocks
  /// until all have ended.
  ///
  /// @return how full the batches were until the model first had room while nothing was left to
  ///   begin
  /// @throws RuntimeException what the first failing work throws, once all under way have ended;
  ///   nothing begins after it
  public Batching.Load all(int[] indices, IntConsumer work) {
    var failure = new AtomicReference<@Nullable RuntimeException>();
    for (int index : indices) {
      if (!begin()) {
        break;
      }
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  work.accept(index);
                } catch (RuntimeException e) {
                  failure.compareAndSet(null, e);
                  end();
                } finally {
                  left();
                }
              });
    }
    await(() -> underWay == 0 || wanted < Math.max(1, width()));
    Batching.Load full = load();
    await(() -> underWay == 0);
    RuntimeException first = failure.get();
    if (first != null) {
      throw first;
    }
    return full;
  }

  /// Blocks until the next problem may begin, and counts it as begun.
  ///
  /// @return false if nothing more is to begin
  private boolean begin() {
    lock.lock();
    try {
      while (!ended && !roomForOne()) {
        changed.awaitUninterruptibly();
      }
      if (ended) {
        return false;
      }
      underWay++;
      silent++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  private boolean roomForOne() {
    if (underWay >= most) {
      return false;
    }
    if (!full || batching == null || underWay == 0) {
      return true;
    }
    int width = batching.width();
    return wanted < width + Math.ceilDiv(width, 4) && silent < Math.ceilDiv(width, 8) + 1;
  }

  /// A problem that had begun has ended.
  private void left() {
    change(
        () -> {
          underWay--;
          silent = Math.max(0, silent - 1);
        });
  }

  /// Lets nothing more begin.
  public void end() {
    change(() -> ended = true);
  }

  private void await(BooleanSupplier met) {
    lock.lock();
    try {
      while (!met.getAsBoolean()) {
        changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  /// How many places a request takes.
  int places(Request request) {
    return batching == null ? request.n() : batching.places(request);
  }

  /// Places are asked for. Which problem asks is not known; it is taken for a silent one, as is one
  /// that ends: at worst a problem begins a little early.
  void asked(int places) {
    change(
        () -> {
          wanted += places;
          silent = Math.max(0, silent - 1);
        });
  }

  /// Places are no longer needed.
  ///
  /// @param generated tokens of a sample that has ended
  void answered(int places, int generated) {
    change(
        () -> {
          wanted -= places;
          tokens += generated;
        });
  }

  private void change(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Tokens of the samples that have ended so far.
  long tokens() {
    lock.lock();
    try {
      return tokens;
    } finally {
      lock.unlock();
    }
  }

  /// Places of the model; 0 if it does not tell.
  int width() {
    return batching == null ? 0 : batching.width();
  }

  /// How full the model's batches were so far.
  Batching.Load load() {
    return batching == null ? Batching.Load.UNKNOWN : batching.load();
  }
}

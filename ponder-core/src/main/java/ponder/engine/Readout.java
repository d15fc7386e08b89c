package ponder.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Reads a step's outputs: draws samples' tokens, scores readings, copies hidden states.
///
/// Few rows are read on the engine's thread. From [#SPLIT] rows on, a few helper threads take rows
/// one by one from a shared counter together with the engine's thread, which returns when all are
/// done. A row of which the backend has a shortlist is read whole only if that does not decide the
/// draw. Between steps the helpers sleep, so they take no processor from the backend's threads.
/// Which thread reads a row changes nothing: a row's result depends on its logits and its draft.
final class Readout implements AutoCloseable {
  private static final int SPLIT = 8;

  private final Backend backend;
  private final Backend.Shape shape;
  private final Scratch own;
  private final List<Helper> helpers = new ArrayList<>();
  private Job[] jobs = new Job[64];
  private int[] rows = new int[64];
  private int[] positions = new int[64];
  private @Nullable Draw[] draws = new Draw[64];
  private boolean[] broken = new boolean[64];
  private int size;

  private volatile @Nullable Round round;
  private volatile boolean closed;

  /// The rows of one step. A helper that comes late finds its old round used up and does no harm.
  private static final class Round {
    private final int total;
    private final Thread engine = Thread.currentThread();
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger finished = new AtomicInteger();
    private volatile @Nullable Throwable failure;

    Round(int total) {
      this.total = total;
    }
  }

  Readout(Backend backend, int threads) {
    this.backend = backend;
    this.shape = backend.shape();
    this.own = new Scratch(shape.vocabularySize());
    for (int i = 1; i < threads; i++) {
      helpers.add(new Helper(i));
    }
  }

  /// What one thread needs to read rows.
  private static final class Scratch {
    private final float[] logits;
    private final Sampler sampler;
    private final Shortlist list = new Shortlist();
    private @Nullable ShortlistSampler listSampler;

    Scratch(int vocabularySize) {
      logits = new float[vocabularySize];
      sampler = new Sampler(vocabularySize);
    }

    /// What the backend's list of the row decides; null if there is none or it does not.
    @Nullable Draw fromList(Backend backend, int row, Draft draft) {
      if (!backend.shortlist(row, list)) {
        return null;
      }
      if (listSampler == null) {
        listSampler = new ShortlistSampler(logits.length);
      }
      return listSampler.draw(list, draft);
    }
  }

  /// Wakes once a round and takes rows until there are none.
  private final class Helper {
    private final Scratch scratch = new Scratch(shape.vocabularySize());
    private final Thread thread;

    Helper(int number) {
      thread = Thread.ofPlatform().daemon().name("ponder-sampling-" + number).start(this::work);
    }

    private void work() {
      Round seen = null;
      while (!closed) {
        Round current = round;
        if (current == null || current == seen) {
          LockSupport.park(this);
        } else {
          seen = current;
          take(current, scratch);
        }
      }
    }
  }

  void clear() {
    Arrays.fill(jobs, 0, size, null);
    Arrays.fill(draws, 0, size, null);
    size = 0;
  }

  /// Asks for the output of `row`, which is the job's `position`.
  void add(Job job, int row, int position) {
    if (size == jobs.length) {
      grow(size * 2);
    }
    jobs[size] = job;
    rows[size] = row;
    positions[size] = position;
    broken[size] = false;
    size++;
  }

  private void grow(int capacity) {
    jobs = Arrays.copyOf(jobs, capacity);
    rows = Arrays.copyOf(rows, capacity);
    positions = Arrays.copyOf(positions, capacity);
    draws = Arrays.copyOf(draws, capacity);
    broken = Arrays.copyOf(broken, capacity);
  }

  int size() {
    return size;
  }

  Job job(int index) {
    return jobs[index];
  }

  int row(int index) {
    return rows[index];
  }

  int position(int index) {
    return positions[index];
  }

  /// The draw for a sample's row; null where the row was broken or belongs to a reading.
  @Nullable Draw draw(int index) {
    return draws[index];
  }

  /// Whether the row was missing or held NaN or +infinity.
  boolean broken(int index) {
    return broken[index];
  }

  /// Reads all rows that were asked for.
  void run() {
    if (size < SPLIT || helpers.isEmpty()) {
      for (int i = 0; i < size; i++) {
        read(i, own);
      }
      return;
    }
    Round current = new Round(size);
    round = current; // publishes the arrays
    helpers.forEach(helper -> LockSupport.unpark(helper.thread));
    take(current, own);
    while (current.finished.get() < current.total) {
      LockSupport.park(this);
    }
    Throwable failure = current.failure;
    if (failure != null) {
      throw new IllegalStateException("Reading a row failed: " + failure, failure);
    }
  }

  private void take(Round current, Scratch scratch) {
    for (int i = current.next.getAndIncrement();
        i < current.total;
        i = current.next.getAndIncrement()) {
      try {
        read(i, scratch);
      } catch (RuntimeException | Error e) {
        current.failure = e;
      }
      if (current.finished.incrementAndGet() == current.total) {
        LockSupport.unpark(current.engine);
      }
    }
  }

  private void read(int index, Scratch scratch) {
    switch (jobs[index]) {
      case Sequence sequence -> draw(index, sequence, scratch);
      case Reading reading when reading.hidden() -> {
        float[] state = new float[shape.hiddenWidth()];
        broken[index] = !backend.hiddenState(rows[index], state);
        reading.states[positions[index] - reading.promptLength()] = state;
      }
      case Reading reading
          when reading.wantedAt(positions[index]) >= 0
              && backend.shortlist(rows[index], scratch.list) ->
          broken[index] = !reading.take(positions[index], scratch.list);
      case Reading reading ->
          broken[index] =
              !(backend.logits(rows[index], scratch.logits)
                  && reading.take(positions[index], scratch.logits, scratch.sampler));
    }
  }

  private void draw(int index, Sequence sequence, Scratch scratch) {
    Draw listed = scratch.fromList(backend, rows[index], sequence.draft);
    if (listed != null) {
      draws[index] = listed;
      return;
    }
    if (!backend.logits(rows[index], scratch.logits)) {
      broken[index] = true;
      return;
    }
    Draw draw = scratch.sampler.draw(scratch.logits, sequence.draft);
    draws[index] = draw;
    if (draw.failure() != null) {
      broken[index] = !backend.logits(rows[index], scratch.logits) || !sound(scratch.logits);
    }
  }

  private static boolean sound(float[] logits) {
    for (float logit : logits) {
      if (Float.isNaN(logit) || logit == Float.POSITIVE_INFINITY) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    closed = true;
    helpers.forEach(helper -> LockSupport.unpark(helper.thread));
  }
}

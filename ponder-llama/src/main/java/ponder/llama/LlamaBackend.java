package ponder.llama;

import static java.lang.foreign.MemorySegment.NULL;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import ponder.engine.Backend;
import ponder.engine.BackendChecks;
import ponder.engine.BackendSettings;
import ponder.engine.Hardware;
import ponder.model.AdapterKey;
import ponder.model.EngineException;

/// llama.cpp as a [Backend]: one model, one context with a cache that all sequences share.
///
/// A sequence id is a set of references to cells, so [#share] copies nothing. One forward is one
/// graph (`n_batch = n_ubatch`): its rows are computed together or not at all. After a forward the
/// addresses of its output rows are noted; reading them is then a plain copy that several threads
/// may do at once.
///
/// # Twins
///
/// Layers with a sliding window have a cache of their own. Even at full size (`swa_full`) the
/// library takes a cell there for new tokens as soon as the window has passed it, if a single
/// sequence holds it, and drops that sequence's earlier cells with it. That suits a text that only
/// grows, but whoever then forks from the middle of it, or cuts it back, would go on with holes
/// where its window is. So for such models every sequence has a twin that holds the same cells:
/// twice held, a cell stays until it is removed. It costs half of the sequence ids.
///
/// The library ends the process on some wrong arguments (more rows than a batch holds, a sequence
/// id out of range), so each argument is checked here first, whatever the caller has checked.
///
/// Bits: a forward gives the same logits for the same rows in the same cells with the same number
/// of threads. [#clear] makes the cache begin at its first cell again, so a sequence that is
/// computed alone after it gets the same bits each time.
final class LlamaBackend implements Backend {
  /// Memory that parking leaves to others.
  private static final long SPARE_BYTES = 512L << 20;

  private final Libraries libraries;
  private final LlamaSettings settings;
  private final NativeModel model;
  private final NativeContext.Sizes sizes;
  private final Shape shape;
  private final NativeBatch batch;
  private final AbortSwitch abort = new AbortSwitch();
  private final Adapters adapters;
  private final long[] outputAddress;

  private NativeContext context;
  private @Nullable AdapterKey adapter;
  private boolean hiddenStates;
  private int lastRows;
  private boolean closed;

  /// What is added to a sequence's id to get its twin's; 0 if there are no twins.
  private final int twin;

  /// Makes the context for a loaded model, which is owned from now on: closed with this backend, or
  /// at once if this fails.
  LlamaBackend(
      Libraries libraries,
      NativeModel model,
      LlamaSettings settings,
      NativeContext.Sizes sizes,
      int contextLength,
      long bytesPerCell) {
    this.libraries = libraries;
    this.model = model;
    this.settings = settings;
    this.sizes = sizes;
    this.twin = model.windowed() && model.partialRemoval() ? sizes.sequences() / 2 : 0;
    this.shape =
        new Shape(
            model.vocabularySize(),
            contextLength,
            sizes.cells(),
            twin == 0 ? sizes.sequences() : twin,
            sizes.rows(),
            Math.min(sizes.rows(), sizes.outputs()),
            model.hiddenWidth(),
            bytesPerCell,
            model.partialRemoval());
    this.adapters = new Adapters(libraries.api(), model);
    this.outputAddress = new long[sizes.rows()];
    try {
      this.context = NativeContext.of(libraries.api(), model, sizes, settings, abort);
    } catch (EngineException e) {
      model.close();
      abort.close();
      throw e;
    }
    this.batch = new NativeBatch(sizes.rows(), twin);
  }

  @Override
  public Shape shape() {
    return shape;
  }

  @Override
  public Outcome forward(Batch rows, boolean hidden) {
    requireOpen();
    BackendChecks.batch(shape, rows, hidden);
    if (hidden != hiddenStates) {
      context.hiddenStates(hidden);
      hiddenStates = hidden;
    }
    lastRows = 0;
    NativeLog.forget();
    int code = context.decode(batch.of(rows));
    if (code == 0) {
      noteOutputs(rows);
    } else if (twin != 0 && code != 1 && code != -1) {
      removeFromTwins(rows);
    }
    return switch (code) {
      case 0 -> Outcome.OK;
      case 1 -> Outcome.NO_CELLS;
      case 2 -> Outcome.ABORTED;
      case -1 -> Outcome.BAD_BATCH;
      default -> Outcome.FAILED;
    };
  }

  @Override
  public void abortAt(long nanoTime) {
    abort.set(nanoTime);
  }

  private void noteOutputs(Batch rows) {
    for (int row = 0; row < rows.rows; row++) {
      outputAddress[row] =
          !rows.output[row]
              ? 0
              : (hiddenStates ? context.hiddenState(row) : context.logits(row)).address();
    }
    lastRows = rows.rows;
  }

  /// After a forward that ended midway the library takes the rows' first sequences out of the
  /// cells, not the second ones.
  private void removeFromTwins(Batch rows) {
    for (int row = rows.rows - 1; row >= 0; row--) {
      context.remove(rows.sequence[row] + twin, rows.position[row]);
    }
  }

  @Override
  public boolean logits(int row, float[] into) {
    return !hiddenStates && read(row, shape.vocabularySize(), into);
  }

  @Override
  public boolean hiddenState(int row, float[] into) {
    return hiddenStates && read(row, shape.hiddenWidth(), into);
  }

  private boolean read(int row, int width, float[] into) {
    requireOpen();
    BackendChecks.output(into, width);
    if (row < 0 || row >= lastRows || outputAddress[row] == 0) {
      return false;
    }
    MemorySegment values = MemorySegment.ofAddress(outputAddress[row]).reinterpret(width * 4L);
    MemorySegment.copy(values, JAVA_FLOAT, 0, into, 0, width);
    return true;
  }

  @Override
  public void share(int from, int to, int length) {
    requireSequence(from);
    requireSequence(to);
    BackendChecks.share(from, context.length(from), to, context.length(to), length);
    if (length > 0) {
      share(from, to, 0, length);
    }
  }

  private void share(int from, int to, int begin, int end) {
    context.share(from, to, begin, end);
    if (twin != 0) {
      context.share(from, to + twin, begin, end);
    }
  }

  @Override
  public void remove(int id, int from) {
    requireSequence(id);
    BackendChecks.remove(id, from);
    if (!context.remove(id, from)) {
      throw new IllegalArgumentException(
          "Sequence %d of this model cannot be cut back to %d tokens, only dropped as a whole."
              .formatted(id, from));
    }
    if (twin != 0) {
      context.remove(id + twin, from);
    }
  }

  @Override
  public void replace(int from, int to, int begin, int end) {
    requireSequence(from);
    requireSequence(to);
    int have = Math.min(context.length(from), context.length(to));
    BackendChecks.replace(shape, from, to, begin, end, have);
    if (begin < end) {
      context.remove(to, begin, end);
      if (twin != 0) {
        context.remove(to + twin, begin, end);
      }
      share(from, to, begin, end);
    }
  }

  /// Not for windowed models: of their layers the library saves only what the window shows just
  /// then.
  @Override
  public @Nullable Parked park(int id, int begin, int end) {
    requireSequence(id);
    int have = context.length(id);
    BackendChecks.park(id, begin, end, have);
    if (twin != 0) {
      return null;
    }
    context.share(id, scratch(), begin, end);
    try {
      long bytes = context.savedSize(scratch());
      if (Hardware.availableMemory() < bytes + SPARE_BYTES) {
        return null;
      }
      ParkedCells parked = new ParkedCells(bytes, begin, end);
      if (context.save(scratch(), parked.memory())) {
        return parked;
      }
      parked.close();
      return null;
    } finally {
      context.remove(scratch(), 0);
    }
  }

  @Override
  public boolean unpark(Parked parked, int id, int begin, int end) {
    requireSequence(id);
    int have = context.length(id);
    if (!(parked instanceof ParkedCells cells)
        || have != begin
        || begin >= end
        || begin < cells.begin()
        || end > cells.end()) {
      throw BackendChecks.misplaced(id, begin, end, have);
    }
    if (!context.load(scratch(), cells.memory())) {
      return false;
    }
    share(scratch(), id, begin, end);
    context.remove(scratch(), 0);
    return true;
  }

  /// The sequence id that no job ever gets.
  private int scratch() {
    return shape.sequenceIds() - 1;
  }

  @Override
  public void clear() {
    requireOpen();
    context.clear();
    lastRows = 0;
  }

  @Override
  public int length(int id) {
    requireSequence(id);
    return context.length(id);
  }

  @Override
  public void loadAdapter(AdapterKey key, Path file) {
    requireOpen();
    if (!Double.isFinite(key.scale())) {
      throw new IllegalArgumentException(
          "The adapter's scale (%s) must be a finite number.".formatted(key.scale()));
    }
    adapters.load(key, file);
  }

  @Override
  public void unloadAdapter(AdapterKey key) {
    requireOpen();
    if (key.equals(adapter)) {
      useAdapter(null);
    }
    adapters.unload(key);
  }

  @Override
  public void useAdapter(@Nullable AdapterKey key) {
    requireOpen();
    if (!Objects.equals(key, adapter)) {
      apply(key);
      adapter = key;
    }
  }

  private void apply(@Nullable AdapterKey key) {
    NativeLog.forget();
    MemorySegment handle = key == null ? NULL : adapters.handle(key);
    if (!context.useAdapter(handle, key == null ? 0 : (float) key.scale())) {
      throw new EngineException(
          "llama.cpp cannot use the adapter %s%s".formatted(key, NativeLog.reason()));
    }
  }

  @Override
  public void restart() {
    requireOpen();
    lastRows = 0;
    context.close();
    try {
      context = NativeContext.of(libraries.api(), model, sizes, settings, abort);
      hiddenStates = false;
      if (adapter != null) {
        apply(adapter);
      }
    } catch (EngineException e) {
      close();
      throw e;
    }
  }

  @Override
  public String describe() {
    String cpu = libraries.cpuBackend();
    // Not the number of cells: it depends on free memory and decides no result, but this text is
    // part of what a run is found again by.
    return "%s, %s, threads %d/%d, cache %s, flash %s"
        .formatted(
            libraries.version(),
            cpu.isEmpty() ? "built-in CPU back end" : cpu,
            sizes.threads(),
            sizes.batchThreads(),
            BackendSettings.lower(settings.cacheType()),
            BackendSettings.lower(settings.flash()));
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      lastRows = 0;
      context.close();
      adapters.close();
      model.close();
      batch.close();
      abort.close();
    }
  }

  private void requireSequence(int id) {
    requireOpen();
    BackendChecks.sequence(shape, id);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("The llama.cpp context is closed.");
    }
  }
}

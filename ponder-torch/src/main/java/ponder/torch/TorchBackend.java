package ponder.torch;

import java.nio.file.Path;
import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;
import ponder.engine.Backend;
import ponder.engine.BackendChecks;
import ponder.engine.Hardware;
import ponder.engine.Shortlist;
import ponder.model.AdapterKey;

/// A [Transformer] as a [Backend]: every sequence that runs decodes in the same forward.
///
/// The cache is one pool of cells ([CellStore]); a sequence is a list of cells ([CellTable]), so
/// sharing, cutting back and replacing move numbers only. A forward either succeeds as a whole or
/// leaves the cache as it was. All rows share one pass through the weights; in attention they part
/// ([Step]).
///
/// Bits: the same rows over the same cells give the same bits with the same number of threads; the
/// kernels depend on how many rows there are.
final class TorchBackend implements Backend {
  /// Memory that parking leaves to others.
  private static final long SPARE_BYTES = 512L << 20;

  private final Transformer model;
  private final Shape shape;
  private final int threads;
  private final String description;
  private final int slots;
  private final CellTable table;
  private final CellStore store;
  private final Abort abort = new Abort();
  private final Adapters adapters;
  private final @Nullable Decoder decoder;

  private volatile Outputs results = Results.NONE;
  private String shortage = "";
  private @Nullable Thread prepared;
  private boolean closed;

  /// A backend whose steps are all computed in groups.
  ///
  /// @param model owned from now on
  TorchBackend(Transformer model, Shape shape, int threads, String description) {
    this(model, shape, threads, description, TorchSettings.Decode.GROUPS, 0, null);
  }

  /// @param model owned from now on
  /// @param decode how steps are computed
  /// @param slots most sequences of such a step, one for each that runs; 0 if nobody says
  /// @param cuda CUDA's functions; null on a CPU
  TorchBackend(
      Transformer model,
      Shape shape,
      int threads,
      String description,
      TorchSettings.Decode decode,
      int slots,
      @Nullable Cuda cuda) {
    this.model = model;
    this.shape = shape;
    this.threads = threads;
    this.description = description;
    this.slots = slots;
    this.table = new CellTable(shape.cells(), shape.sequenceIds());
    this.store = new CellStore(model.weights(), shape.cells() + 1);
    this.adapters = new Adapters(model.weights());
    this.decoder = decode == TorchSettings.Decode.GROUPS ? null : decoder(decode, slots, cuda);
  }

  private Decoder decoder(TorchSettings.Decode decode, int slots, @Nullable Cuda cuda) {
    try {
      return new Decoder(decode, model, store, shape, slots, cuda);
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  @Override
  public Shape shape() {
    return shape;
  }

  @Override
  public boolean mixesAdapters() {
    return true;
  }

  @Override
  public Outcome forward(Batch batch, boolean hidden) {
    requireOpen();
    BackendChecks.batch(shape, batch, hidden);
    results.close();
    results = Results.NONE;
    if (!continues(batch)) {
      return Outcome.BAD_BATCH;
    }
    if (batch.rows > table.free()) {
      shortage = "";
      return Outcome.NO_CELLS;
    }
    boolean done = false;
    for (int row = 0; row < batch.rows; row++) {
      table.append(batch.sequence[row]);
    }
    try {
      results = withinMemory(batch, hidden);
      done = true;
      shortage = "";
      return Outcome.OK;
    } catch (Abort.Aborted e) {
      return Outcome.ABORTED;
    } catch (OutOfMemory e) {
      return Outcome.NO_CELLS;
    } finally {
      for (int row = batch.rows - 1; row >= 0 && !done; row--) {
        table.cutBack(batch.sequence[row], batch.position[row]);
      }
    }
  }

  /// Whether each sequence's rows begin where it ends and leave no gap.
  private boolean continues(Batch batch) {
    int[] next = new int[shape.sequenceIds()];
    for (int row = 0; row < batch.rows; row++) {
      int sequence = batch.sequence[row];
      if (batch.position[row] != table.length(sequence) + next[sequence]++) {
        return false;
      }
    }
    return true;
  }

  /// Thrown when memory does not suffice for a step even when nothing else is kept.
  private static final class OutOfMemory extends RuntimeException {
    private static final long serialVersionUID = 1;

    OutOfMemory(RuntimeException cause) {
      super(cause);
    }
  }

  /// Computes a step; if memory is used up, once more when all has been given back that is only
  /// kept for later.
  private Outputs withinMemory(Batch batch, boolean hidden) {
    prepareThread();
    try {
      return run(batch, hidden);
    } catch (RuntimeException e) {
      if (!Devices.outOfMemory(e)) {
        throw e;
      }
    }
    if (decoder != null) {
      decoder.forget();
    }
    emptyCache();
    try {
      return run(batch, hidden);
    } catch (RuntimeException e) {
      if (!Devices.outOfMemory(e)) {
        throw e;
      }
      shortage = shortageOf(batch);
      emptyCache();
      throw new OutOfMemory(e);
    }
  }

  /// The scheduler takes ever smaller steps before it tells anybody, so what helps is to keep less.
  private String shortageOf(Batch batch) {
    return "%s has no memory left for a step of %d rows beside a cache of %d cells. Maybe --set cells=%d, %s--context %d was meant"
        .formatted(
            onCpu() ? "the machine" : "the GPU",
            batch.rows,
            shape.cells(),
            Math.max(1, shape.cells() / 2),
            slots > 1 ? "--set max-seqs=%d, or ".formatted(slots / 2) : "or ",
            Math.max(1, Math.min(shape.contextLength(), shape.cells()) / 2));
  }

  private boolean onCpu() {
    return model.weights().device().is_cpu();
  }

  /// On a CPU libtorch keeps no memory for later.
  private void emptyCache() {
    if (!onCpu()) {
      torch.emptyCache();
    }
  }

  private Outputs run(Batch batch, boolean hidden) {
    int[] slotted = decoder == null ? new int[0] : decoder.select(batch, hidden);
    abort.check();
    if (decoder == null || slotted.length == 0) {
      return compute(batch, hidden);
    }
    if (slotted.length == batch.rows) {
      Outputs all = decoder.run(batch, table, hidden, () -> states(batch));
      return all == null ? run(batch, hidden) : all;
    }
    SplitStep split = new SplitStep(batch, slotted);
    Outputs rest = compute(split.rest, hidden);
    try {
      Outputs first = decoder.run(split.slotted, table, hidden, () -> states(split.slotted));
      if (first != null) {
        return split.join(first, rest);
      }
    } catch (RuntimeException e) {
      rest.close();
      throw e;
    }
    rest.close();
    return run(batch, hidden);
  }

  private Outputs compute(Batch batch, boolean hidden) {
    Step step = new Step(batch, table);
    int[] places = Results.places(batch.output, step.order);
    try (PointerScope scope = new PointerScope();
        NoGradGuard noGradients = new NoGradGuard()) {
      abort.check();
      Tensor states = model.hidden(input(batch, step, batch.output));
      if (states.size(0) == 0) {
        return Results.NONE;
      }
      if (hidden || decoder == null) {
        return new Results(hidden ? states : model.logits(states), hidden, places);
      }
      return decoder.list(batch, model.logits(states), places);
    }
  }

  /// The final states of all rows in the batch's order.
  private Tensor states(Batch batch) {
    Step step = new Step(batch, table);
    boolean[] all = new boolean[batch.rows];
    Arrays.fill(all, true);
    Tensor states = model.hidden(input(batch, step, all));
    return states.index_select(0, numbers(Results.places(all, step.order), batch.rows));
  }

  /// The number of threads is a setting of the calling thread.
  private void prepareThread() {
    if (prepared != Thread.currentThread()) {
      torch.set_num_threads(threads);
      prepared = Thread.currentThread();
    }
  }

  private Transformer.Input input(Batch batch, Step step, boolean[] output) {
    int[] ids = new int[batch.rows];
    int[] positions = new int[batch.rows];
    int[] outputs = new int[batch.rows];
    int count = 0;
    for (int at = 0; at < batch.rows; at++) {
      int row = step.order[at];
      ids[at] = batch.token[row];
      positions[at] = batch.position[row];
      if (output[row]) {
        outputs[count++] = at;
      }
    }
    return new Transformer.Input(
        model.embed(numbers(ids, batch.rows)),
        numbers(positions, batch.rows),
        new CellAttention(model.config(), store, table, batch, step, abort),
        numbers(outputs, count),
        adapters.of(step));
  }

  private Tensor numbers(int[] values, int count) {
    return Tensors.longs(values, count).to(model.weights().device(), torch.ScalarType.Long);
  }

  @Override
  public void abortAt(long nanoTime) {
    abort.at(nanoTime);
  }

  @Override
  public boolean logits(int row, float[] into) {
    return read(row, false, shape.vocabularySize(), into);
  }

  @Override
  public boolean shortlist(int row, Shortlist into) {
    requireOpen();
    return results.shortlist(row, into);
  }

  @Override
  public String shortage() {
    return shortage;
  }

  @Override
  public boolean hiddenState(int row, float[] into) {
    return read(row, true, shape.hiddenWidth(), into);
  }

  private boolean read(int row, boolean hidden, int width, float[] into) {
    requireOpen();
    BackendChecks.output(into, width);
    return results.read(row, hidden, into);
  }

  @Override
  public void share(int from, int to, int length) {
    requireSequence(from);
    requireSequence(to);
    BackendChecks.share(from, table.length(from), to, table.length(to), length);
    table.share(from, to, 0, length);
  }

  @Override
  public void remove(int id, int from) {
    requireSequence(id);
    BackendChecks.remove(id, from);
    table.cutBack(id, from);
  }

  @Override
  public void replace(int from, int to, int begin, int end) {
    requireSequence(from);
    requireSequence(to);
    int have = Math.min(table.length(from), table.length(to));
    BackendChecks.replace(shape, from, to, begin, end, have);
    table.replace(from, to, begin, end);
  }

  /// Cells of positions `[begin, end)` in host memory.
  private record Copies(Tensor cells, int begin, int end) implements Parked {
    @Override
    public long bytes() {
      return cells.nbytes();
    }

    @Override
    public void close() {
      cells.close();
    }
  }

  @Override
  public @Nullable Parked park(int id, int begin, int end) {
    requireSequence(id);
    int have = table.length(id);
    BackendChecks.park(id, begin, end, have);
    if (Hardware.availableMemory() < (end - begin) * shape.bytesPerCell() + SPARE_BYTES) {
      return null;
    }
    try (PointerScope scope = new PointerScope()) {
      int[] cells = table.cells(id, begin, end);
      return new Copies(store.copyOf(numbers(cells, cells.length)), begin, end);
    } catch (RuntimeException e) {
      if (Devices.outOfMemory(e)) {
        return null;
      }
      throw e;
    }
  }

  @Override
  public boolean unpark(Parked parked, int id, int begin, int end) {
    requireSequence(id);
    int have = table.length(id);
    if (!(parked instanceof Copies copies)
        || have != begin
        || begin >= end
        || begin < copies.begin()
        || end > copies.end()) {
      throw BackendChecks.misplaced(id, begin, end, have);
    }
    if (end - begin > table.free()) {
      return false;
    }
    for (int position = begin; position < end; position++) {
      table.append(id);
    }
    int[] cells = table.cells(id, begin, end);
    try (PointerScope scope = new PointerScope();
        NoGradGuard noGradients = new NoGradGuard()) {
      store.restore(copies.cells(), begin - copies.begin(), numbers(cells, cells.length));
      return true;
    } catch (RuntimeException e) {
      table.cutBack(id, begin);
      if (Devices.outOfMemory(e)) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public void clear() {
    requireOpen();
    table.clear();
    results.close();
    results = Results.NONE;
  }

  @Override
  public int length(int id) {
    requireSequence(id);
    return table.length(id);
  }

  @Override
  public void loadAdapter(AdapterKey key, Path file) {
    requireOpen();
    adapters.load(key, file);
  }

  @Override
  public void unloadAdapter(AdapterKey key) {
    requireOpen();
    adapters.unload(key);
  }

  /// Rows have their own.
  @Override
  public void useAdapter(@Nullable AdapterKey key) {
    throw new UnsupportedOperationException("Each row of a batch names its adapter.");
  }

  /// Cells are zeroed: attention reads masked ones too, and a NaN that a broken forward left there
  /// would come back.
  @Override
  public void restart() {
    clear();
    store.zero();
  }

  @Override
  public String describe() {
    String note = decoder == null ? "" : decoder.note();
    return note.isEmpty() ? description : description + "; " + note;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      results.close();
      results = Results.NONE;
      if (decoder != null) {
        decoder.close();
      }
      adapters.close();
      store.close();
      model.close();
    }
  }

  private void requireSequence(int id) {
    requireOpen();
    BackendChecks.sequence(shape, id);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("The libtorch model is closed.");
    }
  }
}

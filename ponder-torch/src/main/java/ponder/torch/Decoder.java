package ponder.torch;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;
import ponder.engine.Backend.Batch;
import ponder.model.EngineException;

/// Runs decode steps: one row of each of many sequences, all with an output, none with an adapter.
/// What else a batch holds is computed apart from them ([SplitStep]).
///
/// # How it works
///
/// A step is padded to a number of rows and a number of cells per row out of a few
/// ([DecodeBuckets]). The first step of a size runs as it is; on a GPU it is then recorded as a
/// [DecodeGraph], which later steps of that size only start. What changes from step to step goes to
/// the device in one copy, and what the sampler needs comes back in one ([Condenser]); the logits
/// stay there until somebody asks for a whole row.
///
/// A step is computed by libtorch's operations ([DecodeStep]) or by kernels of our own
/// ([FusedStep]), to which lengths are all one. Those must prove themselves: the first step is
/// computed both ways, and if the results differ, they are given up.
///
/// All graphs work on the same memory, on a stream of their own. If one cannot be recorded, steps
/// of its size go on unrecorded. [#note] tells what does not go as it should.
///
/// For the engine's one thread.
final class Decoder implements AutoCloseable {
  /// Sizes that are recorded before giving up on recording: each failure costs a step.
  private static final int PATIENCE = 3;

  /// The most memory that gathered keys and values of a layer may take.
  private static final long MOST_GATHERED = 1L << 30;

  /// How far logits of own kernels may be from libtorch's, by their spread: bfloat16 gives about
  /// one in a hundred.
  private static final double TOLERANCE = 0.1;

  /// @param length most cells of a row; 0 for own kernels
  private record Size(int rows, int length) {}

  private final DecodeStep step;
  private final SlotTable slots;
  private final Condenser condenser;
  private final int context;
  private final int sequences;
  private final long bytesPerPlace;
  private final int spare;

  private final @Nullable GpuStream stream;
  private final @Nullable Cuda cuda;
  private final Map<Size, DecodeGraph> graphs = new HashMap<>();
  private final Set<Size> unrecorded = new HashSet<>();
  private final List<Tensor> owned = new ArrayList<>();
  private final Tensor hostInputs;
  private final Tensor hostTable;
  private final Tensor hostPacked;
  private final MemorySegment inputs;
  private final MemorySegment packed;
  private @Nullable FusedStep fused;
  private boolean proven;
  private volatile String note = "";

  /// @param decode any but [TorchSettings.Decode#GROUPS]
  /// @param slots most rows of a step
  /// @param context most tokens of a sequence
  /// @param sequences sequence ids are below
  /// @param device CUDA's functions; null on a CPU, where nothing is recorded
  Decoder(
      TorchSettings.Decode decode,
      Transformer model,
      CellStore store,
      int vocabulary,
      int slots,
      int context,
      int sequences,
      @Nullable Cuda device) {
    this.cuda = decode == TorchSettings.Decode.GATHERED ? null : device;
    this.context = context;
    this.sequences = sequences;
    this.slots = new SlotTable(slots, sequences);
    condenser = new Condenser(vocabulary);
    spare = (int) store.keys(0).size(0) - 1;
    bytesPerPlace = 2 * store.keys(0).nbytes() / store.keys(0).size(0);
    stream = cuda == null ? null : new GpuStream(model.weights().device(), cuda);
    try (PointerScope scope = new PointerScope()) {
      step = new DecodeStep(model, store, condenser, slots, context);
      boolean pinned = !model.weights().device().is_cpu();
      hostInputs = host(step.inputs, pinned);
      hostTable = host(step.table, pinned);
      hostPacked = host(step.packed, pinned);
    }
    inputs = Tensors.segment(hostInputs);
    packed = Tensors.segment(hostPacked);
    fused = decode == TorchSettings.Decode.FUSED ? fused(model, store) : null;
  }

  private @Nullable FusedStep fused(Transformer model, CellStore store) {
    Cuda api = Objects.requireNonNull(cuda);
    Weights weights = model.weights();
    try {
      int architecture = api.architecture(weights.device().index());
      boolean brain = weights.type() == ScalarType.BFloat16;
      Kernels kernels = new Kernels(model.config(), architecture, brain);
      return new FusedStep(model, store, step, condenser, kernels, api);
    } catch (EngineException e) {
      tell("own kernels are not used: " + e.getMessage());
      return null;
    }
  }

  private void tell(String words) {
    note = note.isEmpty() ? words : note + "; " + words;
    System.getLogger(Decoder.class.getName()).log(System.Logger.Level.WARNING, words);
  }

  /// Bytes that decoding takes beside weights and cells.
  ///
  /// @param slots most rows of a step
  /// @param width bytes of a number
  static long bytes(TransformerConfig config, int slots, long width) {
    long table = (long) slots * config.context() * Integer.BYTES;
    long logits = (long) slots * config.vocabularySize() * (width + 3 * Float.BYTES);
    return table + logits + MOST_GATHERED;
  }

  /// Host memory of the same shape, which the device can read by itself if it is pinned.
  private Tensor host(Tensor like, boolean pinned) {
    Tensor plain =
        torch.zeros(like.shape(), new org.bytedeco.pytorch.TensorOptions(like.scalar_type()));
    Tensor kept = pinned ? plain.pin_memory() : plain;
    kept.retainReference();
    owned.add(kept);
    return kept;
  }

  /// The rows of a batch that are decode steps: alone of their sequence, with an output, of the
  /// base model. Their cells need not be there yet.
  ///
  /// @return in the batch's order; none if they are too many, or too long
  int[] select(Batch batch) {
    int[] rowsOf = new int[sequences];
    for (int row = 0; row < batch.rows; row++) {
      rowsOf[batch.sequence[row]]++;
    }
    int[] rows =
        IntStream.range(0, batch.rows)
            .filter(row -> rowsOf[batch.sequence[row]] == 1)
            .filter(row -> batch.output[row] && batch.adapter[row] == null)
            .toArray();
    int longest = Arrays.stream(rows).map(row -> batch.position[row] + 1).max().orElse(0);
    int width = DecodeBuckets.rows(rows.length, slots.slots());
    boolean fits =
        fused != null || canGather(new Size(width, DecodeBuckets.length(longest, context)));
    return rows.length <= slots.slots() && fits ? rows : new int[0];
  }

  private boolean canGather(Size size) {
    return (long) size.rows * size.length * bytesPerPlace <= MOST_GATHERED;
  }

  /// What does not go as it should; empty if all does. Any thread.
  String note() {
    return note;
  }

  /// Runs a step whose rows' cells are in `table`.
  Outputs decode(Batch batch, CellTable table) {
    slots.place(batch, table);
    int[] places = new int[batch.rows];
    int longest = fill(batch, table, places);
    Size plain = new Size(slots.width, DecodeBuckets.length(longest, context));
    try {
      if (stream == null) {
        upload(batch, table);
        compute(plain);
        download();
      } else {
        stream.run(
            () -> {
              upload(batch, table);
              if (fused != null && !proven && canGather(plain)) {
                prove(plain);
              }
              replay(fused == null ? plain : new Size(slots.width, 0));
              download();
            });
      }
    } catch (RuntimeException e) {
      slots.clear(); // what the device knows is uncertain
      throw e;
    }
    return new ListedResults(step.logits, condenser, packed, places, wholeRows(batch));
  }

  /// The outputs of a forward that was computed otherwise.
  ///
  /// @param logits [outputs, vocabulary or more], owned by nobody yet
  Outputs list(Batch batch, Tensor logits, int[] placeOfRow) {
    float[] temperatures = new float[(int) logits.size(0)];
    for (int row = 0; row < batch.rows; row++) {
      if (placeOfRow[row] >= 0 && !Float.isNaN(batch.temperature[row])) {
        temperatures[placeOfRow[row]] = batch.temperature[row];
      }
    }
    Tensor host =
        Tensors.owned(
            () -> {
              Tensor heat =
                  Tensors.floats(temperatures, temperatures.length)
                      .to(logits.device(), ScalarType.Float);
              Tensor rows =
                  torch.zeros(
                      new long[] {temperatures.length, condenser.width()},
                      Tensors.options(ScalarType.Float, logits.device()));
              condenser.pack(logits, heat, rows);
              return rows.cpu();
            });
    logits.retainReference();
    return new ListedResults(logits, host, condenser, placeOfRow, wholeRows(batch));
  }

  private static int wholeRows(Batch batch) {
    int whole = 0;
    for (int row = 0; row < batch.rows; row++) {
      whole += batch.output[row] && Float.isNaN(batch.temperature[row]) ? 1 : 0;
    }
    return whole;
  }

  /// Writes the step's inputs to host memory; returns the longest sequence's length.
  private int fill(Batch batch, CellTable table, int[] places) {
    int longest = 1;
    for (int slot = 0; slot < slots.width; slot++) {
      int row = slots.row[slot];
      if (row < 0) {
        put(slot, 0, 0, spare, 0);
        continue;
      }
      places[row] = slot;
      int position = batch.position[row];
      longest = Math.max(longest, position + 1);
      float temperature = batch.temperature[row];
      put(
          slot,
          batch.token[row],
          position,
          table.cell(batch.sequence[row], position),
          Float.isNaN(temperature) ? 0 : temperature);
    }
    return longest;
  }

  private void put(int slot, int token, int position, int cell, double temperature) {
    long count = slots.slots();
    inputs.setAtIndex(ValueLayout.JAVA_LONG, DecodeStep.TOKENS * count + slot, token);
    inputs.setAtIndex(ValueLayout.JAVA_LONG, DecodeStep.POSITIONS * count + slot, position);
    inputs.setAtIndex(ValueLayout.JAVA_LONG, DecodeStep.CELLS * count + slot, cell);
    inputs.setAtIndex(ValueLayout.JAVA_DOUBLE, DecodeStep.TEMPERATURES * count + slot, temperature);
  }

  private void upload(Batch batch, CellTable table) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard noGradients = new NoGradGuard()) {
      step.inputs.copy_(hostInputs, true);
      for (int slot = 0; slot < slots.width; slot++) {
        int row = slots.row[slot];
        if (row >= 0 && slots.from[slot] < batch.position[row]) {
          uploadCells(slot, table, batch.sequence[row], slots.from[slot], batch.position[row]);
        }
      }
    }
  }

  private void uploadCells(int slot, CellTable table, int sequence, int from, int to) {
    int[] cells = table.cells(sequence, from, to);
    Tensor part = hostTable.select(0, slot).narrow(0, from, to - from);
    MemorySegment.copy(cells, 0, Tensors.segment(part), ValueLayout.JAVA_INT, 0, cells.length);
    step.table.select(0, slot).narrow(0, from, to - from).copy_(part, true);
  }

  private void compute(Size size) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard noGradients = new NoGradGuard()) {
      if (size.length > 0 || fused == null) {
        step.run(size.rows, size.length);
      } else {
        fused.run(size.rows);
      }
    }
  }

  /// Computes a step in both ways and compares.
  private void prove(Size plain) {
    proven = true;
    double difference;
    try (PointerScope scope = new PointerScope();
        NoGradGuard noGradients = new NoGradGuard()) {
      Tensor logits = step.logits.narrow(0, 0, plain.rows);
      compute(plain);
      Tensor expected = logits.to(ScalarType.Float).clone();
      compute(new Size(plain.rows, 0));
      Tensor error = logits.to(ScalarType.Float).sub(expected);
      Tensor spread = expected.sub(expected.mean());
      difference = error.norm().div(spread.norm()).item_float();
    }
    if (!(difference < TOLERANCE)) {
      FusedStep wrong = fused;
      fused = null;
      tell("own kernels are not used: their results differ by %.3f".formatted(difference));
      if (wrong != null) {
        wrong.close();
      }
    }
  }

  private void download() {
    try (PointerScope scope = new PointerScope()) {
      hostPacked.narrow(0, 0, slots.width).copy_(step.packed.narrow(0, 0, slots.width), true);
    }
  }

  /// Starts the graph of this size; without one runs the step, and then records it. A step can be
  /// repeated: it writes the same cells again.
  private void replay(Size size) {
    GpuStream on = Objects.requireNonNull(stream);
    Cuda api = Objects.requireNonNull(cuda);
    DecodeGraph graph = graphs.get(size);
    if (graph != null) {
      graph.launch(on.handle());
      return;
    }
    compute(size);
    if (unrecorded.contains(size) || unrecorded.size() >= PATIENCE) {
      return;
    }
    try {
      compute(size); // libraries choose and set up their kernels in the first run
      torch.synchronizeDevice(step.logits.device().index());
      DecodeGraph any = graphs.isEmpty() ? null : graphs.values().iterator().next();
      graphs.put(size, DecodeGraph.record(api, on.handle(), any, () -> compute(size)));
    } catch (RuntimeException e) {
      unrecorded.add(size);
      tell("steps of %d rows run without a CUDA graph: %s".formatted(size.rows, firstLine(e)));
      compute(size);
    }
  }

  private static String firstLine(RuntimeException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  /// Gives up the graphs and the memory they work on.
  void forget() {
    graphs.values().forEach(DecodeGraph::close);
    graphs.clear();
    slots.clear();
  }

  @Override
  public void close() {
    forget();
    if (fused != null) {
      fused.close();
    }
    step.close();
    owned.forEach(Tensor::close);
    owned.clear();
  }
}

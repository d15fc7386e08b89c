package ponder.torch;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;
import ponder.engine.Backend.Batch;
import ponder.engine.Backend.Shape;

/// Runs steps in slots: those of decoding, with one row of each of many sequences, and with own
/// kernels all others too, as long as no adapter takes part. What else a batch holds is computed
/// apart from them ([SplitStep]).
///
/// # How it works
///
/// A step of decoding is padded to a number of rows and a number of cells per row out of a few
/// ([DecodeBuckets]). The first step of a size runs as it is; on a GPU it is then recorded as a
/// [DecodeGraph], which later steps of that size only start. What changes from step to step goes to
/// the device in one copy, and what the sampler needs comes back in one ([StepMemory]); the logits
/// stay there until somebody asks for a whole row.
///
/// Such a step is computed by libtorch's operations ([DecodeStep]) or by kernels of our own
/// ([FusedStep]), to which lengths are all one. These also compute steps in which prompts or scored
/// texts have many rows of a sequence, unrecorded, since no two are alike. They must prove
/// themselves: the first step of each kind is computed both ways, and if the results differ, they
/// are given up.
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

  /// How far results of own kernels may be from libtorch's, by their spread: bfloat16 gives about
  /// one in a hundred.
  private static final double TOLERANCE = 0.1;

  /// The same for a single row.
  private static final double ROW_TOLERANCE = 0.5;

  /// @param length most cells of a row; 0 for own kernels
  private record Size(int rows, int length) {}

  private final DecodeStep step;
  private final SlotTable slots;
  private final StepMemory memory;
  private final Condenser condenser;
  private final int context;
  private final int sequences;
  private final long bytesPerPlace;

  private final @Nullable GpuStream stream;
  private final @Nullable Cuda cuda;
  private final Map<Size, DecodeGraph> graphs = new HashMap<>();
  private final Set<Size> unrecorded = new HashSet<>();
  private @Nullable FusedStep fused;
  private boolean proven;
  private boolean provenMixed;
  private boolean provenTiles;
  private volatile String note = "";

  /// @param decode any but [TorchSettings.Decode#GROUPS]
  /// @param slots most sequences of a step
  /// @param shape the backend's
  /// @param device CUDA's functions; null on a CPU, where nothing is recorded
  Decoder(
      TorchSettings.Decode decode,
      Transformer model,
      CellStore store,
      Shape shape,
      int slots,
      @Nullable Cuda device) {
    this.cuda = decode == TorchSettings.Decode.GATHERED ? null : device;
    this.context = shape.contextLength();
    this.sequences = shape.sequenceIds();
    this.slots = new SlotTable(slots, sequences);
    condenser = new Condenser(shape.vocabularySize());
    bytesPerPlace = 2 * store.keys(0).nbytes() / store.keys(0).size(0);
    stream = cuda == null ? null : new GpuStream(model.weights().device(), cuda);
    int outputs = Math.max(slots, shape.outputRows());
    int rows = Math.max(slots, shape.batchRows());
    int spare = (int) store.keys(0).size(0) - 1;
    try (PointerScope scope = new PointerScope()) {
      step = new DecodeStep(model, store, condenser, rows, slots, outputs, context);
    }
    memory = new StepMemory(step, spare, stream != null);
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
    } catch (RuntimeException e) { // whatever is missing, steps can be computed without
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
  /// @param slots most sequences of a step
  /// @param outputs most outputs of a step
  /// @param width bytes of a number
  static long bytes(TransformerConfig config, int slots, int outputs, long width) {
    long table = (long) slots * config.context() * Integer.BYTES;
    long logits = (long) outputs * config.vocabularySize() * (width + 3 * Float.BYTES);
    return table + logits + MOST_GATHERED;
  }

  /// The rows of a batch that are computed here. Their cells need not be there yet.
  ///
  /// Own kernels take all that the base model computes. Else it is decode steps alone: of a
  /// sequence with one row, with an output.
  ///
  /// @param hidden whether outputs are hidden states
  /// @return in the batch's order; none if they are too many, or too long
  int[] select(Batch batch, boolean hidden) {
    int[] rowsOf = new int[sequences];
    for (int row = 0; row < batch.rows; row++) {
      rowsOf[batch.sequence[row]]++;
    }
    boolean any = fused != null;
    int[] rows =
        IntStream.range(0, batch.rows)
            .filter(row -> any || (rowsOf[batch.sequence[row]] == 1 && batch.output[row]))
            .filter(row -> batch.adapter[row] == null)
            .toArray();
    int taken = (int) Arrays.stream(rows).map(row -> batch.sequence[row]).distinct().count();
    return taken <= slots.slots() && (any || (!hidden && canGather(batch, rows)))
        ? rows
        : new int[0];
  }

  private boolean canGather(Batch batch, int[] rows) {
    int longest = Arrays.stream(rows).map(row -> batch.position[row] + 1).max().orElse(0);
    int width = DecodeBuckets.rows(rows.length, slots.slots());
    return canGather(new Size(width, DecodeBuckets.length(longest, context)));
  }

  private boolean canGather(Size size) {
    return (long) size.rows * size.length * bytesPerPlace <= MOST_GATHERED;
  }

  /// What does not go as it should; empty if all does. Any thread.
  String note() {
    return note;
  }

  /// Runs a step of rows that were [selected][#select]; their cells are in `table`.
  ///
  /// @param reference the final states of all rows in the batch's order, [rows, width], computed
  ///   otherwise; asked for by the first steps alone
  /// @return null if own kernels turned out wrong: then the step has not been computed
  @Nullable Outputs run(Batch batch, CellTable table, boolean hidden, Supplier<Tensor> reference) {
    try {
      return isDecoding(batch, hidden)
          ? decode(batch, table)
          : mixed(batch, table, hidden, reference);
    } catch (RuntimeException e) {
      slots.clear(); // what the device knows is uncertain
      if (fused == null || e instanceof Abort.Aborted || Devices.outOfMemory(e)) {
        throw e;
      }
      giveUp(firstLine(e));
      return null;
    }
  }

  private boolean isDecoding(Batch batch, boolean hidden) {
    boolean[] seen = new boolean[sequences];
    boolean decoding = !hidden && batch.outputs == batch.rows;
    for (int row = 0; row < batch.rows && decoding; row++) {
      decoding = !seen[batch.sequence[row]];
      seen[batch.sequence[row]] = true;
    }
    return decoding;
  }

  /// The outputs of a forward that was computed otherwise.
  ///
  /// @param logits [outputs, vocabulary or more], owned by nobody yet
  Outputs list(Batch batch, Tensor logits, int[] placeOfRow) {
    return ListedResults.of(logits, condenser, placeOfRow, batch);
  }

  private @Nullable Outputs decode(Batch batch, CellTable table) {
    boolean own = fused != null;
    slots.placeDecoding(batch, table);
    int[] places = new int[batch.rows];
    int longest = memory.fill(slots, batch, table, places);
    Size plain = new Size(slots.width, DecodeBuckets.length(longest, context));
    if (stream == null) {
      memory.upload(slots, batch, table);
      compute(plain);
      memory.download(slots.width);
    } else {
      stream.run(
          () -> {
            memory.upload(slots, batch, table);
            if (own && !proven && canGather(plain)) {
              prove(plain);
            }
            if (own == (fused != null)) {
              replay(own ? new Size(slots.width, 0) : plain);
              memory.download(slots.width);
            }
          });
    }
    if (own != (fused != null)) {
      return null;
    }
    return new ListedResults(step.logits, condenser, memory.packed(), places, batch);
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

  /// Computes a step of any rows by own kernels.
  private @Nullable Outputs mixed(
      Batch batch, CellTable table, boolean hidden, Supplier<Tensor> reference) {
    FusedStep kernels = Objects.requireNonNull(fused);
    RowOrder order = new RowOrder(batch, kernels.tileRows());
    slots.place(batch, table);
    memory.fill(order, slots, batch, table);
    Outputs[] found = {Results.NONE};
    Objects.requireNonNull(stream)
        .run(
            () -> {
              try (NoGradGuard noGradients = new NoGradGuard()) {
                Tensor expected = isProven(order) ? null : ifMemoryAllows(reference);
                memory.upload(slots, batch, table);
                Tensor states = kernels.hidden(order);
                if (expected == null || proveMixed(expected, states, order)) {
                  found[0] = output(kernels, states, order, hidden, batch);
                }
              }
            });
    return fused == null ? null : found[0];
  }

  private Outputs output(
      FusedStep kernels, Tensor states, RowOrder order, boolean hidden, Batch batch) {
    int count = order.outputs.length;
    if (count == 0) {
      return Results.NONE;
    }
    Tensor places = step.inputs.select(0, DecodeStep.OUTPUTS).narrow(0, 0, count);
    Tensor wanted = states.index_select(0, places);
    if (hidden) {
      return new Results(wanted, true, order.output);
    }
    kernels.output(wanted, count);
    memory.download(count);
    return new ListedResults(step.logits, condenser, memory.packed(), order.output, batch);
  }

  private boolean isProven(RowOrder order) {
    return provenMixed && (provenTiles || order.tiles == 0);
  }

  /// A proof takes more memory than the step; without it the step goes on unproven.
  private static @Nullable Tensor ifMemoryAllows(Supplier<Tensor> reference) {
    try {
      return reference.get();
    } catch (RuntimeException e) {
      if (Devices.outOfMemory(e)) {
        return null;
      }
      throw e;
    }
  }

  /// Computes a decode step in both ways and compares, logits and what the sampler gets of them.
  private void prove(Size plain) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard noGradients = new NoGradGuard()) {
      Tensor logits = step.logits.narrow(0, 0, plain.rows);
      Tensor packed = step.packed.narrow(0, 0, plain.rows);
      compute(plain);
      Tensor expected = logits.clone();
      compute(new Size(plain.rows, 0));
      judge(expected, logits);
      Tensor condensed = packed.clone();
      step.pack(plain.rows);
      judge(
          packed.narrow(1, 0, Condenser.COMPARABLE), condensed.narrow(1, 0, Condenser.COMPARABLE));
    }
    proven = true;
  }

  /// Whether own kernels gave the same states as libtorch's operations; else gives them up.
  private boolean proveMixed(Tensor expected, Tensor states, RowOrder order) {
    Tensor places = Tensors.longs(order.row, order.row.length).to(states.device(), ScalarType.Long);
    judge(expected.index_select(0, places), states);
    provenMixed = true;
    provenTiles |= order.tiles > 0;
    return fused != null;
  }

  /// Gives own kernels up if results differ as a whole by more than rounding does, or one row is
  /// another altogether.
  private void judge(Tensor expected, Tensor found) {
    Tensor wide = expected.to(ScalarType.Float);
    Tensor error = found.to(ScalarType.Float).sub(wide);
    Tensor spread = wide.sub(wide.mean());
    double difference = error.norm().div(spread.norm()).item_float();
    double worst = perRow(error).div(perRow(spread)).max().item_float();
    if (fused != null && !(difference < TOLERANCE && worst < ROW_TOLERANCE)) {
      giveUp("their results differ by %.3f, in one row by %.3f".formatted(difference, worst));
    }
  }

  private static Tensor perRow(Tensor rows) {
    return rows.mul(rows).sum(1).sqrt();
  }

  private void giveUp(String reason) {
    FusedStep wrong = fused;
    fused = null;
    tell("own kernels are not used: " + reason);
    if (wrong != null) {
      wrong.close();
    }
    forget();
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
    memory.close();
    step.close();
  }
}

package ponder.torch;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;
import ponder.torch.Kernels.Grid;

/// The computing of a step with [Kernels] of our own: the same model, nine or ten calls a layer.
///
/// libtorch's operations on one token per sequence spend their time on being started: twenty a
/// layer, each reading and writing what the next reads again. Here a layer is four matrix products
/// and five kernels: what stands between two products is one. Attention reads keys and values where
/// the cache has them, each once, and no further than the sequence goes, so that steps have no
/// length. Every intermediate result has its memory from the beginning.
///
/// Rows need not be one of each sequence: those of prompts and of texts that are scored are rows
/// like others, which share one pass through the weights with those that decode. Only attention
/// tells them apart ([RowOrder]).
///
/// Rejected: a kernel for the products too, which cuBLAS does near what memory allows.
final class FusedStep implements AutoCloseable {
  /// Most parts that a row's cells are split into.
  private static final int PARTS = 16;

  private static final int THREADS = 128;

  private final Transformer model;
  private final TransformerConfig config;
  private final CellStore store;
  private final DecodeStep step;
  private final Condenser condenser;
  private final Kernels kernels;
  private final Cuda cuda;
  private final int wanted;
  private final List<Tensor> owned = new ArrayList<>();

  private final Tensor states;
  private final Tensor normed;
  private final Tensor projected;
  private final Tensor fused;
  private final Tensor collected;
  private final Tensor gateUp;
  private final Tensor inner;
  private final Tensor partial;
  private final Tensor counters;

  /// @param kernels owned from now on
  FusedStep(
      Transformer model,
      CellStore store,
      DecodeStep step,
      Condenser condenser,
      Kernels kernels,
      Cuda cuda) {
    this.model = model;
    this.config = model.config();
    this.store = store;
    this.step = step;
    this.condenser = condenser;
    this.kernels = kernels;
    this.cuda = cuda;
    wanted = 2 * cuda.multiprocessors(device());
    ScalarType type = model.weights().type();
    long rows = step.inputs.size(1);
    states = zeros(type, rows, config.width());
    normed = zeros(type, rows, config.width());
    projected = zeros(type, rows, config.width());
    fused = zeros(type, rows, config.queryWidth() + 2L * config.keyWidth());
    collected = zeros(type, rows, config.queryWidth());
    gateUp = zeros(type, rows, 2L * config.feedForward());
    inner = zeros(type, rows, config.feedForward());
    long parts = wanted + rows * config.keyValueHeads();
    long group = config.heads() / config.keyValueHeads();
    partial = zeros(ScalarType.Float, parts, group, config.headWidth() + 2);
    counters = zeros(ScalarType.Int, rows, config.keyValueHeads());
  }

  private int device() {
    return model.weights().device().index();
  }

  private Tensor zeros(ScalarType type, long... shape) {
    Tensor tensor =
        Tensors.owned(() -> torch.zeros(shape, Tensors.options(type, model.weights().device())));
    owned.add(tensor);
    return tensor;
  }

  /// Most rows of a tile of neighbouring rows of a sequence; 0 if there can be none.
  int tileRows() {
    return kernels.tileRows();
  }

  /// Computes the first `rows` slots, one row of each, as [DecodeStep#run] does.
  void run(int rows) {
    layers(rows, rows, 0);
    output(normed, rows);
  }

  /// Computes rows in their order up to the last norm, and enters their cells in the table.
  ///
  /// @return [rows, width], which the next step overwrites
  Tensor hidden(RowOrder order) {
    int rows = order.row.length;
    layers(rows, order.singles, order.tiles);
    return normed.narrow(0, 0, rows);
  }

  /// Writes the logits of states, and what the condenser makes of them.
  ///
  /// @param hidden [outputs or more, width]
  void output(Tensor hidden, int outputs) {
    multiply(hidden, model.weights().headMap(), step.logits, outputs);
    kernels.start(
        "condense",
        new Grid(outputs, 1024),
        cuda.currentStream(device()),
        step.logits,
        step.logits.size(1),
        condenser.vocabulary(),
        input(DecodeStep.TEMPERATURES),
        input(DecodeStep.WANTED),
        step.packed,
        condenser.width());
  }

  private Tensor input(int kind) {
    return step.inputs.select(0, kind);
  }

  /// @param singles rows at the beginning that attend one by one
  private void layers(int rows, int singles, int tiles) {
    MemorySegment stream = cuda.currentStream(device());
    Weights weights = model.weights();
    int width = config.width();
    float epsilon = (float) config.normEpsilon();
    Grid each = new Grid(rows, THREADS);
    kernels.start(
        "embedNorm",
        each,
        stream,
        input(DecodeStep.TOKENS),
        weights.embedding(),
        weights.layers().getFirst().inputNorm(),
        states,
        normed,
        width,
        epsilon);
    for (int index = 0; index < config.layers(); index++) {
      Weights.Layer layer = weights.layers().get(index);
      multiply(normed, layer.queryKeyValue(), fused, rows);
      turnAndKeep(index, layer, rows, stream);
      attend(index, singles, stream);
      attendTiles(index, tiles, stream);
      multiply(collected, layer.output(), projected, rows);
      kernels.start(
          "addNorm", each, stream, states, projected, layer.innerNorm(), normed, width, epsilon);
      feedForward(layer, rows, stream);
      Tensor next =
          index + 1 < config.layers()
              ? weights.layers().get(index + 1).inputNorm()
              : weights.norm();
      kernels.start("addNorm", each, stream, states, projected, next, normed, width, epsilon);
    }
  }

  private void turnAndKeep(int index, Weights.Layer layer, int rows, MemorySegment stream) {
    kernels.start(
        "turnAndKeep",
        new Grid(rows, 2 * THREADS),
        stream,
        fused,
        model.rope().cosines(),
        model.rope().sines(),
        input(DecodeStep.POSITIONS),
        input(DecodeStep.CELLS),
        input(DecodeStep.SLOTS),
        step.table,
        (int) step.table.size(1),
        store.keys(index),
        store.values(index),
        orNull(layer.queryNorm()),
        orNull(layer.keyNorm()),
        (float) config.normEpsilon());
  }

  private void attend(int index, int rows, MemorySegment stream) {
    if (rows == 0) {
      return;
    }
    int blocks = rows * config.keyValueHeads();
    int parts = Math.clamp((wanted + blocks - 1) / blocks, 1, PARTS);
    kernels.start(
        "attend",
        new Grid(parts, config.keyValueHeads(), rows, THREADS),
        stream,
        fused,
        store.keys(index),
        store.values(index),
        step.table,
        (int) step.table.size(1),
        input(DecodeStep.POSITIONS),
        input(DecodeStep.SLOTS),
        collected,
        partial,
        counters,
        scale());
  }

  private void attendTiles(int index, int tiles, MemorySegment stream) {
    if (tiles == 0) {
      return;
    }
    kernels.start(
        "attendTiles",
        new Grid(tiles, config.keyValueHeads(), 1, THREADS),
        stream,
        fused,
        store.keys(index),
        store.values(index),
        step.table,
        (int) step.table.size(1),
        input(DecodeStep.POSITIONS),
        input(DecodeStep.SLOTS),
        input(DecodeStep.TILES),
        collected,
        scale());
  }

  /// The kernels take powers of two.
  private float scale() {
    return (float) (1 / (Math.sqrt(config.headWidth()) * Math.log(2)));
  }

  private void feedForward(Weights.Layer layer, int rows, MemorySegment stream) {
    multiply(normed, layer.gateUp(), gateUp, rows);
    int vectors = config.feedForward() / 8;
    kernels.start(
        "gate",
        new Grid((vectors + THREADS - 1) / THREADS, rows, 1, THREADS),
        stream,
        gateUp,
        inner,
        config.feedForward());
    multiply(inner, layer.down(), projected, rows);
  }

  /// `into = map(input)`, rows of each.
  private static void multiply(Tensor input, Linear map, Tensor into, int rows) {
    Tensor from = input.narrow(0, 0, rows);
    Tensor to = into.narrow(0, 0, rows);
    Tensor bias = map.bias();
    if (bias == null) {
      torch.mm_out(to, from, map.weight().t());
    } else {
      torch.addmm_out(to, bias, from, map.weight().t());
    }
  }

  private static Object orNull(@Nullable Tensor tensor) {
    return tensor == null ? (Object) 0L : tensor;
  }

  @Override
  public void close() {
    kernels.close();
    owned.forEach(Tensor::close);
    owned.clear();
  }
}

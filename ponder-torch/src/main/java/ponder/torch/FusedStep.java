package ponder.torch;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;
import ponder.torch.Kernels.Grid;

/// The computing of a [DecodeStep] with [Kernels] of our own: the same model, ten calls a layer.
///
/// libtorch's operations on one token per sequence spend their time on being started: twenty a
/// layer, each reading and writing what the next reads again. Here a layer is four matrix products
/// and five kernels: what stands between two products is one. Attention reads keys and values where
/// the cache has them, each once, and no further than the sequence goes, so that steps have no
/// length. Every intermediate result has its memory from the beginning.
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
    long slots = step.table.size(0);
    states = zeros(type, slots, config.width());
    normed = zeros(type, slots, config.width());
    projected = zeros(type, slots, config.width());
    fused = zeros(type, slots, config.queryWidth() + 2L * config.keyWidth());
    collected = zeros(type, slots, config.queryWidth());
    gateUp = zeros(type, slots, 2L * config.feedForward());
    inner = zeros(type, slots, config.feedForward());
    long parts = wanted + slots * config.keyValueHeads();
    long group = config.heads() / config.keyValueHeads();
    partial = zeros(ScalarType.Float, parts, group, config.headWidth() + 2);
    counters = zeros(ScalarType.Int, slots, config.keyValueHeads());
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

  /// Computes the first `rows` slots, as [DecodeStep#run] does.
  void run(int rows) {
    MemorySegment stream = cuda.currentStream(device());
    Weights weights = model.weights();
    int width = config.width();
    float epsilon = (float) config.normEpsilon();
    Grid each = new Grid(rows, THREADS);
    kernels.start(
        "embedNorm",
        each,
        stream,
        step.inputs.select(0, DecodeStep.TOKENS),
        weights.embedding(),
        weights.layers().getFirst().inputNorm(),
        states,
        normed,
        width,
        epsilon);
    for (int index = 0; index < config.layers(); index++) {
      Weights.Layer layer = weights.layers().get(index);
      attention(index, layer, rows, stream);
      kernels.start(
          "addNorm", each, stream, states, projected, layer.innerNorm(), normed, width, epsilon);
      feedForward(layer, rows, stream);
      Tensor next =
          index + 1 < config.layers()
              ? weights.layers().get(index + 1).inputNorm()
              : weights.norm();
      kernels.start("addNorm", each, stream, states, projected, next, normed, width, epsilon);
    }
    multiply(normed, weights.headMap(), step.logits, rows);
    kernels.start(
        "condense",
        new Grid(rows, 1024),
        stream,
        step.logits,
        step.logits.size(1),
        condenser.vocabulary(),
        step.inputs.select(0, DecodeStep.TEMPERATURES),
        step.packed,
        condenser.width());
  }

  private void attention(int index, Weights.Layer layer, int rows, MemorySegment stream) {
    multiply(normed, layer.queryKeyValue(), fused, rows);
    Tensor positions = step.inputs.select(0, DecodeStep.POSITIONS);
    int context = (int) step.table.size(1);
    kernels.start(
        "turnAndKeep",
        new Grid(rows, 2 * THREADS),
        stream,
        fused,
        model.rope().cosines(),
        model.rope().sines(),
        positions,
        step.inputs.select(0, DecodeStep.CELLS),
        step.table,
        context,
        store.keys(index),
        store.values(index),
        orNull(layer.queryNorm()),
        orNull(layer.keyNorm()),
        (float) config.normEpsilon());
    int blocks = rows * config.keyValueHeads();
    int parts = Math.clamp((wanted + blocks - 1) / blocks, 1, PARTS);
    double scale = 1 / (Math.sqrt(config.headWidth()) * Math.log(2));
    kernels.start(
        "attend",
        new Grid(parts, config.keyValueHeads(), rows, THREADS),
        stream,
        fused,
        store.keys(index),
        store.values(index),
        step.table,
        context,
        positions,
        collected,
        partial,
        counters,
        (float) scale);
    multiply(collected, layer.output(), projected, rows);
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

package ponder.torch;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/// The weights of a [Transformer], owned: closing frees them.
///
/// Maps that read the same input lie behind one another in one matrix (queries, keys and values;
/// gate and up), so that a layer is four multiplications instead of seven. [#named] shows every
/// tensor under the name it has in Hugging Face's files, as a view into that memory.
///
/// An engine on a CPU packs them ([#pack]) when they are loaded.
final class Weights implements AutoCloseable {
  /// One layer.
  ///
  /// @param inputNorm [width]
  /// @param queryKeyValue width to queryWidth + 2 keyWidth
  /// @param queryNorm [headWidth]
  /// @param keyNorm [headWidth]
  /// @param output queryWidth to width
  /// @param innerNorm [width]
  /// @param gateUp width to 2 feedForward
  /// @param down feedForward to width
  record Layer(
      Tensor inputNorm,
      Linear queryKeyValue,
      @Nullable Tensor queryNorm,
      @Nullable Tensor keyNorm,
      Linear output,
      Tensor innerNorm,
      Linear gateUp,
      Linear down) {}

  private final TransformerConfig config;
  private final ScalarType type;
  private final Device device;
  private final List<Tensor> owned = new ArrayList<>();
  private final Map<String, Tensor> named = new LinkedHashMap<>();

  /// The names of the views into a fused weight.
  private final Map<Tensor, List<String>> parts = new IdentityHashMap<>();

  private final Tensor embedding;
  private final List<Layer> layers = new ArrayList<>();
  private final List<Linear> maps = new ArrayList<>();
  private final Tensor norm;
  private final Linear head;
  private @Nullable OneDnn oneDnn;

  /// Takes memory for the weights of `config`; their values are arbitrary.
  Weights(TransformerConfig config, ScalarType type, Device device) {
    this.config = config;
    this.type = type;
    this.device = device;
    embedding = whole("model.embed_tokens.weight", config.vocabularySize(), config.width());
    for (int index = 0; index < config.layers(); index++) {
      layers.add(layer("model.layers.%d.".formatted(index)));
    }
    norm = whole("model.norm.weight", config.width());
    head =
        map(
            config.tiedEmbeddings()
                ? embedding
                : whole("lm_head.weight", config.vocabularySize(), config.width()),
            null);
  }

  private Layer layer(String prefix) {
    return new Layer(
        whole(prefix + "input_layernorm.weight", config.width()),
        map(prefix, config.inputBias(), Projection.QUERY, Projection.KEY, Projection.VALUE),
        config.headNorm() ? whole(prefix + "self_attn.q_norm.weight", config.headWidth()) : null,
        config.headNorm() ? whole(prefix + "self_attn.k_norm.weight", config.headWidth()) : null,
        map(prefix, config.outputBias(), Projection.OUTPUT),
        whole(prefix + "post_attention_layernorm.weight", config.width()),
        map(prefix, false, Projection.GATE, Projection.UP),
        map(prefix, false, Projection.DOWN));
  }

  private Tensor whole(String name, long... shape) {
    Tensor tensor = empty(shape);
    named.put(name, tensor);
    parts.put(tensor, List.of(name));
    return tensor;
  }

  private Linear map(String prefix, boolean biased, Projection... projections) {
    Tensor weight = fused(prefix, ".weight", projections, projections[0].in(config));
    return map(weight, biased ? fused(prefix, ".bias", projections) : null);
  }

  private Linear map(Tensor weight, @Nullable Tensor bias) {
    Linear map = new Linear(weight, bias);
    maps.add(map);
    return map;
  }

  /// One tensor with the rows of all parts, and a view of each part.
  private Tensor fused(String prefix, String kind, Projection[] projections, long... columns) {
    long rows = 0;
    for (Projection part : projections) {
      rows += part.out(config);
    }
    Tensor tensor = columns.length == 0 ? empty(rows) : empty(rows, columns[0]);
    long from = 0;
    for (Projection part : projections) {
      long first = from;
      Tensor view = Tensors.owned(() -> tensor.narrow(0, first, part.out(config)));
      String name = prefix + part.path() + kind;
      owned.add(view);
      named.put(name, view);
      parts.computeIfAbsent(tensor, key -> new ArrayList<>()).add(name);
      from += part.out(config);
    }
    return tensor;
  }

  private Tensor empty(long... shape) {
    Tensor tensor =
        Tensors.owned(
            () -> {
              TensorOptions options = Tensors.options(type, device);
              return torch.zeros(shape, options);
            });
    owned.add(tensor);
    return tensor;
  }

  /// Fills all weights from files, in steps of some megabytes.
  ///
  /// @throws ponder.model.EngineException if tensors are missing, too many or misshapen, with all
  ///   of them
  void load(WeightSource source) {
    WeightCheck.check(config, source);
    for (TensorSpec spec : config.tensors()) {
      Tensor target = named(spec.name());
      int step = (int) Math.clamp((1L << 21) / spec.columns(), 1, spec.rows());
      float[] values = new float[(int) (step * spec.columns())];
      for (long row = 0; row < spec.rows(); row += step) {
        int count = (int) Math.min(step, spec.rows() - row);
        source.rows(spec.name(), row, count, values);
        copy(values, target, row, count);
      }
    }
  }

  /// Lays all maps out for fast products on a CPU and frees their weights as they were: from here
  /// on there are only forwards, no gradients, no reading and no changing of those weights.
  ///
  /// @return whether it could be done; if not, nothing has changed
  boolean pack() {
    OneDnn opened = device.is_cpu() ? OneDnn.open() : null;
    if (opened == null) {
      return false;
    }
    oneDnn = opened;
    for (Linear map : maps) {
      map.pack(opened);
      if (map.weight() != embedding) {
        free(map.weight());
      }
    }
    return true;
  }

  private void free(Tensor weight) {
    for (String name : parts.getOrDefault(weight, List.of())) {
      Tensor view = named.remove(name);
      if (view != null && view != weight) {
        owned.removeIf(one -> one == view);
        view.close();
      }
    }
    owned.removeIf(one -> one == weight);
    weight.close();
  }

  private static void copy(float[] values, Tensor target, long row, int count) {
    try (PointerScope scope = new PointerScope()) {
      Tensor rows = target.narrow(0, row, count);
      long[] shape = rows.shape();
      long size = rows.numel();
      float[] whole = size == values.length ? values : java.util.Arrays.copyOf(values, (int) size);
      rows.copy_(Tensors.floats(whole, shape));
    }
  }

  TransformerConfig config() {
    return config;
  }

  ScalarType type() {
    return type;
  }

  Device device() {
    return device;
  }

  Tensor embedding() {
    return embedding;
  }

  List<Layer> layers() {
    return layers;
  }

  Tensor norm() {
    return norm;
  }

  /// From hidden states to logits.
  Linear headMap() {
    return head;
  }

  /// The tensor that files call `name`.
  Tensor named(String name) {
    Tensor tensor = named.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("The model has no tensor '%s'.".formatted(name));
    }
    return tensor;
  }

  /// A layer's linear map, [out, in].
  Tensor projection(int layer, Projection projection) {
    return named("model.layers.%d.%s.weight".formatted(layer, projection.path()));
  }

  @Override
  public void close() {
    maps.forEach(Linear::close);
    owned.forEach(Tensor::close);
    owned.clear();
    named.clear();
    if (oneDnn != null) {
      oneDnn.close();
      oneDnn = null;
    }
  }
}

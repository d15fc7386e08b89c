package ponder.torch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import ponder.gguf.Dequantizer;
import ponder.gguf.Gguf;
import ponder.gguf.TensorInfo;

/// The weights of a GGUF file, dequantised as they are read.
///
/// The rows of the Llama family's queries and keys are put in order ([HeadOrder]).
final class GgufWeights implements WeightSource {
  private static final Pattern LAYER = Pattern.compile("blk\\.(\\d+)\\.(\\w+)\\.(weight|bias)");
  private static final Pattern HUB_LAYER =
      Pattern.compile("model\\.layers\\.(\\d+)\\.([\\w.]+)\\.(weight|bias)");
  private static final Map<String, String> GLOBAL =
      Map.of(
          "token_embd.weight", "model.embed_tokens.weight",
          "output_norm.weight", "model.norm.weight",
          "output.weight", "lm_head.weight");
  private static final Map<String, String> NORMS =
      Map.of(
          "attn_norm", "input_layernorm",
          "ffn_norm", "post_attention_layernorm",
          "attn_q_norm", "self_attn.q_norm",
          "attn_k_norm", "self_attn.k_norm");

  /// Frequencies of the rotary embedding, which [GgufConfig] reads.
  static final String ROPE_FACTORS = "rope_freqs.weight";

  private final Gguf file;
  private final int headWidth;
  private final boolean interleaved;
  private final Map<String, TensorInfo> byName = new LinkedHashMap<>();

  /// @throws ponder.gguf.GgufException if a tensor is of a type that cannot be read
  GgufWeights(Gguf file, TransformerConfig config) {
    this.file = file;
    this.headWidth = config.headWidth();
    this.interleaved = config.family() == Family.LLAMA;
    for (TensorInfo tensor : file.tensors()) {
      Dequantizer.require(file, tensor);
      if (!tensor.name().equals(ROPE_FACTORS)) {
        byName.put(name(tensor.name()), tensor);
      }
    }
  }

  /// What Hugging Face's files call it; an unknown name stays as it is, to be refused as extra.
  private static String name(String ggufName) {
    String global = GLOBAL.get(ggufName);
    Matcher layer = LAYER.matcher(ggufName);
    if (global != null || !layer.matches()) {
      return global == null ? ggufName : global;
    }
    String part = layer.group(2);
    String path = Projection.ofGgufName(part).map(Projection::path).orElse(NORMS.get(part));
    return path == null
        ? ggufName
        : "model.layers.%s.%s.%s".formatted(layer.group(1), path, layer.group(3));
  }

  @Override
  public String called(String name) {
    @Nullable TensorInfo there = byName.get(name);
    if (there != null) {
      return there.name();
    }
    Matcher layer = HUB_LAYER.matcher(name);
    if (!layer.matches()) {
      return key(GLOBAL, name).orElse(name);
    }
    String path = layer.group(2);
    return Projection.ofPath(path)
        .map(Projection::ggufName)
        .or(() -> key(NORMS, path))
        .map(part -> "blk.%s.%s.%s".formatted(layer.group(1), part, layer.group(3)))
        .orElse(name);
  }

  private static Optional<String> key(Map<String, String> map, String value) {
    return map.entrySet().stream()
        .filter(entry -> entry.getValue().equals(value))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  @Override
  public Map<String, List<Long>> tensors() {
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    byName.forEach((name, tensor) -> shapes.put(name, tensor.dimensions().reversed()));
    return shapes;
  }

  @Override
  public void rows(String name, long first, int count, float[] into) {
    TensorInfo tensor = tensor(name);
    int columns = tensor.dimensions().size() == 1 ? 1 : (int) tensor.dimension(0);
    if (!interleaved || !turns(name)) {
      Dequantizer.read(file, tensor, first * columns, count * columns, into, 0);
      return;
    }
    for (int row = 0; row < count; row++) {
      Dequantizer.read(
          file,
          tensor,
          HeadOrder.inGguf(first + row, headWidth) * columns,
          columns,
          into,
          row * columns);
    }
  }

  private static boolean turns(String name) {
    return name.contains(Projection.QUERY.path() + ".")
        || name.contains(Projection.KEY.path() + ".");
  }

  private TensorInfo tensor(String name) {
    @Nullable TensorInfo tensor = byName.get(name);
    if (tensor == null) {
      throw file.bad("it has no tensor for '%s'.".formatted(name));
    }
    return tensor;
  }

  @Override
  public String name() {
    return file.name();
  }
}

package ponder.torch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.global.torch.ScalarType;
import ponder.model.EngineException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// `config.json` of models in Hugging Face's layout, read into and written from a
/// [TransformerConfig].
///
/// What a file asks for and [Transformer] does not compute is refused by name, all of it at once.
final class ConfigJson {
  private final Path path;
  private final JsonNode root;
  private final List<String> problems = new ArrayList<>();

  private ConfigJson(JsonFile file) {
    this.path = file.path();
    this.root = file.root();
  }

  /// @throws EngineException if the file is missing, broken, or asks for what is not supported
  static TransformerConfig read(Path path) {
    return new ConfigJson(JsonFile.read(path)).config();
  }

  private TransformerConfig config() {
    String type = root.path("model_type").asString("");
    Optional<Family> known = Family.named(type);
    if (known.isEmpty()) {
      throw new EngineException(
          "'%s' cannot be used: the torch engine does not know the model_type '%s', only %s."
              .formatted(path, type, List.of(Family.values()).stream().map(Family::type).toList()));
    }
    Family family = known.get();
    int width = number("hidden_size");
    int heads = number("num_attention_heads");
    boolean bias = root.path("attention_bias").asBoolean(false);
    refuseOthers();
    Rope rope = rope();
    int[] sizes = {
      number("vocab_size"),
      number("num_hidden_layers"),
      number("intermediate_size"),
      number("max_position_embeddings")
    };
    if (!problems.isEmpty()) {
      throw new EngineException(
          "'%s' cannot be used: %s.".formatted(path, String.join("; ", problems)));
    }
    return new TransformerConfig(
        family,
        sizes[0],
        width,
        sizes[1],
        heads,
        root.path("num_key_value_heads").asInt(heads),
        root.path("head_dim").asInt(width / Math.max(1, heads)),
        sizes[2],
        sizes[3],
        root.path("rms_norm_eps").asDouble(1e-6),
        rope,
        family == Family.QWEN2 || bias,
        family != Family.QWEN2 && bias,
        root.path("tie_word_embeddings").asBoolean(false));
  }

  private int number(String key) {
    JsonNode node = root.path(key);
    if (!node.isInt()) {
      problems.add("'%s' (%s) is no whole number".formatted(key, node));
    }
    return node.asInt(0);
  }

  private void refuseOthers() {
    refuse("mlp_bias", root.path("mlp_bias").asBoolean(false));
    refuse("use_sliding_window", root.path("use_sliding_window").asBoolean(false));
    refuse("quantization_config", root.hasNonNull("quantization_config"));
    String activation = root.path("hidden_act").asString("silu");
    if (!activation.equals("silu")) {
      problems.add("hidden_act ('%s') must be silu".formatted(activation));
    }
    for (JsonNode layer : root.path("layer_types")) {
      if (!layer.asString("").equals("full_attention")) {
        problems.add("layer_types has %s; only full_attention is supported".formatted(layer));
        return;
      }
    }
  }

  private void refuse(String key, boolean there) {
    if (there) {
      problems.add("'%s' (%s) is not supported".formatted(key, root.path(key)));
    }
  }

  /// Older files have `rope_theta` and `rope_scaling`, newer ones both in `rope_parameters`.
  private Rope rope() {
    JsonNode parameters =
        root.hasNonNull("rope_parameters")
            ? root.path("rope_parameters")
            : root.path("rope_scaling");
    double base = root.path("rope_theta").asDouble(parameters.path("rope_theta").asDouble(10_000));
    String type =
        parameters.path("rope_type").asString(parameters.path("type").asString("default"));
    Rope.Scaling scaling =
        switch (type) {
          case "default" -> new Rope.Plain();
          case "linear" -> new Rope.Linear(parameters.path("factor").asDouble(1));
          case "llama3" ->
              new Rope.Llama3(
                  parameters.path("factor").asDouble(8),
                  parameters.path("low_freq_factor").asDouble(1),
                  parameters.path("high_freq_factor").asDouble(4),
                  parameters.path("original_max_position_embeddings").asInt(8192));
          default -> {
            problems.add("rope_type ('%s') must be default, linear or llama3".formatted(type));
            yield new Rope.Plain();
          }
        };
    return new Rope(base, scaling);
  }

  /// The file for a model, as transformers reads it.
  ///
  /// @param eos ids that end a text; may be empty
  static ObjectNode write(TransformerConfig config, ScalarType type, int bos, List<Integer> eos) {
    ObjectNode node = new JsonMapper().createObjectNode();
    node.putArray("architectures").add(config.family().architecture());
    node.put("model_type", config.family().type())
        .put("vocab_size", config.vocabularySize())
        .put("hidden_size", config.width())
        .put("num_hidden_layers", config.layers())
        .put("num_attention_heads", config.heads())
        .put("num_key_value_heads", config.keyValueHeads())
        .put("head_dim", config.headWidth())
        .put("intermediate_size", config.feedForward())
        .put("max_position_embeddings", config.context())
        .put("rms_norm_eps", config.normEpsilon())
        .put("hidden_act", "silu")
        .put("tie_word_embeddings", config.tiedEmbeddings())
        .put("torch_dtype", type == ScalarType.BFloat16 ? "bfloat16" : "float32")
        .put("use_cache", true);
    if (config.family() != Family.QWEN2) {
      node.put("attention_bias", config.outputBias());
    }
    rope(node, config.rope());
    tokens(node, bos, eos);
    return node;
  }

  /// The tokens at the borders of texts.
  static void tokens(ObjectNode node, int bos, List<Integer> eos) {
    if (bos >= 0) {
      node.put("bos_token_id", bos);
    }
    if (eos.size() == 1) {
      node.put("eos_token_id", eos.getFirst());
    } else if (!eos.isEmpty()) {
      eos.forEach(node.putArray("eos_token_id")::add);
    }
  }

  private static void rope(ObjectNode node, Rope rope) {
    node.put("rope_theta", rope.base());
    switch (rope.scaling()) {
      case Rope.Plain() -> node.putNull("rope_scaling");
      case Rope.Linear(double factor) ->
          node.putObject("rope_scaling").put("rope_type", "linear").put("factor", factor);
      case Rope.Llama3 llama3 ->
          node.putObject("rope_scaling")
              .put("rope_type", "llama3")
              .put("factor", llama3.factor())
              .put("low_freq_factor", llama3.lowFrequencyFactor())
              .put("high_freq_factor", llama3.highFrequencyFactor())
              .put("original_max_position_embeddings", llama3.originalContext());
    }
  }
}

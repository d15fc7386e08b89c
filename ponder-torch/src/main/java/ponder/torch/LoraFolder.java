package ponder.torch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import ponder.model.EngineException;
import ponder.safetensors.Safetensors;
import ponder.safetensors.SafetensorsFile;
import ponder.safetensors.Tensor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Adapters in PEFT's layout: a folder with `adapter_config.json` and `adapter_model.safetensors`.
final class LoraFolder {
  static final String CONFIG = "adapter_config.json";
  static final String WEIGHTS = "adapter_model.safetensors";

  private static final Pattern NAME =
      Pattern.compile(
          "base_model\\.model\\.model\\.layers\\.(\\d{1,6})\\.(?:self_attn|mlp)\\.(\\w+)\\.lora_([AB])\\.weight");

  private LoraFolder() {}

  /// @throws EngineException if the folder holds no adapter
  static LoraFiles.Found read(Path folder) {
    JsonFile config = JsonFile.read(folder.resolve(CONFIG));
    LoraFiles.Found found = new LoraFiles.Found((place, rank) -> scale(config.root(), place, rank));
    refuseVariants(config.root(), found);
    Safetensors file = Safetensors.open(folder.resolve(WEIGHTS));
    for (Map.Entry<String, Tensor> entry : file.tensors().entrySet()) {
      Matcher matcher = NAME.matcher(entry.getKey());
      Optional<Projection> projection =
          matcher.matches() ? Projection.ofModule(matcher.group(2)) : Optional.empty();
      Tensor tensor = entry.getValue();
      if (projection.isEmpty() || tensor.shape().size() != 2) {
        found.problem("the tensor '%s' %s is not known".formatted(entry.getKey(), tensor.shape()));
        continue;
      }
      Lora.Place place = new Lora.Place(Integer.parseInt(matcher.group(1)), projection.get());
      found.add(
          place,
          matcher.group(3).equals("A"),
          new LoraFiles.Half(
              file.floats(entry.getKey()), tensor.shape().get(0), tensor.shape().get(1)));
    }
    return found;
  }

  /// Writes an adapter as PEFT reads it, its factors as they are.
  ///
  /// @throws EngineException if the folder cannot be written
  static void write(Lora lora, String baseModel, Path folder) {
    try {
      Files.createDirectories(folder);
      ModelFolder.write(folder.resolve(CONFIG), config(lora, baseModel));
    } catch (IOException e) {
      throw new EngineException("The folder %s cannot be written: %s".formatted(folder, e), e);
    }
    List<SafetensorsFile.Entry> entries = new ArrayList<>();
    lora.factors()
        .forEach(
            (place, factor) -> {
              String name =
                  "base_model.model.model.layers.%d.%s."
                      .formatted(place.layer(), place.projection().path());
              entries.add(ModelFolder.entry(name + "lora_A.weight", factor.down()));
              entries.add(ModelFolder.entry(name + "lora_B.weight", factor.up()));
            });
    SafetensorsFile.write(folder.resolve(WEIGHTS), Map.of("format", "pt"), entries);
  }

  /// Rank and alpha of the first factor are everybody's; those of others are given by their path.
  private static ObjectNode config(Lora lora, String baseModel) {
    ObjectNode node = new JsonMapper().createObjectNode();
    Lora.Factor first = lora.factors().values().iterator().next();
    node.put("peft_type", "LORA")
        .put("task_type", "CAUSAL_LM")
        .put("base_model_name_or_path", baseModel)
        .put("r", first.rank())
        .put("lora_alpha", first.alpha())
        .put("lora_dropout", 0.0)
        .put("bias", "none")
        .put("use_rslora", false)
        .put("fan_in_fan_out", false)
        .put("inference_mode", true);
    ArrayNode modules = node.putArray("target_modules");
    lora.factors().keySet().stream()
        .map(place -> place.projection().module())
        .distinct()
        .forEach(modules::add);
    ArrayNode layers = node.putArray("layers_to_transform");
    lora.factors().keySet().stream().map(Lora.Place::layer).distinct().forEach(layers::add);
    ObjectNode ranks = node.putObject("rank_pattern");
    ObjectNode alphas = node.putObject("alpha_pattern");
    lora.factors()
        .forEach(
            (place, factor) -> {
              String path = "layers.%d.%s".formatted(place.layer(), place.projection().path());
              if (factor.rank() != first.rank()) {
                ranks.put(path, factor.rank());
              }
              if (factor.alpha() != first.alpha()) {
                alphas.put(path, factor.alpha());
              }
            });
    return node;
  }

  /// What PEFT can do and this cannot, by name.
  private static void refuseVariants(JsonNode config, LoraFiles.Found found) {
    String type = config.path("peft_type").asString("LORA");
    if (!type.equals("LORA")) {
      found.problem("its peft_type ('%s') is not LORA".formatted(type));
    }
    for (String name : new String[] {"use_dora", "fan_in_fan_out", "lora_bias", "use_qalora"}) {
      if (config.path(name).asBoolean(false)) {
        found.problem("%s is not supported".formatted(name));
      }
    }
    if (!config.path("bias").asString("none").equals("none")) {
      found.problem("bias ('%s') must be none".formatted(config.path("bias").asString("")));
    }
    if (config.path("modules_to_save").size() > 0) {
      found.problem("modules_to_save (%s) must be empty".formatted(config.path("modules_to_save")));
    }
  }

  private static double scale(JsonNode config, Lora.Place place, int rank) {
    double alpha = config.path("lora_alpha").asDouble(rank);
    String path = "layers.%d.%s".formatted(place.layer(), place.projection().path());
    for (Map.Entry<String, JsonNode> entry : config.path("alpha_pattern").properties()) {
      if (path.matches("(.*\\.)?(" + entry.getKey() + ")")) {
        alpha = entry.getValue().asDouble(alpha);
        break;
      }
    }
    return config.path("use_rslora").asBoolean(false) ? alpha / Math.sqrt(rank) : alpha / rank;
  }
}

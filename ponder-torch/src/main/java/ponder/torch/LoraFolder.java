package ponder.torch;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import ponder.model.EngineException;
import ponder.safetensors.Safetensors;
import ponder.safetensors.Tensor;
import tools.jackson.databind.JsonNode;

/// Adapters in PEFT's layout: a folder with `adapter_config.json` and `adapter_model.safetensors`.
final class LoraFolder {
  static final String CONFIG = "adapter_config.json";
  static final String WEIGHTS = "adapter_model.safetensors";

  private static final Pattern NAME =
      Pattern.compile(
          "base_model\\.model\\.model\\.layers\\.(\\d{1,6})\\.(?:self_attn|mlp)\\.(\\w+)\\.lora_([AB])\\.weight");

  private LoraFolder() {}

  /// @throws EngineException if the folder holds no adapter for the model
  static Lora read(Path folder, Weights weights) {
    JsonFile config = JsonFile.read(folder.resolve(CONFIG));
    LoraFiles.Found found = new LoraFiles.Found();
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
    return LoraFiles.assemble(
        folder.toString(), found, (place, rank) -> scale(config.root(), place, rank), weights);
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

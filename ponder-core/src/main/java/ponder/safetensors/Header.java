package ponder.safetensors;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the header of a file says, each tensor checked by itself.
record Header(Map<String, String> metadata, Map<String, Tensor> tensors) {
  private static final String METADATA = "__metadata__";
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  static Header parse(Path file, byte[] json) {
    JsonNode root;
    try {
      root = JSON.readTree(json);
    } catch (JacksonException e) {
      throw Safetensors.bad(file, "its header is not JSON: " + e.getOriginalMessage());
    }
    if (!root.isObject()) {
      throw Safetensors.bad(file, "its header is not a JSON object.");
    }
    Map<String, String> metadata = new HashMap<>();
    Map<String, Tensor> tensors = new HashMap<>();
    for (Map.Entry<String, JsonNode> entry : root.properties()) {
      if (entry.getKey().equals(METADATA)) {
        metadata(file, entry.getValue(), metadata);
      } else {
        tensors.put(entry.getKey(), tensor(file, entry.getKey(), entry.getValue()));
      }
    }
    return new Header(metadata, tensors);
  }

  private static void metadata(Path file, JsonNode node, Map<String, String> into) {
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      if (!entry.getValue().isString()) {
        throw Safetensors.bad(file, "metadata '%s' is not a text.".formatted(entry.getKey()));
      }
      into.put(entry.getKey(), entry.getValue().stringValue());
    }
  }

  private static Tensor tensor(Path file, String name, JsonNode node) {
    String type = node.path("dtype").asString("");
    Tensor.Type known =
        Arrays.stream(Tensor.Type.values())
            .filter(it -> it.name().equals(type))
            .findFirst()
            .orElseThrow(
                () ->
                    Safetensors.bad(
                        file, "tensor '%s' has the unknown type '%s'.".formatted(name, type)));
    List<Long> shape = numbers(file, name, "shape", node);
    List<Long> places = numbers(file, name, "data_offsets", node);
    if (places.size() != 2 || places.get(0) > places.get(1)) {
      throw Safetensors.bad(file, "tensor '%s' has the data_offsets %s.".formatted(name, places));
    }
    Tensor tensor = new Tensor(name, known, shape, places.get(0), places.get(1));
    if (bytes(shape, known.bytes()) != tensor.to() - tensor.from()) {
      throw Safetensors.bad(
          file,
          "tensor '%s' of shape %s and type %s does not take bytes %d to %d."
              .formatted(name, shape, known, tensor.from(), tensor.to()));
    }
    return tensor;
  }

  /// What a tensor takes; -1 if that is no number of 64 bits.
  private static long bytes(List<Long> shape, long width) {
    try {
      return shape.stream().reduce(width, Math::multiplyExact);
    } catch (ArithmeticException e) {
      return -1;
    }
  }

  private static List<Long> numbers(Path file, String tensor, String what, JsonNode node) {
    List<Long> numbers = new ArrayList<>();
    JsonNode array = node.path(what);
    boolean sound = array.isArray();
    for (JsonNode number : array) {
      sound &= number.isIntegralNumber() && number.canConvertToLong() && number.asLong() >= 0;
      numbers.add(sound ? number.asLong() : 0);
    }
    if (!sound) {
      throw Safetensors.bad(
          file,
          "tensor '%s' has a %s that is no list of whole numbers from 0 on."
              .formatted(tensor, what));
    }
    return numbers;
  }
}

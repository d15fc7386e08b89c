package ponder.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.model.EngineException;
import ponder.model.EngineOptions;
import ponder.testkit.SafetensorsWriter;
import ponder.testkit.TinyGguf;

/// Weights that do not fit are told all at once, by the names that their files have.
final class WeightCheckTest {
  @TempDir private Path folder;

  @Test
  void listsEveryTensorOfAFolderThatDoesNotFit() {
    TransformerConfig config = TinyModels.config("llama");
    Path model = folder.resolve("model");
    try (Transformer sound = TinyModels.model("llama");
        ModelFiles origin = TinyModels.tokenizer(folder)) {
      ModelFolder.save(sound.weights(), origin, model);
    }
    SafetensorsWriter writer = new SafetensorsWriter();
    for (TensorSpec spec : config.tensors()) {
      switch (spec.name()) {
        case "model.norm.weight", "model.layers.1.mlp.up_proj.weight" -> {}
        case "model.layers.0.self_attn.k_proj.weight" -> write(writer, spec.name(), 32, 16);
        case "model.layers.1.input_layernorm.weight" -> write(writer, spec.name(), 31);
        default ->
            write(writer, spec.name(), spec.shape().stream().mapToInt(Long::intValue).toArray());
      }
    }
    write(writer, "model.layers.2.mlp.up_proj.weight", 48, 32);
    write(writer, "model.layers.0.self_attn.q_proj.bias", 32);
    writer.write(model.resolve("model.safetensors"));

    assertThat(refusal(model))
        .startsWith("The weights of " + model + " do not fit a llama model with 2 layers (6 ")
        .contains(
            "model.norm.weight [32] is missing",
            "model.layers.1.mlp.up_proj.weight [48, 32] is missing",
            "model.layers.0.self_attn.k_proj.weight must have the shape [16, 32], not [32, 16]",
            "model.layers.1.input_layernorm.weight must have the shape [32], not [31]",
            "model.layers.2.mlp.up_proj.weight [48, 32] is not known",
            "model.layers.0.self_attn.q_proj.bias [32] is not known");
  }

  private static void write(SafetensorsWriter writer, String name, int... shape) {
    int size = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    writer.floats(name, Arrays.stream(shape).boxed().toList(), new float[size]);
  }

  @Test
  void listsEveryTensorOfAGgufFileThatDoesNotFit() throws Exception {
    Path file = TinyGguf.standard().withMerges(60).write(folder.resolve("tiny.gguf"));
    byte[] bytes = Files.readAllBytes(file);
    rename(bytes, "blk.1.attn_v.weight", "blk.1.attn_w.weight");
    rename(bytes, "blk.0.ffn_norm.weight", "blk.7.ffn_norm.weight");
    turn(bytes, "blk.0.ffn_down.weight");
    turn(bytes, "blk.1.attn_k.weight");
    Files.write(file, bytes);

    assertThat(refusal(file))
        .contains(
            "(6 problems)",
            "blk.1.attn_v.weight [16, 32] is missing",
            "blk.1.attn_w.weight [16, 32] is not known",
            "blk.0.ffn_norm.weight [32] is missing",
            "blk.7.ffn_norm.weight [32] is not known",
            "blk.0.ffn_down.weight must have the shape [32, 96], not [96, 32]",
            "blk.1.attn_k.weight must have the shape [16, 32], not [32, 16]")
        .doesNotContain("model.layers");
  }

  private static String refusal(Path model) {
    EngineOptions options =
        new EngineOptions(model, "tiny", "00", null, 0, 1, false, Map.of("cells", "1024"));
    return String.valueOf(
        catchThrowableOfType(EngineException.class, () -> new TorchEngine().open(options))
            .getMessage());
  }

  private static void rename(byte[] file, String name, String other) {
    byte[] bytes = other.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(bytes, 0, file, behind(file, name) - bytes.length, bytes.length);
  }

  /// Exchanges the dimensions of a matrix: as many bytes, another shape.
  private static void turn(byte[] file, String name) {
    ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int at = behind(file, name);
    assertThat(buffer.getInt(at)).isEqualTo(2);
    long first = buffer.getLong(at + 4);
    buffer.putLong(at + 4, buffer.getLong(at + 12)).putLong(at + 12, first);
  }

  /// Where the bytes behind a tensor's name begin.
  private static int behind(byte[] file, String name) {
    String text = new String(file, StandardCharsets.ISO_8859_1);
    List<Integer> places = new ArrayList<>();
    for (int at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
      places.add(at);
    }
    assertThat(places).as(name).hasSize(1);
    return places.getFirst() + name.length();
  }
}

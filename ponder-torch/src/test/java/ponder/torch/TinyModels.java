package ponder.torch;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch.ScalarType;
import ponder.core.Seed;
import ponder.testkit.TinyGguf;

/// Tiny models of each family with seeded random weights, the same on every machine.
final class TinyModels {
  private static final int VOCABULARY = 319;

  private TinyModels() {}

  /// Between them they have every variant: an own head, tied ones; biases; norms of heads; a head's
  /// width that is not width / heads; scaled frequencies.
  private static final Map<String, TransformerConfig> CONFIGS =
      new TreeMap<>(
          Map.of(
              "llama", config(Family.LLAMA, 8, new Rope.Llama3(8, 1, 4, 64), false, false),
              "qwen2", config(Family.QWEN2, 8, new Rope.Plain(), true, true),
              "qwen3", config(Family.QWEN3, 16, new Rope.Plain(), false, true)));

  private static TransformerConfig config(
      Family family, int headWidth, Rope.Scaling scaling, boolean bias, boolean tied) {
    return new TransformerConfig(
        family,
        VOCABULARY,
        32,
        2,
        4,
        2,
        headWidth,
        48,
        512,
        1e-5,
        new Rope(10_000, scaling),
        bias,
        false,
        tied);
  }

  static TransformerConfig config(String family) {
    return Objects.requireNonNull(CONFIGS.get(family), family);
  }

  static Weights weights(TransformerConfig config) {
    Weights weights = new Weights(config, ScalarType.Float, new Device("cpu"));
    Seed seed = new Seed(7).split("weights", config.family().type());
    for (TensorSpec spec : config.tensors()) {
      float[] values = new float[(int) spec.values()];
      if (spec.name().endsWith("norm.weight")) {
        Arrays.fill(values, 1);
      }
      double spread = spec.name().contains("embed") ? 1 : 2 / Math.sqrt(spec.columns());
      for (int i = 0; i < values.length; i++) {
        long bits = seed.split(spec.name(), i).value() >>> 11;
        double centred = bits * 0x1p-53 - 0.5;
        values[i] += (float) (centred * (spec.shape().size() == 1 ? 0.5 : 3 * spread));
      }
      try (var source =
          Tensors.owned(() -> Tensors.floats(values, weights.named(spec.name()).shape()))) {
        weights.named(spec.name()).copy_(source);
      }
    }
    return weights;
  }

  static Transformer model(String family) {
    TransformerConfig config = config(family);
    return new Transformer(weights(config), config.context());
  }

  /// A file whose tokenizer has as many tokens as the models.
  static ModelFiles tokenizer(Path folder) {
    return ModelFiles.open(
        TinyGguf.standard().withMerges(60).write(folder.resolve("tokenizer.gguf")));
  }

  /// Tokens of a text that every model knows.
  static int[] text(int length) {
    int[] ids = new int[length];
    for (int i = 0; i < length; i++) {
      ids[i] = (i * 37 + 11) % 310;
    }
    return ids;
  }
}

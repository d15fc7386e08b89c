package ponder.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ponder.core.Seed;
import ponder.model.EngineException;

/// Adapters over every linear map, read and written in both forms.
final class LoraTest {
  private static final int[] TEXT = TinyModels.text(24);

  @TempDir private Path folder;

  /// Random factors for all maps of all layers, strong enough to change the text.
  static Lora random(TransformerConfig config, int rank, double scale) {
    Map<Lora.Place, Lora.Factor> factors = new LinkedHashMap<>();
    for (int layer = 0; layer < config.layers(); layer++) {
      for (Projection projection : Projection.values()) {
        Lora.Place place = new Lora.Place(layer, projection);
        Seed seed = new Seed(3).split("lora", place.toString());
        Tensor down = matrix(seed.split("down", 0), rank, projection.in(config));
        Tensor up = matrix(seed.split("up", 0), projection.out(config), rank);
        factors.put(place, new Lora.Factor(down, up, scale));
      }
    }
    return new Lora(factors);
  }

  private static Tensor matrix(Seed seed, int rows, int columns) {
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      double uniform = (seed.split("value", i).value() >>> 11) * 0x1p-53;
      values[i] = (float) ((uniform - 0.5) * 0.4);
    }
    return Tensors.owned(() -> Tensors.floats(values, rows, columns));
  }

  static float[][] logits(Transformer model, Deltas deltas) {
    try (PointerScope scope = new PointerScope()) {
      Transformer.Input plain =
          Greedy.input(model, MaskedAttention.causal(1, TEXT.length), 0, TEXT);
      return Greedy.rows(
          model
              .forward(
                  new Transformer.Input(
                      plain.embeddings(), plain.positions(), plain.attention(), null, deltas))
              .logits());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen2", "qwen3"})
  void mergedWeightsComputeTheSameAndComeBackBitByBit(String family) {
    try (Transformer model = TinyModels.model(family);
        Lora lora = random(model.config(), 4, 0.5)) {
      float[][] base = Greedy.logits(model, TEXT);
      float[][] adapted = logits(model, lora.scaled(1));
      assertThat(distance(adapted, base)).isGreaterThan(0.1);
      try (Lora.Merge merged = lora.merge(model.weights(), 1)) {
        TransformerTest.near(Greedy.logits(model, TEXT), adapted);
      }
      assertThat(Greedy.logits(model, TEXT)).isDeepEqualTo(base);
      assertThat(logits(model, lora.scaled(0))).isDeepEqualTo(base);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen3"})
  void isTheSameAfterWritingAndReadingInBothForms(String family) {
    String wanted = System.getenv("PONDER_GOLDEN_DIR");
    Path peft = (wanted == null ? folder : Path.of(wanted)).resolve("lora-" + family);
    Path gguf = folder.resolve("lora.gguf");
    try (Transformer model = TinyModels.model(family);
        Lora lora = random(model.config(), 4, 0.5)) {
      float[][] adapted = logits(model, lora.scaled(1));
      LoraFolder.write(lora, "tiny", peft);
      LoraGguf.write(lora, model.config(), Map.of(), gguf);
      for (Path path : List.of(peft, gguf)) {
        try (Lora read = LoraFiles.read(path, model.weights())) {
          assertThat(logits(model, read.scaled(1))).isDeepEqualTo(adapted);
        }
      }
    }
  }

  @Test
  void computesWhatPeftComputes() {
    Golden golden = Golden.read("lora-llama");
    try (Transformer model = TinyModels.model("llama");
        Lora lora = random(model.config(), 4, 0.5)) {
      float[][] logits = logits(model, lora.scaled(1));
      for (int i = 0; i < golden.selected().length; i++) {
        assertThat(logits[TEXT.length - 1][golden.selected()[i]])
            .isCloseTo(golden.last()[i], org.assertj.core.api.Assertions.within(1e-3f));
      }
    }
  }

  @Test
  void readsRankStabilisedAdapters() throws Exception {
    try (Transformer model = TinyModels.model("llama");
        Lora lora = random(model.config(), 4, 0.5)) {
      LoraFolder.write(lora, "tiny", folder);
      Path config = folder.resolve("adapter_config.json");
      Files.writeString(
          config,
          Files.readString(config).replace("\"use_rslora\" : false", "\"use_rslora\" : true"));
      try (Lora read = LoraFiles.read(folder, model.weights())) {
        assertThat(read.factors().values()).allMatch(factor -> factor.scale() == 1.0);
      }
    }
  }

  /// Patterns name a map by the end of its path; the first that fits counts, as in PEFT.
  @Test
  void readsRanksAndAlphasOfTheirOwn() throws Exception {
    try (Transformer model = TinyModels.model("llama");
        Lora small = random(model.config(), 2, 0.5);
        Lora large = random(model.config(), 4, 2)) {
      Map<Lora.Place, Lora.Factor> mixed = new LinkedHashMap<>(small.factors());
      Lora.Place place = new Lora.Place(1, Projection.DOWN);
      mixed.put(place, factor(large, place));
      LoraFolder.write(new Lora(mixed), "tiny", folder);
      try (Lora read = LoraFiles.read(folder, model.weights())) {
        assertThat(logits(model, read.scaled(1)))
            .isDeepEqualTo(logits(model, new Lora(mixed).scaled(1)));
        assertThat(factor(read, place).rank()).isEqualTo(4);
      }
      Path config = folder.resolve("adapter_config.json");
      assertThat(Files.readString(config)).contains("rank_pattern", "layers.1.mlp.down_proj");
      Files.writeString(
          config,
          Files.readString(config)
              .replaceAll(
                  "\"alpha_pattern\" : \\{[^}]*}",
                  "\"alpha_pattern\" : {\"1.mlp.down_proj\" : 12, \"down_proj\" : 3}"));
      try (Lora read = LoraFiles.read(folder, model.weights())) {
        assertThat(factor(read, place).scale()).isEqualTo(3);
        assertThat(factor(read, new Lora.Place(0, Projection.DOWN)).scale()).isEqualTo(1.5);
        assertThat(factor(read, new Lora.Place(0, Projection.UP)).scale()).isEqualTo(0.5);
      }
    }
  }

  @Test
  void listsEverythingThatDoesNotFit() throws Exception {
    try (Transformer model = TinyModels.model("llama");
        Lora lora = random(TinyModels.config("qwen3"), 4, 0.5)) {
      LoraFolder.write(lora, "tiny", folder);
      Path config = folder.resolve("adapter_config.json");
      Files.writeString(config, Files.readString(config).replace("LORA\"", "LOHA\""));
      assertThatThrownBy(() -> LoraFiles.read(folder, model.weights()))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("peft_type ('LOHA')")
          .hasMessageContaining("layer 0 q_proj has A [4, 32] and B [64, 4]")
          .hasMessageContaining("layer 1 o_proj");
    }
  }

  private static Lora.Factor factor(Lora lora, Lora.Place place) {
    return Objects.requireNonNull(lora.factors().get(place));
  }

  private static double distance(float[][] a, float[][] b) {
    double largest = 0;
    for (int row = 0; row < a.length; row++) {
      for (int i = 0; i < a[row].length; i++) {
        largest = Math.max(largest, Math.abs(a[row][i] - b[row][i]));
      }
    }
    return largest;
  }
}

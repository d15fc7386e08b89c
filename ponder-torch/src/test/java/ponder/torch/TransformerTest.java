package ponder.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ponder.model.EngineException;

/// One model of each family against Python's transformers, and against itself under every form of
/// attention.
///
/// With `PONDER_GOLDEN_DIR` the models are written there, for `runs/peer_transformers.py`.
final class TransformerTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen2", "qwen3"})
  void computesWhatTransformersComputes(String family) {
    Golden golden = Golden.read("tiny-" + family);
    try (Transformer model = TinyModels.model(family)) {
      float[][] logits = Greedy.logits(model, golden.prompt());
      for (int i = 0; i < golden.selected().length; i++) {
        int id = golden.selected()[i];
        assertThat(logits[logits.length - 1][id]).isCloseTo(golden.last()[i], within(1e-3f));
        assertThat(logits[3][id]).isCloseTo(golden.fourth()[i], within(1e-3f));
      }
      assertThat(Greedy.continuation(model, golden.prompt(), 96)).isEqualTo(golden.greedy());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen2", "qwen3"})
  void isTheSameAfterSavingAndLoading(String family) {
    String wanted = System.getenv("PONDER_GOLDEN_DIR");
    Path saved = (wanted == null ? folder : Path.of(wanted)).resolve("tiny-" + family);
    int[] text = TinyModels.text(30);
    try (Transformer model = TinyModels.model(family);
        ModelFiles origin = TinyModels.tokenizer(folder)) {
      ModelFolder.save(model.weights(), origin, saved);
      try (Transformer loaded = open(saved)) {
        assertThat(loaded.config()).isEqualTo(model.config());
        assertThat(Greedy.logits(loaded, text)).isDeepEqualTo(Greedy.logits(model, text));
      }
    }
  }

  private static Transformer open(Path saved) {
    try (ModelFiles files = ModelFiles.open(saved)) {
      Weights weights = new Weights(files.config(), ScalarType.Float, new Device("cpu"));
      weights.load(files.weights());
      return new Transformer(weights, files.config().context());
    }
  }

  @Test
  void packedTextsDoNotSeeEachOther() {
    int[] first = TinyModels.text(9);
    int[] second = Arrays.copyOfRange(TinyModels.text(30), 12, 25);
    try (Transformer model = TinyModels.model("qwen2");
        PointerScope scope = new PointerScope()) {
      Tensor both =
          model
              .forward(
                  new Transformer.Input(
                      model.embed(Tensors.longs(concat(first, second), 22)),
                      Tensors.longs(concat(positions(9), positions(13)), 22),
                      MaskedAttention.packed(9, 13)))
              .logits();
      float[][] expected = concat(Greedy.logits(model, first), Greedy.logits(model, second));
      near(Greedy.rows(both), expected);
    }
  }

  @Test
  void batchedTextsDoNotSeeEachOther() {
    int[] texts = TinyModels.text(24);
    try (Transformer model = TinyModels.model("llama");
        PointerScope scope = new PointerScope()) {
      Tensor both =
          model
              .forward(
                  new Transformer.Input(
                      model.embed(Tensors.longs(texts, 24)),
                      Tensors.longs(concat(positions(12), positions(12)), 24),
                      MaskedAttention.causal(2, 12)))
              .logits();
      float[][] expected =
          concat(
              Greedy.logits(model, Arrays.copyOf(texts, 12)),
              Greedy.logits(model, Arrays.copyOfRange(texts, 12, 24)));
      near(Greedy.rows(both), expected);
    }
  }

  /// Rows 0 to 5 are a text; row 6 + j is a thought that sees the text up to j and itself, one
  /// position on: as if each thought's token came after its prefix alone.
  @Test
  void blockMaskShowsEachThoughtItsPrefixOnly() {
    int[] text = TinyModels.text(6);
    int thought = 100;
    float[] mask = new float[12 * 12];
    for (int row = 0; row < 12; row++) {
      for (int column = 0; column < 12; column++) {
        boolean sees = column <= row % 6 && column < 6 || column == row;
        mask[row * 12 + column] = sees ? 0 : Float.NEGATIVE_INFINITY;
      }
    }
    int[] ids = concat(text, new int[] {thought, thought, thought, thought, thought, thought});
    int[] positions = concat(positions(6), new int[] {1, 2, 3, 4, 5, 6});
    try (Transformer model = TinyModels.model("qwen3");
        PointerScope scope = new PointerScope()) {
      Transformer.Input input =
          new Transformer.Input(
              model.embed(Tensors.longs(ids, 12)),
              Tensors.longs(positions, 12),
              MaskedAttention.masked(Tensors.floats(mask, 12, 12)));
      float[][] logits = Greedy.rows(model.forward(input).logits());
      for (int j = 0; j < 6; j++) {
        int[] alone = concat(Arrays.copyOf(text, j + 1), new int[] {thought});
        float[][] expected = Greedy.logits(model, alone);
        near(new float[][] {logits[6 + j]}, new float[][] {expected[j + 1]});
        near(new float[][] {logits[j]}, new float[][] {expected[j]});
      }
    }
  }

  @Test
  void cutBackCacheGoesOnAsIfTheTailHadNeverBeen() {
    int[] text = TinyModels.text(20);
    try (Transformer model = TinyModels.model("llama");
        KeyValueCache cache = new KeyValueCache(2);
        PointerScope scope = new PointerScope()) {
      Attention attention = MaskedAttention.continuing(cache);
      model.forward(Greedy.input(model, attention, 0, Arrays.copyOf(text, 12)));
      model.forward(Greedy.input(model, attention, 12, 5, 6, 7));
      cache.cutBack(12);
      assertThat(cache.length()).isEqualTo(12);
      Tensor rest =
          model
              .forward(Greedy.input(model, attention, 12, Arrays.copyOfRange(text, 12, 20)))
              .logits();
      float[][] whole = Greedy.logits(model, text);
      near(Greedy.rows(rest), Arrays.copyOfRange(whole, 12, 20));
      assertThatThrownBy(() -> cache.cutBack(21)).hasMessageContaining("length (21)");
    }
  }

  @Test
  void computesTheWantedRowsOnly() {
    int[] text = TinyModels.text(10);
    try (Transformer model = TinyModels.model("llama");
        PointerScope scope = new PointerScope()) {
      Transformer.Input all = Greedy.input(model, MaskedAttention.causal(1, 10), 0, text);
      Transformer.Input some =
          new Transformer.Input(
              all.embeddings(), all.positions(), all.attention(), Tensors.longs(9, 4), null);
      Transformer.Output output = model.forward(some);
      float[][] whole = Greedy.logits(model, text);
      assertThat(output.hidden().shape()).containsExactly(2, 32);
      near(Greedy.rows(output.logits()), new float[][] {whole[9], whole[4]});
    }
  }

  @Test
  void listsAllTensorsThatDoNotFit() throws Exception {
    Path saved = folder.resolve("model");
    try (Transformer model = TinyModels.model("qwen2");
        ModelFiles origin = TinyModels.tokenizer(folder)) {
      ModelFolder.save(model.weights(), origin, saved);
    }
    Path config = saved.resolve("config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replace("\"num_hidden_layers\" : 2", "\"num_hidden_layers\" : 1")
            .replace("\"intermediate_size\" : 48", "\"intermediate_size\" : 40")
            .replace("\"tie_word_embeddings\" : true", "\"tie_word_embeddings\" : false"));
    assertThatThrownBy(() -> open(saved))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("lm_head.weight [319, 32] is missing")
        .hasMessageContaining("mlp.down_proj.weight must have the shape [32, 40], not [32, 48]")
        .hasMessageContaining("model.layers.1.input_layernorm.weight [32] is not known")
        .hasMessageContaining("(16 problems)");
  }

  @Test
  void refusesWhatItDoesNotCompute() throws Exception {
    Path config = folder.resolve("config.json");
    Files.writeString(config, "{\"model_type\": \"mamba\"}");
    assertThatThrownBy(() -> ConfigJson.read(config)).hasMessageContaining("'mamba'");
    Files.writeString(
        config,
        "{\"model_type\": \"qwen2\", \"hidden_act\": \"gelu\", \"use_sliding_window\": true,"
            + " \"rope_scaling\": {\"type\": \"yarn\"}}");
    for (String word : List.of("gelu", "use_sliding_window", "yarn", "'vocab_size'")) {
      assertThatThrownBy(() -> ConfigJson.read(config)).hasMessageContaining(word);
    }
  }

  private static int[] positions(int count) {
    return java.util.stream.IntStream.range(0, count).toArray();
  }

  private static int[] concat(int[] a, int[] b) {
    int[] all = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, all, a.length, b.length);
    return all;
  }

  private static float[][] concat(float[][] a, float[][] b) {
    float[][] all = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, all, a.length, b.length);
    return all;
  }

  static void near(float[][] found, float[][] expected) {
    assertThat(found.length).isEqualTo(expected.length);
    for (int row = 0; row < found.length; row++) {
      assertThat(found[row]).containsExactly(expected[row], within(1e-3f));
    }
  }
}

package ponder.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.gguf.Gguf;
import ponder.model.EngineException;
import ponder.testkit.TinyGguf;

/// Models with adapters merged, and adapters in the other form, as files.
final class ExportsTest {
  private static final int[] TEXT = TinyModels.text(24);

  @TempDir private Path folder;
  private Exports.Input model;
  private Exports.Input adapter;

  @BeforeEach
  void writeInputs() {
    Path file = TinyGguf.standard().withMerges(60).write(folder.resolve("tiny.gguf"));
    model = new Exports.Input("tiny", file, "aa");
    Path peft = folder.resolve("adapter");
    try (Gguf gguf = Gguf.open(file);
        Lora lora = LoraTest.random(GgufConfig.read(gguf), 4, 0.5)) {
      LoraFolder.write(lora, "tiny", peft);
    }
    adapter = new Exports.Input("adapter", peft, "bb");
  }

  private static Exports exports() {
    return new Exports(null, "ponder test");
  }

  private static Transformer open(Path path) {
    try (ModelFiles files = ModelFiles.open(path)) {
      Weights weights = new Weights(files.config(), ScalarType.Float, new Device("cpu"));
      weights.load(files.weights());
      return new Transformer(weights, files.config().context());
    }
  }

  @Test
  void mergesAdaptersIntoAFolderThatSaysWhereItComesFrom() throws Exception {
    Path out = folder.resolve("merged");
    exports().folder(model, List.of(new Exports.Scaled(adapter, 0.5)), false, out);

    try (Transformer base = open(model.path());
        Transformer merged = open(out);
        Lora lora = LoraFiles.read(adapter.path(), base.weights())) {
      TransformerTest.near(Greedy.logits(merged, TEXT), LoraTest.logits(base, lora.scaled(0.5)));
    }
    assertThat(Files.readString(out.resolve("provenance.json")).replaceAll("\\s", ""))
        .isEqualTo(
            """
            {"tool":"pondertest","model":{"name":"tiny","sha256":"aa"},\
            "adapters":[{"name":"adapter","sha256":"bb","scale":0.5}]}""");
    assertThat(folder.resolve("merged.partial")).doesNotExist();
  }

  @Test
  void convertsAdaptersThereAndBack() {
    Path gguf = folder.resolve("adapter.gguf");
    Path back = folder.resolve("back");
    exports().adapter(adapter, model, gguf);
    exports().adapter(new Exports.Input("adapter.gguf", gguf, "cc"), model, back);

    try (Transformer base = open(model.path())) {
      float[][] expected = null;
      for (Path path : List.of(adapter.path(), gguf, back)) {
        try (Lora lora = LoraFiles.read(path, base.weights())) {
          float[][] logits = LoraTest.logits(base, lora.scaled(1));
          assertThat(logits).isDeepEqualTo(expected == null ? logits : expected);
          expected = logits;
        }
      }
    }
    try (Gguf file = Gguf.open(gguf)) {
      assertThat(file.text("ponder.model.sha256")).contains("aa");
      assertThat(file.text("ponder.adapter.0.sha256")).contains("bb");
      assertThat(file.text("ponder.tool")).contains("ponder test");
    }
    assertThat(back.resolve("provenance.json")).exists();
  }

  @Test
  void writesTheSameBytesTwice() throws Exception {
    exports().folder(model, List.of(), true, folder.resolve("a"));
    exports().folder(model, List.of(), true, folder.resolve("b"));
    for (String name : List.of("model.safetensors", "config.json", "provenance.json")) {
      assertThat(folder.resolve("a").resolve(name))
          .hasSameBinaryContentAs(folder.resolve("b").resolve(name));
    }
  }

  @Test
  void leavesWhatIsThereAndNothingHalfDone() throws Exception {
    Path there = Files.writeString(folder.resolve("there.gguf"), "mine");
    assertThatThrownBy(() -> exports().adapter(adapter, model, there))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("is there already");
    assertThat(there).hasContent("mine");

    Path strange = folder.resolve("strange");
    try (Lora lora = LoraTest.random(TinyModels.config("qwen3"), 4, 0.5)) {
      LoraFolder.write(lora, "another", strange);
    }
    Exports.Scaled other = new Exports.Scaled(new Exports.Input("strange", strange, "dd"), 1);
    assertThatThrownBy(() -> exports().folder(model, List.of(other), false, folder.resolve("none")))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("is no adapter for this model");
    assertThat(folder.resolve("none")).doesNotExist();
    assertThatThrownBy(() -> new Exports.Scaled(adapter, Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void loadsFoldersInShards() throws Exception {
    Path whole = folder.resolve("whole");
    Path shards = Files.createDirectory(folder.resolve("shards"));
    exports().folder(model, List.of(), false, whole);
    for (String name : List.of("config.json", "tokenizer.json", "tokenizer_config.json")) {
      Files.copy(whole.resolve(name), shards.resolve(name));
    }
    try (Transformer expected = open(whole)) {
      List<TensorSpec> specs = expected.config().tensors();
      int half = specs.size() / 2;
      write(expected, specs.subList(0, half), shards.resolve("model-00001-of-00002.safetensors"));
      Path second = shards.resolve("model-00002-of-00002.safetensors");
      write(expected, specs.subList(half, specs.size()), second);
      try (Transformer loaded = open(shards)) {
        assertThat(Greedy.logits(loaded, TEXT)).isDeepEqualTo(Greedy.logits(expected, TEXT));
      }
      Files.delete(second);
      assertThatThrownBy(() -> open(shards))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("(%d problems)".formatted(specs.size() - half))
          .hasMessageContaining(specs.getLast().name())
          .hasMessageContaining("is missing");
      write(expected, specs, second);
      assertThatThrownBy(() -> open(shards)).hasMessageContaining("is in two files");
    }
  }

  private static void write(Transformer model, List<TensorSpec> specs, Path file) {
    ponder.safetensors.SafetensorsFile.write(
        file,
        Map.of("format", "pt"),
        specs.stream()
            .map(spec -> ModelFolder.entry(spec.name(), model.weights().named(spec.name())))
            .toList());
  }
}

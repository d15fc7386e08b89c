package ponder.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import ponder.engine.Backend;
import ponder.model.AdapterKey;
import ponder.safetensors.Safetensors;

/// Adapters made by Python's PEFT compute here what they compute there: alone, mixed in one batch,
/// and merged. What is written here, PEFT and transformers load, with the same logits.
///
/// `PONDER_PEER_PYTHON` is a Python with `torch`, `transformers` and `peft`, `PONDER_TEST_MODELS` a
/// folder with the GGUF file of the real model.
@Tag("peer")
@Timeout(300)
final class PeftTest {
  private static final String REAL = "SmolLM2-135M-Instruct.Q4_1.gguf";
  private static final int[] TEXT = TinyModels.text(24);
  private static final AdapterKey A = new AdapterKey("a", 1);
  private static final AdapterKey B = new AdapterKey("b", 1);

  @TempDir private Path folder;

  @BeforeEach
  void findPython() throws Exception {
    assumeTrue(System.getenv("PONDER_PEER_PYTHON") != null, "PONDER_PEER_PYTHON is not set.");
    assumeTrue(python("-c", "import peft, transformers") == 0, "That Python has no peft.");
    try (InputStream in =
        Objects.requireNonNull(PeftTest.class.getResourceAsStream("peer_peft.py"))) {
      Files.copy(in, folder.resolve("peer_peft.py"));
    }
  }

  @Test
  void tinyModelsOfEachFamilyAgree() throws Exception {
    List<Path> models = new ArrayList<>();
    try (ModelFiles origin = TinyModels.tokenizer(folder)) {
      for (String family : List.of("llama", "qwen2", "qwen3")) {
        models.add(folder.resolve(family));
        try (Transformer model = TinyModels.model(family)) {
          ModelFolder.save(model.weights(), origin, models.getLast());
        }
      }
    }
    agree(models);
  }

  @Test
  void aRealModelAgrees() throws Exception {
    String named = System.getenv("PONDER_TEST_MODELS");
    assumeTrue(named != null, "PONDER_TEST_MODELS is not set.");
    Path file = Path.of(String.valueOf(named), REAL);
    assumeTrue(Files.exists(file), file + " is not there.");
    Path model = folder.resolve("real");
    exports().folder(new Exports.Input("real", file, "aa"), List.of(), false, model);
    agree(List.of(model));
  }

  private static Exports exports() {
    return new Exports(null, "ponder test");
  }

  private void agree(List<Path> models) throws Exception {
    script("make", models.stream().map(Path::toString).toList());
    List<String> written = new ArrayList<>();
    for (Path model : models) {
      computesWhatPeftComputes(model);
      written.addAll(write(model));
    }
    script("read", written);
    for (Path model : models) {
      float[][] expected = logits(peft(model).resolve("logits.safetensors"), "a");
      for (String form : List.of("-merged", "-adapter")) {
        Path found = Path.of(model + form + ".logits.safetensors");
        near("%s%s".formatted(model.getFileName(), form), logits(found, "logits"), expected);
      }
    }
  }

  private static Path peft(Path model) {
    return Path.of(model + "-peft");
  }

  private static void computesWhatPeftComputes(Path folder) {
    Path golden = peft(folder).resolve("logits.safetensors");
    String name = String.valueOf(folder.getFileName());
    try (Transformer model = open(folder)) {
      float[][] base = logits(golden, "base");
      near(name + " base", Greedy.logits(model, TEXT), base);
      for (String adapter : List.of("a", "b")) {
        try (Lora lora = LoraFiles.read(peft(folder).resolve(adapter), model.weights())) {
          float[][] expected = logits(golden, adapter);
          assertThat(distance(expected, base)).as(name + adapter).isGreaterThan(0.1);
          near(name + " " + adapter, LoraTest.logits(model, lora.scaled(1)), expected);
        }
      }
      try (Lora lora = LoraFiles.read(peft(folder).resolve("a"), model.weights());
          Lora.Merge merge = lora.merge(model.weights(), 1)) {
        near(name + " merged", Greedy.logits(model, TEXT), logits(golden, "merged"));
      }
    }
    mixed(folder, golden);
  }

  /// One batch with rows of a, of none and of b.
  private static void mixed(Path folder, Path golden) {
    try (TorchBackend backend = backend(folder)) {
      backend.loadAdapter(A, peft(folder).resolve("a"));
      backend.loadAdapter(B, peft(folder).resolve("b"));
      Backend.Batch batch = new Backend.Batch(256);
      for (int position = 0; position < TEXT.length; position++) {
        batch.add(TEXT[position], position, 0, true, A);
        batch.add(TEXT[position], position, 1, true, null);
        batch.add(TEXT[position], position, 2, true, B);
      }
      assertThat(backend.forward(batch, false)).isEqualTo(Backend.Outcome.OK);
      List<String> names = List.of("mixed_a", "mixed_base", "mixed_b");
      for (int which = 0; which < 3; which++) {
        float[][] found = new float[TEXT.length][backend.shape().vocabularySize()];
        for (int position = 0; position < TEXT.length; position++) {
          assertThat(backend.logits(3 * position + which, found[position])).isTrue();
        }
        String name = names.get(which);
        near(folder.getFileName() + " " + name, found, logits(golden, name));
      }
    }
  }

  /// Writes the model with `a` merged, and `a` again; returns what the script is to read.
  private static List<String> write(Path folder) {
    Path merged = Path.of(folder + "-merged");
    Path adapter = Path.of(folder + "-adapter");
    Exports.Input model = new Exports.Input("model", folder, "aa");
    Exports.Input a = new Exports.Input("a", peft(folder).resolve("a"), "bb");
    exports().folder(model, List.of(new Exports.Scaled(a, 1)), false, merged);
    exports().adapter(a, model, adapter);
    return List.of(merged.toString(), folder + "+" + adapter);
  }

  private static Weights weights(ModelFiles files) {
    Weights weights = new Weights(files.config(), ScalarType.Float, new Device("cpu"));
    weights.load(files.weights());
    return weights;
  }

  private static Transformer open(Path folder) {
    try (ModelFiles files = ModelFiles.open(folder)) {
      return new Transformer(weights(files), 512);
    }
  }

  /// With packed weights, as the engine has them.
  private static TorchBackend backend(Path folder) {
    try (ModelFiles files = ModelFiles.open(folder)) {
      TransformerConfig config = files.config();
      Weights weights = weights(files);
      weights.pack();
      long cell = config.cachedPerToken() * Float.BYTES;
      Backend.Shape shape =
          new Backend.Shape(
              config.vocabularySize(), 512, 1024, 8, 256, 256, config.width(), cell, true);
      return new TorchBackend(new Transformer(weights, 512), shape, 1, "test");
    }
  }

  private static float[][] logits(Path file, String name) {
    Safetensors tensors = Safetensors.open(file);
    float[] flat = tensors.floats(name);
    int columns = flat.length / TEXT.length;
    float[][] rows = new float[TEXT.length][];
    for (int row = 0; row < rows.length; row++) {
      rows[row] = Arrays.copyOfRange(flat, row * columns, (row + 1) * columns);
    }
    return rows;
  }

  private static void near(String what, float[][] found, float[][] expected) {
    double worst = distance(found, expected);
    System.out.println(what + ": largest difference of logits " + worst);
    assertThat(worst).as(what).isLessThan(1e-3);
  }

  private static double distance(float[][] a, float[][] b) {
    assertThat(a.length).isEqualTo(b.length);
    double worst = 0;
    for (int row = 0; row < a.length; row++) {
      assertThat(a[row]).hasSameSizeAs(b[row]);
      for (int i = 0; i < a[row].length; i++) {
        worst = Math.max(worst, Math.abs(a[row][i] - b[row][i]));
      }
    }
    return worst;
  }

  private void script(String command, List<String> paths) throws Exception {
    List<String> arguments = new ArrayList<>();
    arguments.add(folder.resolve("peer_peft.py").toString());
    arguments.add(command);
    arguments.add(Arrays.stream(TEXT).mapToObj(Integer::toString).collect(Collectors.joining(",")));
    arguments.addAll(paths);
    int code = python(arguments.toArray(String[]::new));
    assertThat(code).as(Files.readString(folder.resolve("python.log"))).isZero();
  }

  private int python(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(String.valueOf(System.getenv("PONDER_PEER_PYTHON")));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("python.log").toFile());
    builder.environment().putAll(Map.of("HF_HUB_OFFLINE", "1", "TRANSFORMERS_OFFLINE", "1"));
    Process process = builder.start();
    if (!process.waitFor(150, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
    return process.exitValue();
  }
}

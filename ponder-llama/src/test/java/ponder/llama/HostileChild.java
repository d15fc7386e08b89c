package ponder.llama;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import ponder.core.Seed;
import ponder.engine.Backend.Batch;
import ponder.gguf.Gguf;
import ponder.model.AdapterKey;
import ponder.model.EngineException;
import ponder.model.EngineOptions;
import ponder.testkit.Mutants;
import ponder.testkit.TinyGguf;
import ponder.tokenize.Bpe;

/// Opens mutated model files one after another and runs one batch on each that loads: the program
/// of a process that may die of one.
///
/// Arguments: the first seed, how many, the natives' folder, a folder for the files.
final class HostileChild {
  private static final long MEMORY = 1L << 30;

  private static final Map<String, String> SETTINGS = Map.of("cells", "256", "ubatch", "64");

  private HostileChild() {}

  public static void main(String[] arguments) throws IOException {
    Libraries libraries = Libraries.load(Path.of(arguments[2]));
    Path file = Path.of(arguments[3]).resolve("mutant.gguf");
    Mutants.readAll(
        arguments,
        seed -> {
          boolean adapter = seed % 4 == 3;
          Files.write(file, adapter ? mutantAdapter(file, seed) : mutant(seed));
          return adapter ? openAdapter(libraries, file) : open(libraries, file);
        });
  }

  /// The file of a seed: a third of them Q8_0, a fifth with merges.
  static byte[] mutant(long seed) {
    TinyGguf tiny = TinyGguf.standard();
    if (seed % 3 == 0) {
      tiny = tiny.withType(ponder.gguf.TensorType.Q8_0);
    }
    if (seed % 5 == 0) {
      tiny = tiny.withMerges(40);
    }
    return new GgufMutator(tiny.bytes()).mutant(new Seed(seed));
  }

  private static byte[] mutantAdapter(Path file, long seed) throws IOException {
    Path good = file.resolveSibling("adapter.gguf");
    if (!Files.exists(good)) {
      TinyGguf.standard().writeAdapter(good, new Seed(1), 4, 8);
    }
    return new GgufMutator(Files.readAllBytes(good)).mutant(new Seed(seed));
  }

  /// What became of an adapter on a good model.
  private static String openAdapter(Libraries libraries, Path file) {
    Path model = file.resolveSibling("model.gguf");
    if (!Files.exists(model)) {
      TinyGguf.standard().write(model);
    }
    AdapterKey key = new AdapterKey(file.toString(), 1);
    LlamaSettings settings = LlamaSettings.of(SETTINGS);
    try (Gguf gguf = Gguf.open(model);
        LlamaBackend backend = ModelFile.load(libraries, gguf, options(model), settings, MEMORY)) {
      backend.loadAdapter(key, file);
      backend.useAdapter(key);
      return "adapter " + run(backend);
    } catch (IllegalArgumentException e) {
      return "adapter refused: " + e.getMessage();
    }
  }

  private static EngineOptions options(Path file) {
    return new EngineOptions(file, "mutant", "", null, 0, 1, false, SETTINGS);
  }

  /// What became of `file`: `refused`, or `ran`.
  static String open(Libraries libraries, Path file) {
    LlamaSettings settings = LlamaSettings.of(SETTINGS);
    try (Gguf gguf = Gguf.open(file)) {
      Bpe.from(gguf).encode("Once 12 <|im_end|>", true);
      try (LlamaBackend backend =
          ModelFile.load(libraries, gguf, options(file), settings, MEMORY)) {
        return run(backend);
      }
    } catch (EngineException | IllegalArgumentException e) {
      return "refused: " + e.getMessage();
    }
  }

  private static String run(LlamaBackend backend) {
    Batch rows = new Batch(64);
    int vocabulary = backend.shape().vocabularySize();
    if (vocabulary < 1) {
      return "ran: nothing";
    }
    for (int i = 0; i < 8; i++) {
      rows.add((i * 37 + 5) % vocabulary, i, 0, i == 7);
    }
    return "ran: " + backend.forward(rows, false) + " " + backend.logits(7, new float[vocabulary]);
  }
}

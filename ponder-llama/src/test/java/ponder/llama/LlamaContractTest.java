package ponder.llama;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import ponder.core.Seed;
import ponder.model.EngineOptions;
import ponder.model.LanguageModel;
import ponder.testkit.LanguageModelContract;
import ponder.testkit.TinyGguf;

/// The llama engine keeps the contract of all engines, on a tiny model.
final class LlamaContractTest extends LanguageModelContract {
  private static final TinyGguf TINY = TinyGguf.standard().withContext(1024).withMerges(60);

  @TempDir private static Path folder;
  private static LanguageModel shared;

  @BeforeAll
  static void openOnce() {
    TINY.write(folder.resolve("tiny.gguf"));
    TINY.writeAdapter(folder.resolve("adapter.gguf"), new Seed(3), 4, 8);
    shared = engine(false);
  }

  @AfterAll
  static void closeOnce() {
    shared.close();
  }

  private static LanguageModel engine(boolean deterministic) {
    Map<String, String> settings = Map.of("cells", "16384", "checked", "true");
    return new LlamaEngine()
        .open(
            new EngineOptions(
                folder.resolve("tiny.gguf"),
                "tiny",
                "00",
                TestNatives.folder(),
                0,
                1,
                deterministic,
                settings));
  }

  @Override
  protected LanguageModel model() {
    return shared;
  }

  @Override
  protected LanguageModel open() {
    return engine(false);
  }

  @Override
  protected Optional<LanguageModel> openDeterministic() {
    return Optional.of(engine(true));
  }

  @Override
  protected Optional<Path> adapter() {
    return Optional.of(folder.resolve("adapter.gguf"));
  }
}

package ponder.torch;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import ponder.core.Seed;
import ponder.model.EngineOptions;
import ponder.model.LanguageModel;
import ponder.testkit.LanguageModelContract;
import ponder.testkit.TinyGguf;

/// The torch engine keeps the contract of all engines, on a tiny model.
final class TorchContractTest extends LanguageModelContract {
  @TempDir private static Path folder;
  private static @Nullable LanguageModel shared;

  @BeforeAll
  static void start() {
    TinyGguf tiny = TinyGguf.standard().withContext(1024).withMerges(60);
    tiny.write(folder.resolve("tiny.gguf"));
    tiny.writeAdapter(folder.resolve("adapter.gguf"), new Seed(3), 4, 8);
    shared = engine(false);
  }

  @AfterAll
  static void closeOnce() {
    Objects.requireNonNull(shared).close();
  }

  private static LanguageModel engine(boolean deterministic) {
    Map<String, String> settings = Map.of("cells", "16384", "checked", "true");
    return new TorchEngine()
        .open(
            new EngineOptions(
                folder.resolve("tiny.gguf"), "tiny", "00", null, 0, 1, deterministic, settings));
  }

  @Override
  protected LanguageModel model() {
    return Objects.requireNonNull(shared);
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

package ponder.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import ponder.model.LanguageModel;
import ponder.model.ModelInfo;
import ponder.model.ModelInfo.Determinism;
import ponder.testkit.ByteTokenizer;
import ponder.testkit.LanguageModelContract;
import ponder.testkit.ScriptedBackend;

class LocalModelContractTest extends LanguageModelContract {
  private static final Backend.Shape SHAPE =
      new Backend.Shape(ByteTokenizer.SIZE, 4096, 300_000, 80, 512, 256, 8, 16, true);

  @TempDir static Path folder;
  private static Path adapter;
  private static ScriptedBackend backend;
  private static LanguageModel shared;

  @BeforeAll
  static void start() throws IOException {
    adapter = Files.writeString(folder.resolve("adapter"), "any content is an adapter here");
    backend = new ScriptedBackend(SHAPE);
    shared = over(backend, EngineSettings.DEFAULT);
  }

  @AfterAll
  static void stop() {
    shared.close();
    assertThat(backend.violations()).isEmpty();
  }

  @Override
  protected LanguageModel model() {
    return shared;
  }

  @Override
  protected LanguageModel open() {
    return over(new ScriptedBackend(SHAPE), EngineSettings.DEFAULT.with("checked", true));
  }

  @Override
  protected Optional<LanguageModel> openDeterministic() {
    return Optional.of(
        over(new ScriptedBackend(SHAPE), EngineSettings.DEFAULT.with("deterministic", true)));
  }

  @Override
  protected Optional<Path> adapter() {
    return Optional.of(adapter);
  }

  private static LanguageModel over(ScriptedBackend backend, EngineSettings settings) {
    ModelInfo info =
        new ModelInfo(
            "scripted",
            "local",
            "1",
            "0",
            SHAPE.contextLength(),
            SHAPE.vocabularySize(),
            0,
            Determinism.INVARIANT);
    return new LocalModel(info, backend, new ByteTokenizer(), ByteTokenizer.CHATML, settings);
  }
}

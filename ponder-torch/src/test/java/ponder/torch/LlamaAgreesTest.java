package ponder.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.engine.LocalModel;
import ponder.gguf.Gguf;
import ponder.llama.LlamaEngine;
import ponder.model.AdapterKey;
import ponder.model.Call;
import ponder.model.EngineOptions;
import ponder.model.Tokens;
import ponder.testkit.TinyGguf;

/// An adapter written here does the same in llama.cpp. `PONDER_NATIVES` names its folder.
@Tag("peer")
final class LlamaAgreesTest {
  private static final Tokens TEXT = Tokens.of(TinyModels.text(40));

  @TempDir private Path folder;

  @Test
  void exportedAdapterDoesTheSameInLlamaCpp() {
    String natives = System.getenv("PONDER_NATIVES");
    assumeTrue(natives != null, "PONDER_NATIVES is not set.");
    Path file = TinyGguf.standard().withMerges(60).write(folder.resolve("tiny.gguf"));
    Path adapter = folder.resolve("adapter.gguf");
    try (Gguf gguf = Gguf.open(file);
        Lora lora = LoraTest.random(GgufConfig.read(gguf), 4, 0.5)) {
      LoraGguf.write(lora, GgufConfig.read(gguf), Map.of(), adapter);
    }
    try (LocalModel torch = new TorchEngine().open(options(file, null));
        LocalModel llama =
            new LlamaEngine().open(options(file, Path.of(String.valueOf(natives))))) {
      float[] base = scores(torch, null);
      assertThat(scores(llama, null)).containsExactly(base, within(0.05f));
      float[] adapted = scores(torch, torch.loadAdapter(adapter, 0.7));
      assertThat(adapted).isNotEqualTo(base);
      assertThat(scores(llama, llama.loadAdapter(adapter, 0.7)))
          .containsExactly(adapted, within(0.05f));
      double largest = 0;
      for (int i = 0; i < base.length; i++) {
        largest = Math.max(largest, Math.abs(adapted[i] - base[i]));
      }
      assertThat(largest).isGreaterThan(0.5);
    }
  }

  private static EngineOptions options(Path file, @org.jspecify.annotations.Nullable Path library) {
    return new EngineOptions(file, "tiny", "00", library, 0, 1, false, Map.of("cells", "1024"));
  }

  private static float[] scores(
      LocalModel model, @org.jspecify.annotations.Nullable AdapterKey adapter) {
    return model.score(TEXT.slice(0, 1), TEXT.slice(1, 40), adapter, Call.plain()).logprobs();
  }
}

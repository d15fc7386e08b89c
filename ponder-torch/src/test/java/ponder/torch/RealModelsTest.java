package ponder.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ponder.gguf.Gguf;

/// Real models give what Python's transformers 4.57.1 gives for the same files in 32 bits.
///
/// `PONDER_TEST_MODELS` names the folder of the GGUF files.
@Tag("peer")
final class RealModelsTest {
  @ParameterizedTest
  @CsvSource({
    "smollm2-135m, SmolLM2-135M-Instruct.Q4_1.gguf",
    "qwen2.5-coder-0.5b, qwen2.5-coder-0.5b-instruct-q4_k_m.gguf"
  })
  void computesWhatTransformersComputes(String name, String file) {
    String folder = System.getenv("PONDER_TEST_MODELS");
    assumeTrue(folder != null, "PONDER_TEST_MODELS is not set.");
    Path path = Path.of(String.valueOf(folder), file);
    assumeTrue(Files.exists(path), file + " is not there.");
    Golden golden = Golden.read(name);
    try (Gguf gguf = Gguf.open(path);
        Transformer model = Greedy.open(gguf)) {
      model.weights().pack(); // as the engine does
      float[][] logits = Greedy.logits(model, golden.prompt());
      double worst = 0;
      for (int i = 0; i < golden.selected().length; i++) {
        int id = golden.selected()[i];
        worst = Math.max(worst, Math.abs(logits[logits.length - 1][id] - golden.last()[i]));
        worst = Math.max(worst, Math.abs(logits[3][id] - golden.fourth()[i]));
      }
      System.out.println(name + ": largest difference of logits " + worst);
      assertThat(worst).isLessThan(1e-3);
      assertThat(Greedy.continuation(model, golden.prompt(), golden.greedy().length))
          .isEqualTo(golden.greedy());
    }
  }
}

package ponder.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.testkit.JavaRun;
import ponder.testkit.Mutants;

/// Mutated folders of models and adapters never end the process, fill the memory or fail in any way
/// but a refusal. They are opened in child processes; many each night, a few hundred each time.
final class HostileFoldersTest {
  private static final long FIRST_SEED = 70_000;

  /// What a child of 256 MB of heap may hold with libtorch and small models.
  private static final long MOST_MEGABYTES = 900;

  @TempDir private Path folder;

  @BeforeEach
  void writeGoodOnes() {
    try (Transformer model = TinyModels.model("llama");
        ModelFiles origin = TinyModels.tokenizer(folder);
        Lora lora = LoraTest.random(model.config(), 4, 0.5)) {
      ModelFolder.save(model.weights(), origin, folder.resolve("model"));
      LoraFolder.write(lora, "tiny", folder.resolve("adapter"));
    }
  }

  @Test
  void surviveAFewHundredFolders() throws Exception {
    survive(300);
  }

  @Test
  @Tag("nightly")
  void surviveTenThousandFolders() throws Exception {
    survive(10_000);
  }

  private void survive(int count) throws Exception {
    List<String> arguments =
        Stream.of("model", "adapter", "mutant").map(it -> folder.resolve(it).toString()).toList();
    JavaRun run = new JavaRun(folder, TorchNatives.CACHE);
    Mutants.Report report =
        new Mutants(HostileChild.class, run, MOST_MEGABYTES, arguments).read(FIRST_SEED, count);
    assertThat(report.victims()).isEmpty();
    assertThat(report.results())
        .as("mutants that still compute")
        .filteredOn(result -> result.contains("ran: "))
        .hasSizeGreaterThan(count / 50);
  }
}

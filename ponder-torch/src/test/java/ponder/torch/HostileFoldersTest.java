package ponder.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Mutated folders of models and adapters never end the process, fill the memory or fail in any way
/// but a refusal. They are opened in child processes; many each night, a few hundred each time.
final class HostileFoldersTest {
  private static final long FIRST_SEED = 70_000;
  private static final int BATCH = 2_500;

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
    assertThat(victims(FIRST_SEED, 300)).isEmpty();
  }

  @Test
  @Tag("nightly")
  void surviveTenThousandFolders() throws Exception {
    List<String> victims = new ArrayList<>();
    for (long seed = FIRST_SEED; seed < FIRST_SEED + 10_000; seed += BATCH) {
      victims.addAll(victims(seed, BATCH));
    }
    assertThat(victims).isEmpty();
  }

  /// What went wrong with `count` folders from `first` on: one line each, empty if nothing did.
  private List<String> victims(long first, int count) throws Exception {
    List<String> victims = new ArrayList<>();
    long seed = first;
    int ran = 0;
    while (seed < first + count) {
      Path errors = folder.resolve("errors-" + seed);
      List<String> lines = run(seed, first + count - seed, errors);
      for (String line : lines) {
        String[] parts = line.split("\t", -1);
        if (parts.length != 3) {
          victims.add("ended the process: " + line + " " + Files.readString(errors).strip());
        } else if (Long.parseLong(parts[2]) > MOST_MEGABYTES) {
          victims.add("took much memory: " + line);
        }
        ran += parts.length == 3 && parts[1].contains("ran: ") ? 1 : 0;
      }
      if (lines.isEmpty()) {
        victims.add("nothing ran from seed " + seed + ": " + Files.readString(errors));
        break;
      }
      seed = Long.parseLong(lines.getLast().split("\t", -1)[0]) + 1;
    }
    assertThat(ran).as("mutants that still compute").isGreaterThan(count / 50);
    return victims;
  }

  /// The lines of a child that opens folders from `seed` on; the last one is unfinished if it died.
  private List<String> run(long seed, long count, Path errors) throws Exception {
    Path output = folder.resolve("output-" + seed);
    new Child(folder, output, errors)
        .run(
            HostileChild.class,
            folder.resolve("model").toString(),
            folder.resolve("adapter").toString(),
            folder.resolve("mutant").toString(),
            Long.toString(seed),
            Long.toString(count));
    return Files.readString(output).lines().filter(line -> line.matches("\\d+(\t.*)?")).toList();
  }
}

package ponder.llama;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Mutated model files and adapters never end the process, hang it or fill the memory.
///
/// llama.cpp ends the process on some broken files; the checks before it must keep those away. So
/// the files are opened in child processes: one that dies names its seed by the line it did not
/// finish. Many files each night; a few hundred each time.
final class HostileFilesTest {
  private static final long FIRST_SEED = 40_000;
  private static final int BATCH = 2_500;
  private static final long MOST_MEGABYTES = 700;
  private static final long SECONDS_PER_BATCH = 600;

  @TempDir private Path folder;

  @Test
  void surviveAFewHundredFiles() throws Exception {
    assertThat(victims(FIRST_SEED, 300)).isEmpty();
  }

  @Test
  @Tag("nightly")
  void surviveTenThousandFiles() throws Exception {
    List<String> victims = new ArrayList<>();
    for (long seed = FIRST_SEED; seed < FIRST_SEED + 10_000; seed += BATCH) {
      victims.addAll(victims(seed, BATCH));
    }
    assertThat(victims).isEmpty();
  }

  /// What went wrong with `count` files from `first` on: one line each, empty if nothing did.
  private List<String> victims(long first, int count) throws Exception {
    List<String> victims = new ArrayList<>();
    long seed = first;
    while (seed < first + count) {
      List<String> lines = run(seed, first + count - seed, victims);
      for (String line : lines) {
        String[] parts = line.split("\t", -1);
        if (parts.length != 4) {
          victims.add("ended the process: " + line);
        } else if (Long.parseLong(parts[3]) > MOST_MEGABYTES) {
          victims.add("took much memory: " + line);
        }
      }
      if (lines.isEmpty()) {
        victims.add("nothing ran from seed " + seed);
        break;
      }
      seed = Long.parseLong(lines.getLast().split("\t", -1)[0]) + 1;
    }
    return victims;
  }

  /// The lines of a child that opens files from `seed` on; the last one is unfinished if it died.
  private List<String> run(long seed, long count, List<String> victims)
      throws IOException, InterruptedException {
    Path output = folder.resolve("output-" + seed);
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                HostileChild.class.getName(),
                TestNatives.folder().toString(),
                folder.toString(),
                Long.toString(seed),
                Long.toString(count))
            .redirectOutput(output.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .directory(folder.toFile())
            .start();
    if (!child.waitFor(SECONDS_PER_BATCH, TimeUnit.SECONDS)) {
      child.destroyForcibly().waitFor();
      victims.add("hung, or is far too slow, in the batch from seed " + seed);
    }
    return Files.readString(output, StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.matches("\\d+(\t.*)?"))
        .toList();
  }
}

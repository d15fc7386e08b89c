package ponder.llama;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.testkit.JavaRun;
import ponder.testkit.Mutants;

/// Mutated model files and adapters never end the process, hang it or fill the memory.
///
/// llama.cpp ends the process on some broken files; the checks before it must keep those away. So
/// the files are opened in child processes: one that dies names its seed by the line it did not
/// finish. Many files each night; a few hundred each time.
final class HostileFilesTest {
  private static final long FIRST_SEED = 40_000;
  private static final long MOST_MEGABYTES = 700;

  @TempDir private Path folder;

  @Test
  void surviveAFewHundredFiles() throws Exception {
    survive(300);
  }

  @Test
  @Tag("nightly")
  void surviveTenThousandFiles() throws Exception {
    survive(10_000);
  }

  private void survive(int count) throws Exception {
    List<String> arguments = List.of(TestNatives.folder().toString(), folder.toString());
    Mutants mutants =
        new Mutants(HostileChild.class, new JavaRun(folder), MOST_MEGABYTES, arguments);
    assertThat(mutants.read(FIRST_SEED, count).victims()).isEmpty();
  }
}

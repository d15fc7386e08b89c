package ponder.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableTest {
  @TempDir Path folder;

  @Test
  void replacesAFileAndLeavesNothingElse() throws IOException {
    Path file = folder.resolve("summary.json");
    Durable.write(file, "old and longer".getBytes(UTF_8));
    Durable.write(file, "new".getBytes(UTF_8));

    assertThat(file).hasContent("new");
    assertThat(folder.toFile().list()).containsExactly("summary.json");
  }

  @Test
  void letsReadWhoeverMayReadAFreshFile() throws IOException {
    assumeTrue(
        Files.getFileStore(folder).supportsFileAttributeView("posix"), "no POSIX permissions here");
    Path plain = Files.writeString(folder.resolve("plain"), "x");
    Path durable = folder.resolve("durable");
    Durable.write(durable, "x".getBytes(UTF_8));

    assertThat(Files.getPosixFilePermissions(durable))
        .isEqualTo(Files.getPosixFilePermissions(plain));
  }

  @Test
  void keepsTheOldFileWhenTheNewOneCannotBePutInPlace() throws IOException {
    Path taken = Files.createDirectories(folder.resolve("taken"));
    Files.writeString(taken.resolve("inside"), "kept");

    assertThatThrownBy(() -> Durable.write(taken, "x".getBytes(UTF_8)))
        .isInstanceOf(IOException.class);
    assertThat(taken.resolve("inside")).hasContent("kept");
    assertThat(folder.toFile().list()).containsExactly("taken");
  }
}

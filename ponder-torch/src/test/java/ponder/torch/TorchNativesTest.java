package ponder.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.testkit.JavaRun;

/// What is said when libtorch, or memory for it, is not there.
final class TorchNativesTest {
  @TempDir private Path folder;

  @Test
  void namesTheFolderThatIsNotThere() throws Exception {
    assertThat(load(folder.resolve("nowhere")))
        .startsWith("refused There is no folder " + folder.resolve("nowhere"));
  }

  @Test
  void namesTheFolderWhoseLibrariesCannotBeLoaded() throws Exception {
    Path broken = Files.createDirectory(folder.resolve("broken"));
    Files.writeString(broken.resolve("libjnijavacpp.so"), "no library");
    Files.writeString(broken.resolve("libjnitorch.so"), "no library");
    assertThat(load(broken))
        .startsWith("refused libtorch's natives for ")
        .contains(" in " + broken)
        .contains("--library");
  }

  private String load(Path library) throws Exception {
    JavaRun child = new JavaRun(folder, TorchNatives.CACHE).withClassPath(withoutNatives());
    assertThat(child.run(LoadChild.class, List.of(library.toString()))).isZero();
    return Files.readString(child.output()).strip();
  }

  /// This process's class path without the jars that hold native libraries.
  private static String withoutNatives() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.matches(".*(linux|macosx|windows)-[a-z0-9_]+\\.jar"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  @Test
  void knowsWhatLibtorchSaysWithoutMemory() {
    TorchNatives.load(null);
    assertThatThrownBy(() -> torch.zeros(new long[] {1L << 46}, new TensorOptions()))
        .isInstanceOf(RuntimeException.class)
        .satisfies(
            e -> assertThat(Devices.outOfMemory((RuntimeException) e)).as(e.toString()).isTrue());
    assertThat(Devices.outOfMemory(new RuntimeException("shape mismatch"))).isFalse();
  }
}

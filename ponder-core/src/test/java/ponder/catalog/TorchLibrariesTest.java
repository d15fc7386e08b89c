package ponder.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import ponder.catalog.TorchLibraries.Variant;
import ponder.model.EngineException;
import ponder.store.Home;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "The stand-in Maven is a shell script")
final class TorchLibrariesTest {
  @TempDir private Path folder;
  private Home home;
  private Path tools;

  @BeforeEach
  void makeTools() throws Exception {
    home = new Home(folder.resolve("home"));
    tools = Files.createDirectory(folder.resolve("tools"));
    try (ZipOutputStream jar =
        new ZipOutputStream(Files.newOutputStream(folder.resolve("any.jar")))) {
      for (String name :
          List.of(
              "META-INF/MANIFEST.MF",
              "org/bytedeco/pytorch/macosx-arm64/libtorch.dylib",
              "org/bytedeco/openblas/macosx-arm64/libopenblas.0.dylib",
              "org/bytedeco/pytorch/macosx-arm64/jnitorch.h",
              "other/libevil.so")) {
        jar.putNextEntry(new ZipEntry(name));
        jar.write(name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      }
    }
    maven(
        "for a in \"$@\"; do case $a in -DoutputDirectory=*) cp '%s' \"${a#*=}/$$.jar\";; esac; done"
            .formatted(folder.resolve("any.jar")));
  }

  private void maven(String text) throws Exception {
    Path file = Files.writeString(tools.resolve("mvn"), "#!/bin/sh\n" + text + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private TorchLibraries libraries(String platform) {
    return new TorchLibraries(home, Map.of("PATH", tools + ":/usr/bin:/bin"), platform);
  }

  @Test
  void unpacksTheLibrariesAloneAndFindsThem() throws Exception {
    TorchLibraries libraries = libraries("macosx-arm64");
    assertThat(libraries.find()).isEmpty();
    Path plain = libraries.pull(Variant.PLAIN, Progress.NONE);
    assertThat(names(plain))
        .containsExactlyInAnyOrder(
            "libtorch.dylib",
            "libopenblas.0.dylib",
            "libopenblas_nolapack.0.dylib",
            "ponder-stamp");
    assertThat(libraries.find()).contains(plain);
    Path withMkl = libraries.pull(Variant.MKL, Progress.NONE);
    assertThat(withMkl).isNotEqualTo(plain);
    assertThat(libraries.find()).contains(withMkl);
    Files.delete(tools.resolve("mvn"));
    assertThat(libraries.pull(Variant.MKL, Progress.NONE)).isEqualTo(withMkl);
    assertThat(libraries.pinned()).isFalse();
  }

  @Test
  void putsMklInThePlaceOfOpenBlas() throws Exception {
    try (ZipOutputStream jar =
        new ZipOutputStream(Files.newOutputStream(folder.resolve("any.jar")))) {
      for (String name : List.of("openblas/linux-arm64/libopenblas.so.0", "mkl/libmkl_rt.so.2")) {
        jar.putNextEntry(new ZipEntry("org/bytedeco/" + name));
        jar.write(name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      }
    }
    TorchLibraries libraries = libraries("linux-arm64");
    Path mkl = libraries.pull(Variant.MKL, Progress.NONE).resolve("libmkl_rt.so.2");
    assertThat(mkl.resolveSibling("libopenblas.so.0")).hasSameBinaryContentAs(mkl);
    assertThat(mkl.resolveSibling("libopenblas_nolapack.so.0")).hasSameBinaryContentAs(mkl);
    assertThat(Files.readString(mkl)).isEqualTo("mkl/libmkl_rt.so.2");
  }

  @Test
  void refusesAJarThatIsNotTheExpectedOne() {
    TorchLibraries libraries = libraries("linux-x86_64");
    assertThat(libraries.pinned()).isTrue();
    assertThatThrownBy(() -> libraries.pull(Variant.PLAIN, Progress.NONE))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("and not the expected");
    assertThat(libraries.find()).isEmpty();
  }

  @Test
  void hasLibrariesForGpusForOnePlatform() {
    assertThat(Variant.called("torch-cuda")).contains(Variant.CUDA);
    assertThatThrownBy(() -> libraries("macosx-arm64").pull(Variant.CUDA, Progress.NONE))
        .hasMessageContaining("for GPUs is there for linux-x86_64 only, not for macosx-arm64");
    assertThatThrownBy(() -> libraries("linux-x86_64").pull(Variant.CUDA, Progress.NONE))
        .hasMessageContaining("and not the expected");
  }

  @Test
  void tellsWhatMavenSaid() throws Exception {
    maven("echo 'nothing of that name'; exit 1");
    assertThatThrownBy(() -> libraries("macosx-arm64").pull(Variant.PLAIN, Progress.NONE))
        .hasMessageContaining("Maven could not fetch org.bytedeco:javacpp:1.5.13:jar:macosx-arm64")
        .hasMessageContaining("nothing of that name");
  }

  @Test
  void knowsPlatformsAsJavaCppCallsThem() {
    assertThat(TorchLibraries.platform("Linux", "amd64")).isEqualTo("linux-x86_64");
    assertThat(TorchLibraries.platform("Mac OS X", "aarch64")).isEqualTo("macosx-arm64");
    assertThat(TorchLibraries.platform("Windows 11", "amd64")).isEqualTo("windows-x86_64");
  }

  private static List<String> names(Path folder) throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}

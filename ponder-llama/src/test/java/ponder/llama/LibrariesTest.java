package ponder.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.model.EngineException;

final class LibrariesTest {
  @TempDir private Path folder;

  @Test
  void loadsTheSupportedVersion() {
    Libraries libraries = TestNatives.libraries();
    assertThat(libraries.version()).startsWith("llama.cpp 0.5.0").contains("ggml 0.25.");
    assertThat(Libraries.load(TestNatives.folder())).isSameAs(libraries);
  }

  @Test
  void refusesMissingFolder() {
    refused(folder.resolve("none"), "does not exist", "ponder natives pull");
  }

  @Test
  void refusesEmptyFolder() {
    refused(folder, "No llama library is in", "ponder natives pull");
  }

  @Test
  void refusesFileThatIsNoLibrary() throws IOException {
    for (String name : List.of("libllama.so", "libggml.so", "libggml-base.so")) {
      Files.writeString(folder.resolve(name), "not a library");
    }
    refused(folder, "cannot be opened", "libggml-base.so");
  }

  @Test
  void refusesOtherVersionByItsName() throws IOException {
    for (String name : List.of("libllama.v0.4.9.so", "libggml.v0.4.9.so", "libggml-base.so")) {
      Files.writeString(folder.resolve(name), "never opened");
    }
    refused(folder, "libllama.v0.4.9.so", "another version than llama.cpp 0.5.0");
  }

  @Test
  void refusesLibraryWithoutOurFunctions() throws IOException {
    Path other = someSystemLibrary();
    for (String name : List.of("libllama.so", "libggml.so", "libggml-base.so")) {
      Files.copy(other, folder.resolve(name));
    }
    refused(folder, "a library without ggml_version", "supported is llama.cpp 0.5.0");
  }

  @Test
  void refusesSecondFolderOnceLoaded() {
    TestNatives.libraries();
    assertThatThrownBy(() -> Libraries.load(folder))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("was loaded from")
        .hasMessageContaining("Maybe start another process");
  }

  @Test
  void findsFilesUnderEveryPackagersNames() throws IOException {
    found("libllama.v0.5.0.so", "libggml.v0.5.0.so", "libggml-base.so");
    found("libllama.so", "libggml.so", "libggml-base.so");
    found("libllama.so.0.5.0", "libggml.so.0.25.3", "libggml-base.so.0.25.3");
    found("libllama.dylib", "libggml.dylib", "libggml-base.dylib");
    found("libllama.0.dylib", "libggml.0.dylib", "libggml-base.0.dylib");
    found("llama.dll", "ggml.dll", "ggml-base.dll");
  }

  @Test
  void prefersTheSupportedVersionAmongSeveral() throws IOException {
    touch("libllama.v0.4.9.so", "libllama.v0.5.0.so", "libggml.so", "libggml-base.so");
    assertThat(LibraryFolder.of(folder).llama()).hasFileName("libllama.v0.5.0.so");
  }

  @Test
  void namesEveryFieldThatDiffersFromTheKnownDefaults() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment struct = arena.allocate(Layouts.UNTRUSTED).fill(Layouts.FILLER);
      struct.asSlice(0, Layouts.CONTEXT_PARAMS.byteSize()).fill((byte) 0);
      struct.set(ValueLayout.JAVA_INT, 0, 512);
      List<String> differences =
          Layouts.differences(Layouts.CONTEXT_PARAMS, Layouts.CONTEXT_DEFAULTS, struct);
      assertThat(differences)
          .hasSize(Layouts.CONTEXT_DEFAULTS.size() - 1)
          .contains("n_batch is 0 instead of 2048")
          .noneMatch(line -> line.startsWith("n_ctx "));
      struct.set(ValueLayout.JAVA_BYTE, Layouts.CONTEXT_PARAMS.byteSize() + 3, (byte) 0);
      assertThat(Layouts.differences(Layouts.CONTEXT_PARAMS, Layouts.CONTEXT_DEFAULTS, struct))
          .contains("the struct is longer than 160 bytes");
    }
  }

  @Test
  void layoutsHaveTheKnownSizes() {
    assertThat(Layouts.MODEL_PARAMS.byteSize()).isEqualTo(80);
    assertThat(Layouts.CONTEXT_PARAMS.byteSize()).isEqualTo(160);
    assertThat(Layouts.BATCH.byteSize()).isEqualTo(56);
  }

  private static void refused(Path natives, String... words) {
    assertThatThrownBy(() -> Libraries.probe(natives))
        .isInstanceOf(EngineException.class)
        .satisfies(e -> assertThat(e.getMessage()).contains(words));
  }

  private void found(String llama, String ggml, String base) throws IOException {
    touch(llama, ggml, base);
    LibraryFolder files = LibraryFolder.of(folder);
    assertThat(files.llama()).hasFileName(llama);
    assertThat(files.ggml()).hasFileName(ggml);
    assertThat(files.ggmlBase()).hasFileName(base);
    for (String name : List.of(llama, ggml, base)) {
      Files.delete(folder.resolve(name));
    }
  }

  private void touch(String... names) throws IOException {
    for (String name : names) {
      Files.createFile(folder.resolve(name));
    }
  }

  /// A library that the running JVM has beside it.
  private static Path someSystemLibrary() throws IOException {
    Path home = Path.of(System.getProperty("java.home"));
    String name = System.mapLibraryName("zip");
    try (Stream<Path> files = Files.walk(home, 3)) {
      return files.filter(file -> file.endsWith(name)).findFirst().orElseThrow();
    }
  }
}

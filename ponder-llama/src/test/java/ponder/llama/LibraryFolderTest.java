package ponder.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.model.EngineException;

class LibraryFolderTest {
  @TempDir Path folder;

  @Test
  void knowsTheNamesThatBuildsForGraphicsProcessorsUse() throws IOException {
    files("libllama.cuda.v0.5.0.so", "libggml.cuda.v0.5.0.so", "libggml-base.so");
    assertThat(LibraryFolder.of(folder).llama()).hasFileName("libllama.cuda.v0.5.0.so");
  }

  @Test
  void refusesAnotherVersionByItsName() throws IOException {
    files("libllama.vulkan.v0.4.0.so", "libggml.vulkan.v0.4.0.so", "libggml-base.so");
    assertThatThrownBy(() -> LibraryFolder.of(folder))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("libllama.vulkan.v0.4.0.so");
  }

  private void files(String... names) throws IOException {
    for (String name : names) {
      Files.createFile(folder.resolve(name));
    }
  }
}

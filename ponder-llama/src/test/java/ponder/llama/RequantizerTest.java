package ponder.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.gguf.Gguf;
import ponder.model.EngineException;
import ponder.testkit.TinyGguf;

class RequantizerTest {
  @TempDir Path folder;

  @Test
  void writesTheSameModelInAnotherType() throws IOException {
    Path from = TinyGguf.standard().write(folder.resolve("tiny.gguf"));
    Path to = folder.resolve("tiny-q8_0.gguf");
    requantizer().write(from, to, Requantizer.Type.Q8_0);
    try (Gguf before = Gguf.open(from);
        Gguf after = Gguf.open(to)) {
      assertThat(after.parameters()).isEqualTo(before.parameters());
      assertThat(after.architecture()).isEqualTo(before.architecture());
    }
    assertThat(Files.size(to)).isLessThan(Files.size(from));
  }

  @Test
  void leavesNothingBehindWhenItFails() throws IOException {
    Path broken = Files.writeString(folder.resolve("broken.gguf"), "GGUF but not really");
    Path to = folder.resolve("to.gguf");
    assertThatThrownBy(() -> requantizer().write(broken, to, Requantizer.Type.Q8_0))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("broken.gguf");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(broken);
    }
  }

  @Test
  void listsTheTypesThereAre() {
    assertThatThrownBy(() -> Requantizer.Type.named("q9"))
        .hasMessageContaining("q9")
        .hasMessageContaining("q8_0");
    assertThat(Requantizer.Type.named("Q8_0")).isEqualTo(Requantizer.Type.Q8_0);
  }

  private static Requantizer requantizer() {
    return new Requantizer(TestNatives.libraries());
  }
}

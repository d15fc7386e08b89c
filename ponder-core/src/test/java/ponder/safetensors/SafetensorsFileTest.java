package ponder.safetensors;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.safetensors.SafetensorsFile.Entry;

final class SafetensorsFileTest {
  @TempDir private Path folder;

  @Test
  void isReadBackAsItWasWritten() {
    Path file = folder.resolve("a.safetensors");
    SafetensorsFile.write(
        file,
        Map.of("format", "pt"),
        List.of(entry("b", List.of(2L, 3L), 1, 2, 3, 4, 5, 6), entry("a", List.of(1L), 7)));
    Safetensors read = Safetensors.open(file);
    assertThat(read.metadata()).isEqualTo(Map.of("format", "pt"));
    assertThat(read.floats("b")).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(read.floats("a")).containsExactly(7);
    assertThat(requireNonNull(read.tensors().get("b")).shape()).containsExactly(2L, 3L);
    float[] some = new float[3];
    read.floats("b", 2, 3, some);
    assertThat(some).containsExactly(3, 4, 5);
    assertThatThrownBy(() -> read.floats("b", 5, 2, some))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void leavesTheOldFileWhereATensorIsIncomplete() {
    Path file = folder.resolve("a.safetensors");
    SafetensorsFile.write(file, Map.of(), List.of(entry("a", List.of(1L), 7)));
    assertThatThrownBy(
            () -> SafetensorsFile.write(file, Map.of(), List.of(entry("a", List.of(3L), 8, 9))))
        .hasMessageContaining("tensor 'a' gave 8 bytes; its shape [3] takes 12");
    assertThat(Safetensors.open(file).floats("a")).containsExactly(7);
    assertThat(Files.exists(file)).isTrue();
  }

  private static Entry entry(String name, List<Long> shape, float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return new Entry(name, Tensor.Type.F32, shape, () -> List.of(bytes));
  }
}

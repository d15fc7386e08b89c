package ponder.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.core.Compute;
import ponder.testkit.GgufWriter;
import ponder.testkit.TinyGguf;

class ModelSizeTest {
  @TempDir Path folder;

  @Test
  void tellsWeightsLayersAndWidth() {
    TinyGguf tiny = TinyGguf.standard();
    try (Gguf file = Gguf.open(tiny.write(folder.resolve("tiny.gguf")))) {
      ModelSize size = ModelSize.of(file);

      assertThat(size.parameters()).isEqualTo(file.parameters());
      assertThat(size.layers()).isEqualTo(2);
      assertThat(size.width()).isEqualTo(tiny.width());
      assertThat(size.compute())
          .isEqualTo(new Compute(2.0 * file.parameters(), 4.0 * 2 * tiny.width()));
    }
  }

  /// Of eight experts a token is given to two; heads may be wider than the embedding.
  @Test
  void countsOnlyTheExpertsThatCompute() {
    Path path =
        new GgufWriter()
            .text("general.architecture", "mixture")
            .uint32("mixture.block_count", 3)
            .uint32("mixture.embedding_length", 4)
            .uint32("mixture.attention.head_count", 2)
            .uint32("mixture.attention.key_length", 5)
            .uint32("mixture.expert_count", 8)
            .uint32("mixture.expert_used_count", 2)
            .tensor("token_embd.weight", TensorType.F32, new float[12], 4, 3)
            .tensor("blk.0.ffn_up_exps.weight", TensorType.F32, new float[160], 4, 5, 8)
            .write(folder.resolve("mixture.gguf"));
    try (Gguf file = Gguf.open(path)) {
      assertThat(ModelSize.of(file)).isEqualTo(new ModelSize(12 + 40, 3, 10));
    }
  }
}

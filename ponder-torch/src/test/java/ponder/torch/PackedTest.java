package ponder.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.bytedeco.pytorch.Context;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Weights in oneDNN's order: the same numbers, and nothing else can be done with them.
final class PackedTest {
  @BeforeAll
  static void needsOneDnn() {
    TorchNatives.load(null);
    assumeTrue(Context.hasMKLDNN(), "libtorch was built without oneDNN here.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen2", "qwen3"})
  void computesTheSame(String family) {
    int[] text = TinyModels.text(30);
    try (Transformer model = TinyModels.model(family)) {
      float[][] expected = Greedy.logits(model, text);
      int[] continuation = Greedy.continuation(model, text, 40);
      assertThat(model.weights().pack()).isTrue();
      float[][] packed = Greedy.logits(model, text);
      for (int row = 0; row < expected.length; row++) {
        assertThat(packed[row]).containsExactly(expected[row], within(1e-4f));
      }
      assertThat(Greedy.continuation(model, text, 40)).isEqualTo(continuation);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen2"})
  void freesTheWeightsAsTheyWere(String family) {
    try (Weights weights = TinyModels.weights(TinyModels.config(family))) {
      weights.pack();
      for (TensorSpec spec : weights.config().tensors()) {
        boolean map = spec.name().contains("_proj.weight") || spec.name().contains("lm_head");
        if (map) {
          assertThatThrownBy(() -> weights.named(spec.name()))
              .hasMessageContaining("'%s'".formatted(spec.name()));
        } else {
          assertThat(weights.named(spec.name()).numel()).isEqualTo(spec.values());
        }
      }
    }
  }
}

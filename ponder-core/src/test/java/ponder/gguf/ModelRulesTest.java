package ponder.gguf;

import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import ponder.testkit.GgufWriter;
import ponder.testkit.TinyGguf;

final class ModelRulesTest {
  @Test
  void acceptsTinyModelsOfEveryKind() {
    for (TensorType type : new TensorType[] {TensorType.F32, TensorType.F16, TensorType.Q8_0}) {
      byte[] bytes = TinyGguf.standard().withWidth(64).withMerges(9).withType(type).bytes();
      try (Gguf file = Gguf.of("tiny", bytes)) {
        assertThatNoException().isThrownBy(() -> ModelRules.check(file));
      }
    }
  }

  @Test
  void namesTheNearestArchitecture() {
    refused(writer("lama"), "('lama') is unknown. Maybe 'llama' was meant.");
    refused(writer("qwen-2"), "Maybe 'qwen2' was meant.");
  }

  @Test
  void refusesNumbersThatAreNotFinite() {
    refused(writer("llama").float32("llama.rope.freq_base", Float.NaN), "'llama.rope.freq_base'");
  }

  @Test
  void refusesSizesBelowOne() {
    refused(writer("llama").uint32("llama.context_length", 0), "'llama.context_length' (0)");
    refused(writer("llama").uint32("llama.embedding_length", -1), "(4294967295)");
  }

  @Test
  void refusesHeadsThatDoNotDivide() {
    refused(heads(32, 5, 1), "'llama.attention.head_count' (5) does not divide");
    refused(heads(32, 4, 3), "'llama.attention.head_count_kv' (3) does not divide");
    refused(heads(32, 4, 0), "'llama.attention.head_count_kv' (0)");
    refused(
        heads(32, 4, 2).uint32("llama.rope.dimension_count", 7),
        "'llama.rope.dimension_count' (7)");
    refused(heads(32, 4, 2).uint32("llama.rope.dimension_count", 16), "width of a head (8)");
  }

  @Test
  void refusesVocabulariesOfDifferentLengths() {
    refused(
        writer("llama").int32s("tokenizer.ggml.token_type", 1, 1, 1), "has 3 entries for 2 tokens");
    refused(writer("llama").float32s("tokenizer.ggml.scores", 0), "has 1 entries for 2 tokens");
    refused(
        writer("llama").tensor("token_embd.weight", TensorType.F32, new float[12], 4, 3),
        "has 3 rows for 2 tokens");
    refused(writer("llama").uint32("tokenizer.ggml.eos_token_id", 2), "must lie in [0, 2)");
  }

  @Test
  void refusesMergesThatAreNotTwoTexts() {
    for (String merge : List.of("ab", " a", "a ", "")) {
      refused(writer("llama").texts("tokenizer.ggml.merges", List.of("a b", merge)), "merge 1");
    }
  }

  @Test
  void refusesTensorsOutsideTheBlocks() {
    refused(
        writer("llama")
            .uint32("llama.block_count", 2)
            .tensor("blk.2.attn_norm.weight", TensorType.F32, new float[4], 4),
        "'blk.2.attn_norm.weight' lies outside the 2 blocks");
  }

  @Test
  void refusesWrongShapes() {
    refused(
        heads(32, 4, 2)
            .uint32("llama.block_count", 1)
            .tensor("blk.0.attn_k.weight", TensorType.F32, new float[1024], 32, 32),
        "'blk.0.attn_k.weight' is of shape [32, 32] and not [32, 16]");
  }

  private static GgufWriter heads(int width, int heads, int keyHeads) {
    return writer("llama")
        .uint32("llama.embedding_length", width)
        .uint32("llama.attention.head_count", heads)
        .uint32("llama.attention.head_count_kv", keyHeads);
  }

  private static GgufWriter writer(String architecture) {
    return new GgufWriter()
        .text("general.architecture", architecture)
        .texts("tokenizer.ggml.tokens", List.of("a", "b"));
  }

  private static void refused(GgufWriter writer, String words) {
    try (Gguf file = Gguf.of("test", writer.bytes())) {
      assertThatThrownBy(() -> ModelRules.check(file))
          .isInstanceOf(GgufException.class)
          .hasMessageContaining(words);
    }
  }
}

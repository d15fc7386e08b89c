package ponder.gguf;

import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import ponder.testkit.GgufWriter;
import ponder.testkit.TinyGguf;

final class GgufCheckTest {
  @Test
  void acceptsTheTinyModel() {
    try (Gguf file = Gguf.of("tiny", TinyGguf.standard().withMerges(20).bytes())) {
      assertThatNoException().isThrownBy(() -> GgufCheck.model(file));
    }
  }

  @Test
  void refusesWhatIsNoLanguageModel() {
    refused(new GgufWriter().text("general.name", "x"), "no 'general.architecture'");
    refused(model(1).text("a", "b"), "no 'tokenizer.ggml.tokens'");
    refused(new GgufWriter().text("general.architecture", "llama"), "no 'llama.block_count'");
  }

  @Test
  void refusesImpossibleNumbersOfLayers() {
    for (int layers : new int[] {0, -1, 513, Integer.MAX_VALUE}) {
      refused(tokens(model(layers), "a"), "'llama.block_count' (");
    }
    accepted(tokens(model(512), "a"));
  }

  @Test
  void refusesEpsilonsThatAreNoAmount() {
    String key = "llama.attention.layer_norm_rms_epsilon";
    for (float epsilon : new float[] {-1e-5f, Float.NaN, Float.POSITIVE_INFINITY}) {
      refused(tokens(model(1), "a").float32(key, epsilon), key);
    }
    accepted(tokens(model(1), "a").float32(key, 0));
  }

  @Test
  void refusesEqualTokens() {
    refused(tokens(model(1), "a", "b", "a"), "tokens 0 and 2");
    refused(tokens(model(1), "[EMPTY_1]", ""), "tokens 0 and 1");
    accepted(tokens(model(1), "a", "", ""));
  }

  @Test
  void refusesMorePredictingLayersThanLayers() {
    refused(tokens(model(2), "a").uint32("llama.nextn_predict_layers", 2), "nextn_predict_layers");
    accepted(tokens(model(2), "a").uint32("llama.nextn_predict_layers", 1));
  }

  @Test
  void refusesNumbersOfExpertsThatContradictEachOther() {
    refused(experts(0, 1, 0, 0), "'llama.expert_used_count' (1) must lie in [0, 0]");
    refused(experts(8, 0, 0, 0), "'llama.expert_used_count' (0)");
    refused(experts(8, 9, 0, 0), "'llama.expert_used_count' (9)");
    refused(experts(8, -1, 0, 0), "'llama.expert_used_count' (4294967295)");
    refused(experts(100_000, 2, 0, 0), "'llama.expert_count' (100000)");
    refused(experts(8, 2, 8, 1), "'llama.expert_group_count' (8)");
    refused(experts(8, 2, 3, 1), "does not divide");
    refused(experts(8, 2, 4, 4), "'llama.expert_group_used_count' (4)");
    accepted(experts(8, 2, 4, 2));
    accepted(experts(8, 2, 0, 0));
    GgufWriter perLayer = tokens(model(2), "a").uint32("llama.expert_count", 4);
    refused(perLayer.int32s("llama.expert_used_count", 2, 5), "'llama.expert_used_count' (5)");
  }

  @Test
  void refusesUnknownRopeScaling() {
    refused(tokens(model(1), "a").text("llama.rope.scaling.type", "magic"), "('magic')");
    accepted(tokens(model(1), "a").text("llama.rope.scaling.type", "yarn"));
  }

  @Test
  void refusesAlignmentBelowThatOfTensors() {
    refused(tokens(model(1), "a").uint32("general.alignment", 16), "'general.alignment' (16)");
    accepted(tokens(model(1), "a").uint32("general.alignment", 64));
  }

  @Test
  void refusesWhatIsNoAdapter() {
    refusedAdapter(TinyGguf.standard().bytes(), "'general.type' is not 'adapter'");
    GgufWriter adapter =
        new GgufWriter().text("general.architecture", "llama").text("general.type", "adapter");
    refusedAdapter(adapter.bytes(), "'adapter.type' is not 'lora'");
    refusedAdapter(adapter.text("adapter.type", "lora").bytes(), "no number 'adapter.lora.alpha'");
    byte[] whole = adapter.float32("adapter.lora.alpha", 8).bytes();
    try (Gguf file = Gguf.of("adapter", whole)) {
      assertThatNoException().isThrownBy(() -> GgufCheck.adapter(file));
    }
  }

  private static void refusedAdapter(byte[] bytes, String words) {
    try (Gguf file = Gguf.of("adapter", bytes)) {
      assertThatThrownBy(() -> GgufCheck.adapter(file))
          .isInstanceOf(GgufException.class)
          .hasMessageContaining(words);
    }
  }

  private static GgufWriter experts(int experts, int used, int groups, int usedGroups) {
    return tokens(model(2), "a")
        .uint32("llama.expert_count", experts)
        .uint32("llama.expert_used_count", used)
        .uint32("llama.expert_group_count", groups)
        .uint32("llama.expert_group_used_count", usedGroups);
  }

  private static GgufWriter model(int layers) {
    return new GgufWriter()
        .text("general.architecture", "llama")
        .uint32("llama.block_count", layers);
  }

  private static GgufWriter tokens(GgufWriter writer, String... tokens) {
    return writer.texts("tokenizer.ggml.tokens", List.of(tokens));
  }

  private static void accepted(GgufWriter writer) {
    try (Gguf file = Gguf.of("test", writer.bytes())) {
      assertThatNoException().isThrownBy(() -> GgufCheck.model(file));
    }
  }

  private static void refused(GgufWriter writer, String words) {
    try (Gguf file = Gguf.of("test", writer.bytes())) {
      assertThatThrownBy(() -> GgufCheck.model(file))
          .isInstanceOf(GgufException.class)
          .hasMessageContaining(words);
    }
  }
}

package ponder.torch;

import java.util.List;
import ponder.gguf.Dequantizer;
import ponder.gguf.Gguf;
import ponder.gguf.TensorInfo;

/// Reads a [TransformerConfig] from a GGUF file's metadata.
final class GgufConfig {
  private final Gguf file;
  private final String prefix;

  private GgufConfig(Gguf file) {
    this.file = file;
    this.prefix = file.architecture() + ".";
  }

  /// @throws ponder.gguf.GgufException if it is of another family, or a needed number is missing
  static TransformerConfig read(Gguf file) {
    return new GgufConfig(file).config();
  }

  private TransformerConfig config() {
    Family family =
        Family.named(file.architecture())
            .orElseThrow(
                () ->
                    file.bad(
                        "the torch engine does not know its architecture ('%s'), only %s. Maybe use the llama engine."
                            .formatted(
                                file.architecture(),
                                List.of(Family.values()).stream().map(Family::type).toList())));
    refuseExperts();
    int width = number("embedding_length");
    int heads = number("attention.head_count");
    int headWidth = number("attention.key_length", width / Math.max(1, heads));
    require("attention.value_length", headWidth);
    require("rope.dimension_count", headWidth);
    return new TransformerConfig(
        family,
        rows("token_embd.weight"),
        width,
        number("block_count"),
        heads,
        number("attention.head_count_kv", heads),
        headWidth,
        number("feed_forward_length"),
        number("context_length"),
        file.real(prefix + "attention.layer_norm_rms_epsilon").orElse(1e-6),
        new Rope(file.real(prefix + "rope.freq_base").orElse(10_000), scaling(headWidth)),
        file.tensor("blk.0.attn_q.bias").isPresent(),
        file.tensor("blk.0.attn_output.bias").isPresent(),
        file.tensor("output.weight").isEmpty());
  }

  private void refuseExperts() {
    if (number("expert_count", 0) > 0) {
      throw file.bad("it mixes experts, which the torch engine does not compute.");
    }
  }

  private Rope.Scaling scaling(int headWidth) {
    String kind = file.text(prefix + "rope.scaling.type").orElse("none");
    double factor = file.real(prefix + "rope.scaling.factor").orElse(1);
    if (kind.equals("linear") && factor != 1) {
      return new Rope.Linear(factor);
    }
    if (!kind.equals("none") && !kind.equals("linear")) {
      throw file.bad("its rope scaling ('%s') is not supported; linear is.".formatted(kind));
    }
    return file.tensor(GgufWeights.ROPE_FACTORS)
        .map(tensor -> llama3(tensor, headWidth))
        .orElse(new Rope.Plain());
  }

  /// GGUF keeps the factors that Llama 3.1's rule gives, not the rule: the two sets of numbers that
  /// were published are tried.
  private Rope.Scaling llama3(TensorInfo tensor, int headWidth) {
    double base = file.real(prefix + "rope.freq_base").orElse(10_000);
    float[] factors = new float[headWidth / 2];
    if (tensor.elements() == factors.length) {
      Dequantizer.read(file, tensor, 0, factors.length, factors, 0);
      double[] plain = new Rope(base, new Rope.Plain()).frequencies(headWidth);
      for (double factor : new double[] {8, 32}) {
        Rope.Llama3 rule = new Rope.Llama3(factor, 1, 4, 8192);
        double[] scaled = new Rope(base, rule).frequencies(headWidth);
        boolean same = true;
        for (int pair = 0; pair < factors.length; pair++) {
          same &= Math.abs(plain[pair] / scaled[pair] / factors[pair] - 1) < 1e-4;
        }
        if (same) {
          return rule;
        }
      }
    }
    throw file.bad("its '%s' follow no known rule.".formatted(tensor.name()));
  }

  private void require(String key, int value) {
    int there = number(key, value);
    if (there != value) {
      throw file.bad(
          "'%s' (%d) must equal the width of a head (%d) for the torch engine."
              .formatted(prefix + key, there, value));
    }
  }

  private int rows(String tensor) {
    return (int)
        file.tensor(tensor)
            .orElseThrow(() -> file.bad("it has no tensor '%s'.".formatted(tensor)))
            .dimension(1);
  }

  private int number(String key) {
    return (int)
        file.whole(prefix + key)
            .orElseThrow(() -> file.bad("it has no '%s'.".formatted(prefix + key)));
  }

  private int number(String key, int otherwise) {
    return (int) file.whole(prefix + key).orElse(otherwise);
  }
}

package ponder.torch;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import ponder.model.EngineException;

/// The sizes and variants of a decoder-only transformer.
///
/// @param family whose details it has
/// @param vocabularySize rows of the embedding
/// @param width of a token's state
/// @param layers blocks of attention and feed-forward
/// @param heads of queries
/// @param keyValueHeads heads of keys and values, each shared by `heads / keyValueHeads` queries
/// @param headWidth values of a head; even
/// @param feedForward inner width of the feed-forward part
/// @param context most tokens it was trained on
/// @param normEpsilon added to the mean square before its root
/// @param rope how positions enter
/// @param inputBias whether queries, keys and values have biases
/// @param outputBias whether the attention's output has one
/// @param tiedEmbeddings whether the head is the embedding
record TransformerConfig(
    Family family,
    int vocabularySize,
    int width,
    int layers,
    int heads,
    int keyValueHeads,
    int headWidth,
    int feedForward,
    int context,
    double normEpsilon,
    Rope rope,
    boolean inputBias,
    boolean outputBias,
    boolean tiedEmbeddings) {
  /// Far above any model; so that what is worked out from sizes stays a number.
  private static final int MOST = 1 << 24;

  private static final int MOST_LAYERS = 512;

  TransformerConfig {
    List<String> problems = new ArrayList<>();
    sensible(problems, "vocabularySize", vocabularySize, MOST);
    sensible(problems, "width", width, MOST);
    sensible(problems, "layers", layers, MOST_LAYERS);
    sensible(problems, "heads", heads, MOST);
    sensible(problems, "keyValueHeads", keyValueHeads, MOST);
    sensible(problems, "headWidth", headWidth, MOST);
    sensible(problems, "feedForward", feedForward, MOST);
    sensible(problems, "context", context, MOST);
    if (problems.isEmpty() && heads % keyValueHeads != 0) {
      problems.add("keyValueHeads (%d) must divide heads (%d)".formatted(keyValueHeads, heads));
    }
    if ((long) heads * headWidth > MOST) {
      problems.add("heads (%d) times headWidth (%d) is too much".formatted(heads, headWidth));
    }
    if (headWidth % 2 != 0) {
      problems.add("headWidth (%d) must be even".formatted(headWidth));
    }
    if (!(normEpsilon >= 0 && normEpsilon < 1)) {
      problems.add("normEpsilon (%s) must lie in [0, 1)".formatted(normEpsilon));
    }
    if (!problems.isEmpty()) {
      throw new EngineException(
          "This is no transformer: %s.".formatted(String.join("; ", problems)));
    }
  }

  private static void sensible(List<String> problems, String name, int value, int most) {
    if (value < 1 || value > most) {
      problems.add("%s (%d) must lie in [1, %d]".formatted(name, value, most));
    }
  }

  /// Whether queries and keys are normalised per head.
  boolean headNorm() {
    return family == Family.QWEN3;
  }

  /// Width of all heads of queries together.
  int queryWidth() {
    return heads * headWidth;
  }

  /// Width of all heads of keys, or of values, together.
  int keyWidth() {
    return keyValueHeads * headWidth;
  }

  /// Cached values per token over all layers: keys and values.
  long cachedPerToken() {
    return 2L * layers * keyWidth();
  }

  /// Every tensor of such a model by its name in Hugging Face's files, in their order.
  List<TensorSpec> tensors() {
    List<TensorSpec> all = new ArrayList<>();
    all.add(TensorSpec.matrix("model.embed_tokens.weight", vocabularySize, width));
    for (int layer = 0; layer < layers; layer++) {
      String prefix = "model.layers.%d.".formatted(layer);
      layerTensors().map(spec -> spec.under(prefix)).forEach(all::add);
    }
    all.add(TensorSpec.vector("model.norm.weight", width));
    if (!tiedEmbeddings) {
      all.add(TensorSpec.matrix("lm_head.weight", vocabularySize, width));
    }
    return all;
  }

  private Stream<TensorSpec> layerTensors() {
    List<TensorSpec> one = new ArrayList<>();
    one.add(TensorSpec.vector("input_layernorm.weight", width));
    for (Projection projection : Projection.values()) {
      one.add(
          TensorSpec.matrix(
              projection.path() + ".weight", projection.out(this), projection.in(this)));
      if (projection.biased(this)) {
        one.add(TensorSpec.vector(projection.path() + ".bias", projection.out(this)));
      }
    }
    if (headNorm()) {
      one.add(TensorSpec.vector("self_attn.q_norm.weight", headWidth));
      one.add(TensorSpec.vector("self_attn.k_norm.weight", headWidth));
    }
    one.add(TensorSpec.vector("post_attention_layernorm.weight", width));
    return one.stream();
  }

  /// Number of weights.
  long parameters() {
    return tensors().stream().mapToLong(TensorSpec::values).sum();
  }
}

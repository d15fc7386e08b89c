package ponder.torch;

import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import ponder.gguf.Gguf;

/// A transformer on one text, step by step, for tests.
final class Greedy {
  private Greedy() {}

  /// The logits of all positions, float[positions][vocabulary].
  static float[][] logits(Transformer model, int... ids) {
    try (PointerScope scope = new PointerScope()) {
      Tensor logits =
          model.forward(input(model, MaskedAttention.causal(1, ids.length), 0, ids)).logits();
      return rows(logits);
    }
  }

  static float[][] rows(Tensor matrix) {
    float[] flat = Tensors.toFloats(matrix);
    int columns = (int) matrix.size(1);
    return IntStream.range(0, flat.length / columns)
        .mapToObj(row -> java.util.Arrays.copyOfRange(flat, row * columns, (row + 1) * columns))
        .toArray(float[][]::new);
  }

  static Transformer.Input input(Transformer model, Attention attention, int from, int... ids) {
    int[] positions = IntStream.range(from, from + ids.length).toArray();
    return new Transformer.Input(
        model.embed(Tensors.longs(ids, ids.length)),
        Tensors.longs(positions, positions.length),
        attention);
  }

  /// The most probable continuation.
  static int[] continuation(Transformer model, int[] prompt, int count) {
    int[] tokens = new int[count];
    try (KeyValueCache cache = new KeyValueCache(model.config().layers())) {
      int[] next = prompt;
      for (int step = 0; step < count; step++) {
        try (PointerScope scope = new PointerScope()) {
          Tensor logits =
              model
                  .forward(input(model, MaskedAttention.continuing(cache), cache.length(), next))
                  .logits();
          tokens[step] = (int) logits.select(0, logits.size(0) - 1).argmax().item_long();
        }
        next = new int[] {tokens[step]};
      }
    }
    return tokens;
  }

  static Transformer open(Gguf file) {
    TransformerConfig config = GgufConfig.read(file);
    Weights weights =
        new Weights(
            config,
            org.bytedeco.pytorch.global.torch.ScalarType.Float,
            new org.bytedeco.pytorch.Device("cpu"));
    weights.load(new GgufWeights(file, config));
    return new Transformer(weights, Math.min(config.context(), 4096));
  }
}

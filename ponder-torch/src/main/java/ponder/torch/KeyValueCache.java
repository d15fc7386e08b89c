package ponder.torch;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/// Keys and values of one text, to go on from; can be cut back.
///
/// For stepwise work outside of the engine (thoughts that are tried and taken back). Grows by
/// copying, so a long text costs O(length) a step. Not thread-safe; owns its tensors.
final class KeyValueCache implements AutoCloseable {
  /// [keyValueHeads, length, headWidth] per layer; null while empty
  private final List<@Nullable Tensor> keys = new ArrayList<>();

  private final List<@Nullable Tensor> values = new ArrayList<>();

  KeyValueCache(int layers) {
    for (int layer = 0; layer < layers; layer++) {
      keys.add(null);
      values.add(null);
    }
  }

  /// Tokens kept.
  int length() {
    Tensor first = keys.getLast();
    return first == null ? 0 : (int) first.size(1);
  }

  /// Keeps the first `length` tokens only.
  ///
  /// @throws IllegalArgumentException if there are fewer
  void cutBack(int length) {
    if (length < 0 || length > length()) {
      throw new IllegalArgumentException(
          "length (%d) must lie in [0, %d].".formatted(length, length()));
    }
    replaceAll(keys, length);
    replaceAll(values, length);
  }

  private static void replaceAll(List<@Nullable Tensor> layers, int length) {
    for (int layer = 0; layer < layers.size(); layer++) {
      Tensor old = layers.get(layer);
      if (old != null) {
        layers.set(
            layer, length == 0 ? null : Tensors.owned(() -> old.narrow(1, 0, length).contiguous()));
        old.close();
      }
    }
  }

  /// Appends the keys of new tokens and returns all, [keyValueHeads, length, headWidth].
  Tensor appendKeys(int layer, Tensor added) {
    return append(keys, layer, added);
  }

  Tensor appendValues(int layer, Tensor added) {
    return append(values, layer, added);
  }

  private static Tensor append(List<@Nullable Tensor> layers, int layer, Tensor added) {
    Tensor old = layers.get(layer);
    Tensor all = Tensors.owned(() -> old == null ? added.contiguous() : Tensors.cat(1, old, added));
    if (old != null) {
      old.close();
    }
    layers.set(layer, all);
    return all;
  }

  @Override
  public void close() {
    cutBack(0);
  }
}

package ponder.torch;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/// The keys and values of all cells, owned.
///
/// One tensor, [2 layers, cells, keyValueHeads, headWidth], a layer's keys before its values: a
/// token's values of a layer lie together, so writing, gathering and parking move whole rows, and
/// parking moves those of all layers in one call. They begin as zeros, since attention reads masked
/// cells too and a number times zero must be zero; memory is touched only where tokens come.
final class CellStore implements AutoCloseable {
  private final Tensor all;
  private final boolean pins;
  private final List<Tensor> keys = new ArrayList<>();
  private final List<Tensor> values = new ArrayList<>();

  CellStore(Weights weights, int cells) {
    TransformerConfig config = weights.config();
    long[] shape = {2L * config.layers(), cells, config.keyValueHeads(), config.headWidth()};
    TensorOptions options = Tensors.options(weights.type(), weights.device());
    all = Tensors.owned(() -> torch.zeros(shape, options));
    pins = !weights.device().is_cpu();
    for (long layer = 0; layer < config.layers(); layer++) {
      keys.add(part(2 * layer));
      values.add(part(2 * layer + 1));
    }
  }

  private Tensor part(long index) {
    return Tensors.owned(() -> all.select(0, index));
  }

  Tensor keys(int layer) {
    return keys.get(layer);
  }

  Tensor values(int layer) {
    return values.get(layer);
  }

  /// Writes the keys and values of rows to their cells.
  ///
  /// @param cells [N]
  /// @param key [N, keyValueHeads, headWidth]
  void write(int layer, Tensor cells, Tensor key, Tensor value) {
    keys.get(layer).index_copy_(0, cells, key);
    values.get(layer).index_copy_(0, cells, value);
  }

  /// A copy of some cells of all layers, [2 layers, N, keyValueHeads, headWidth], in host memory;
  /// pinned where cells lie on a device, and then maybe still on its way: what is done next on the
  /// device comes after it.
  Tensor copyOf(Tensor cells) {
    return Tensors.owned(
        () -> {
          Tensor some = all.index_select(1, cells);
          if (!pins) {
            return some;
          }
          TensorOptions host =
              new TensorOptions(some.scalar_type())
                  .pinned_memory(new org.bytedeco.pytorch.BoolOptional(true));
          return torch.empty(some.shape(), host, null).copy_(some, true);
        });
  }

  /// Puts a part of such a copy into cells.
  ///
  /// @param from first of its tokens to take
  void restore(Tensor copy, long from, Tensor cells) {
    Tensor near = copy.to(all.device(), all.scalar_type());
    all.index_copy_(1, cells, near.narrow(1, from, cells.size(0)));
  }

  /// Forgets all keys and values.
  void zero() {
    try (PointerScope scope = new PointerScope();
        NoGradGuard noGradients = new NoGradGuard()) {
      all.zero_();
    }
  }

  @Override
  public void close() {
    keys.forEach(Tensor::close);
    values.forEach(Tensor::close);
    all.close();
  }
}

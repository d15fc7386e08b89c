package ponder.torch;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/// The keys and values of all cells, owned.
///
/// One pair of tensors a layer, [cells, keyValueHeads, headWidth]: a token's values lie together,
/// so writing, gathering and parking move whole rows. They begin as zeros, since attention reads
/// masked cells too and a number times zero must be zero; memory is touched only where tokens come.
final class CellStore implements AutoCloseable {
  private final List<Tensor> keys = new ArrayList<>();
  private final List<Tensor> values = new ArrayList<>();

  CellStore(Weights weights, int cells) {
    TransformerConfig config = weights.config();
    long[] shape = {cells, config.keyValueHeads(), config.headWidth()};
    try {
      for (int layer = 0; layer < config.layers(); layer++) {
        keys.add(zeros(weights, shape));
        values.add(zeros(weights, shape));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private static Tensor zeros(Weights weights, long[] shape) {
    return Tensors.owned(
        () -> {
          TensorOptions options = Tensors.options(weights.type(), weights.device());
          return torch.zeros(shape, options);
        });
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

  /// A copy of some cells of all layers, [2 layers, N, keyValueHeads, headWidth], in host memory.
  Tensor copyOf(Tensor cells) {
    return Tensors.owned(
        () -> {
          Tensor[] parts = new Tensor[2 * keys.size()];
          for (int layer = 0; layer < keys.size(); layer++) {
            parts[2 * layer] = keys.get(layer).index_select(0, cells);
            parts[2 * layer + 1] = values.get(layer).index_select(0, cells);
          }
          return torch.stack(new org.bytedeco.pytorch.TensorVector(parts), 0).cpu();
        });
  }

  /// Puts a part of such a copy into cells.
  ///
  /// @param from first of its tokens to take
  void restore(Tensor copy, long from, Tensor cells) {
    long count = cells.size(0);
    for (int layer = 0; layer < keys.size(); layer++) {
      Tensor key = copy.select(0, 2L * layer).narrow(0, from, count);
      Tensor value = copy.select(0, 2L * layer + 1).narrow(0, from, count);
      Tensor target = keys.get(layer);
      write(layer, cells, key.to(target), value.to(target));
    }
  }

  @Override
  public void close() {
    keys.forEach(Tensor::close);
    values.forEach(Tensor::close);
  }
}

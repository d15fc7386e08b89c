package ponder.torch;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/// A linear map, `x weight^T + bias`.
///
/// Its weight lies as in files, for training and for whoever reads it; or it is packed, which is
/// faster and can only be multiplied with. The tensors belong to [Weights], what is packed to this.
final class Linear implements AutoCloseable {
  private final Tensor weight;
  private final @Nullable Tensor bias;
  private OneDnn.@Nullable Packed packed;

  /// @param weight [out, in]
  /// @param bias [out]
  Linear(Tensor weight, @Nullable Tensor bias) {
    this.weight = weight;
    this.bias = bias;
  }

  /// [out, in]; must not be read after [#pack], unless it has another owner.
  Tensor weight() {
    return weight;
  }

  /// [out]; null if there is none.
  @Nullable Tensor bias() {
    return bias;
  }

  /// From now on computes with a copy of the weight in oneDNN's order. No gradients then.
  void pack(OneDnn oneDnn) {
    packed = oneDnn.pack(weight, bias);
  }

  /// @param input [N, in]
  /// @return [N, out]
  Tensor apply(Tensor input) {
    OneDnn.Packed fast = packed;
    if (fast != null) {
      return fast.apply(input);
    }
    return input.size(0) == 1 ? vector(input) : torch.linear(input, weight, Tensors.optional(bias));
  }

  /// A single row goes as a vector: OpenBLAS's product of matrices packs the whole weight first,
  /// which for one row takes four times as long as the product itself. Other libraries do not care.
  private Tensor vector(Tensor input) {
    Tensor vector = input.select(0, 0);
    Tensor product = bias == null ? weight.mv(vector) : torch.addmv(bias, weight, vector);
    return product.unsqueeze(0);
  }

  @Override
  public void close() {
    if (packed != null) {
      packed.close();
      packed = null;
    }
  }
}

package ponder.torch;

import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/// Attention over the rows of the forward itself, and over those of earlier ones where there is a
/// cache: what training and stepwise work outside of the engine use.
final class MaskedAttention {
  private MaskedAttention() {}

  /// `batch` texts of `length` rows each, one behind the other; each row sees its text up to
  /// itself.
  static Attention causal(int batch, int length) {
    return (layer, query, key, value) ->
        rows(
            attend(
                texts(query, batch, length),
                texts(key, batch, length),
                texts(value, batch, length),
                null,
                true));
  }

  /// Texts of different lengths, one behind the other without padding; each row sees its text up to
  /// itself (a block-diagonal mask, computed block by block).
  static Attention packed(int... lengths) {
    return (layer, query, key, value) -> {
      TensorVector parts = new TensorVector();
      long from = 0;
      for (int length : lengths) {
        long start = from;
        parts.push_back(
            rows(
                attend(
                    texts(query.narrow(0, start, length), 1, length),
                    texts(key.narrow(0, start, length), 1, length),
                    texts(value.narrow(0, start, length), 1, length),
                    null,
                    true)));
        from += length;
      }
      return torch.cat(parts, 0);
    };
  }

  /// Each row sees what the mask shows it.
  ///
  /// @param mask [N, N], added to the scores: 0 where a row (first index) sees another, a large
  ///   negative number or minus infinity where not; every row must see one at least
  static Attention masked(Tensor mask) {
    return (layer, query, key, value) -> {
      int length = (int) query.size(0);
      return rows(
          attend(
              texts(query, 1, length),
              texts(key, 1, length),
              texts(value, 1, length),
              mask,
              false));
    };
  }

  /// One text that goes on from `cache`, to which the rows are added; each row sees all of the
  /// cache and the new rows up to itself.
  static Attention continuing(KeyValueCache cache) {
    return (layer, query, key, value) -> {
      long added = query.size(0);
      Tensor keys = cache.appendKeys(layer, key.transpose(0, 1));
      Tensor values = cache.appendValues(layer, value.transpose(0, 1));
      Tensor mask = added == 1 ? null : offset(added, keys.size(1), query);
      return rows(
          attend(
              texts(query, 1, (int) added), keys.unsqueeze(0), values.unsqueeze(0), mask, false));
    };
  }

  /// Minus infinity where column > row + (columns - rows).
  private static Tensor offset(long rows, long columns, Tensor like) {
    float[] mask = new float[(int) (rows * columns)];
    for (int row = 0; row < rows; row++) {
      for (int column = (int) (row + columns - rows + 1); column < columns; column++) {
        mask[(int) (row * columns) + column] = Float.NEGATIVE_INFINITY;
      }
    }
    return Tensors.floats(mask, rows, columns).to(like.device(), like.scalar_type());
  }

  /// [batch * length, heads, headWidth] as [batch, heads, length, headWidth].
  private static Tensor texts(Tensor rows, int batch, int length) {
    return rows.reshape(batch, length, rows.size(1), rows.size(2)).transpose(1, 2);
  }

  /// [batch, heads, length, headWidth] as [batch * length, heads * headWidth].
  private static Tensor rows(Tensor texts) {
    return texts.transpose(1, 2).reshape(texts.size(0) * texts.size(2), -1);
  }

  /// @param query [batch, heads, length, headWidth]
  /// @param key [batch, keyValueHeads, keys, headWidth]
  private static Tensor attend(
      Tensor query, Tensor key, Tensor value, @Nullable Tensor mask, boolean causal) {
    TensorOptional optional = Tensors.optional(mask);
    long group = query.size(1) / key.size(1);
    return torch.scaled_dot_product_attention(
        query,
        repeated(key, group),
        repeated(value, group),
        optional,
        0,
        causal,
        new DoubleOptional(),
        false);
  }

  /// Each head of keys or values once for each of the queries that share it.
  private static Tensor repeated(Tensor heads, long group) {
    if (group == 1) {
      return heads;
    }
    long batch = heads.size(0);
    long count = heads.size(1);
    long length = heads.size(2);
    long width = heads.size(3);
    return heads
        .unsqueeze(2)
        .expand(batch, count, group, length, width)
        .reshape(batch, count * group, length, width);
  }
}

package ponder.torch;

import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/// Attention of a decode step: one row a sequence, each with as many places for cells, so that all
/// are one batch.
///
/// Cells are gathered by the table, which repeats those that several rows share: a step reads and
/// writes each row's keys and values once more than it must. Queries that share a head of keys are
/// folded into the length, [rows, keyValueHeads, group, d]. Nothing here depends on values that the
/// host knows, so that it can be recorded.
///
/// @param cells [rows]: where the rows' keys and values go
/// @param table [rows * length]: the cells each row sees, in the order of positions
/// @param mask [rows, 1, 1, length], 0 or minus infinity
record GatheredAttention(CellStore store, Tensor cells, Tensor table, Tensor mask)
    implements Attention {
  @Override
  public Tensor attend(int layer, Tensor query, Tensor key, Tensor value) {
    store.write(layer, cells, key, value);
    long rows = query.size(0);
    long shared = key.size(1);
    long width = key.size(2);
    return torch
        .scaled_dot_product_attention(
            query.reshape(rows, shared, query.size(1) / shared, width),
            gathered(store.keys(layer), rows),
            gathered(store.values(layer), rows),
            Tensors.optional(mask),
            0,
            false,
            new DoubleOptional(),
            false)
        .reshape(rows, query.size(1) * width);
  }

  /// @return [rows, keyValueHeads, length, headWidth]
  private Tensor gathered(Tensor all, long rows) {
    return all.index_select(0, table).view(rows, -1, all.size(1), all.size(2)).transpose(1, 2);
  }
}

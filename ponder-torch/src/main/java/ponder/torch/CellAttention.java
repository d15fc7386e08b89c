package ponder.torch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;
import ponder.engine.Backend.Batch;

/// Attention of one forward over the shared cache: writes the rows' keys and values to their cells,
/// then lets each group of rows attend to its cells.
///
/// Queries that share a head of keys are folded into the length: [rows, heads, d] becomes
/// [keyValueHeads, rows * group, d], so keys and values are never repeated. A group whose cells lie
/// close together reads them where they are, another has them gathered.
///
/// Made inside the forward's scope, to which its tensors belong.
final class CellAttention implements Attention {
  /// A group's cells are read in place if at least this share of those they span are theirs.
  private static final double DENSE = 0.8;

  /// What a group needs in every layer.
  ///
  /// @param first the first cell read in place
  /// @param gathered [cells]; null where they are read in place
  /// @param mask [1, 1, rows * group, cells], 0 or minus infinity
  private record Part(
      long from, long rows, long first, long cells, @Nullable Tensor gathered, Tensor mask) {}

  private final CellStore store;
  private final Abort abort;
  private final Tensor written;
  private final List<Part> parts = new ArrayList<>();

  CellAttention(
      TransformerConfig config,
      CellStore store,
      CellTable table,
      Batch batch,
      Step step,
      Abort abort) {
    this.store = store;
    this.abort = abort;
    long[] cells = new long[batch.rows];
    for (int at = 0; at < batch.rows; at++) {
      int row = step.order[at];
      cells[at] = table.cell(batch.sequence[row], batch.position[row]);
    }
    Tensor like = store.keys(0);
    written = Tensors.longs(cells).to(like.device(), torch.ScalarType.Long);
    for (Step.Group group : step.groups) {
      parts.add(part(group, batch, step, table, config.heads() / config.keyValueHeads(), like));
    }
  }

  private static Part part(
      Step.Group group, Batch batch, Step step, CellTable table, int fold, Tensor like) {
    int[] cells = group.cells();
    int span = cells[cells.length - 1] - cells[0] + 1;
    boolean inPlace = cells.length >= DENSE * span;
    int columns = inPlace ? span : cells.length;
    int rows = group.to() - group.from();
    float[] mask = new float[rows * columns];
    Arrays.fill(mask, Float.NEGATIVE_INFINITY);
    for (int at = 0; at < rows; at++) {
      int row = step.order[group.from() + at];
      for (int position = 0; position <= batch.position[row]; position++) {
        int cell = table.cell(batch.sequence[row], position);
        int column = inPlace ? cell - cells[0] : Arrays.binarySearch(cells, cell);
        mask[at * columns + column] = 0;
      }
    }
    Tensor folded =
        Tensors.floats(mask, rows, 1, columns)
            .expand(rows, fold, columns)
            .reshape(1, 1, (long) rows * fold, columns)
            .to(like.device(), like.scalar_type());
    Tensor gathered =
        inPlace
            ? null
            : Tensors.longs(cells, cells.length).to(like.device(), torch.ScalarType.Long);
    return new Part(group.from(), rows, cells[0], columns, gathered, folded);
  }

  @Override
  public Tensor attend(int layer, Tensor query, Tensor key, Tensor value) {
    abort.check();
    store.write(layer, written, key, value);
    Tensor[] collected = new Tensor[parts.size()];
    for (int i = 0; i < collected.length; i++) {
      collected[i] = attend(parts.get(i), layer, query);
    }
    return collected.length == 1 ? collected[0] : Tensors.cat(0, collected);
  }

  /// @return [rows, heads * headWidth]
  private Tensor attend(Part part, int layer, Tensor query) {
    Tensor keys = cells(part, store.keys(layer));
    Tensor values = cells(part, store.values(layer));
    long shared = keys.size(1);
    long width = keys.size(3);
    long fold = query.size(1) / shared;
    Tensor folded =
        query
            .narrow(0, part.from, part.rows)
            .reshape(part.rows, shared, fold, width)
            .transpose(0, 1)
            .reshape(1, shared, part.rows * fold, width);
    return torch
        .scaled_dot_product_attention(
            folded,
            keys,
            values,
            Tensors.optional(part.mask),
            0,
            false,
            new DoubleOptional(),
            false)
        .view(shared, part.rows, fold, width)
        .transpose(0, 1)
        .reshape(part.rows, shared * fold * width);
  }

  /// @return [1, keyValueHeads, cells, headWidth]
  private static Tensor cells(Part part, Tensor all) {
    Tensor some =
        part.gathered == null
            ? all.narrow(0, part.first, part.cells)
            : all.index_select(0, part.gathered);
    return some.transpose(0, 1).unsqueeze(0);
  }
}

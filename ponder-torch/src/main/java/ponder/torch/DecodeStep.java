package ponder.torch;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/// One token for each of many sequences: the tensors that such a step reads and writes, which stay
/// where they are, and its computing, which depends on nothing else and can be recorded. A
/// [FusedStep] of any rows uses the same tensors.
///
/// A step of decoding has a row for each slot ([SlotTable]). Rows that only pad have token 0 at
/// position 0 and write to the spare cell, the last of the store.
final class DecodeStep implements AutoCloseable {
  /// The first numbers of [#inputs]; each has one for every row.
  static final int TOKENS = 0;

  static final int POSITIONS = 1;
  static final int CELLS = 2;

  /// Rows of [#table]; a row's own number when decoding.
  static final int SLOTS = 3;

  /// For every output, as the bits of 64-bit floats.
  static final int TEMPERATURES = 4;

  /// For every output the token whose logit is asked for, or -1.
  static final int WANTED = 5;

  /// For every output its row; when decoding each row is one.
  static final int OUTPUTS = 6;

  /// For every tile its first row, and above 32 bits how many rows it has.
  static final int TILES = 7;

  private static final int INPUTS = 8;

  private final Transformer model;
  private final CellStore store;
  private final Condenser condenser;
  private final List<Tensor> owned = new ArrayList<>();

  /// [8, rows], whole numbers.
  final Tensor inputs;

  /// [slots, context]: which cell holds a slot's token at a position; 32-bit whole numbers.
  final Tensor table;

  /// [outputs, vocabulary]
  final Tensor logits;

  /// [outputs, condenser's width]
  final Tensor packed;

  /// [1, context]: 0, 1, 2, ...
  private final Tensor columns;

  private final Tensor seen;
  private final Tensor unseen;

  /// @param store with a cell more than the cache, at its end
  /// @param rows most rows of a step
  /// @param slots most sequences of a step
  /// @param outputs most outputs of a step
  DecodeStep(
      Transformer model,
      CellStore store,
      Condenser condenser,
      int rows,
      int slots,
      int outputs,
      int context) {
    this.model = model;
    this.store = store;
    this.condenser = condenser;
    Weights weights = model.weights();
    inputs = zeros(ScalarType.Long, INPUTS, rows);
    table = zeros(ScalarType.Int, slots, context);
    table.fill_(new Scalar((int) store.keys(0).size(0) - 1));
    logits = zeros(weights.type(), outputs, model.config().vocabularySize());
    packed = zeros(ScalarType.Float, outputs, condenser.width());
    columns = keep(torch.arange(new Scalar(context)).to(device(), ScalarType.Long).unsqueeze(0));
    seen = zeros(weights.type());
    unseen = zeros(weights.type());
    unseen.fill_(new Scalar(Double.NEGATIVE_INFINITY));
  }

  private Device device() {
    return model.weights().device();
  }

  private Tensor zeros(ScalarType type, long... shape) {
    return keep(torch.zeros(shape, Tensors.options(type, device())));
  }

  private Tensor keep(Tensor tensor) {
    tensor.retainReference();
    owned.add(tensor);
    return tensor;
  }

  /// Computes the first `rows` slots, each seeing its first `length` positions at most. Reads
  /// [#inputs] and [#table], enters the new cells in the table, writes [#logits] and [#packed] and
  /// the cells.
  void run(int rows, int length) {
    Tensor positions = input(POSITIONS, rows);
    Tensor cells = input(CELLS, rows);
    table
        .narrow(0, 0, rows)
        .scatter_(1, positions.unsqueeze(1), cells.to(ScalarType.Int).unsqueeze(1));
    Tensor mask =
        torch.where(columns.narrow(1, 0, length).le(positions.unsqueeze(1)), seen, unseen);
    Tensor flat = table.narrow(0, 0, rows).narrow(1, 0, length).reshape(-1);
    Tensor states =
        model.hidden(
            new Transformer.Input(
                model.embed(input(TOKENS, rows)),
                positions,
                new GatheredAttention(store, cells, flat, mask.view(rows, 1, 1, length))));
    Tensor out = logits.narrow(0, 0, rows);
    out.copy_(model.logits(states));
    pack(rows);
  }

  /// Condenses the first rows of [#logits] into [#packed].
  void pack(int rows) {
    condenser.pack(
        logits.narrow(0, 0, rows),
        input(TEMPERATURES, rows).view(ScalarType.Double).to(ScalarType.Float),
        input(WANTED, rows),
        packed.narrow(0, 0, rows));
  }

  private Tensor input(int kind, int rows) {
    return inputs.select(0, kind).narrow(0, 0, rows);
  }

  @Override
  public void close() {
    owned.forEach(Tensor::close);
    owned.clear();
  }
}

package ponder.torch;

import java.util.Arrays;
import ponder.engine.Backend.Batch;
import ponder.engine.Shortlist;

/// A step in two: the rows that run in slots ([Decoder]), and those that cannot, such as rows of an
/// adapter.
///
/// Rows of different sequences do not see each other's new cells, so the parts can run one after
/// the other. Without this, one such row among 256 would send all of them the slow way.
final class SplitStep {
  final Batch slotted;
  final Batch rest;

  /// For each row of the whole its row in `slotted`, or -1 - its row in `rest`.
  private final int[] place;

  /// @param rows of `batch` that run in slots, ascending
  SplitStep(Batch batch, int[] rows) {
    slotted = new Batch(rows.length);
    rest = new Batch(batch.rows - rows.length);
    place = new int[batch.rows];
    for (int row = 0; row < batch.rows; row++) {
      boolean runs = Arrays.binarySearch(rows, row) >= 0;
      Batch part = runs ? slotted : rest;
      place[row] = runs ? part.rows : -1 - part.rows;
      part.add(
          batch.token[row],
          batch.position[row],
          batch.sequence[row],
          batch.output[row],
          batch.adapter[row]);
      part.temperature[part.rows - 1] = batch.temperature[row];
      part.wanted[part.rows - 1] = batch.wanted[row];
    }
  }

  private boolean isSlotted(int row) {
    return row >= 0 && row < place.length && place[row] >= 0;
  }

  /// -1 for a row that the whole does not have.
  private int restRow(int row) {
    return row >= 0 && row < place.length ? -1 - place[row] : -1;
  }

  /// The outputs of the whole.
  Outputs join(Outputs ofSlotted, Outputs ofRest) {
    return new Outputs() {
      @Override
      public boolean read(int row, boolean hiddenState, float[] into) {
        return isSlotted(row)
            ? ofSlotted.read(place[row], hiddenState, into)
            : ofRest.read(restRow(row), hiddenState, into);
      }

      @Override
      public boolean shortlist(int row, Shortlist into) {
        return isSlotted(row)
            ? ofSlotted.shortlist(place[row], into)
            : ofRest.shortlist(restRow(row), into);
      }

      @Override
      public void close() {
        ofSlotted.close();
        ofRest.close();
      }
    };
  }
}

package ponder.torch;

import java.util.Arrays;
import ponder.engine.Backend.Batch;
import ponder.engine.Shortlist;

/// A step of decoding sequences among which others read their prompts, in two.
///
/// Rows of different sequences do not see each other's new cells, so the parts can run one after
/// the other. Without this, one prompt among 256 sequences would send all of them the slow way, and
/// in a busy run a prompt begins at one step in twenty.
final class SplitStep {
  final Batch decoding;
  final Batch rest;

  /// For each row of the whole its row in `decoding`, or -1 - its row in `rest`.
  private final int[] place;

  /// @param rows of `batch` that decode, ascending
  SplitStep(Batch batch, int[] rows) {
    decoding = new Batch(rows.length);
    rest = new Batch(batch.rows - rows.length);
    place = new int[batch.rows];
    for (int row = 0; row < batch.rows; row++) {
      boolean decodes = Arrays.binarySearch(rows, row) >= 0;
      Batch part = decodes ? decoding : rest;
      place[row] = decodes ? part.rows : -1 - part.rows;
      part.add(
          batch.token[row],
          batch.position[row],
          batch.sequence[row],
          batch.output[row],
          batch.adapter[row]);
      part.temperature[part.rows - 1] = batch.temperature[row];
    }
  }

  private boolean isDecoding(int row) {
    return row >= 0 && row < place.length && place[row] >= 0;
  }

  /// -1 for a row that the whole does not have.
  private int restRow(int row) {
    return row >= 0 && row < place.length ? -1 - place[row] : -1;
  }

  /// The outputs of the whole.
  Outputs join(Outputs ofDecoding, Outputs ofRest) {
    return new Outputs() {
      @Override
      public boolean read(int row, boolean hiddenState, float[] into) {
        return isDecoding(row)
            ? ofDecoding.read(place[row], hiddenState, into)
            : ofRest.read(restRow(row), hiddenState, into);
      }

      @Override
      public boolean shortlist(int row, Shortlist into) {
        return isDecoding(row)
            ? ofDecoding.shortlist(place[row], into)
            : ofRest.shortlist(restRow(row), into);
      }

      @Override
      public void close() {
        ofDecoding.close();
        ofRest.close();
      }
    };
  }
}

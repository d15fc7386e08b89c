package ponder.torch;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import ponder.engine.Backend.Batch;

/// The order in which [FusedStep] computes the rows of any batch: first those that attend one by
/// one, then those that attend in tiles of neighbouring rows of one sequence.
///
/// A tile reads its sequence's keys once for all its rows, but takes as long for one row as for as
/// many as it holds. Pure bookkeeping.
final class RowOrder {
  /// Sequences with fewer rows are not worth a tile.
  private static final int LEAST = 4;

  /// The batch's row at each place.
  final int[] row;

  /// Rows at the beginning that attend one by one.
  final int singles;

  /// First place and number of rows of each tile.
  final int[] first;

  final int[] length;
  final int tiles;

  /// Places of the rows with an output, in the batch's order.
  final int[] outputs;

  /// For each row of the batch its index in [#outputs], or -1.
  final int[] output;

  /// @param rows most rows of a tile; 0 if there are to be none
  RowOrder(Batch batch, int rows) {
    int[] group = groups(batch, rows == 0 ? Integer.MAX_VALUE : LEAST);
    row =
        IntStream.range(0, batch.rows)
            .boxed()
            .sorted(Comparator.comparingInt(at -> group[at]))
            .mapToInt(at -> at)
            .toArray();
    singles = (int) Arrays.stream(group).filter(it -> it == 0).count();
    first = new int[batch.rows];
    length = new int[batch.rows];
    int count = 0;
    for (int place = singles; place < row.length; place++) {
      boolean goesOn = count > 0 && length[count - 1] < rows;
      if (goesOn && group[row[place]] == group[row[place - 1]]) {
        length[count - 1]++;
      } else {
        first[count] = place;
        length[count++] = 1;
      }
    }
    tiles = count;
    output = new int[batch.rows];
    outputs = outputs(batch);
  }

  /// 0 for rows that stay alone, else a number for each sequence.
  private static int[] groups(Batch batch, int least) {
    int[] counts = new int[Arrays.stream(batch.sequence, 0, batch.rows).max().orElse(0) + 1];
    for (int at = 0; at < batch.rows; at++) {
      counts[batch.sequence[at]]++;
    }
    return IntStream.range(0, batch.rows)
        .map(at -> counts[batch.sequence[at]] < least ? 0 : 1 + batch.sequence[at])
        .toArray();
  }

  private int[] outputs(Batch batch) {
    int[] placeOf = new int[batch.rows];
    for (int place = 0; place < row.length; place++) {
      placeOf[row[place]] = place;
    }
    int[] places = new int[batch.rows];
    int count = 0;
    for (int at = 0; at < batch.rows; at++) {
      output[at] = batch.output[at] ? count : -1;
      if (batch.output[at]) {
        places[count++] = placeOf[at];
      }
    }
    return Arrays.copyOf(places, count);
  }
}

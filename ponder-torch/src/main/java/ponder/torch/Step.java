package ponder.torch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import ponder.engine.Backend.Batch;

/// The rows of one forward in the order in which they are computed, and the groups in which they
/// attend.
///
/// # Groups
///
/// A group of rows attends to the union of their sequences' cells in one multiplication, with a
/// mask for what is not theirs. One group for all (what llama.cpp does) reads a shared beginning
/// once for all its branches, but lets every row multiply with every other text; one group a
/// sequence multiplies only what counts, but reads the shared beginning anew each time and pays for
/// more calls. So rows are ordered by where their texts begin, and neighbours are joined while that
/// makes the sum of
///
///     rows * cells + READ * cells + CALL
///
/// over the groups smaller. Sixteen samples of one question become one group, sixteen different
/// questions sixteen, a prefill stays alone. The constants are row-cell products: about what
/// reading a cell and the calls of a group cost on two cores.
final class Step {
  private static final long READ = 4;
  private static final long CALL = 1500;

  /// Rows `[from, to)` of the step's order, and the cells they see together.
  ///
  /// @param cells ascending
  @SuppressWarnings("ArrayRecordComponent") // owned by the step
  record Group(int from, int to, int[] cells) {
    long cost() {
      return (long) (to - from) * cells.length + READ * cells.length + CALL;
    }
  }

  /// Rows of one sequence, in a row.
  private record Run(int sequence, int[] rows, int lastPosition) {}

  /// The batch's row that is computed at each place.
  final int[] order;

  final List<Group> groups;

  /// The rows' new cells must be in `table`.
  Step(Batch batch, CellTable table) {
    List<Run> runs = runs(batch);
    runs.sort(
        Comparator.comparingInt((Run run) -> table.cell(run.sequence, 0))
            .thenComparingInt(run -> run.rows.length));
    order = new int[batch.rows];
    groups = new ArrayList<>();
    int at = 0;
    for (Run run : runs) {
      System.arraycopy(run.rows, 0, order, at, run.rows.length);
      int[] cells = table.cells(run.sequence, 0, run.lastPosition + 1);
      Arrays.sort(cells);
      join(new Group(at, at + run.rows.length, cells));
      at += run.rows.length;
    }
  }

  private static List<Run> runs(Batch batch) {
    List<Run> runs = new ArrayList<>();
    boolean[] taken = new boolean[batch.rows];
    for (int row = 0; row < batch.rows; row++) {
      if (!taken[row]) {
        int sequence = batch.sequence[row];
        int[] rows = new int[batch.rows];
        int count = 0;
        for (int other = row; other < batch.rows; other++) {
          if (batch.sequence[other] == sequence) {
            taken[other] = true;
            rows[count++] = other;
          }
        }
        runs.add(new Run(sequence, Arrays.copyOf(rows, count), batch.position[rows[count - 1]]));
      }
    }
    return runs;
  }

  /// Adds a group, joined with the last one if that is cheaper.
  private void join(Group next) {
    if (!groups.isEmpty()) {
      Group last = groups.getLast();
      Group both = new Group(last.from, next.to, union(last.cells, next.cells));
      if (both.cost() <= last.cost() + next.cost()) {
        groups.set(groups.size() - 1, both);
        return;
      }
    }
    groups.add(next);
  }

  /// @param a ascending, like b
  private static int[] union(int[] a, int[] b) {
    int[] all = new int[a.length + b.length];
    int count = 0;
    int i = 0;
    int j = 0;
    while (i < a.length || j < b.length) {
      int next = j == b.length || (i < a.length && a[i] <= b[j]) ? a[i] : b[j];
      i += i < a.length && a[i] == next ? 1 : 0;
      j += j < b.length && b[j] == next ? 1 : 0;
      all[count++] = next;
    }
    return Arrays.copyOf(all, count);
  }
}

package ponder.torch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ponder.engine.Backend.Batch;
import ponder.model.AdapterKey;

/// The rows of one forward in the order in which they are computed, the groups in which they
/// attend, and the stretches that one adapter changes.
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

  /// Rows `[from, to)` of the step's order, which belong to one adapter.
  record Stretch(AdapterKey adapter, int from, int to) {}

  /// Rows of one sequence, in a row; `kind` is the same for equal adapters.
  private record Run(int sequence, int[] rows, int lastPosition, int kind) {}

  /// The batch's row that is computed at each place.
  final int[] order;

  final List<Group> groups = new ArrayList<>();

  /// In the order of rows; rows of the base model are in none.
  final List<Stretch> stretches = new ArrayList<>();

  /// The rows' new cells must be in `table`.
  Step(Batch batch, CellTable table) {
    List<Run> runs = runs(batch);
    runs.sort(
        Comparator.comparingInt(Run::kind)
            .thenComparingInt(run -> table.cell(run.sequence, 0))
            .thenComparingInt(run -> run.rows.length));
    order = new int[batch.rows];
    int at = 0;
    for (Run run : runs) {
      System.arraycopy(run.rows, 0, order, at, run.rows.length);
      int[] cells = table.cells(run.sequence, 0, run.lastPosition + 1);
      Arrays.sort(cells);
      join(new Group(at, at + run.rows.length, cells));
      stretch(batch.adapter[run.rows[0]], at, at + run.rows.length);
      at += run.rows.length;
    }
  }

  private void stretch(@Nullable AdapterKey adapter, int from, int to) {
    if (adapter == null) {
      return;
    }
    Stretch last = stretches.isEmpty() ? null : stretches.getLast();
    if (last != null && last.to == from && last.adapter.equals(adapter)) {
      stretches.set(stretches.size() - 1, new Stretch(adapter, last.from, to));
    } else {
      stretches.add(new Stretch(adapter, from, to));
    }
  }

  private static List<Run> runs(Batch batch) {
    List<Run> runs = new ArrayList<>();
    List<@Nullable AdapterKey> kinds = new ArrayList<>();
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
        AdapterKey adapter = batch.adapter[row];
        if (!kinds.contains(adapter)) {
          kinds.add(adapter);
        }
        int last = batch.position[rows[count - 1]];
        runs.add(new Run(sequence, Arrays.copyOf(rows, count), last, kinds.indexOf(adapter)));
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

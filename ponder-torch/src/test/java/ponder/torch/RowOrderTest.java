package ponder.torch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import ponder.engine.Backend.Batch;
import ponder.testkit.Dice;

/// Rows come once each, tiles are neighbours of one sequence, outputs are found again.
final class RowOrderTest {
  @Test
  void putsSinglesFirstAndCutsTheRestIntoTiles() {
    Batch batch = new Batch(32);
    addRows(batch, 5, 10, 9);
    addRows(batch, 2, 0, 1);
    addRows(batch, 7, 3, 5);
    addRows(batch, 1, 6, 3);
    RowOrder order = new RowOrder(batch, 4);
    assertThat(order.singles).isEqualTo(4);
    assertThat(order.row).startsWith(9, 15, 16, 17).hasSize(18);
    assertThat(order.tiles).isEqualTo(5);
    assertThat(order.length).startsWith(4, 4, 1, 4, 1);
    assertThat(order.first).startsWith(4, 8, 12, 13, 17);
  }

  @Test
  void makesNoTilesWhereThereCanBeNone() {
    Batch batch = new Batch(32);
    addRows(batch, 5, 10, 9);
    RowOrder order = new RowOrder(batch, 0);
    assertThat(order.singles).isEqualTo(9);
    assertThat(order.tiles).isZero();
  }

  @Test
  void holdsForAnyBatch() {
    Dice dice = new Dice(3);
    for (int round = 0; round < 200; round++) {
      Batch batch = new Batch(300);
      for (int sequence = 0; sequence < 20; sequence++) {
        addRows(batch, sequence, dice.below(50), dice.below(3) == 0 ? 1 : dice.below(15));
        for (int row = 0; row < batch.rows; row++) {
          if (!batch.output[row] && dice.chance(10)) {
            batch.output[row] = true;
            batch.outputs++;
          }
        }
      }
      check(batch, new RowOrder(batch, 1 + dice.below(8)));
    }
  }

  private static void addRows(Batch batch, int sequence, int position, int count) {
    for (int i = 0; i < count; i++) {
      batch.add(1, position + i, sequence, i == count - 1);
    }
  }

  private static void check(Batch batch, RowOrder order) {
    boolean[] seen = new boolean[batch.rows];
    for (int row : order.row) {
      assertThat(seen[row]).isFalse();
      seen[row] = true;
    }
    int place = order.singles;
    for (int tile = 0; tile < order.tiles; tile++) {
      assertThat(order.first[tile]).isEqualTo(place);
      for (int i = 1; i < order.length[tile]; i++) {
        int before = order.row[place + i - 1];
        int row = order.row[place + i];
        assertThat(batch.sequence[row]).isEqualTo(batch.sequence[before]);
        assertThat(batch.position[row]).isEqualTo(batch.position[before] + 1);
      }
      place += order.length[tile];
    }
    assertThat(place).isEqualTo(batch.rows);
    for (int row = 0; row < batch.rows; row++) {
      assertThat(order.output[row] >= 0).isEqualTo(batch.output[row]);
      if (batch.output[row]) {
        assertThat(order.row[order.outputs[order.output[row]]]).isEqualTo(row);
      }
    }
  }
}

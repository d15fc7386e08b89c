package ponder.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import ponder.engine.Backend.Batch;
import ponder.testkit.Dice;

/// Slots keep to their sequences, and the device is told exactly what it lacks.
final class SlotTableTest {
  private static final int SLOTS = 16;
  private static final int SEQUENCES = 40;

  /// What the device would hold: entered by uploads and by the steps themselves.
  private final int[][] device = new int[SLOTS][200];

  @Test
  void padsToBuckets() {
    assertThat(DecodeBuckets.rows(1, 256)).isEqualTo(1);
    assertThat(DecodeBuckets.rows(3, 256)).isEqualTo(4);
    assertThat(DecodeBuckets.rows(33, 256)).isEqualTo(64);
    assertThat(DecodeBuckets.rows(65, 256)).isEqualTo(96);
    assertThat(DecodeBuckets.rows(129, 256)).isEqualTo(192);
    assertThat(DecodeBuckets.rows(256, 256)).isEqualTo(256);
    assertThat(DecodeBuckets.rows(150, 160)).isEqualTo(160);
    assertThat(DecodeBuckets.length(1, 512)).isEqualTo(256);
    assertThat(DecodeBuckets.length(257, 8192)).isEqualTo(512);
    assertThat(DecodeBuckets.length(300, 400)).isEqualTo(400);
  }

  @Test
  void keepsTheTableWhateverHappens() {
    Dice dice = new Dice(5);
    CellTable table = new CellTable(5000, SEQUENCES);
    SlotTable slots = new SlotTable(SLOTS, SEQUENCES);
    int kept = 0;
    for (int step = 0; step < 500; step++) {
      int sequence = dice.below(SEQUENCES);
      switch (dice.below(6)) {
        case 0 -> table.cutBack(sequence, dice.below(20));
        case 1 -> {
          table.cutBack(sequence, 0);
          int other = dice.below(SEQUENCES);
          if (other != sequence) {
            table.share(other, sequence, 0, table.length(other) / 2);
          }
        }
        case 2 -> table.cutBack(sequence, 0);
        default -> table.append(sequence);
      }
      Batch batch = new Batch(SLOTS);
      for (int s = 0; s < SEQUENCES && batch.rows < SLOTS; s++) {
        if (table.length(s) < 150 && dice.chance(step % 100 < 50 ? 10 : 60)) {
          table.append(s);
          batch.add(1, table.length(s) - 1, s, true);
        }
      }
      if (batch.rows > 0) {
        slots.placeDecoding(batch, table);
        kept += check(slots, batch, table);
      }
    }
    assertThat(kept).isGreaterThan(500);
  }

  /// Sequences with several rows between steps of decoding.
  @Test
  void placesSequencesWithManyRows() {
    Dice dice = new Dice(6);
    CellTable table = new CellTable(5000, SEQUENCES);
    SlotTable slots = new SlotTable(SLOTS, SEQUENCES);
    int kept = 0;
    for (int step = 0; step < 500; step++) {
      table.cutBack(dice.below(SEQUENCES), dice.below(60));
      boolean decoding = dice.chance(50);
      Batch batch = new Batch(SLOTS * 8);
      int sequences = 0;
      for (int s = 0; s < SEQUENCES && sequences < SLOTS; s++) {
        if (table.length(s) < 150 && dice.chance(25)) {
          sequences++;
          for (int rows = decoding ? 1 : 1 + dice.below(8); rows > 0; rows--) {
            table.append(s);
            batch.add(1, table.length(s) - 1, s, true);
          }
        }
      }
      if (batch.rows == 0) {
        continue;
      }
      if (decoding) {
        slots.placeDecoding(batch, table);
        kept += check(slots, batch, table);
      } else {
        slots.place(batch, table);
        kept += checkMany(slots, batch, table);
      }
    }
    assertThat(kept).isGreaterThan(1000);
  }

  private int checkMany(SlotTable slots, Batch batch, CellTable table) {
    int kept = 0;
    for (int row = 0; row < batch.rows; row++) {
      int sequence = batch.sequence[row];
      int slot = slots.slot(sequence);
      if (slots.row[slot] == row) {
        kept += slots.from[slot] > 0 ? 1 : 0;
        for (int p = slots.from[slot]; p < batch.position[row]; p++) {
          device[slot][p] = table.cell(sequence, p);
        }
      }
      device[slot][batch.position[row]] = table.cell(sequence, batch.position[row]);
    }
    for (int row = 0; row < batch.rows; row++) {
      int[] expected = table.cells(batch.sequence[row], 0, batch.position[row] + 1);
      assertThat(Arrays.copyOf(device[slots.slot(batch.sequence[row])], expected.length))
          .isEqualTo(expected);
    }
    return kept;
  }

  private int check(SlotTable slots, Batch batch, CellTable table) {
    assertThat(slots.width).isEqualTo(DecodeBuckets.rows(batch.rows, SLOTS));
    boolean[] seen = new boolean[batch.rows];
    int kept = 0;
    for (int slot = 0; slot < slots.width; slot++) {
      int row = slots.row[slot];
      if (row < 0) {
        device[slot][0] = -1;
        continue;
      }
      assertThat(seen[row]).isFalse();
      seen[row] = true;
      int sequence = batch.sequence[row];
      int position = batch.position[row];
      kept += slots.from[slot] > 0 ? 1 : 0;
      for (int p = slots.from[slot]; p < position; p++) {
        device[slot][p] = table.cell(sequence, p);
      }
      device[slot][position] = table.cell(sequence, position);
      assertThat(Arrays.copyOf(device[slot], position + 1))
          .isEqualTo(table.cells(sequence, 0, position + 1));
    }
    assertThat(seen).doesNotContain(false);
    return kept;
  }
}

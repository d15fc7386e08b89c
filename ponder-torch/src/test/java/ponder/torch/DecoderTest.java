package ponder.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.engine.Backend.Batch;
import ponder.engine.Backend.Outcome;
import ponder.engine.Shortlist;
import ponder.testkit.Dice;
import ponder.testkit.TinyGguf;

/// Decode steps in slots give what groups give, whatever happens to the sequences in between.
final class DecoderTest {
  private static final int CELLS = 3000;
  private static final int SEQUENCES = 40;

  @TempDir private Path folder;

  /// Sequences begin, share, grow, are cut back, replaced and end, in both backends alike.
  @Test
  void computesWhatGroupsCompute() {
    Path file = TinyGguf.standard().withContext(512).withMerges(60).write(folder.resolve("t.gguf"));
    try (TorchBackend groups = GatheredBackendTest.open(file, CELLS, TorchSettings.Decode.GROUPS);
        TorchBackend slots = GatheredBackendTest.open(file, CELLS, TorchSettings.Decode.GATHERED)) {
      Dice dice = new Dice(17);
      Batch prompt = new Batch(256);
      for (int i = 0; i < 30; i++) {
        prompt.add(i * 7 % 300, i, 0, i == 29);
      }
      assertThat(groups.forward(prompt, false)).isEqualTo(Outcome.OK);
      assertThat(slots.forward(prompt, false)).isEqualTo(Outcome.OK);
      int compared = 0;
      for (int step = 0; step < 60; step++) {
        disturb(dice, groups, slots);
        Batch batch = batch(dice, groups, step);
        assertThat(slots.forward(batch, false)).isEqualTo(groups.forward(batch, false));
        compared += compare(batch, groups, slots);
      }
      assertThat(compared).isGreaterThan(300);
    }
  }

  static void disturb(Dice dice, TorchBackend... backends) {
    int sequence = 1 + dice.below(SEQUENCES - 1);
    int other = dice.below(SEQUENCES);
    int what = dice.below(8);
    int length = backends[0].length(sequence);
    int common = Math.min(length, backends[0].length(other));
    int cut = dice.below(40);
    for (TorchBackend backend : backends) {
      switch (what) {
        case 0, 1, 2 -> {
          backend.remove(sequence, 0);
          backend.share(0, sequence, 10 + cut / 2);
        }
        case 3 -> backend.remove(sequence, cut);
        case 4 -> {
          if (sequence != other && common > 8) {
            backend.replace(other, sequence, 0, common / 2);
          }
        }
        case 5 -> backend.remove(sequence, 0);
        default -> {}
      }
    }
  }

  /// Sometimes a step with prompts in it, which are computed apart.
  private static Batch batch(Dice dice, TorchBackend backend, int step) {
    Batch batch = new Batch(256);
    if (step % 7 == 3) {
      batch.add(7, backend.length(0), 0, false);
      batch.add(8, backend.length(0) + 1, 0, true);
    }
    for (int sequence = 1; sequence < SEQUENCES; sequence++) {
      int length = backend.length(sequence);
      if (length > 0 && dice.chance(90)) {
        batch.add(dice.below(300), length, sequence, true);
        batch.temperature[batch.rows - 1] = dice.chance(8) ? Float.NaN : dice.below(3) * 0.5f;
        batch.wanted[batch.rows - 1] = dice.chance(30) ? dice.below(300) : -1;
      }
    }
    if (step % 7 == 0 || batch.rows == 0) {
      batch.add(5, backend.length(0), 0, false);
      batch.add(6, backend.length(0) + 1, 0, true);
    }
    return batch;
  }

  private static int compare(Batch batch, TorchBackend groups, TorchBackend slots) {
    int size = groups.shape().vocabularySize();
    float[] expected = new float[size];
    float[] found = new float[size];
    Shortlist list = new Shortlist();
    int compared = 0;
    for (int row = 0; row < batch.rows; row++) {
      if (!batch.output[row]) {
        assertThat(slots.logits(row, found)).isFalse();
        continue;
      }
      assertThat(groups.logits(row, expected)).isTrue();
      assertThat(slots.logits(row, found)).isTrue();
      assertThat(found).containsExactly(expected, within(2e-4f));
      if (slots.shortlist(row, list)) {
        compared++;
        check(list, found, batch.temperature[row]);
        if (batch.wanted[row] >= 0) {
          assertThat(list.wanted).isEqualTo(found[batch.wanted[row]]);
        }
      }
    }
    return compared;
  }

  static void check(Shortlist list, float[] row, float temperature) {
    assertThat(temperature).as("rows that are read whole have no list").isNotNaN();
    double sum = 0;
    double heated = 0;
    double mean = 0;
    double heat = temperature == 0 ? 1 : temperature;
    for (float logit : row) {
      sum += Math.exp(logit);
      heated += Math.exp(logit / heat);
      mean += logit / row.length;
    }
    assertThat(list.logTotal).isCloseTo(Math.log(sum), within(1e-4));
    assertThat(list.heatedLogTotal).isCloseTo(Math.log(heated), within(1e-4));
    assertThat(list.mean).isCloseTo(mean, within(1e-4));
    boolean[] listed = new boolean[row.length];
    for (int k = 0; k < list.count; k++) {
      assertThat(list.logits[k]).isEqualTo(row[list.tokens[k]]);
      assertThat(listed[list.tokens[k]]).isFalse();
      listed[list.tokens[k]] = true;
    }
    for (int token = 0; token < row.length; token++) {
      assertThat(listed[token] || row[token] <= list.floor).isTrue();
    }
  }
}

package ponder.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ponder.engine.Backend;
import ponder.engine.Backend.Batch;
import ponder.engine.Backend.Outcome;
import ponder.engine.Shortlist;
import ponder.gguf.Gguf;
import ponder.testkit.BackendContract;
import ponder.testkit.Dice;
import ponder.testkit.TinyGguf;

/// Own kernels on a GPU give what libtorch's operations give there, for steps of any rows; and they
/// hold to the contract.
@Tag("gpu")
final class GpuStepTest extends BackendContract {
  private static final int CELLS = 20_000;
  private static final int SEQUENCES = 40;

  /// With its merges the vocabulary is a multiple of eight, as the kernels want it.
  private static final TinyGguf MODEL = TinyGguf.standard().withWidth(64).withMerges(61);

  @TempDir private Path folder;

  @Override
  protected Backend load(Path file, int cells) {
    return open(file, cells, TorchSettings.Decode.FUSED, ScalarType.Float);
  }

  private static TorchBackend open(
      Path file, int cells, TorchSettings.Decode decode, ScalarType type) {
    TorchNatives.load(null);
    Devices place = Devices.choose("cuda");
    try (Gguf gguf = Gguf.open(file)) {
      TransformerConfig config = GgufConfig.read(gguf);
      Weights weights = new Weights(config, type, place.device());
      weights.load(new GgufWeights(gguf, config));
      Backend.Shape shape =
          new Backend.Shape(
              config.vocabularySize(),
              config.context(),
              cells,
              256,
              256,
              256,
              config.width(),
              config.cachedPerToken() * Float.BYTES,
              true);
      Transformer model = new Transformer(weights, config.context());
      return new TorchBackend(model, shape, 1, "test", decode, 64, place.cuda());
    }
  }

  @Test
  void usesOwnKernelsWithoutComplaint() {
    Path file = MODEL.write(folder.resolve("t.gguf"));
    try (TorchBackend fused = open(file, CELLS, TorchSettings.Decode.FUSED, ScalarType.BFloat16)) {
      Batch batch = new Batch(256);
      addRows(batch, 0, 0, 200, new Dice(1));
      assertThat(fused.forward(batch, false)).isEqualTo(Outcome.OK);
      assertThat(fused.describe()).isEqualTo("test");
    }
  }

  /// Sequences begin, share, read many tokens or one, are cut back, replaced and end.
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void computesWhatLibtorchComputes(boolean brain) {
    Path file = MODEL.write(folder.resolve("t.gguf"));
    ScalarType type = brain ? ScalarType.BFloat16 : ScalarType.Float;
    try (TorchBackend plain = open(file, CELLS, TorchSettings.Decode.GROUPS, type);
        TorchBackend fused = open(file, CELLS, TorchSettings.Decode.FUSED, type)) {
      Dice dice = new Dice(23);
      int compared = 0;
      for (int step = 0; step < 120; step++) {
        DecoderTest.disturb(dice, plain, fused);
        boolean hidden = dice.chance(10);
        Batch batch = batch(dice, plain, step % 3 == 0, hidden);
        if (batch.rows > 0) {
          Outcome outcome = plain.forward(batch, hidden);
          assertThat(fused.forward(batch, hidden)).isEqualTo(outcome);
          compared +=
              outcome != Outcome.OK
                  ? 0
                  : hidden ? states(batch, plain, fused, brain) : rows(batch, plain, fused, brain);
        }
      }
      assertThat(compared).isGreaterThan(1000);
      assertThat(fused.describe()).isEqualTo("test");
    }
  }

  private static Batch batch(Dice dice, TorchBackend backend, boolean decoding, boolean hidden) {
    Batch batch = new Batch(256);
    for (int sequence = 0; sequence < SEQUENCES; sequence++) {
      int length = backend.length(sequence);
      int most = Math.min(500 - length, 256 - batch.rows);
      int rows = decoding ? 1 : dice.chance(60) ? 1 + dice.below(3) : 1 + dice.below(70);
      if (dice.chance(length > 0 ? 70 : 10) && rows <= most) {
        addRows(batch, sequence, length, rows, dice);
      }
    }
    if (hidden) {
      Arrays.fill(batch.output, 0, batch.rows, true);
      batch.outputs = batch.rows;
    }
    return batch;
  }

  private static void addRows(Batch batch, int sequence, int position, int count, Dice dice) {
    for (int i = 0; i < count; i++) {
      batch.add(dice.below(300), position + i, sequence, i == count - 1 || dice.chance(20));
      batch.temperature[batch.rows - 1] = dice.chance(3) ? Float.NaN : dice.below(3) * 0.5f;
      batch.wanted[batch.rows - 1] = dice.below(300);
    }
  }

  private static int rows(Batch batch, TorchBackend plain, TorchBackend fused, boolean brain) {
    float[] expected = new float[plain.shape().vocabularySize()];
    float[] found = new float[expected.length];
    Shortlist list = new Shortlist();
    int compared = 0;
    for (int row = 0; row < batch.rows; row++) {
      assertThat(fused.logits(row, found)).isEqualTo(batch.output[row]);
      if (batch.output[row]) {
        assertThat(plain.logits(row, expected)).isTrue();
        compare(found, expected, brain);
        if (fused.shortlist(row, list)) {
          compared++;
          DecoderTest.check(list, found, batch.temperature[row]);
          assertThat(list.wanted).isEqualTo(found[batch.wanted[row]]);
        }
      }
    }
    return compared;
  }

  private static int states(Batch batch, TorchBackend plain, TorchBackend fused, boolean brain) {
    float[] expected = new float[plain.shape().hiddenWidth()];
    float[] found = new float[expected.length];
    for (int row = 0; row < batch.rows; row++) {
      assertThat(plain.hiddenState(row, expected)).isTrue();
      assertThat(fused.hiddenState(row, found)).isTrue();
      compare(found, expected, brain);
    }
    return batch.rows;
  }

  /// 32 bits agree number by number, 16 bits as a whole: a wrong cell changes all numbers.
  private static void compare(float[] found, float[] expected, boolean brain) {
    if (!brain) {
      assertThat(found).containsExactly(expected, within(2e-4f));
      return;
    }
    double error = 0;
    double size = 0;
    for (int i = 0; i < found.length; i++) {
      error += Math.pow(found[i] - expected[i], 2);
      size += Math.pow(expected[i], 2);
    }
    assertThat(Math.sqrt(error / size)).isLessThan(0.15);
  }
}

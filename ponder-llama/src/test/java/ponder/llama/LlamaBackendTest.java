package ponder.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.engine.Backend;
import ponder.engine.Backend.Batch;
import ponder.engine.Backend.Outcome;
import ponder.gguf.Gguf;
import ponder.model.EngineException;
import ponder.model.EngineOptions;
import ponder.testkit.BackendContract;
import ponder.testkit.TinyGguf;

/// The contract of backends, and what only llama.cpp has: windows, eight-bit caches, its settings.
final class LlamaBackendTest extends BackendContract {
  private static final TinyGguf TINY = TinyGguf.standard();
  private static final int[] TEXT = IntStream.range(0, 40).map(i -> (i * 37 + 11) % 250).toArray();

  @TempDir private Path folder;
  private LlamaBackend backend;
  private final Batch rows = new Batch(256);

  @BeforeEach
  void open() {
    backend = load(Map.of());
  }

  @AfterEach
  void close() {
    backend.close();
  }

  @Override
  protected Backend load(Path file, int cells) {
    return load(file, Map.of("cells", Integer.toString(cells)));
  }

  private LlamaBackend load(Map<String, String> settings) {
    return load(TINY, settings);
  }

  private LlamaBackend load(TinyGguf tiny, Map<String, String> settings) {
    Path file = folder.resolve(tiny.equals(TINY) ? "tiny.gguf" : "other.gguf");
    if (!Files.exists(file)) {
      tiny.write(file);
    }
    return load(file, settings);
  }

  private static LlamaBackend load(Path file, Map<String, String> settings) {
    Map<String, String> all = new java.util.HashMap<>(Map.of("cells", "1024", "ubatch", "256"));
    all.putAll(settings);
    EngineOptions options = new EngineOptions(file, "tiny", "", null, 0, 1, false, all);
    try (Gguf gguf = Gguf.open(file)) {
      return ModelFile.load(
          TestNatives.libraries(), gguf, options, LlamaSettings.of(all), Long.MAX_VALUE / 4);
    }
  }

  @Test
  void describesItself() {
    // 2 layers, keys and values of 2 heads of 8 values in 2 bytes
    assertThat(backend.shape().bytesPerCell()).isEqualTo(2 * 2 * 2 * 8 * 2);
    assertThat(backend.describe()).contains("llama.cpp 0.5.0", "cache f16", "flash on");
  }

  /// The library looks for free cells from the first on, and would take those that the window has
  /// passed; they must still be there when a fork or a cut brings them back into the window.
  @Test
  void windowedSequenceKeepsWhatItsWindowHasPassed() {
    backend.close();
    backend = load(TINY.withKind(TinyGguf.Kind.WINDOWED), Map.of("cells", "256"));
    assertThat(backend.shape().sequenceIds()).isEqualTo(128);
    assertThat(backend.shape().partialRemoval()).isTrue();
    float[] half = feed(9, 0, 20);
    float[] whole = feed(0, 0, TEXT.length);
    backend.remove(9, 0);
    feed(1, 0, TEXT.length);
    backend.share(0, 2, 19);
    near(feed(2, 19, 20), half);
    near(feed(2, 20, TEXT.length), whole);
    backend.remove(2, 0);
    backend.remove(0, 20);
    near(feed(0, 19, 20, true), half);
    near(feed(0, 20, TEXT.length), whole);
    assertThat(backend.length(0)).isEqualTo(TEXT.length);
  }

  @Test
  void windowedSequenceFreesItsCells() {
    backend.close();
    backend = load(TINY.withKind(TinyGguf.Kind.WINDOWED), Map.of("cells", "256"));
    for (int round = 0; round < 20; round++) {
      feed(0, 0, TEXT.length);
      feed(1, 0, TEXT.length);
      backend.replace(0, 1, 4, TEXT.length);
      backend.share(0, 2, 30);
      backend.remove(0, 0);
      backend.remove(1, 10);
      backend.remove(1, 0);
      backend.remove(2, 0);
    }
    rows.clear();
    for (int i = 0; i < 256; i++) {
      rows.add(i % 250, i, 3, i == 255);
    }
    backend.abortAt(Long.MIN_VALUE);
    assertThat(backend.forward(rows, false)).isEqualTo(Outcome.ABORTED);
    backend.abortAt(Long.MAX_VALUE);
    assertThat(backend.forward(rows, false)).isEqualTo(Outcome.OK);
  }

  @Test
  void parksNothingOfWindowedModels() {
    backend.close();
    backend = load(TINY.withKind(TinyGguf.Kind.WINDOWED), Map.of());
    feed(0, 0, TEXT.length);
    assertThat(backend.park(0, 0, TEXT.length)).isNull();
  }

  @Test
  void refusesEightBitCacheWhereItCannotBe() {
    refusedToOpen("needs flash attention", Map.of("cache-type", "q8_0", "flash", "off"));
    // blocks of 32 values do not divide heads of 8
    refusedToOpen("n_embd_head", Map.of("cache-type", "q8_0"));
  }

  @Test
  void refusesSettingsOutOfRange() {
    refusedToOpen("cells (many)", Map.of("cells", "many"));
    refusedToOpen("must be one of f16, q8_0", Map.of("cache-type", "q9"));
    refusedToOpen("ubatch (1)", Map.of("ubatch", "1"));
    refusedToOpen("must be below seq-ids", Map.of("max-seqs", "16", "seq-ids", "16"));
  }

  @Test
  void runsWithoutFlashAttention() {
    float[] whole = feed(0, 0, TEXT.length);
    backend.close();
    backend = load(Map.of("flash", "off", "mmap", "off", "seq-ids", "8", "max-seqs", "4"));
    assertThat(backend.shape().sequenceIds()).isEqualTo(8);
    near(feed(0, 0, TEXT.length), whole);
  }

  private void refusedToOpen(String words, Map<String, String> settings) {
    assertThatThrownBy(() -> load(settings))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining(words);
  }

  /// Feeds `TEXT[from, to)` to a sequence and returns the logits of the last row.
  private float[] feed(int sequence, int from, int to) {
    return feed(sequence, from, to, false);
  }

  private float[] feed(int sequence, int from, int to, boolean cutBack) {
    if (cutBack) {
      backend.remove(sequence, from);
    }
    rows.clear();
    for (int i = from; i < to; i++) {
      rows.add(TEXT[i], i, sequence, i == to - 1);
    }
    assertThat(backend.forward(rows, false)).isEqualTo(Outcome.OK);
    float[] last = new float[TINY.vocabularySize()];
    assertThat(backend.logits(to - from - 1, last)).isTrue();
    return last;
  }

  /// Equal within what other cell places and batch sizes change in a model without quantisation.
  private static void near(float[] found, float[] expected) {
    assertThat(distance(found, expected)).isLessThan(0.05);
  }

  private static double distance(float[] a, float[] b) {
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs(a[i] - b[i]));
    }
    return largest;
  }
}

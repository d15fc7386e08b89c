package ponder.testkit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.core.Seed;
import ponder.engine.Backend;
import ponder.engine.Backend.Batch;
import ponder.engine.Backend.Outcome;
import ponder.gguf.Gguf;
import ponder.model.AdapterKey;

/// The contract of [Backend], with batches made by hand, on a tiny model: what each engine's
/// backend test inherits.
public abstract class BackendContract {
  private static final TinyGguf TINY = TinyGguf.standard();
  private static final int[] TEXT = IntStream.range(0, 40).map(i -> (i * 37 + 11) % 250).toArray();

  @TempDir private Path folder;
  private Backend backend;
  private @Nullable AdapterKey adapter;
  private final Batch rows = new Batch(256);
  private final float[] logits = new float[TINY.vocabularySize()];

  /// A backend for `file` with 256 sequence ids, 256 rows a forward, one thread; closed by the
  /// test.
  protected abstract Backend load(Path file, int cells);

  @BeforeEach
  void openBackend() {
    TINY.write(folder.resolve("tiny.gguf"));
    backend = load(folder.resolve("tiny.gguf"), 1024);
  }

  @AfterEach
  void closeBackend() {
    backend.close();
  }

  /// Lets later batches have this adapter, in the way the backend wants it told.
  private void useAdapter(@Nullable AdapterKey key) {
    adapter = key;
    if (!backend.mixesAdapters()) {
      backend.useAdapter(key);
    }
  }

  private void reopen(int cells) {
    backend.close();
    backend = load(folder.resolve("tiny.gguf"), cells);
  }

  @Test
  void tellsItsShape() {
    var shape = backend.shape();
    assertThat(shape.vocabularySize()).isEqualTo(TINY.vocabularySize());
    assertThat(shape.contextLength()).isEqualTo(512);
    assertThat(shape.cells()).isEqualTo(1024);
    assertThat(shape.sequenceIds()).isEqualTo(256);
    assertThat(shape.batchRows()).isEqualTo(256);
    assertThat(shape.hiddenWidth()).isEqualTo(32);
    // 2 layers, keys and values of 2 heads of 8 values, each in 2 or 4 bytes
    assertThat(shape.bytesPerCell()).isIn(2L * 2 * 2 * 8 * 2, 2L * 2 * 2 * 8 * 4);
    assertThat(shape.partialRemoval()).isTrue();
  }

  @Test
  void givesLogitsOfMarkedRowsOnly() {
    feed(0, 0, TEXT.length);
    assertThat(backend.logits(TEXT.length - 1, logits)).isTrue();
    assertThat(logits).doesNotContain(Float.NaN).isNotEqualTo(new float[logits.length]);
    assertThat(backend.logits(0, logits)).isFalse();
    assertThat(backend.logits(TEXT.length, logits)).isFalse();
    assertThat(backend.logits(-1, logits)).isFalse();
    assertThat(backend.hiddenState(TEXT.length - 1, new float[32])).isFalse();
    assertThat(backend.length(0)).isEqualTo(TEXT.length);
  }

  @Test
  void sharedPrefixContinuesLikeItsOwn() {
    float[] whole = feed(0, 0, TEXT.length);
    feed(1, 0, 30);
    backend.share(1, 2, 30);
    assertThat(backend.length(2)).isEqualTo(30);
    backend.remove(1, 0);
    assertThat(backend.length(1)).isZero();
    near(feed(2, 30, TEXT.length), whole);
  }

  @Test
  void cutBackSequenceContinuesAsIfItsTailHadNeverBeen() {
    float[] whole = feed(0, 0, TEXT.length);
    feed(1, 0, 20);
    rows.clear();
    for (int i = 0; i < 10; i++) {
      rows.add(200, 20 + i, 1, i == 9);
    }
    assertThat(backend.forward(rows, false)).isEqualTo(Outcome.OK);
    backend.remove(1, 20);
    near(feed(1, 20, TEXT.length), whole);
  }

  @Test
  void replacedStretchIsSharedAndItsOwnCellsAreFree() {
    reopen(256);
    float[] whole = feed(0, 0, TEXT.length);
    backend.clear();
    for (int sequence = 0; sequence < 9; sequence++) {
      feed(sequence, 0, 28);
      if (sequence > 0) {
        backend.replace(0, sequence, 4, 28);
      }
      assertThat(backend.length(sequence)).isEqualTo(28);
    }
    near(feed(8, 28, TEXT.length), whole);
  }

  @Test
  void saysWhenNoCellIsLeftAndChangesNothing() {
    reopen(256);
    rows.clear();
    for (int i = 0; i < 200; i++) {
      rows.add(i, i, 0, i == 199);
    }
    assertThat(backend.forward(rows, false)).isEqualTo(Outcome.OK);
    rows.clear();
    for (int i = 0; i < 57; i++) {
      rows.add(i, i, 1, i == 56);
    }
    assertThat(backend.forward(rows, false)).isEqualTo(Outcome.NO_CELLS);
    assertThat(backend.length(0)).isEqualTo(200);
    assertThat(backend.length(1)).isZero();
    rows.rows = 56;
    assertThat(backend.forward(rows, false)).isEqualTo(Outcome.OK);
  }

  @Test
  void saysWhenABatchHasAGapAndChangesNothing() {
    feed(0, 0, 10);
    rows.clear();
    rows.add(1, 12, 0, true);
    assertThat(backend.forward(rows, false)).isEqualTo(Outcome.BAD_BATCH);
    assertThat(backend.length(0)).isEqualTo(10);
  }

  @Test
  void abortedForwardLeavesTheCacheAsItWas() {
    float[] whole = feed(0, 0, TEXT.length);
    feed(1, 0, 10);
    rows.clear();
    for (int i = 10; i < TEXT.length; i++) {
      rows.add(TEXT[i], i, 1, i == TEXT.length - 1);
    }
    backend.abortAt(Long.MIN_VALUE);
    assertThat(backend.forward(rows, false)).isEqualTo(Outcome.ABORTED);
    assertThat(backend.logits(TEXT.length - 11, logits)).isFalse();
    assertThat(backend.length(1)).isEqualTo(10);
    assertThat(backend.length(0)).isEqualTo(TEXT.length);
    backend.abortAt(System.nanoTime() + 3_600_000_000_000L);
    near(feed(1, 10, TEXT.length), whole);
    backend.restart();
    backend.abortAt(System.nanoTime());
    assertThat(backend.forward(twoRowsFromTheBeginning(), false)).isEqualTo(Outcome.ABORTED);
    backend.abortAt(Long.MAX_VALUE);
    assertThat(backend.forward(twoRowsFromTheBeginning(), false)).isEqualTo(Outcome.OK);
  }

  @Test
  void parkedCellsGoOnLikeTheirOriginals() {
    float[] whole = feed(0, 0, TEXT.length);
    try (Backend.Parked parked = requireNonNull(backend.park(0, 8, 35))) {
      assertThat(parked.bytes()).isPositive();
      backend.clear();
      feed(3, 0, 12);
      assertThat(backend.unpark(parked, 3, 12, 30)).isTrue();
      assertThat(backend.length(3)).isEqualTo(30);
      near(feed(3, 30, TEXT.length), whole);
      backend.remove(3, 12);
      assertThat(backend.unpark(parked, 3, 12, 35)).isTrue();
      near(feed(3, 35, TEXT.length), whole);
      refused("cannot be put", () -> backend.unpark(parked, 3, 40, 41));
      refused("cannot be put", () -> backend.unpark(parked, 5, 0, 10));
    }
    refused("cannot be parked", () -> backend.park(3, 30, 41));
  }

  @Test
  void parkedCellsNeedRoom() {
    reopen(256);
    feed(0, 0, TEXT.length);
    try (Backend.Parked parked = requireNonNull(backend.park(0, 0, TEXT.length))) {
      rows.clear();
      for (int i = 0; i < 200; i++) {
        rows.add(i, i, 1, i == 199);
      }
      assertThat(backend.forward(rows, false)).isEqualTo(Outcome.OK);
      assertThat(backend.unpark(parked, 2, 0, TEXT.length)).isFalse();
      assertThat(backend.length(2)).isZero();
      assertThat(backend.length(1)).isEqualTo(200);
      backend.remove(0, 0);
      assertThat(backend.unpark(parked, 2, 0, TEXT.length)).isTrue();
      assertThat(backend.length(2)).isEqualTo(TEXT.length);
    }
  }

  private Batch twoRowsFromTheBeginning() {
    rows.clear();
    rows.add(1, 0, 0, false);
    rows.add(1, 1, 0, true);
    return rows;
  }

  @Test
  void refusesArgumentsThatWouldEndTheProcess() {
    feed(0, 0, 10);
    feed(2, 0, 10);
    refused("row 0", () -> forwardOne(TINY.vocabularySize(), 10, 0));
    refused("token (-1)", () -> forwardOne(-1, 10, 0));
    refused("position (512)", () -> forwardOne(1, 512, 0));
    refused("sequence (256)", () -> forwardOne(1, 0, 256));
    refused("sequence (-1)", () -> forwardOne(1, 0, -1));
    refused("0 rows", this::forwardNothing);
    refused("sequence (256)", () -> backend.remove(256, 0));
    refused("position -1", () -> backend.remove(0, -1));
    refused("sequence (-1)", () -> backend.length(-1));
    refused("it has 10", () -> backend.share(0, 1, 11));
    refused("only an empty one", () -> backend.share(0, 2, 5));
    refused("sequence (999)", () -> backend.share(0, 999, 5));
    refused("10 in common", () -> backend.replace(0, 2, 5, 11));
    refused("must have 259", () -> backend.logits(9, new float[3]));
    refused("mark all", () -> backend.forward(twoRowsOneOutput(), true));
    assertThat(backend.length(0)).isEqualTo(10);
    feed(0, 10, TEXT.length);
  }

  @Test
  void refusesMoreRowsThanABatchHolds() {
    Batch large = new Batch(257);
    for (int i = 0; i < 257; i++) {
      large.add(1, i, 0, false);
    }
    refused("257 rows", () -> backend.forward(large, false));
  }

  @Test
  void clearedAndRestartedCachesGiveTheSameBits() {
    float[] first = feed(0, 0, TEXT.length);
    float[] decoded = feed(0, TEXT.length - 1, TEXT.length, true);
    feed(7, 0, 25);
    backend.clear();
    assertThat(backend.length(0)).isZero();
    assertThat(feed(3, 0, TEXT.length)).isEqualTo(first);
    assertThat(feed(3, TEXT.length - 1, TEXT.length, true)).isEqualTo(decoded);
    backend.restart();
    assertThat(backend.length(3)).isZero();
    assertThat(backend.logits(TEXT.length - 1, logits)).isFalse();
    assertThat(feed(0, 0, TEXT.length)).isEqualTo(first);
  }

  @Test
  void hiddenStatesTimesTheHeadAreTheLogits() {
    rows.clear();
    for (int i = 0; i < TEXT.length; i++) {
      rows.add(TEXT[i], i, 0, true);
    }
    float[] hidden = new float[32];
    assertThat(backend.forward(rows, true)).isEqualTo(Outcome.OK);
    assertThat(backend.hiddenState(TEXT.length - 1, hidden)).isTrue();
    assertThat(backend.logits(TEXT.length - 1, logits)).isFalse();
    float[] expected = feed(1, 0, TEXT.length);
    float[] head = headWeights();
    for (int id = 0; id < expected.length; id++) {
      double sum = 0;
      for (int i = 0; i < 32; i++) {
        sum += hidden[i] * head[id * 32 + i];
      }
      assertThat((float) sum).isCloseTo(expected[id], within());
    }
  }

  @Test
  void adapterChangesTheLogitsAndLeavesNoTrace() {
    float[] base = feed(0, 0, TEXT.length);
    Path file = TINY.writeAdapter(folder.resolve("a.gguf"), new Seed(5), 4, 8);
    AdapterKey one = new AdapterKey("a", 1);
    AdapterKey half = new AdapterKey("a", 0.5);
    backend.loadAdapter(one, file);
    backend.loadAdapter(half, file);
    useAdapter(one);
    float[] adapted = feedAnew();
    assertThat(distance(adapted, base)).isGreaterThan(0.5);
    useAdapter(half);
    float[] weaker = feedAnew();
    assertThat(distance(weaker, base)).isGreaterThan(0.05);
    assertThat(distance(weaker, adapted)).isGreaterThan(0.05);
    backend.restart();
    assertThat(feedAnew()).isEqualTo(weaker);
    useAdapter(null);
    assertThat(feedAnew()).isEqualTo(base);
    backend.unloadAdapter(half);
    useAdapter(one);
    assertThat(feedAnew()).isEqualTo(adapted);
    backend.unloadAdapter(one);
    useAdapter(null);
    assertThat(feedAnew()).isEqualTo(base);
    refused(
        "is not loaded",
        () -> {
          backend.clear();
          useAdapter(one);
          feed(0, 0, TEXT.length);
        });
  }

  @Test
  void rowsOfSeveralAdaptersDoNotDisturbEachOther() {
    assumeTrue(backend.mixesAdapters(), "The backend computes one adapter at a time.");
    AdapterKey one = new AdapterKey("a", 1);
    AdapterKey half = new AdapterKey("a", 0.5);
    Path file = TINY.writeAdapter(folder.resolve("a.gguf"), new Seed(5), 4, 8);
    backend.loadAdapter(one, file);
    backend.loadAdapter(half, file);
    List<@Nullable AdapterKey> keys = Arrays.asList(null, one, half, one, null);
    List<float[]> alone = new ArrayList<>();
    for (AdapterKey key : keys) {
      useAdapter(key);
      alone.add(feedAnew());
    }
    backend.clear();
    rows.clear();
    for (int sequence = 0; sequence < keys.size(); sequence++) {
      for (int i = 0; i < TEXT.length; i++) {
        rows.add(TEXT[i], i, sequence, i == TEXT.length - 1, keys.get(sequence));
      }
    }
    assertThat(backend.forward(rows, false)).isEqualTo(Outcome.OK);
    for (int sequence = 0; sequence < keys.size(); sequence++) {
      assertThat(backend.logits((sequence + 1) * TEXT.length - 1, logits)).isTrue();
      near(logits, alone.get(sequence));
    }
  }

  @Test
  void refusesFilesThatAreNoAdapter() throws IOException {
    AdapterKey key = new AdapterKey("x", 1);
    Path text = Files.writeString(folder.resolve("text.gguf"), "GGUF, but no adapter");
    refused("text.gguf", () -> backend.loadAdapter(key, text));
    refused("tiny.gguf", () -> backend.loadAdapter(key, folder.resolve("tiny.gguf")));
    refused("none.gguf", () -> backend.loadAdapter(key, folder.resolve("none.gguf")));
    Path wide = TINY.withWidth(64).writeAdapter(folder.resolve("wide.gguf"), new Seed(5), 4, 8);
    refused("wide.gguf", () -> backend.loadAdapter(key, wide));
  }

  @Test
  void refusesUseAfterClose() {
    backend.close();
    backend.close();
    assertThatThrownBy(() -> backend.length(0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  private static void refused(String words, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(words);
  }

  private void forwardOne(int token, int position, int sequence) {
    rows.clear();
    rows.add(token, position, sequence, true);
    backend.forward(rows, false);
  }

  private void forwardNothing() {
    rows.clear();
    backend.forward(rows, false);
  }

  private Batch twoRowsOneOutput() {
    rows.clear();
    rows.add(1, 10, 0, false);
    rows.add(1, 11, 0, true);
    return rows;
  }

  private float[] feedAnew() {
    backend.clear();
    return feed(0, 0, TEXT.length);
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
      rows.add(TEXT[i], i, sequence, i == to - 1, adapter);
    }
    assertThat(backend.forward(rows, false)).isEqualTo(Outcome.OK);
    float[] last = new float[TINY.vocabularySize()];
    assertThat(backend.logits(to - from - 1, last)).isTrue();
    return last;
  }

  private float[] headWeights() {
    try (Gguf file = Gguf.open(folder.resolve("tiny.gguf"))) {
      return file.data(file.tensor("output.weight").orElseThrow())
          .toArray(java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED);
    }
  }

  private static Offset<Float> within() {
    return Offset.offset(0.02f);
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

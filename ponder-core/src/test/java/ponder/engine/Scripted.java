package ponder.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.locks.LockSupport;
import ponder.model.ModelInfo;
import ponder.model.Tokens;
import ponder.testkit.ByteTokenizer;
import ponder.testkit.Dice;
import ponder.testkit.ScriptedBackend;

/// A local model over a scripted backend, and the checks that every test of it ends with.
record Scripted(ScriptedBackend backend, LocalModel model) implements AutoCloseable {
  static final EngineSettings CHECKED =
      EngineSettings.DEFAULT.with("checked", true).with("samplingThreads", 2);

  static Scripted open(ScriptedBackend backend, EngineSettings settings) {
    Backend.Shape shape = backend.shape();
    ModelInfo info =
        new ModelInfo(
            "scripted",
            "scripted",
            "1",
            "0",
            shape.contextLength(),
            shape.vocabularySize(),
            0,
            ModelInfo.Determinism.INVARIANT);
    return new Scripted(
        backend,
        new LocalModel(
            info, backend, new ByteTokenizer(), (messages, cue) -> messages.toString(), settings));
  }

  static Scripted open() {
    return open(new ScriptedBackend(ScriptedBackend.ROOMY), CHECKED);
  }

  static Tokens prompt(long seed, int length) {
    Dice dice = new Dice(seed);
    int[] ids = new int[length];
    for (int i = 0; i < length; i++) {
      ids[i] = dice.below(256);
    }
    return Tokens.of(ids);
  }

  /// Waits until nothing runs any more.
  Metrics settled() {
    Metrics metrics = model.metrics();
    while (metrics.running() + metrics.queued() > 0 || metrics.cellsUsed() != metrics.cellsIdle()) {
      LockSupport.parkNanos(100_000);
      metrics = model.metrics();
    }
    return metrics;
  }

  /// Nothing was used wrongly, and what the books say is what the backend holds.
  void assertSound() {
    Metrics metrics = settled();
    assertThat(backend.violations()).isEmpty();
    assertThat(metrics.cellsUsed()).isEqualTo(backend.usedCells());
    assertThat(metrics.evaluatedTokens()).isEqualTo(backend.rows());
    assertThat(metrics.evaluatedTokens())
        .isEqualTo(
            metrics.promptTokens()
                + metrics.decodeTokens()
                + metrics.scoredTokens()
                + metrics.recomputedTokens());
  }

  @Override
  public void close() {
    model.close();
    assertThat(backend.violations()).isEmpty();
    assertThat(backend.isClosed()).isTrue();
  }
}

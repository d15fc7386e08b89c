package ponder.torch;

import java.nio.file.Path;
import java.util.function.Predicate;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;
import ponder.engine.Backend;
import ponder.engine.Shortlist;
import ponder.model.AdapterKey;

/// A libtorch backend, some of whose steps ask for more memory than any machine has.
///
/// In such a step the second layer's map to the inner states has 2^44 rows, all of them the same
/// one in memory: the weight takes nothing, its product 70 TB a row. So libtorch's own allocator
/// fails, in the middle of the step, when the first layer has written its keys and values.
final class StarvedBackend implements Backend {
  private static final long ROWS = 1L << 44;

  private final TorchBackend inner;
  private final Tensor weight;
  private final Tensor sound;
  private final Tensor vast;

  /// Which steps are starved; asked on the engine's thread.
  volatile Predicate<Batch> starved = batch -> false;

  /// How many steps were.
  volatile int count;

  /// @param weights those of `inner`
  StarvedBackend(TorchBackend inner, Weights weights) {
    this.inner = inner;
    this.weight = weights.layers().get(1).gateUp().weight();
    this.sound = Tensors.owned(weight::detach);
    this.vast = Tensors.owned(() -> torch.zeros(1, weights.config().width()).expand(ROWS, -1));
  }

  @Override
  public Outcome forward(Batch batch, boolean hidden) {
    if (!starved.test(batch)) {
      return inner.forward(batch, hidden);
    }
    count++;
    try (PointerScope scope = new PointerScope()) {
      weight.set_data(vast);
      return inner.forward(batch, hidden);
    } finally {
      weight.set_data(sound);
    }
  }

  @Override
  public Shape shape() {
    return inner.shape();
  }

  @Override
  public boolean mixesAdapters() {
    return inner.mixesAdapters();
  }

  @Override
  public String shortage() {
    return inner.shortage();
  }

  @Override
  public void abortAt(long nanoTime) {
    inner.abortAt(nanoTime);
  }

  @Override
  public boolean logits(int row, float[] into) {
    return inner.logits(row, into);
  }

  @Override
  public boolean shortlist(int row, Shortlist into) {
    return inner.shortlist(row, into);
  }

  @Override
  public boolean hiddenState(int row, float[] into) {
    return inner.hiddenState(row, into);
  }

  @Override
  public void share(int from, int to, int length) {
    inner.share(from, to, length);
  }

  @Override
  public void remove(int id, int from) {
    inner.remove(id, from);
  }

  @Override
  public void replace(int from, int to, int begin, int end) {
    inner.replace(from, to, begin, end);
  }

  @Override
  public @Nullable Parked park(int id, int begin, int end) {
    return inner.park(id, begin, end);
  }

  @Override
  public boolean unpark(Parked parked, int id, int begin, int end) {
    return inner.unpark(parked, id, begin, end);
  }

  @Override
  public void clear() {
    inner.clear();
  }

  @Override
  public int length(int id) {
    return inner.length(id);
  }

  @Override
  public void loadAdapter(AdapterKey key, Path file) {
    inner.loadAdapter(key, file);
  }

  @Override
  public void unloadAdapter(AdapterKey key) {
    inner.unloadAdapter(key);
  }

  @Override
  public void useAdapter(@Nullable AdapterKey adapter) {
    inner.useAdapter(adapter);
  }

  @Override
  public void restart() {
    inner.restart();
  }

  @Override
  public String describe() {
    return inner.describe();
  }

  @Override
  public void close() {
    inner.close();
    sound.close();
    vast.close();
  }
}

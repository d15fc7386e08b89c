package ponder.engine;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import ponder.model.AdapterKey;

/// The computing half of a local engine: runs batches of rows over a key-value cache whose cells
/// carry sets of sequence ids, as llama.cpp's unified cache does.
///
/// Every method but [#abortAt] and [#describe] is called from the engine's one thread. The
/// scheduler keeps all arguments in range (natives may abort the process on a bad one);
/// implementations check again and throw [IllegalArgumentException] before any native call.
public interface Backend extends AutoCloseable {
  /// The sizes and abilities that the scheduler must respect.
  ///
  /// @param vocabularySize logits per output row
  /// @param contextLength most tokens of one sequence
  /// @param cells tokens the cache holds over all sequences
  /// @param sequenceIds ids are `[0, sequenceIds)`; the last one is the scheduler's scratch
  /// @param batchRows most rows of one forward
  /// @param outputRows most rows with an output in one forward
  /// @param hiddenWidth width of hidden states, 0 if they cannot be had
  /// @param bytesPerCell cache memory per token
  /// @param partialRemoval whether a sequence can be cut back to any length (false: recurrent
  ///   models)
  record Shape(
      int vocabularySize,
      int contextLength,
      int cells,
      int sequenceIds,
      int batchRows,
      int outputRows,
      int hiddenWidth,
      long bytesPerCell,
      boolean partialRemoval) {}

  /// How a forward ended. Anything but [#OK] is handled as spec'd in the scheduler.
  enum Outcome {
    OK,
    /// No room in the cache; nothing changed.
    NO_CELLS,
    /// Aborted; part of the rows may be in the cache.
    ABORTED,
    /// The batch was refused; nothing changed.
    BAD_BATCH,
    /// Failed midway; every sequence of the batch is suspect.
    FAILED
  }

  /// The rows of one forward: struct of arrays, reused from step to step.
  ///
  /// Row r feeds `token[r]` at `position[r]` of sequence `sequence[r]`; where `output[r]` is set,
  /// its logits (or hidden state) can be read until the next forward. Rows of a sequence are
  /// contiguous in position and begin at its cached length. `adapter[r]` is the adapter of its
  /// call, null for the base model; only a backend that [mixes adapters][#mixesAdapters] must read
  /// it, for others it is the same in all rows.
  ///
  /// `temperature[r]` tells a backend that makes [shortlists][#shortlist] what the row's tokens
  /// will be weighed at: 0 for the most probable one, NaN where the whole row will be read.
  /// `wanted[r]` tells it which token's logit is asked for in any case, -1 for none.
  final class Batch {
    public final int[] token;
    public final int[] position;
    public final int[] sequence;
    public final boolean[] output;
    public final @Nullable AdapterKey[] adapter;
    public final float[] temperature;
    public final int[] wanted;
    public int rows;
    public int outputs;

    public Batch(int capacity) {
      token = new int[capacity];
      position = new int[capacity];
      sequence = new int[capacity];
      output = new boolean[capacity];
      adapter = new AdapterKey[capacity];
      temperature = new float[capacity];
      wanted = new int[capacity];
    }

    public void clear() {
      rows = 0;
      outputs = 0;
    }

    public void add(int tokenId, int at, int sequenceId, boolean wantOutput) {
      add(tokenId, at, sequenceId, wantOutput, null);
    }

    public void add(
        int tokenId, int at, int sequenceId, boolean wantOutput, @Nullable AdapterKey key) {
      adapter[rows] = key;
      temperature[rows] = Float.NaN;
      wanted[rows] = -1;
      token[rows] = tokenId;
      position[rows] = at;
      sequence[rows] = sequenceId;
      output[rows] = wantOutput;
      rows++;
      if (wantOutput) {
        outputs++;
      }
    }
  }

  Shape shape();

  /// Whether the rows of one forward may have different adapters, so that all jobs share their
  /// steps. Then [Batch#adapter] says which, and [#useAdapter] is never called.
  default boolean mixesAdapters() {
    return false;
  }

  /// Computes the rows under the current adapter, or each under its own.
  ///
  /// @param hidden whether outputs are hidden states instead of logits; such a batch marks every
  ///   row
  Outcome forward(Batch batch, boolean hidden);

  /// What the last forward lacked, if it ended with [Outcome#NO_CELLS] though there were cells, and
  /// what to lower: words that can follow a colon. Empty if cells were all it lacked.
  default String shortage() {
    return "";
  }

  /// Lets a forward that still runs at `nanoTime`, on the clock of [System#nanoTime], end with
  /// [Outcome#ABORTED] as soon as it can. Holds for the running forward and for later ones until
  /// the next call: [Long#MIN_VALUE] is at once, [Long#MAX_VALUE], as at first, never.
  ///
  /// For any thread and any time, even after [#close]. A backend that cannot stop midway, as on a
  /// GPU, ignores it.
  void abortAt(long nanoTime);

  /// Copies the logits of row `row` of the last forward into `into`, float[vocabularySize].
  ///
  /// May be called from several threads at once between two forwards. Returns false if the row has
  /// none.
  boolean logits(int row, float[] into);

  /// Fills in the best tokens of row `row` of the last forward, whose temperature was not NaN;
  /// false if this backend hands over whole rows, as most do. Like [#logits], which works for the
  /// same row too, for several threads.
  default boolean shortlist(int row, Shortlist into) {
    return false;
  }

  /// Copies the hidden state of row `row` of the last forward into `into`, float[hiddenWidth].
  boolean hiddenState(int row, float[] into);

  /// Lets sequence `to` (empty so far) share the first `length` cells of `from`. No copy.
  void share(int from, int to, int length);

  /// Takes sequence `id` out of its cells at positions `[from, end)`; cells nobody holds become
  /// free.
  void remove(int id, int from);

  /// Lets sequence `to` hold the cells of `from` at positions `[begin, end)` in place of its own,
  /// which hold the same tokens; cells nobody holds become free. Both sequences reach at least
  /// `end`. Only called where [Shape#partialRemoval] holds. No copy.
  void replace(int from, int to, int begin, int end);

  /// Cells in host memory, taken out of a sequence. Closing frees them.
  interface Parked extends AutoCloseable {
    long bytes();

    @Override
    void close();
  }

  /// Copies the cells of sequence `id` at positions `[begin, end)`, at least one, to host memory;
  /// null if there is no memory for them.
  @Nullable Parked park(int id, int begin, int end);

  /// Appends to sequence `id`, which has `begin` tokens, copies of the parked cells at `[begin,
  /// end)`; false if there is no room, and then nothing has changed. All the parked cells need room
  /// for a moment.
  boolean unpark(Parked parked, int id, int begin, int end);

  /// Drops every cell. For deterministic mode and restarts.
  void clear();

  /// Tokens of sequence `id` in the cache, for checks.
  int length(int id);

  /// Reads the adapter in `file` and keeps it under `key`.
  ///
  /// @throws IllegalArgumentException if the file is no adapter for this model
  void loadAdapter(AdapterKey key, Path file);

  /// Frees an adapter that no queued or running work names; unknown keys are ignored.
  void unloadAdapter(AdapterKey key);

  /// Makes `adapter` the one that later forwards use; null for the base model. Cheap, not free.
  void useAdapter(@Nullable AdapterKey adapter);

  /// Gives up everything computed and begins anew with an empty cache, after a broken forward.
  void restart();

  /// One line on what computes: version, CPU back end, threads, cache type, and what does not work
  /// as it should. Any thread.
  String describe();

  @Override
  void close();
}

package ponder.llama;

import static java.lang.foreign.MemorySegment.NULL;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import ponder.llama.LlamaSettings.Switch;
import ponder.model.EngineException;

/// A context: owns the native handle with its cache, graphs and output buffers.
///
/// For the engine's one thread. Arguments must have been checked.
final class NativeContext implements AutoCloseable {
  private static final int POOLING_NONE = 0;

  /// What a context is made with.
  ///
  /// @param cells tokens in the cache, a multiple of 256
  /// @param sequences sequence ids
  /// @param rows most rows of a forward
  /// @param outputs most rows with an output
  record Sizes(int cells, int sequences, int rows, int outputs, int threads, int batchThreads) {}

  private final Api api;
  private final MemorySegment memory;
  private MemorySegment handle;

  private NativeContext(Api api, MemorySegment handle) {
    this.api = api;
    this.handle = handle;
    this.memory = api.memory(handle);
  }

  /// Makes a context with an empty cache shared by all sequences.
  ///
  /// @param abort asked during forwards whether to go on; must outlive the context
  ///
  /// @throws EngineException if the library refuses it, with the library's words
  static NativeContext of(
      Api api, NativeModel model, Sizes sizes, LlamaSettings settings, AbortSwitch abort) {
    NativeLog.forget();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment handle =
          api.contextInit(model.handle(), parameters(api, arena, sizes, settings, abort));
      if (handle.equals(NULL)) {
        throw new EngineException(
            "llama.cpp cannot make a context of %d cells for %s%s"
                .formatted(sizes.cells(), model.file(), NativeLog.reason()));
      }
      NativeContext context = new NativeContext(api, handle);
      context.check(model, sizes);
      return context;
    }
  }

  private static MemorySegment parameters(
      Api api, Arena arena, Sizes sizes, LlamaSettings settings, AbortSwitch abort) {
    MemorySegment struct = api.contextDefaults(arena);
    setInt(struct, "n_ctx", sizes.cells());
    setInt(struct, "n_batch", sizes.rows());
    setInt(struct, "n_ubatch", sizes.rows());
    setInt(struct, "n_seq_max", sizes.sequences());
    setInt(struct, "n_outputs_max", sizes.outputs());
    setInt(struct, "n_outputs_max_per_seq", 0);
    setInt(struct, "n_threads", sizes.threads());
    setInt(struct, "n_threads_batch", sizes.batchThreads());
    setInt(struct, "pooling_type", POOLING_NONE);
    setInt(struct, "flash_attn_type", flash(settings.flash()));
    setInt(struct, "type_k", settings.cacheType().ggml);
    setInt(struct, "type_v", settings.cacheType().ggml);
    Layouts.setFlag(Layouts.CONTEXT_PARAMS, struct, "kv_unified", true);
    // Layers with a sliding window keep all cells too: else prefixes would lose their beginnings.
    Layouts.setFlag(Layouts.CONTEXT_PARAMS, struct, "swa_full", true);
    Layouts.setAddress(Layouts.CONTEXT_PARAMS, struct, "abort_callback", abort.stub());
    return struct;
  }

  private static void setInt(MemorySegment struct, String field, int value) {
    Layouts.setInt(Layouts.CONTEXT_PARAMS, struct, field, value);
  }

  private static int flash(Switch flash) {
    return switch (flash) {
      case ON -> 1;
      case OFF -> 0;
      case AUTO -> -1;
    };
  }

  /// The library may round sizes or leave the cache out; then our checks would not be its own.
  private void check(NativeModel model, Sizes sizes) {
    String wrong =
        memory.equals(NULL)
            ? "it has no cache"
            : api.contextCells(handle) != sizes.cells()
                ? "it has %d cells instead of %d".formatted(api.contextCells(handle), sizes.cells())
                : api.contextSequences(handle) != sizes.sequences()
                    ? "it has %d sequences instead of %d"
                        .formatted(api.contextSequences(handle), sizes.sequences())
                    : "";
    if (!wrong.isEmpty()) {
      close();
      throw new EngineException(
          "llama.cpp's context for %s cannot be used: %s.".formatted(model.file(), wrong));
    }
  }

  int decode(MemorySegment batch) {
    return api.decode(handle, batch);
  }

  /// Whether the outputs of later forwards are hidden states.
  void hiddenStates(boolean on) {
    api.setEmbeddings(handle, on);
  }

  /// Address of the logits of `row` of the last forward, null if it has none. The first call after
  /// a forward puts the outputs in order, so it is not for other threads.
  MemorySegment logits(int row) {
    return api.logits(handle, row);
  }

  /// Address of the hidden state of `row` of the last forward, null if it has none.
  MemorySegment hiddenState(int row) {
    return api.embeddings(handle, row);
  }

  void clear() {
    api.memoryClear(memory);
  }

  /// Takes `sequence` out of its cells at `[begin, end)`; false if the model cannot do it in part.
  boolean remove(int sequence, int begin, int end) {
    return api.sequenceRemove(memory, sequence, begin, end);
  }

  /// Drops `sequence` from `begin` on; false if the model cannot do it in part.
  boolean remove(int sequence, int begin) {
    return api.sequenceRemove(memory, sequence, begin, -1);
  }

  /// Adds `to` to the cells of `from` at positions `[begin, end)`.
  void share(int from, int to, int begin, int end) {
    api.sequenceCopy(memory, from, to, begin, end);
  }

  /// Bytes of a sequence's cells, as [#save] writes them.
  long savedSize(int sequence) {
    return api.stateSize(handle, sequence);
  }

  /// Copies a sequence's cells to `into`, which has [#savedSize] bytes; whether all were written.
  boolean save(int sequence, MemorySegment into) {
    return api.stateGet(handle, into, sequence) == into.byteSize();
  }

  /// Gives a sequence copies of saved cells in place of what it has; false if there is no room, and
  /// then it is empty.
  boolean load(int sequence, MemorySegment from) {
    return api.stateSet(handle, from, sequence) == from.byteSize();
  }

  int length(int sequence) {
    return api.sequenceEnd(memory, sequence) + 1;
  }

  /// Makes later forwards use `adapter`, or the base weights alone if it is null.
  ///
  /// @return whether the library did so
  boolean useAdapter(MemorySegment adapter, float scale) {
    if (adapter.equals(NULL)) {
      return api.setAdapters(handle, NULL, 0, NULL) == 0;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment adapters = arena.allocateFrom(java.lang.foreign.ValueLayout.ADDRESS, adapter);
      MemorySegment scales = arena.allocateFrom(java.lang.foreign.ValueLayout.JAVA_FLOAT, scale);
      return api.setAdapters(handle, adapters, 1, scales) == 0;
    }
  }

  @Override
  public void close() {
    if (!handle.equals(NULL)) {
      api.contextFree(handle);
      handle = NULL;
    }
  }
}

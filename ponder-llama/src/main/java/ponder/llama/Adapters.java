package ponder.llama;

import static java.lang.foreign.MemorySegment.NULL;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import ponder.gguf.Gguf;
import ponder.gguf.GgufCheck;
import ponder.gguf.GgufException;
import ponder.model.AdapterKey;

/// The loaded LoRA adapters of a model: owns their native handles.
///
/// Keys that differ in scale alone share one handle, since the library takes the scale with each
/// use. For the engine's one thread.
final class Adapters implements AutoCloseable {
  private record Loaded(MemorySegment handle, Set<AdapterKey> keys) {}

  private final Api api;
  private final NativeModel model;
  private final Map<String, Loaded> byHash = new HashMap<>();

  Adapters(Api api, NativeModel model) {
    this.api = api;
    this.model = model;
  }

  /// Loads `file` under `key`; free if its content is loaded already.
  ///
  /// @throws IllegalArgumentException if it is no adapter or the library refuses it, with the
  ///   library's words
  void load(AdapterKey key, Path file) {
    Loaded loaded = byHash.get(key.hash());
    if (loaded == null) {
      loaded = new Loaded(open(file), new HashSet<>());
      byHash.put(key.hash(), loaded);
    }
    loaded.keys.add(key);
  }

  private MemorySegment open(Path file) {
    try (Gguf gguf = Gguf.open(file)) {
      GgufCheck.adapter(gguf);
    } catch (GgufException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    NativeLog.forget();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment handle = api.adapterInit(model.handle(), arena.allocateFrom(file.toString()));
      if (handle.equals(NULL)) {
        throw new IllegalArgumentException(
            "%s is no adapter for %s%s".formatted(file, model.file(), NativeLog.reason()));
      }
      return handle;
    }
  }

  /// The handle of a loaded adapter.
  ///
  /// @throws IllegalArgumentException if it is not loaded
  MemorySegment handle(AdapterKey key) {
    Loaded loaded = byHash.get(key.hash());
    if (loaded == null || !loaded.keys.contains(key)) {
      throw new IllegalArgumentException("The adapter %s is not loaded.".formatted(key));
    }
    return loaded.handle;
  }

  /// Frees an adapter that no context uses; unknown keys are ignored.
  void unload(AdapterKey key) {
    Loaded loaded = byHash.get(key.hash());
    if (loaded != null && loaded.keys.remove(key) && loaded.keys.isEmpty()) {
      byHash.remove(key.hash());
      api.adapterFree(loaded.handle);
    }
  }

  @Override
  public void close() {
    byHash.values().forEach(loaded -> api.adapterFree(loaded.handle));
    byHash.clear();
  }
}

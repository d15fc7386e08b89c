package ponder.llama;

import static java.lang.foreign.MemorySegment.NULL;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import ponder.llama.LlamaSettings.Switch;
import ponder.model.EngineException;

/// A loaded model: owns the native handle.
///
/// Only the thread that closes it must be sure that no context or adapter of it is in use; all else
/// may be called from any thread.
final class NativeModel implements AutoCloseable {
  private static final int LOAD_PLAIN = 0;
  private static final int LOAD_MAPPED = 1;

  private final Api api;
  private final Path file;
  private MemorySegment handle;

  private NativeModel(Api api, Path file, MemorySegment handle) {
    this.api = api;
    this.file = file;
    this.handle = handle;
  }

  /// Loads the weights in `file`, a GGUF file that has been checked.
  ///
  /// @throws EngineException if the library refuses it, with the library's words, or if it is of a
  ///   kind that cannot generate text token by token
  static NativeModel load(Api api, Path file, Switch mmap, int gpuLayers) {
    NativeLog.forget();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment settings = api.modelDefaults(arena);
      Layouts.setInt(Layouts.MODEL_PARAMS, settings, "n_gpu_layers", gpuLayers);
      if (mmap != Switch.AUTO) {
        int mode = mmap == Switch.ON ? LOAD_MAPPED : LOAD_PLAIN;
        Layouts.setInt(Layouts.MODEL_PARAMS, settings, "load_mode", mode);
      }
      MemorySegment handle = api.modelLoad(arena.allocateFrom(file.toString()), settings);
      if (handle.equals(NULL)) {
        throw new EngineException("llama.cpp cannot load %s%s".formatted(file, NativeLog.reason()));
      }
      NativeModel model = new NativeModel(api, file, handle);
      model.refuseOtherKinds();
      return model;
    }
  }

  private void refuseOtherKinds() {
    String kind =
        api.hasEncoder(handle)
            ? "has an encoder"
            : api.isDiffusion(handle) ? "generates by diffusion" : "";
    if (!kind.isEmpty()) {
      close();
      throw new EngineException(
          "%s %s; only models that generate text token by token can be used."
              .formatted(file, kind));
    }
  }

  Path file() {
    return file;
  }

  MemorySegment handle() {
    return handle;
  }

  /// The vocabulary's handle, owned by the model.
  MemorySegment vocabulary() {
    return api.vocabulary(handle);
  }

  int vocabularySize() {
    return api.vocabularySize(vocabulary());
  }

  /// Tokens of context that the model was trained with.
  int trainedContext() {
    return api.trainedContext(handle);
  }

  int hiddenWidth() {
    return api.embeddingWidth(handle);
  }

  long parameters() {
    return api.parameters(handle);
  }

  /// Whether a cached sequence can be cut back to any length: not where layers keep a running
  /// state, in recurrent and hybrid models. Those run, but every text is computed whole: neither
  /// samples nor calls share a prefix.
  boolean partialRemoval() {
    return !api.isRecurrent(handle) && !api.isHybrid(handle);
  }

  /// Whether some layers see only the last tokens of a sequence.
  boolean windowed() {
    return api.window(handle) > 0;
  }

  @Override
  public void close() {
    if (!handle.equals(NULL)) {
      api.modelFree(handle);
      handle = NULL;
    }
  }
}

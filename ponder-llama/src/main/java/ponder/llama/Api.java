package ponder.llama;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ponder.model.EngineException;

/// llama.cpp's C functions as Java methods, as thin as can be: no checks here. Whoever calls has
/// checked every argument, because the library ends the process on some wrong ones.
///
/// Handles (`model`, `context`, `memory`, ...) are plain addresses that the library owns.
final class Api {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final MemoryLayout BOOL = JAVA_BOOLEAN;

  private final MethodHandle modelDefaults;
  private final MethodHandle contextDefaults;
  private final MethodHandle modelLoad;
  private final MethodHandle modelFree;
  private final MethodHandle contextInit;
  private final MethodHandle contextFree;
  private final MethodHandle vocabulary;
  private final MethodHandle vocabularySize;
  private final MethodHandle trainedContext;
  private final MethodHandle embeddingWidth;
  private final MethodHandle parameters;
  private final MethodHandle weightBytes;
  private final MethodHandle window;
  private final MethodHandle isRecurrent;
  private final MethodHandle isHybrid;
  private final MethodHandle isDiffusion;
  private final MethodHandle hasEncoder;
  private final MethodHandle memory;
  private final MethodHandle contextCells;
  private final MethodHandle contextSequences;
  private final MethodHandle memoryClear;
  private final MethodHandle sequenceRemove;
  private final MethodHandle sequenceCopy;
  private final MethodHandle sequenceEnd;
  private final MethodHandle stateSize;
  private final MethodHandle stateGet;
  private final MethodHandle stateSet;
  private final MethodHandle decode;
  private final MethodHandle setEmbeddings;
  private final MethodHandle logits;
  private final MethodHandle embeddings;
  private final MethodHandle adapterInit;
  private final MethodHandle adapterFree;
  private final MethodHandle setAdapters;
  private final MethodHandle quantizeDefaults;
  private final MethodHandle quantize;
  private final MethodHandle logSet;
  private final MethodHandle loadBackends;
  private final MethodHandle deviceCount;
  private final MethodHandle backendInit;

  private final SymbolLookup symbols;

  /// Binds every function.
  ///
  /// @throws EngineException naming all functions that are missing
  Api(SymbolLookup symbols, Path file) {
    this.symbols = symbols;
    Binder binder = new Binder(symbols);
    modelDefaults = binder.bind("llama_model_default_params", Layouts.MODEL_PARAMS);
    contextDefaults = binder.bind("llama_context_default_params", Layouts.CONTEXT_PARAMS);
    modelLoad = binder.bind("llama_model_load_from_file", ADDRESS, ADDRESS, Layouts.MODEL_PARAMS);
    modelFree = binder.bind("llama_model_free", null, ADDRESS);
    contextInit = binder.bind("llama_init_from_model", ADDRESS, ADDRESS, Layouts.CONTEXT_PARAMS);
    contextFree = binder.bind("llama_free", null, ADDRESS);
    vocabulary = binder.bind("llama_model_get_vocab", ADDRESS, ADDRESS);
    vocabularySize = binder.bind("llama_vocab_n_tokens", JAVA_INT, ADDRESS);
    trainedContext = binder.bind("llama_model_n_ctx_train", JAVA_INT, ADDRESS);
    embeddingWidth = binder.bind("llama_model_n_embd_out", JAVA_INT, ADDRESS);
    parameters = binder.bind("llama_model_n_params", JAVA_LONG, ADDRESS);
    weightBytes = binder.bind("llama_model_size", JAVA_LONG, ADDRESS);
    window = binder.bind("llama_model_n_swa", JAVA_INT, ADDRESS);
    isRecurrent = binder.bind("llama_model_is_recurrent", BOOL, ADDRESS);
    isHybrid = binder.bind("llama_model_is_hybrid", BOOL, ADDRESS);
    isDiffusion = binder.bind("llama_model_is_diffusion", BOOL, ADDRESS);
    hasEncoder = binder.bind("llama_model_has_encoder", BOOL, ADDRESS);
    memory = binder.bind("llama_get_memory", ADDRESS, ADDRESS);
    contextCells = binder.bind("llama_n_ctx", JAVA_INT, ADDRESS);
    contextSequences = binder.bind("llama_n_seq_max", JAVA_INT, ADDRESS);
    memoryClear = binder.bind("llama_memory_clear", null, ADDRESS, BOOL);
    sequenceRemove =
        binder.bind("llama_memory_seq_rm", BOOL, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT);
    sequenceCopy =
        binder.bind("llama_memory_seq_cp", null, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    sequenceEnd = binder.bind("llama_memory_seq_pos_max", JAVA_INT, ADDRESS, JAVA_INT);
    stateSize = binder.bind("llama_state_seq_get_size", JAVA_LONG, ADDRESS, JAVA_INT);
    stateGet =
        binder.bind("llama_state_seq_get_data", JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT);
    stateSet =
        binder.bind("llama_state_seq_set_data", JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT);
    decode = binder.bind("llama_decode", JAVA_INT, ADDRESS, Layouts.BATCH);
    setEmbeddings = binder.bind("llama_set_embeddings", null, ADDRESS, BOOL);
    logits = binder.bind("llama_get_logits_ith", ADDRESS, ADDRESS, JAVA_INT);
    embeddings = binder.bind("llama_get_embeddings_ith", ADDRESS, ADDRESS, JAVA_INT);
    adapterInit = binder.bind("llama_adapter_lora_init", ADDRESS, ADDRESS, ADDRESS);
    adapterFree = binder.bind("llama_adapter_lora_free", null, ADDRESS);
    setAdapters =
        binder.bind("llama_set_adapters_lora", JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS);
    quantizeDefaults = binder.bind("llama_model_quantize_default_params", Layouts.QUANTIZE_PARAMS);
    quantize = binder.bind("llama_model_quantize", JAVA_INT, ADDRESS, ADDRESS, ADDRESS);
    logSet = binder.bind("llama_log_set", null, ADDRESS, ADDRESS);
    loadBackends = binder.bind("ggml_backend_load_all_from_path", null, ADDRESS);
    deviceCount = binder.bind("ggml_backend_dev_count", JAVA_LONG);
    backendInit = binder.bind("llama_backend_init", null);
    if (!binder.missing.isEmpty()) {
      throw Libraries.refused(
          file,
          "a library without " + String.join(", ", binder.missing),
          "llama.cpp " + Layouts.VERSION);
    }
  }

  /// Collects the functions that a library lacks, so that all are named at once.
  private static final class Binder {
    private final SymbolLookup symbols;
    final List<String> missing = new ArrayList<>();

    Binder(SymbolLookup symbols) {
      this.symbols = symbols;
    }

    MethodHandle bind(String name, @Nullable MemoryLayout result, MemoryLayout... arguments) {
      FunctionDescriptor signature =
          result == null
              ? FunctionDescriptor.ofVoid(arguments)
              : FunctionDescriptor.of(result, arguments);
      MemorySegment address =
          symbols
              .find(name)
              .orElseGet(
                  () -> {
                    missing.add(name);
                    return MemorySegment.ofAddress(1); // never called: the constructor throws
                  });
      return LINKER.downcallHandle(address, signature);
    }
  }

  /// The result of a function `const char* name(void)`, for version strings.
  ///
  /// @throws EngineException if there is no such function
  static String text(SymbolLookup symbols, String name, Path file) {
    MemorySegment address =
        symbols
            .find(name)
            .orElseThrow(
                () ->
                    Libraries.refused(
                        file, "a library without " + name, "llama.cpp " + Layouts.VERSION));
    MethodHandle function = LINKER.downcallHandle(address, FunctionDescriptor.of(ADDRESS));
    try {
      MemorySegment text = (MemorySegment) function.invokeExact();
      return text.equals(MemorySegment.NULL) ? "" : text.reinterpret(256).getString(0);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /// The struct that `struct name(void)` returns, of whatever size, in a larger one filled with
  /// [Layouts#FILLER] before.
  MemorySegment untrusted(String name, Arena arena) {
    MethodHandle function =
        LINKER.downcallHandle(
            symbols.find(name).orElseThrow(), FunctionDescriptor.of(Layouts.UNTRUSTED));
    SegmentAllocator filled =
        (size, alignment) -> arena.allocate(size, alignment).fill(Layouts.FILLER);
    try {
      return (MemorySegment) function.invokeExact(filled);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /// A function that only tests need.
  MethodHandle handle(String name, FunctionDescriptor signature) {
    return LINKER.downcallHandle(symbols.find(name).orElseThrow(), signature);
  }

  MemorySegment modelDefaults(Arena arena) {
    try {
      return (MemorySegment) modelDefaults.invokeExact((SegmentAllocator) arena);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  MemorySegment contextDefaults(Arena arena) {
    try {
      return (MemorySegment) contextDefaults.invokeExact((SegmentAllocator) arena);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  MemorySegment quantizeDefaults(Arena arena) {
    try {
      return (MemorySegment) quantizeDefaults.invokeExact((SegmentAllocator) arena);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /// Writes the model in file `from` to `to` in another type; 0 if that went well.
  int quantize(MemorySegment from, MemorySegment to, MemorySegment parameterStruct) {
    try {
      return (int) quantize.invokeExact(from, to, parameterStruct);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /// The model, or null if it cannot be loaded.
  MemorySegment modelLoad(MemorySegment path, MemorySegment parameterStruct) {
    try {
      return (MemorySegment) modelLoad.invokeExact(path, parameterStruct);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  void modelFree(MemorySegment model) {
    callVoid(modelFree, model);
  }

  /// The context, or null if it cannot be made.
  MemorySegment contextInit(MemorySegment model, MemorySegment parameterStruct) {
    try {
      return (MemorySegment) contextInit.invokeExact(model, parameterStruct);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  void contextFree(MemorySegment context) {
    callVoid(contextFree, context);
  }

  MemorySegment vocabulary(MemorySegment model) {
    return callAddress(vocabulary, model);
  }

  int vocabularySize(MemorySegment vocabularyHandle) {
    return callInt(vocabularySize, vocabularyHandle);
  }

  int trainedContext(MemorySegment model) {
    return callInt(trainedContext, model);
  }

  int embeddingWidth(MemorySegment model) {
    return callInt(embeddingWidth, model);
  }

  long parameters(MemorySegment model) {
    return callLong(parameters, model);
  }

  long weightBytes(MemorySegment model) {
    return callLong(weightBytes, model);
  }

  /// Tokens that layers with a sliding window see; 0 if there are none.
  int window(MemorySegment model) {
    return callInt(window, model);
  }

  boolean isRecurrent(MemorySegment model) {
    return callFlag(isRecurrent, model);
  }

  boolean isHybrid(MemorySegment model) {
    return callFlag(isHybrid, model);
  }

  boolean isDiffusion(MemorySegment model) {
    return callFlag(isDiffusion, model);
  }

  boolean hasEncoder(MemorySegment model) {
    return callFlag(hasEncoder, model);
  }

  /// The context's cache, or null for a model that has none.
  MemorySegment memory(MemorySegment context) {
    return callAddress(memory, context);
  }

  int contextCells(MemorySegment context) {
    return callInt(contextCells, context);
  }

  int contextSequences(MemorySegment context) {
    return callInt(contextSequences, context);
  }

  void memoryClear(MemorySegment cache) {
    try {
      memoryClear.invokeExact(cache, false);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /// Removes the positions in `[begin, end)`, to the last if `end` is -1; false if that cannot be
  /// done in part.
  boolean sequenceRemove(MemorySegment cache, int sequence, int begin, int end) {
    try {
      return (boolean) sequenceRemove.invokeExact(cache, sequence, begin, end);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  void sequenceCopy(MemorySegment cache, int from, int to, int begin, int end) {
    try {
      sequenceCopy.invokeExact(cache, from, to, begin, end);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /// The last position of `sequence`, -1 if it is empty.
  int sequenceEnd(MemorySegment cache, int sequence) {
    try {
      return (int) sequenceEnd.invokeExact(cache, sequence);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /// Bytes that [#stateGet] writes for a sequence.
  long stateSize(MemorySegment context, int sequence) {
    try {
      return (long) stateSize.invokeExact(context, sequence);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /// Copies a sequence's cells to `into`; returns the bytes written.
  long stateGet(MemorySegment context, MemorySegment into, int sequence) {
    return state(stateGet, context, into, sequence);
  }

  /// Replaces a sequence's cells by those in `from`; returns the bytes read, 0 if there was no
  /// room.
  long stateSet(MemorySegment context, MemorySegment from, int sequence) {
    return state(stateSet, context, from, sequence);
  }

  private static long state(
      MethodHandle function, MemorySegment context, MemorySegment bytes, int sequence) {
    try {
      return (long) function.invokeExact(context, bytes, bytes.byteSize(), sequence);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  int decode(MemorySegment context, MemorySegment batch) {
    try {
      return (int) decode.invokeExact(context, batch);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  void setEmbeddings(MemorySegment context, boolean on) {
    try {
      setEmbeddings.invokeExact(context, on);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  MemorySegment logits(MemorySegment context, int row) {
    return output(logits, context, row);
  }

  MemorySegment embeddings(MemorySegment context, int row) {
    return output(embeddings, context, row);
  }

  /// The adapter, or null if the file is none for this model.
  MemorySegment adapterInit(MemorySegment model, MemorySegment path) {
    try {
      return (MemorySegment) adapterInit.invokeExact(model, path);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  void adapterFree(MemorySegment adapter) {
    callVoid(adapterFree, adapter);
  }

  int setAdapters(MemorySegment context, MemorySegment adapters, long count, MemorySegment scales) {
    try {
      return (int) setAdapters.invokeExact(context, adapters, count, scales);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  void logSet(MemorySegment callback) {
    try {
      logSet.invokeExact(callback, MemorySegment.NULL);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  void loadBackends(String folder) {
    try (Arena arena = Arena.ofConfined()) {
      callVoid(loadBackends, arena.allocateFrom(folder));
    }
  }

  long deviceCount() {
    try {
      return (long) deviceCount.invokeExact();
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  void backendInit() {
    try {
      backendInit.invokeExact();
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static MemorySegment output(MethodHandle function, MemorySegment context, int row) {
    try {
      return (MemorySegment) function.invokeExact(context, row);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static void callVoid(MethodHandle function, MemorySegment handle) {
    try {
      function.invokeExact(handle);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static MemorySegment callAddress(MethodHandle function, MemorySegment handle) {
    try {
      return (MemorySegment) function.invokeExact(handle);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static int callInt(MethodHandle function, MemorySegment handle) {
    try {
      return (int) function.invokeExact(handle);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static long callLong(MethodHandle function, MemorySegment handle) {
    try {
      return (long) function.invokeExact(handle);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static boolean callFlag(MethodHandle function, MemorySegment handle) {
    try {
      return (boolean) function.invokeExact(handle);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /// A downcall throws only what our own code did wrong.
  private static AssertionError unexpected(Throwable e) {
    return new AssertionError("A native call was made wrongly.", e);
  }
}

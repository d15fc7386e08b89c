package ponder.torch;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import ponder.engine.Shortlist;
import ponder.model.EngineException;

/// Our own GPU code, `step.cu`, compiled for the GPU and the model at hand; owned.
///
/// NVRTC, the compiler as a library, is part of what libtorch's CUDA build comes with, so nobody
/// needs a toolkit. Compiling takes about half a second.
final class Kernels implements AutoCloseable {
  /// Queries of a tile, as `attendTiles` has it.
  private static final int TILE_QUERIES = 64;

  private final MethodHandle launch;
  private final MethodHandle unload;
  private final MethodHandle getFunction;
  private final MemorySegment module;
  private final int tileRows;
  private final Map<String, MemorySegment> functions = new HashMap<>();

  /// @param architecture of the GPU, such as 90
  /// @param brain whether values are bfloat16, else 32 bits
  /// @throws EngineException if the model's shape is none that the kernels are written for, or they
  ///   cannot be compiled or loaded
  Kernels(TransformerConfig config, int architecture, boolean brain) {
    requireShape(config);
    tileRows = tileRows(config, architecture, brain);
    SymbolLookup driver = Cuda.library("libcuda.so.1");
    launch =
        Cuda.bind(
            driver,
            "cuLaunchKernel",
            JAVA_INT,
            ADDRESS,
            JAVA_INT,
            JAVA_INT,
            JAVA_INT,
            JAVA_INT,
            JAVA_INT,
            JAVA_INT,
            JAVA_INT,
            ADDRESS,
            ADDRESS,
            ADDRESS);
    unload = Cuda.bind(driver, "cuModuleUnload", JAVA_INT, ADDRESS);
    getFunction = Cuda.bind(driver, "cuModuleGetFunction", JAVA_INT, ADDRESS, ADDRESS, ADDRESS);
    MethodHandle load = Cuda.bind(driver, "cuModuleLoadData", JAVA_INT, ADDRESS, ADDRESS);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment code = Compiler.compile(source(), options(config, architecture, brain), arena);
      MemorySegment result = arena.allocate(ADDRESS);
      check((int) load.invokeExact(result, code), "Loading the kernels");
      module = result.get(ADDRESS, 0);
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw Cuda.broken(e);
    }
  }

  /// The kernels read eight values at a time, and share a key's values out to a power of two of
  /// threads.
  private static void requireShape(TransformerConfig config) {
    int lanes = config.headWidth() / 8;
    boolean wide = config.headWidth() % 8 == 0 && lanes <= 32 && Integer.bitCount(lanes) == 1;
    int group = config.heads() / config.keyValueHeads();
    if (!wide
        || group > 8
        || config.width() % 8 != 0
        || config.feedForward() % 8 != 0
        || config.vocabularySize() % 8 != 0) {
      throw new EngineException(
          "there are no kernels for heads of %d values, %d to a key, width %d, %d and %d tokens"
              .formatted(
                  config.headWidth(),
                  group,
                  config.width(),
                  config.feedForward(),
                  config.vocabularySize()));
    }
  }

  /// The tensor cores that take bfloat16 came with architecture 80; a tile's keys and values must
  /// fit into a block's memory.
  private static int tileRows(TransformerConfig config, int architecture, boolean brain) {
    int width = config.headWidth();
    boolean fits = brain && architecture >= 80 && width % 16 == 0 && width <= 128;
    return fits ? TILE_QUERIES * config.keyValueHeads() / config.heads() : 0;
  }

  /// Most rows of a tile of `attendTiles`; 0 if that cannot run.
  int tileRows() {
    return tileRows;
  }

  private static String source() {
    try (InputStream file = Kernels.class.getResourceAsStream("step.cu")) {
      if (file == null) {
        throw new IllegalStateException("step.cu is missing.");
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("step.cu cannot be read.", e);
    }
  }

  static List<String> options(TransformerConfig config, int architecture, boolean brain) {
    return List.of(
        "--gpu-architecture=sm_" + architecture,
        "-DBRAIN=" + (brain ? 1 : 0),
        "-DWIDTH=" + config.headWidth(),
        "-DHEADS=" + config.heads(),
        "-DSHARED=" + config.keyValueHeads(),
        "-DLISTED=" + Shortlist.CAPACITY,
        "-DTILES=" + (tileRows(config, architecture, brain) > 0 ? 1 : 0));
  }

  private static void check(int status, String what) {
    if (status != 0) {
      throw new EngineException("%s failed with CUDA's error %d".formatted(what, status));
    }
  }

  private MemorySegment function(String name) {
    return functions.computeIfAbsent(
        name,
        key -> {
          try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = arena.allocate(ADDRESS);
            check(
                (int) getFunction.invokeExact(result, module, arena.allocateFrom(key)),
                "Finding the kernel " + key);
            return result.get(ADDRESS, 0);
          } catch (RuntimeException e) {
            throw e;
          } catch (Throwable e) {
            throw Cuda.broken(e);
          }
        });
  }

  /// Blocks of threads, in three dimensions.
  record Grid(int x, int y, int z, int threads) {
    Grid(int x, int threads) {
      this(x, 1, 1, threads);
    }
  }

  /// Starts a kernel; returns before it has ended.
  ///
  /// @param arguments tensors (their memory), or `int`s and `float`s, in the kernel's order; it
  ///   cannot be checked that they fit
  void start(String name, Grid grid, MemorySegment stream, Object... arguments) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment values = arena.allocate(8L * arguments.length, 8);
      MemorySegment addresses = arena.allocate(ADDRESS, arguments.length);
      for (int i = 0; i < arguments.length; i++) {
        long at = 8L * i;
        switch (arguments[i]) {
          case Tensor tensor -> values.set(JAVA_LONG, at, tensor.data_ptr().address());
          case Long number -> values.set(JAVA_LONG, at, number);
          case Integer number -> values.set(JAVA_INT, at, number);
          case Float number -> values.set(JAVA_FLOAT, at, number);
          default -> throw new IllegalArgumentException("argument " + i + " of " + name);
        }
        addresses.setAtIndex(ADDRESS, i, values.asSlice(at, 8));
      }
      int status =
          (int)
              launch.invokeExact(
                  function(name),
                  grid.x,
                  grid.y,
                  grid.z,
                  grid.threads,
                  1,
                  1,
                  0,
                  stream,
                  addresses,
                  MemorySegment.NULL);
      check(status, "Starting the kernel " + name);
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw Cuda.broken(e);
    }
  }

  @Override
  public void close() {
    try {
      int ignored = (int) unload.invokeExact(module);
    } catch (Throwable e) {
      throw Cuda.broken(e);
    }
  }

  /// NVRTC.
  private static final class Compiler {
    private final MethodHandle create;
    private final MethodHandle compile;
    private final MethodHandle destroy;
    private final MethodHandle logSize;
    private final MethodHandle log;
    private final MethodHandle codeSize;
    private final MethodHandle code;

    private Compiler() {
      SymbolLookup library = Cuda.library("libnvrtc.so.13");
      create =
          Cuda.bind(
              library,
              "nvrtcCreateProgram",
              JAVA_INT,
              ADDRESS,
              ADDRESS,
              ADDRESS,
              JAVA_INT,
              ADDRESS,
              ADDRESS);
      compile = Cuda.bind(library, "nvrtcCompileProgram", JAVA_INT, ADDRESS, JAVA_INT, ADDRESS);
      destroy = Cuda.bind(library, "nvrtcDestroyProgram", JAVA_INT, ADDRESS);
      logSize = Cuda.bind(library, "nvrtcGetProgramLogSize", JAVA_INT, ADDRESS, ADDRESS);
      log = Cuda.bind(library, "nvrtcGetProgramLog", JAVA_INT, ADDRESS, ADDRESS);
      codeSize = Cuda.bind(library, "nvrtcGetCUBINSize", JAVA_INT, ADDRESS, ADDRESS);
      code = Cuda.bind(library, "nvrtcGetCUBIN", JAVA_INT, ADDRESS, ADDRESS);
    }

    /// Machine code for `source`, in memory of `arena`.
    static MemorySegment compile(String source, List<String> options, Arena arena)
        throws Throwable {
      Compiler nvrtc = new Compiler();
      MemorySegment handle = arena.allocate(ADDRESS);
      int status =
          (int)
              nvrtc.create.invokeExact(
                  handle,
                  arena.allocateFrom(source),
                  arena.allocateFrom("step.cu"),
                  0,
                  MemorySegment.NULL,
                  MemorySegment.NULL);
      check(status, "Reading the kernels");
      try {
        MemorySegment program = handle.get(ADDRESS, 0);
        MemorySegment texts = arena.allocate(ADDRESS, options.size());
        for (int i = 0; i < options.size(); i++) {
          texts.setAtIndex(ADDRESS, i, arena.allocateFrom(options.get(i)));
        }
        status = (int) nvrtc.compile.invokeExact(program, options.size(), texts);
        if (status != 0) {
          MemorySegment words = nvrtc.bytes(nvrtc.logSize, nvrtc.log, program, arena);
          throw new EngineException(
              "the kernels do not compile: "
                  + words.getString(0).lines().limit(3).reduce("", (a, b) -> a + " " + b).strip());
        }
        return nvrtc.bytes(nvrtc.codeSize, nvrtc.code, program, arena);
      } finally {
        int ignored = (int) nvrtc.destroy.invokeExact(handle);
      }
    }

    private MemorySegment bytes(
        MethodHandle size, MethodHandle content, MemorySegment program, Arena arena)
        throws Throwable {
      MemorySegment count = arena.allocate(JAVA_LONG);
      check((int) size.invokeExact(program, count), "Asking the compiler");
      MemorySegment result = arena.allocate(Math.max(1, count.get(JAVA_LONG, 0)), 16);
      check((int) content.invokeExact(program, result), "Asking the compiler");
      return result;
    }
  }
}

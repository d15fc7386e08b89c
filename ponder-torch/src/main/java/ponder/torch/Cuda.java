package ponder.torch;

import static java.lang.foreign.ValueLayout.ADDRESS;
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
import ponder.model.EngineException;

/// What libtorch's Java classes leave out of CUDA: versions, streams' handles and graphs.
///
/// Bound directly, like llama.cpp's functions, since JavaCPP's own classes for CUDA are another jar
/// and load every CUDA library there is. `at::cuda::CUDAGraph` is a C++ class, called by its
/// mangled names: unlike a graph recorded by CUDA's own functions it lets libtorch's allocator
/// know, which then keeps the memory that the graph works on apart and never gives it back. Its
/// methods throw on misuse, and a C++ exception must not pass through Java; the order of calls is
/// [DecodeGraph]'s business, which asks CUDA before each whether it will be accepted.
///
/// The libraries are those that libtorch has loaded. Thread-safe.
final class Cuda {
  /// Room for a `CUDAGraph` object, which takes a few hundred bytes.
  private static final long GRAPH_BYTES = 8192;

  private static final MemoryLayout POOL =
      MemoryLayout.structLayout(JAVA_LONG.withName("first"), JAVA_LONG.withName("second"));

  /// Records what this thread does and lets others work.
  private static final int THREAD_LOCAL = 1;

  private static final int CAPTURE_ACTIVE = 1;

  // cudaDeviceAttr
  private static final int MULTIPROCESSORS = 16;
  private static final int MAJOR = 75;
  private static final int MINOR = 76;

  private final MethodHandle driverVersion;
  private final MethodHandle runtimeVersion;
  private final MethodHandle deviceCount;
  private final MethodHandle errorText;
  private final MethodHandle lastError;
  private final MethodHandle attribute;
  private final MethodHandle capturing;
  private final MethodHandle endCapture;
  private final MethodHandle launch;
  private final MethodHandle currentStream;
  private final MethodHandle graphNew;
  private final MethodHandle graphDelete;
  private final MethodHandle graphBegin;
  private final MethodHandle graphEnd;
  private final MethodHandle graphPool;
  private final MethodHandle graphExecutable;

  /// @throws EngineException if a library or function is missing, by name
  Cuda() {
    SymbolLookup runtime = library("libcudart.so.13");
    SymbolLookup torch = library("libtorch_cuda.so");
    String graph = "_ZN2at4cuda9CUDAGraph";
    driverVersion = bind(runtime, "cudaDriverGetVersion", JAVA_INT, ADDRESS);
    runtimeVersion = bind(runtime, "cudaRuntimeGetVersion", JAVA_INT, ADDRESS);
    deviceCount = bind(runtime, "cudaGetDeviceCount", JAVA_INT, ADDRESS);
    errorText = bind(runtime, "cudaGetErrorString", ADDRESS, JAVA_INT);
    lastError = bind(runtime, "cudaGetLastError", JAVA_INT);
    attribute = bind(runtime, "cudaDeviceGetAttribute", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
    capturing = bind(runtime, "cudaStreamIsCapturing", JAVA_INT, ADDRESS, ADDRESS);
    endCapture = bind(runtime, "cudaStreamEndCapture", JAVA_INT, ADDRESS, ADDRESS);
    launch = bind(runtime, "cudaGraphLaunch", JAVA_INT, ADDRESS, ADDRESS);
    currentStream = bind(torch, "aoti_torch_get_current_cuda_stream", JAVA_INT, JAVA_INT, ADDRESS);
    graphNew = bindVoid(torch, graph + "C1Eb", ADDRESS, java.lang.foreign.ValueLayout.JAVA_BOOLEAN);
    graphDelete = bindVoid(torch, graph + "D1Ev", ADDRESS);
    graphBegin =
        bindVoid(
            torch,
            graph + "13capture_beginESt4pairIyyE21cudaStreamCaptureMode",
            ADDRESS,
            POOL,
            JAVA_INT);
    graphEnd = bindVoid(torch, graph + "11capture_endEv", ADDRESS);
    graphPool = bind(torch, graph + "4poolEv", POOL, ADDRESS);
    graphExecutable = bind(torch, graph + "19raw_cuda_graph_execEv", ADDRESS, ADDRESS);
  }

  static SymbolLookup library(String name) {
    try {
      return SymbolLookup.libraryLookup(name, Arena.global());
    } catch (IllegalArgumentException e) {
      throw new EngineException("The library %s cannot be loaded.".formatted(name), e);
    }
  }

  static MethodHandle bind(
      SymbolLookup library, String name, MemoryLayout result, MemoryLayout... arguments) {
    return bind(library, name, FunctionDescriptor.of(result, arguments));
  }

  private static MethodHandle bindVoid(
      SymbolLookup library, String name, MemoryLayout... arguments) {
    return bind(library, name, FunctionDescriptor.ofVoid(arguments));
  }

  private static MethodHandle bind(
      SymbolLookup library, String name, FunctionDescriptor descriptor) {
    MemorySegment symbol =
        library
            .find(name)
            .orElseThrow(
                () ->
                    new EngineException(
                        "The CUDA libraries lack the function %s.".formatted(name)));
    return Linker.nativeLinker().downcallHandle(symbol, descriptor);
  }

  /// The newest CUDA version that the driver supports, such as 13010 for 13.1; 0 without a driver.
  int driverVersion() {
    return number(driverVersion);
  }

  /// The version of the CUDA libraries.
  int runtimeVersion() {
    return number(runtimeVersion);
  }

  private static int number(MethodHandle function) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment result = arena.allocate(JAVA_INT);
      int status = (int) function.invokeExact(result);
      return status == 0 ? result.get(JAVA_INT, 0) : 0;
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /// Why CUDA sees no GPU, in its own words; empty if it sees one.
  String complaint() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment count = arena.allocate(JAVA_INT);
      int status = (int) deviceCount.invokeExact(count);
      return status != 0 ? text(status) : count.get(JAVA_INT, 0) == 0 ? "no GPU" : "";
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /// A GPU's architecture, such as 90 for 9.0.
  int architecture(int device) {
    return 10 * attribute(MAJOR, device) + attribute(MINOR, device);
  }

  /// How many of its blocks of threads a GPU runs at a time at least.
  int multiprocessors(int device) {
    return attribute(MULTIPROCESSORS, device);
  }

  private int attribute(int which, int device) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment result = arena.allocate(JAVA_INT);
      check((int) attribute.invokeExact(result, which, device), "Asking the GPU");
      return result.get(JAVA_INT, 0);
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  private String text(int status) {
    try {
      MemorySegment text = (MemorySegment) errorText.invokeExact(status);
      return text.reinterpret(1024).getString(0) + " (" + status + ")";
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  private void check(int status, String what) {
    if (status != 0) {
      forgetError();
      throw new IllegalStateException("%s failed: %s".formatted(what, text(status)));
    }
  }

  /// Takes back the error that the last call of this thread left, so that the next check does not
  /// find it.
  void forgetError() {
    try {
      int forgotten = (int) lastError.invokeExact();
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /// The handle of the stream that this thread works on.
  MemorySegment currentStream(int device) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment result = arena.allocate(ADDRESS);
      check((int) currentStream.invokeExact(device, result), "Asking for the stream");
      return result.get(ADDRESS, 0);
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /// Whether a stream records, without an error so far.
  boolean records(MemorySegment stream) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(JAVA_INT);
      int status = (int) capturing.invokeExact(stream, state);
      return status == 0 && state.get(JAVA_INT, 0) == CAPTURE_ACTIVE;
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /// Ends a recording that broke, whose graph nobody wants.
  void abandon(MemorySegment stream) {
    try (Arena arena = Arena.ofConfined()) {
      int ignored = (int) endCapture.invokeExact(stream, arena.allocate(ADDRESS));
      forgetError();
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /// Runs a graph on a stream; returns before it has ended.
  void launch(MemorySegment executable, MemorySegment stream) {
    try {
      check((int) launch.invokeExact(executable, stream), "Running a CUDA graph");
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /// A new `CUDAGraph` in memory of `arena`, to be deleted before that closes.
  MemorySegment newGraph(Arena arena) {
    MemorySegment graph = arena.allocate(GRAPH_BYTES, 64);
    try {
      graphNew.invokeExact(graph, false);
      return graph;
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  void deleteGraph(MemorySegment graph) {
    try {
      graphDelete.invokeExact(graph);
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /// Begins to record this thread's stream, which must not be the default one.
  ///
  /// @param pool the memory pool of another graph to share; two zeros for a new one
  void beginGraph(MemorySegment graph, MemorySegment pool) {
    try {
      graphBegin.invokeExact(graph, pool, THREAD_LOCAL);
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /// Ends a recording, whose stream [records].
  void endGraph(MemorySegment graph) {
    try {
      graphEnd.invokeExact(graph);
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /// The memory pool of a recorded graph, in memory of `arena`.
  MemorySegment pool(MemorySegment graph, Arena arena) {
    try {
      return (MemorySegment) graphPool.invokeExact((SegmentAllocator) arena, graph);
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  static MemorySegment noPool(Arena arena) {
    return arena.allocate(POOL);
  }

  /// The handle of a recorded graph.
  MemorySegment executable(MemorySegment graph) {
    try {
      return (MemorySegment) graphExecutable.invokeExact(graph);
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  static IllegalStateException broken(Throwable cause) {
    return new IllegalStateException("A call of CUDA's libraries broke.", cause);
  }
}

package ponder.torch;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.OptionalLong;
import ponder.model.EngineException;

/// NVIDIA's driver, asked before libtorch is loaded: whether there is a GPU and how large it is.
///
/// The driver's own library is there wherever a GPU can work, and asking it takes no memory of the
/// GPU.
final class Driver {
  private static final String LIBRARY = "libcuda.so.1";

  /// The version of CUDA that libtorch's build needs.
  private static final int NEEDED = 13_000;

  private Driver() {}

  /// Bytes of a GPU's memory, whoever has them now; empty if there is no such GPU, or its driver is
  /// too old for libtorch.
  static OptionalLong memory(int device) {
    try (Arena arena = Arena.ofConfined()) {
      SymbolLookup driver = Cuda.library(LIBRARY);
      MemorySegment number = arena.allocate(JAVA_INT);
      if (call(driver, "cuInit", 0) != 0
          || call(driver, "cuDriverGetVersion", number) != 0
          || number.get(JAVA_INT, 0) < NEEDED
          || call(driver, "cuDeviceGetCount", number) != 0
          || number.get(JAVA_INT, 0) <= device
          || call(driver, "cuDeviceGet", number, device) != 0) {
        return OptionalLong.empty();
      }
      MemorySegment bytes = arena.allocate(JAVA_LONG);
      return call(driver, "cuDeviceTotalMem_v2", bytes, number.get(JAVA_INT, 0)) == 0
          ? OptionalLong.of(bytes.get(JAVA_LONG, 0))
          : OptionalLong.empty();
    } catch (EngineException e) {
      return OptionalLong.empty(); // no driver, or none that has these functions
    }
  }

  private static int call(SymbolLookup driver, String name, int value) {
    try {
      return (int) Cuda.bind(driver, name, JAVA_INT, JAVA_INT).invokeExact(value);
    } catch (EngineException e) {
      throw e;
    } catch (Throwable e) {
      throw Cuda.broken(e);
    }
  }

  private static int call(SymbolLookup driver, String name, MemorySegment result) {
    try {
      return (int) Cuda.bind(driver, name, JAVA_INT, ADDRESS).invokeExact(result);
    } catch (EngineException e) {
      throw e;
    } catch (Throwable e) {
      throw Cuda.broken(e);
    }
  }

  private static int call(SymbolLookup driver, String name, MemorySegment result, int value) {
    try {
      return (int) Cuda.bind(driver, name, JAVA_INT, ADDRESS, JAVA_INT).invokeExact(result, value);
    } catch (EngineException e) {
      throw e;
    } catch (Throwable e) {
      throw Cuda.broken(e);
    }
  }
}

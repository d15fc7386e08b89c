package ponder.torch;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Map;
import java.util.Optional;
import ponder.model.EngineException;

/// Makes the libraries under libtorch share one pool of threads, whose waits are short.
///
/// libtorch and oneDNN compute on the threads of libgomp. OpenBLAS would bring a pool of its own
/// and MKL, by default, Intel's: two pools that each keep waiting threads busy for up to a fifth of
/// a second, on the cores that the other one needs. Measured with two threads on two cores: 180 ms
/// of processor time for a step of a 135 M model that takes 45. So MKL is told to use libgomp, and
/// OpenBLAS to use the calling thread (small products inside of attention; the large ones are
/// oneDNN's).
///
/// libgomp's waits are shortened for the same reason: by default a thread that has nothing to do
/// spins for milliseconds. On a machine with other work that is what makes libtorch slow: with
/// three times as many runnable threads as cores a step took 430 ms with the default, 50 with this.
///
/// These are environment variables that the libraries read when they are loaded. Those that the
/// user has set stay as they are. Child processes started by Java do not see them.
final class ThreadPools {
  private static final Map<String, String> WANTED =
      Map.of(
          "MKL_THREADING_LAYER", "GNU",
          "OPENBLAS_NUM_THREADS", "1",
          "GOMP_SPINCOUNT", "1000");

  private ThreadPools() {}

  /// Sets what is not set; to be called before a library is loaded. Does nothing where the system
  /// has no `setenv` (Windows).
  static void share() {
    Optional<MemorySegment> found = Linker.nativeLinker().defaultLookup().find("setenv");
    found.ifPresent(ThreadPools::set);
  }

  private static void set(MemorySegment function) {
    MethodHandle setenv =
        Linker.nativeLinker()
            .downcallHandle(
                function,
                FunctionDescriptor.of(
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_INT));
    try (Arena arena = Arena.ofConfined()) {
      for (Map.Entry<String, String> one : WANTED.entrySet()) {
        MemorySegment name = arena.allocateFrom(one.getKey());
        MemorySegment value = arena.allocateFrom(one.getValue());
        int keepWhatIsThere = 0;
        int status = (int) setenv.invokeExact(name, value, keepWhatIsThere);
        if (status != 0) {
          throw new EngineException("%s cannot be set for libtorch.".formatted(one.getKey()));
        }
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new EngineException("Calling setenv failed: " + e, e);
    }
  }
}

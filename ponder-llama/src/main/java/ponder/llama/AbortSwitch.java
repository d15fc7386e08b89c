package ponder.llama;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/// The call-back by which the library asks, between two operations of a graph on the CPU, whether
/// to go on.
///
/// It is called before every operation by the thread that called `llama_decode`: 515 times a
/// forward for a model of 30 layers, at 25 nanoseconds each, a thousandth of the forward. An abort
/// takes effect when the operation under way has ended. Closed after the contexts that were made
/// with it.
final class AbortSwitch implements AutoCloseable {
  private final Arena arena = Arena.ofShared();
  private final MemorySegment stub;
  private volatile long at = Long.MAX_VALUE;

  AbortSwitch() {
    FunctionDescriptor signature = FunctionDescriptor.of(JAVA_BOOLEAN, ADDRESS);
    MethodType type = MethodType.methodType(boolean.class, MemorySegment.class);
    try {
      MethodHandle due = MethodHandles.lookup().findVirtual(AbortSwitch.class, "due", type);
      stub = Linker.nativeLinker().upcallStub(due.bindTo(this), signature, arena);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  /// A C function `bool (void* data)`: whether the computation is to be aborted.
  MemorySegment stub() {
    return stub;
  }

  /// Says when computations are to end: [Long#MAX_VALUE] for never. Any thread.
  void set(long nanoTime) {
    at = nanoTime;
  }

  @SuppressWarnings("UnusedMethod") // called by the library; must not throw
  private boolean due(MemorySegment data) {
    long limit = at;
    return limit != Long.MAX_VALUE && System.nanoTime() >= limit;
  }

  @Override
  public void close() {
    arena.close();
  }
}

package ponder.torch;

import java.lang.foreign.MemorySegment;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.DeviceGuardImplInterface;
import org.bytedeco.pytorch.Stream;
import org.bytedeco.pytorch.global.torch;

/// A queue of a GPU's own, apart from the one that everything else uses.
///
/// A graph can only be recorded on such a stream, and nothing else may run there: memory that is
/// freed on a stream goes to the next who asks for some there. It is one of libtorch's pool, which
/// lives as long as the process.
final class GpuStream {
  private final DeviceGuardImplInterface guard;
  private final Device device;
  private final Stream own;
  private final MemorySegment handle;

  GpuStream(Device device, Cuda cuda) {
    this.device = device;
    guard = torch.getDeviceGuardImpl(torch.DeviceType.CUDA);
    try (PointerScope scope = new PointerScope()) {
      own = guard.getStreamFromGlobalPool(device);
      own.retainReference();
    }
    MemorySegment[] found = new MemorySegment[1];
    run(() -> found[0] = cuda.currentStream(device.index()));
    handle = found[0];
  }

  MemorySegment handle() {
    return handle;
  }

  /// Runs `work` with this thread's kernels on the stream, behind all that was started on the
  /// device before, and waits until they have ended.
  void run(Runnable work) {
    try (PointerScope scope = new PointerScope()) {
      guard.setDevice(device); // each thread has a device of its own that things go to unasked
      guard.synchronizeDevice(device.index());
      Stream before = torch.getCurrentStream(device.index());
      torch.setCurrentStream(own);
      try {
        work.run();
      } finally {
        try {
          guard.synchronizeStream(own); // also behind a failure: others use the same memory
        } finally {
          torch.setCurrentStream(before);
        }
      }
    }
  }
}

package ponder.torch;

import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;
import ponder.model.EngineException;

/// Where a model computes.
///
/// @param name `cpu` or `cuda:N`
/// @param cuda CUDA's functions; null on a CPU
/// @param remark why it is not a GPU although one was welcome; empty if nothing is to be said
record Devices(String name, @Nullable Cuda cuda, String remark) {
  /// What CUDA's allocator, libtorch's for CPUs, and C++ say.
  private static final List<String> SHORT_OF_MEMORY =
      List.of(
          "out of memory",
          "can't allocate memory",
          "not enough memory",
          "std::bad_alloc",
          "CUBLAS_STATUS_ALLOC_FAILED");

  static final String CPU = "cpu";
  static final String AUTO = "auto";

  /// The device that `wanted` means; natives are loaded.
  ///
  /// @param wanted `auto` (a GPU if there is one that works), `cpu`, `cuda` or `cuda:N`
  /// @throws EngineException if a GPU is asked for by name and cannot be had, with the reason
  static Devices choose(String wanted) {
    if (wanted.equals(CPU)) {
      return new Devices(CPU, null, "");
    }
    if (wanted.equals(AUTO) && !TorchNatives.forGpus()) {
      return new Devices(CPU, null, "");
    }
    try {
      return gpu(wanted.equals(AUTO) ? "cuda" : wanted);
    } catch (EngineException e) {
      if (wanted.equals(AUTO)) {
        return new Devices(CPU, null, String.valueOf(e.getMessage()));
      }
      throw e;
    }
  }

  private static Devices gpu(String wanted) {
    if (!TorchNatives.forGpus()) {
      throw missing(
          wanted,
          "libtorch's natives here are for CPUs only. Maybe fetch those for GPUs (ponder natives"
              + " pull torch-cuda), or leave out device");
    }
    Cuda cuda;
    try {
      cuda = new Cuda();
    } catch (EngineException e) {
      throw missing(wanted, String.valueOf(e.getMessage()));
    }
    if (!torch.cuda_is_available()) {
      throw missing(wanted, reason(cuda.driverVersion(), cuda.runtimeVersion(), cuda.complaint()));
    }
    int count = torch.cuda_device_count();
    int index = index(wanted);
    if (index >= count) {
      throw missing(
          wanted,
          "the GPUs here are cuda:0 to cuda:%d. Maybe cuda:0 was meant".formatted(count - 1));
    }
    String name = "cuda:" + index;
    // cuDNN's attention makes a plan for every new shape, tens of milliseconds each, and prompts
    // hardly ever have one twice: it took four fifths of a step that read one.
    torch.globalContext().setSDPUseCuDNN(false);
    tryOut(name);
    return new Devices(name, cuda, "");
  }

  /// The number of the GPU that `cuda` or `cuda:N` means.
  static int index(String wanted) {
    return wanted.contains(":") ? Integer.parseInt(wanted.substring(wanted.indexOf(':') + 1)) : 0;
  }

  /// Why there is no GPU, from what CUDA tells.
  ///
  /// @param driver the newest version that the driver supports, such as 13010; 0 without a driver
  /// @param libraries the libraries' version
  static String reason(int driver, int libraries, String complaint) {
    if (driver == 0) {
      return "there is no NVIDIA driver";
    }
    if (driver / 1000 < libraries / 1000) {
      return "the NVIDIA driver supports CUDA %s, libtorch needs %s. Maybe update the driver"
          .formatted(version(driver), version(libraries));
    }
    return complaint.isEmpty() ? "CUDA cannot use it" : complaint;
  }

  private static String version(int number) {
    return number / 1000 + "." + number % 1000 / 10;
  }

  /// Computes something, since a GPU can be too old, or taken by another.
  private static void tryOut(String name) {
    try (PointerScope scope = new PointerScope()) {
      Tensor two =
          torch
              .ones(new long[] {1}, Tensors.options(torch.ScalarType.Float, new Device(name)))
              .add(torch.ones(1).to(new Device(name), torch.ScalarType.Float));
      if (two.item_float() != 2) {
        throw missing(name, "it computes wrongly");
      }
    } catch (RuntimeException e) {
      throw missing(name, String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
    }
  }

  private static EngineException missing(String wanted, String reason) {
    String end = reason.endsWith(".") ? "" : ".";
    return new EngineException("device (%s) is not there: %s%s".formatted(wanted, reason, end));
  }

  boolean isGpu() {
    return !name.equals(CPU);
  }

  Device device() {
    return new Device(name);
  }

  /// Bytes of the GPU's memory that nobody has taken.
  long freeMemory() {
    try (PointerScope scope = new PointerScope()) {
      return torch.getMemoryInfo(device().index()).first();
    }
  }

  /// Whether a failure of libtorch says that memory is used up.
  static boolean outOfMemory(RuntimeException failure) {
    String message = String.valueOf(failure.getMessage());
    return SHORT_OF_MEMORY.stream().anyMatch(message::contains);
  }
}

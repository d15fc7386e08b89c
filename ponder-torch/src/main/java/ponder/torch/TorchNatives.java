package ponder.torch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;
import ponder.engine.Hardware;
import ponder.model.EngineException;
import ponder.store.Home;

/// Brings libtorch's native libraries into the process, once.
///
/// JavaCPP looks for them as resources on the class path, and unpacks those it finds to a cache; or
/// in folders of `java.library.path`, if told to look there first. Both are decided by system
/// properties that it reads when its first class is loaded, so this class sets them before: the
/// cache lies under the user's home, a folder that the user names is looked at first.
///
/// A folder or class path with libtorch's CUDA build is told from one for CPUs by its library
/// `torch_cuda`; JavaCPP must be told too, before it looks. CUDA's own libraries are not part of
/// it: the system's linker must find them, so a failure names those that it does not.
///
/// An engine's large products are oneDNN's ([OneDnn]), which is part of libtorch. What else
/// multiplies matrices, training above all, goes to OpenBLAS, which has one thread then
/// ([ThreadPools]), or to Intel's MKL where it is there.
final class TorchNatives {
  private static final String PATHS_FIRST = "org.bytedeco.javacpp.pathsfirst";
  static final String CACHE = "org.bytedeco.javacpp.cachedir";
  private static final String BLAS = "org.bytedeco.openblas.load";

  /// Above these JavaCPP collects garbage and waits, at every allocation; it asks the system for
  /// the process's size each time to know. Tensors are freed by scope here, and the memory is
  /// planned beforehand, so it need not.
  private static final List<String> LIMITS =
      List.of("org.bytedeco.javacpp.maxphysicalbytes", "org.bytedeco.javacpp.maxbytes");

  private static final String MKL = "libmkl_rt.so.2";
  private static final String BLAS_LIBRARY = "libopenblas.so.0";

  private static final String EXTENSION = "org.bytedeco.javacpp.platform.extension";
  private static final String GPU = "-gpu";
  private static final String CUDA_LIBRARY = "libtorch_cuda.so";

  /// What libtorch's CUDA build needs of CUDA 13, cuDNN 9 and NCCL 2.
  private static final List<String> CUDA_LIBRARIES =
      List.of(
          "libcudart.so.13",
          "libcublasLt.so.13",
          "libcublas.so.13",
          "libcufft.so.12",
          "libcurand.so.10",
          "libcusparse.so.12",
          "libcufile.so.0",
          "libcupti.so.13",
          "libcudnn.so.9",
          "libnccl.so.2");

  private static @Nullable EngineException failure;
  private static boolean loaded;

  private TorchNatives() {}

  /// Loads the natives unless they are loaded.
  ///
  /// @param library a folder with libraries; null for those on the class path
  /// @throws EngineException if there are none, or they cannot be loaded
  static synchronized void load(@Nullable Path library) {
    if (failure != null) {
      throw new EngineException(String.valueOf(failure.getMessage()), failure);
    }
    if (!loaded) {
      ThreadPools.share();
      prepare(library);
      try {
        Loader.load(torch.class);
        loaded = true;
      } catch (LinkageError e) {
        failure = missing(library, e);
        throw failure;
      }
    }
  }

  private static void prepare(@Nullable Path library) {
    if (library != null) {
      if (!Files.isDirectory(library)) {
        throw new EngineException("There is no folder %s with libtorch.".formatted(library));
      }
      System.setProperty(PATHS_FIRST, "true");
      System.setProperty("java.library.path", library.toAbsolutePath().toString());
    }
    if (System.getProperty(CACHE) == null) {
      Home home = Home.of(Map.copyOf(System.getenv()));
      System.setProperty(CACHE, home.natives().resolve("javacpp").toString());
    }
    LIMITS.stream()
        .filter(limit -> System.getProperty(limit) == null)
        .forEach(limit -> System.setProperty(limit, "0"));
    if (System.getProperty(EXTENSION) == null && hasCuda(library)) {
      System.setProperty(EXTENSION, GPU);
    }
    if (System.getProperty(BLAS) == null && hasMkl(library)) {
      System.setProperty(BLAS, "mkl");
    }
  }

  private static boolean hasCuda(@Nullable Path library) {
    return library != null
        ? Files.exists(library.resolve(CUDA_LIBRARY))
        : TorchNatives.class.getResource("/org/bytedeco/pytorch/linux-x86_64-gpu/" + CUDA_LIBRARY)
            != null;
  }

  /// Whether the natives of a folder are libtorch's CUDA build, and CUDA's own libraries are there
  /// too. Loads the latter.
  static boolean couldUseGpus(@Nullable Path library) {
    return hasCuda(library) && absent(CUDA_LIBRARIES).isEmpty();
  }

  /// Whether the natives are libtorch's CUDA build.
  static boolean forGpus() {
    return GPU.equals(System.getProperty(EXTENSION));
  }

  private static boolean hasMkl(@Nullable Path library) {
    return library != null
        ? isMkl(library.resolve(BLAS_LIBRARY), library.resolve(MKL))
        : TorchNatives.class.getResource("/org/bytedeco/mkl/" + Loader.getPlatform() + "/" + MKL)
            != null;
  }

  /// libtorch asks for OpenBLAS by its file name, so MKL counts only where it lies under that name.
  private static boolean isMkl(Path blas, Path mkl) {
    try {
      return Files.exists(mkl) && Files.exists(blas) && Files.isSameFile(blas, mkl);
    } catch (IOException e) {
      throw new EngineException("%s cannot be read: %s".formatted(blas, e), e);
    }
  }

  private static EngineException missing(@Nullable Path library, LinkageError cause) {
    String where = library == null ? "on the class path" : "in " + library;
    List<String> absent = forGpus() ? absent(CUDA_LIBRARIES) : List.of();
    if (!absent.isEmpty()) {
      return new EngineException(
          "libtorch's natives %s are for GPUs and need CUDA 13, cuDNN 9 and NCCL 2, of which this machine lacks %s. Maybe add their folders to LD_LIBRARY_PATH, or take the natives for CPUs."
              .formatted(where, String.join(", ", absent)),
          cause);
    }
    return new EngineException(
        "libtorch's natives for %s cannot be loaded %s: %s. Maybe name a folder that has them with --library."
            .formatted(Loader.getPlatform(), where, cause.getMessage()),
        cause);
  }

  /// Those of `libraries` that the system's linker cannot load.
  static List<String> absent(List<String> libraries) {
    return libraries.stream().filter(name -> !loads(name)).toList();
  }

  private static boolean loads(String name) {
    try {
      Cuda.library(name);
      return true;
    } catch (EngineException e) {
      return false;
    }
  }

  /// What multiplies matrices that are not packed.
  static String blas() {
    return "mkl".equals(System.getProperty(BLAS)) ? "MKL" : "OpenBLAS";
  }

  /// libtorch's version, as JavaCPP's classes were made for it.
  static String version() {
    try {
      return Loader.getVersion("org.bytedeco", "pytorch");
    } catch (IOException e) {
      return "of unknown version";
    }
  }

  static int threads(int wanted) {
    return wanted == 0 ? Hardware.physicalCores() : wanted;
  }
}

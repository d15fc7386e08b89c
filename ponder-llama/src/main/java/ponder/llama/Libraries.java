package ponder.llama;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import ponder.model.EngineException;

/// llama.cpp's libraries, loaded and found to be the version whose layouts we know.
///
/// Loading is a ladder on which each step is safe if the one before held: the version in the file
/// name; the version strings (functions without arguments that return text); the presence of every
/// function used; the default parameters, read into a struct larger than any known one and compared
/// field by field ([Layouts]). Only then is anything called that takes or returns a struct. A
/// library that fails is closed again and refused with what was found and what is supported.
///
/// A process holds one copy: the library keeps its back ends and its log in globals. All methods
/// may be called from any thread.
public final class Libraries {
  private static final String GGML_SERIES = "0.25.";

  private static @Nullable Libraries loaded;

  private final Path folder;
  private final Api api;
  private final String version;

  private Libraries(Path folder, Api api, String version) {
    this.folder = folder;
    this.api = api;
    this.version = version;
  }

  /// Loads the libraries in `folder`; free if that was done before.
  ///
  /// @param folder holds llama.cpp's libraries and its CPU back ends
  /// @throws EngineException if they are missing, cannot be opened here, are of another version, or
  ///   if this process has loaded those of another folder
  public static synchronized Libraries load(Path folder) {
    Path real = real(folder);
    if (loaded != null) {
      if (!loaded.folder.equals(real)) {
        throw new EngineException(
            "llama.cpp was loaded from %s in this process, so %s cannot be loaded as well. Maybe start another process."
                .formatted(loaded.folder, real));
      }
      return loaded;
    }
    Libraries libraries = probe(real);
    start(libraries);
    loaded = libraries;
    return libraries;
  }

  /// Opens and checks the libraries in `folder` without starting them; a library that fails is
  /// closed again.
  static Libraries probe(Path folder) {
    LibraryFolder files = LibraryFolder.of(folder);
    Arena arena = Arena.ofShared(); // never closed once the libraries are in use
    try {
      return open(files, arena);
    } catch (EngineException e) {
      arena.close();
      throw e;
    }
  }

  /// Versions of what was loaded, such as `llama.cpp 0.5.0-dev, ggml 0.25.1 (0ad4a86)`.
  public String version() {
    return version;
  }

  /// The file name of the CPU back end chosen for this machine; empty if it is built in.
  public String cpuBackend() {
    return NativeLog.cpuBackend();
  }

  Api api() {
    return api;
  }

  private static Path real(Path folder) {
    try {
      return folder.toRealPath();
    } catch (IOException e) {
      throw new EngineException(
          "The natives' folder %s does not exist. %s".formatted(folder, LibraryFolder.WAY_OUT), e);
    }
  }

  private static Libraries open(LibraryFolder files, Arena arena) {
    SymbolLookup base = lookup(files.ggmlBase(), arena);
    String ggml = Api.text(base, "ggml_version", files.ggmlBase());
    if (!ggml.startsWith(GGML_SERIES)) {
      throw refused(files.ggmlBase(), "ggml " + ggml, "ggml " + GGML_SERIES + "x");
    }
    String commit = Api.text(base, "ggml_commit", files.ggmlBase());
    SymbolLookup ggmlFunctions = lookup(files.ggml(), arena);
    SymbolLookup llamaFunctions = lookup(files.llama(), arena);
    String llama = Api.text(llamaFunctions, "llama_version", files.llama());
    if (!llama.equals(Layouts.VERSION) && !llama.startsWith(Layouts.VERSION + "-")) {
      throw refused(files.llama(), "llama.cpp " + llama, "llama.cpp " + Layouts.VERSION);
    }
    Api api = new Api(ggmlFunctions.or(llamaFunctions), files.llama());
    checkDefaults(files.llama(), api);
    return new Libraries(
        files.folder(), api, "llama.cpp %s, ggml %s (%s)".formatted(llama, ggml, commit));
  }

  private static SymbolLookup lookup(Path file, Arena arena) {
    try {
      return SymbolLookup.libraryLookup(file, arena);
    } catch (IllegalArgumentException e) {
      throw new EngineException(
          "The library %s cannot be opened on this machine. Maybe it is for another platform or needs a newer system; %s"
              .formatted(file, "`ponder natives pull` fetches the one for this platform."),
          e);
    }
  }

  private static void checkDefaults(Path file, Api api) {
    try (Arena scratch = Arena.ofConfined()) {
      checkStruct(
          file,
          "llama_model_default_params",
          Layouts.MODEL_PARAMS,
          Layouts.MODEL_DEFAULTS,
          api.untrusted("llama_model_default_params", scratch));
      checkStruct(
          file,
          "llama_context_default_params",
          Layouts.CONTEXT_PARAMS,
          Layouts.CONTEXT_DEFAULTS,
          api.untrusted("llama_context_default_params", scratch));
    }
  }

  private static void checkStruct(
      Path file,
      String function,
      StructLayout layout,
      Map<String, Number> defaults,
      MemorySegment written) {
    List<String> differences = Layouts.differences(layout, defaults, written);
    if (!differences.isEmpty()) {
      throw refused(
          file,
          "a library whose %s differs (%s)".formatted(function, String.join(", ", differences)),
          "llama.cpp " + Layouts.VERSION);
    }
  }

  /// Directs the log, then lets the library choose its back ends: the last step, as it cannot be
  /// undone.
  private static void start(Libraries libraries) {
    Api api = libraries.api;
    api.logSet(NativeLog.stub());
    api.loadBackends(libraries.folder.toString());
    if (api.deviceCount() == 0) {
      throw new EngineException(
          "llama.cpp found no CPU back end for this machine in %s. %s"
              .formatted(libraries.folder, LibraryFolder.WAY_OUT));
    }
    api.backendInit();
  }

  static EngineException refused(Path file, String found, String supported) {
    return new EngineException(
        "%s is %s; supported is %s. %s".formatted(file, found, supported, LibraryFolder.WAY_OUT));
  }
}

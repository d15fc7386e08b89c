package ponder.llama;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import ponder.engine.Hardware;
import ponder.gguf.Gguf;
import ponder.gguf.GgufCheck;
import ponder.model.EngineException;

/// Writes a model once more with its weights in another type, for speed.
///
/// llama.cpp's kernels differ by type: Q4_1 has none for batches, while Q4_0 is rearranged at load
/// so that many sequences share each weight that is read. A model that came as Q4_1 can so decode a
/// batch faster after it was written anew. Going to `Q8_0` or `F16` keeps nearly all of the
/// quantised weights' precision; going to `Q4_0` loses some more.
public final class Requantizer {
  /// What weights can be written as.
  public enum Type {
    F16(1),
    Q4_0(2),
    Q8_0(7),
    IQ4_NL(25);

    private final int code;

    Type(int code) {
      this.code = code;
    }

    /// The type called `name`, in any case.
    ///
    /// @throws IllegalArgumentException if there is none; the message lists those there are
    public static Type named(String name) {
      return Arrays.stream(values())
          .filter(type -> type.name().equalsIgnoreCase(name))
          .findFirst()
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "'%s' is no type to write weights as. Maybe one of %s was meant."
                          .formatted(name, names())));
    }

    private static List<String> names() {
      return Arrays.stream(values()).map(type -> type.name().toLowerCase(Locale.ROOT)).toList();
    }
  }

  private final Libraries libraries;

  public Requantizer(Libraries libraries) {
    this.libraries = libraries;
  }

  /// Writes the model in `from` to `to` with weights of `type`; `to` appears when it is whole.
  ///
  /// Cost: reads and writes the whole model, about a second per 100 MB and core.
  ///
  /// @throws EngineException if `from` is no sound model file, if llama.cpp cannot do it, with its
  ///   words, or if the disk is full
  public void write(Path from, Path to, Type type) {
    try (Gguf file = Gguf.open(from)) {
      GgufCheck.model(file);
    }
    Path partial = to.resolveSibling(to.getFileName() + "." + ProcessHandle.current().pid());
    try {
      run(from, partial, type);
      Files.move(partial, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new EngineException("%s cannot be written: %s.".formatted(to, e.getMessage()), e);
    } finally {
      remove(partial);
    }
  }

  private void run(Path from, Path to, Type type) {
    Api api = libraries.api();
    NativeLog.forget();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment parameters = defaults(api, arena);
      Layouts.setInt(Layouts.QUANTIZE_PARAMS, parameters, "nthread", Hardware.physicalCores());
      Layouts.setInt(Layouts.QUANTIZE_PARAMS, parameters, "ftype", type.code);
      Layouts.setFlag(Layouts.QUANTIZE_PARAMS, parameters, "allow_requantize", true);
      MemorySegment source = arena.allocateFrom(from.toString());
      if (api.quantize(source, arena.allocateFrom(to.toString()), parameters) != 0) {
        throw new EngineException(
            "llama.cpp cannot write %s as %s%s".formatted(from, type, NativeLog.reason()));
      }
    }
  }

  private static MemorySegment defaults(Api api, Arena arena) {
    List<String> differences =
        Layouts.differences(
            Layouts.QUANTIZE_PARAMS,
            Layouts.QUANTIZE_DEFAULTS,
            api.untrusted("llama_model_quantize_default_params", arena));
    if (!differences.isEmpty()) {
      throw new EngineException(
          "This llama.cpp cannot requantise: its settings are not those of version %s (%s)."
              .formatted(Layouts.VERSION, String.join(", ", differences)));
    }
    return api.quantizeDefaults(arena);
  }

  private static void remove(Path partial) {
    try {
      Files.deleteIfExists(partial);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

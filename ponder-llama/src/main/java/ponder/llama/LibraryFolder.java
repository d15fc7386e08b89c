package ponder.llama;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import ponder.model.EngineException;

/// The three library files of llama.cpp in a folder, whatever its packager called them:
/// `libllama.v0.5.0.so`, `libllama.so`, `libllama.so.0.5.0`, `llama.dll`, `libllama.0.dylib`.
///
/// A version in the name of the llama library that is not ours is refused here, before the file is
/// opened.
record LibraryFolder(Path folder, Path ggmlBase, Path ggml, Path llama) {
  static final String WAY_OUT =
      "Maybe run `ponder natives pull`, which fetches llama.cpp " + Layouts.VERSION + ".";

  private static final Pattern NAME =
      Pattern.compile(
          "(?:lib)?(llama|ggml-base|ggml)(?:\\.(?:cuda|vulkan))?(?:\\.v?(\\d[\\d.]*))?\\.(?:so|dylib|dll)(?:\\.(\\d[\\d.]*))?");

  /// One library file: which library, and the version in its name, empty if there is none.
  private record Found(String library, String version, Path file) {}

  /// Finds the files.
  ///
  /// @throws EngineException if `folder` is no folder, a library is missing, or only other versions
  ///   are there
  static LibraryFolder of(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new EngineException(
          "The natives' folder %s does not exist. %s".formatted(folder, WAY_OUT));
    }
    List<Found> all = list(folder);
    Path llama = pick(folder, all, "llama", Layouts.VERSION);
    return new LibraryFolder(
        folder, pick(folder, all, "ggml-base", ""), pick(folder, all, "ggml", ""), llama);
  }

  private static List<Found> list(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      List<Found> found = new ArrayList<>();
      for (Path file : files.sorted().toList()) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        if (name.matches()) {
          String before = Optional.ofNullable(name.group(2)).orElse("");
          String behind = Optional.ofNullable(name.group(3)).orElse("");
          found.add(new Found(name.group(1), before.isEmpty() ? behind : before, file));
        }
      }
      return found;
    } catch (IOException e) {
      throw new EngineException(
          "The natives' folder %s cannot be read: %s".formatted(folder, e), e);
    }
  }

  /// The file of `library` with the shortest name among those whose version fits `wanted`, a dotted
  /// version of which the name may carry the first parts; empty if any will do.
  private static Path pick(Path folder, List<Found> all, String library, String wanted) {
    List<Found> named = all.stream().filter(found -> found.library().equals(library)).toList();
    if (named.isEmpty()) {
      throw new EngineException("No %s library is in %s. %s".formatted(library, folder, WAY_OUT));
    }
    return named.stream()
        .filter(found -> wanted.isEmpty() || (wanted + ".").startsWith(prefix(found.version())))
        .map(Found::file)
        .min(Comparator.comparingInt(file -> file.getFileName().toString().length()))
        .orElseThrow(
            () ->
                new EngineException(
                    "%s is of another version than llama.cpp %s, the only one supported. %s"
                        .formatted(named.getFirst().file(), wanted, WAY_OUT)));
  }

  private static String prefix(String version) {
    return version.isEmpty() ? "" : version + ".";
  }
}

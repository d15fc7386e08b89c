package ponder.torch;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// A Java process of its own for what may not happen in the test's.
///
/// @param folder where it runs
record Child(Path folder, String classPath, Path output, Path errors) {
  private static final long MOST_SECONDS = 600;
  private static final String CACHE = "org.bytedeco.javacpp.cachedir";

  /// With the class path of this process.
  Child(Path folder, Path output, Path errors) {
    this(folder, System.getProperty("java.class.path"), output, errors);
  }

  /// The same without the jars that hold native libraries.
  Child withoutNatives() {
    String classes =
        Arrays.stream(classPath.split(File.pathSeparator))
            .filter(entry -> !entry.matches(".*(linux|macosx|windows)-[a-z0-9_]+\\.jar"))
            .collect(Collectors.joining(File.pathSeparator));
    return new Child(folder, classes, output, errors);
  }

  /// Runs a class's `main` and waits for its end.
  ///
  /// @return its exit code
  int run(Class<?> program, String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-D%s=%s".formatted(CACHE, System.getProperty(CACHE)),
                "-cp",
                classPath,
                program.getName()));
    command.addAll(List.of(arguments));
    Process child =
        new ProcessBuilder(command)
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile())
            .directory(folder.toFile())
            .start();
    if (!child.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
      child.destroyForcibly().waitFor();
    }
    return child.exitValue();
  }
}

package ponder.torch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A Java process of its own for what may not happen in the test's.
///
/// @param folder where it runs
record Child(Path folder, Path output, Path errors) {
  private static final long MOST_SECONDS = 600;
  private static final String CACHE = "org.bytedeco.javacpp.cachedir";

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
                System.getProperty("java.class.path"),
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

package ponder.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A Java process of its own that runs to its end, for what may not happen in the test's.
///
/// What it writes goes to files, so all that came before a sudden end is there.
///
/// @param folder where it runs
/// @param classPath as `java -cp` takes it
/// @param properties names of this process's system properties that it is given too, where set
public record JavaRun(Path folder, String classPath, List<String> properties) {
  private static final long MOST_SECONDS = 600;

  public JavaRun {
    properties = List.copyOf(properties);
  }

  /// With the class path of this process.
  public JavaRun(Path folder, String... properties) {
    this(folder, System.getProperty("java.class.path"), List.of(properties));
  }

  /// The same with another class path.
  public JavaRun withClassPath(String value) {
    return new JavaRun(folder, value, properties);
  }

  /// Where its standard output goes.
  public Path output() {
    return folder.resolve("output");
  }

  /// Where its error output goes.
  public Path errors() {
    return folder.resolve("errors");
  }

  /// Runs a class's `main` and waits for its end.
  ///
  /// @return its exit code
  /// @throws AssertionError with the end of its output if it does not end within ten minutes
  public int run(Class<?> program, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(java(classPath));
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC"));
    for (String property : properties) {
      String value = System.getProperty(property);
      if (value != null) {
        command.add("-D%s=%s".formatted(property, value));
      }
    }
    command.add(program.getName());
    command.addAll(arguments);
    Process child =
        new ProcessBuilder(command)
            .redirectOutput(output().toFile())
            .redirectError(errors().toFile())
            .directory(folder.toFile())
            .start();
    if (!child.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
      child.destroyForcibly().waitFor();
      String said = Files.readString(output());
      throw new AssertionError(
          "%s did not end within %d s; at last it wrote: %s"
              .formatted(
                  program.getName(),
                  MOST_SECONDS,
                  said.substring(Math.max(0, said.length() - 200))));
    }
    return child.exitValue();
  }

  /// How a command begins that runs a class of `classPath`.
  static List<String> java(String classPath) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        classPath);
  }
}

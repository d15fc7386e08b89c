package ponder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The start script in a small checkout of its own, with a Maven that only notes that it was called
/// and a Java that prints its arguments.
class StartScriptTest {
  /// What the script and the made-up Maven use: nothing else is on their PATH.
  private static final List<String> NEEDED =
      List.of(
          "cat",
          "cp",
          "date",
          "find",
          "head",
          "ln",
          "mkdir",
          "mv",
          "readlink",
          "rm",
          "rmdir",
          "sleep",
          "touch");

  @TempDir Path folder;
  private Path checkout;
  private Path tools;
  private Path java;

  @BeforeEach
  void aFreshCheckout() throws IOException {
    Path real = folder.toRealPath();
    Path root = Path.of(System.getProperty("ponder.root"));
    checkout = Files.createDirectories(real.resolve("check out"));
    Files.createDirectories(checkout.resolve(".mvn"));
    Files.copy(root.resolve("ponder"), checkout.resolve("ponder"));
    Files.copy(root.resolve(".mvn/find-jdk.sh"), checkout.resolve(".mvn/find-jdk.sh"));
    Files.createDirectories(checkout.resolve("ponder-app/src/main/java"));
    Files.writeString(checkout.resolve("pom.xml"), "<project/>");
    Files.writeString(checkout.resolve("ponder-app/pom.xml"), "<project/>");
    Files.writeString(checkout.resolve("ponder-app/src/main/java/A.java"), "class A {}");
    java = Files.createDirectories(real.resolve("jdk"));
    Files.createDirectories(java.resolve("bin"));
    Files.writeString(java.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
    program(java.resolve("bin/javac"), "exit 0");
    program(
        java.resolve("bin/java"), "case \"$*\" in *AOTCacheOutput*) exit 0;; esac\necho \"$@\"");
    tools = Files.createDirectories(real.resolve("tools"));
    for (String tool : NEEDED) {
      Path there = Path.of("/usr/bin", tool);
      program(
          tools.resolve(tool),
          "exec " + (Files.exists(there) ? there : Path.of("/bin", tool)) + " \"$@\"");
    }
    maven(
        """
        mkdir -p ponder-app/target/lib
        echo app > ponder-app/target/ponder-app-1.jar
        echo lib > ponder-app/target/lib/other-1.jar
        echo core > ponder-app/target/lib/ponder-core-1.jar""");
    anHourAgo();
  }

  @Test
  void buildsTheFirstTimeAndNotAgain() throws Exception {
    Said first = run("--help");
    Said second = run("solve", "two words");

    assertThat(first.code).isZero();
    assertThat(first.err).isEqualTo("ponder: building (the first time takes a minute or two).\n");
    assertThat(first.out).endsWith("ponder.cli.Main --help\n");
    assertThat(second.err).isEmpty();
    assertThat(second.out).endsWith("ponder.cli.Main solve two words\n");
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void buildsAgainWhenASourceChangesAppearsOrGoes() throws Exception {
    Path source = checkout.resolve("ponder-app/src/main/java/A.java");
    run();
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(1)));
    run();
    assertThat(builds()).isEqualTo(2);

    Files.setLastModifiedTime(source, FileTime.from(Instant.now().minusSeconds(99)));
    run();
    int before = builds();
    Files.delete(source);
    Files.setLastModifiedTime(source.getParent(), FileTime.from(Instant.now().plusSeconds(1)));
    run();
    assertThat(builds()).isEqualTo(before + 1);
  }

  @Test
  void runsFromTheJarsOfItsBuildWhateverIsBuiltLater() throws Exception {
    String classPath = run().out.replaceAll(".*-cp (.*) ponder.cli.Main\\s*", "$1");

    Path jar = Path.of(classPath);
    assertThat(jar).hasFileName("ponder-app.jar").hasContent("app");
    assertThat(jar.resolveSibling("lib/ponder-core-1.jar")).hasContent("core");
    assertThat(jar.resolveSibling("lib/other-1.jar")).hasContent("lib");
    assertThat(jar).startsWith(checkout.resolve("ponder-app/target/run"));
  }

  @Test
  void worksThroughASymbolicLinkFromElsewhere() throws Exception {
    Path link = Files.createSymbolicLink(tools.resolve("ponder"), checkout.resolve("ponder"));

    Said said = start(List.of(link.toString(), "--version"), folder).said();

    assertThat(said.code).isZero();
    assertThat(said.out).contains(checkout.toString()).endsWith("ponder.cli.Main --version\n");
  }

  @Test
  void givesJavaItsOptions() throws Exception {
    run();
    Running running =
        start(
            List.of("/usr/bin/env", "PONDER_JAVA_OPTS=-Xmx1g -Da=b", checkout + "/ponder"), folder);

    assertThat(running.said().out)
        .contains("-Xmx1g -Da=b")
        .contains("--enable-native-access=ALL-UNNAMED");
  }

  @Test
  void twoAtOnceBuildOnce() throws Exception {
    List<Running> both =
        List.of(
            start(List.of(checkout + "/ponder", "one"), folder),
            start(List.of(checkout + "/ponder", "two"), folder));

    List<Integer> codes = new ArrayList<>();
    for (Running running : both) {
      codes.add(running.said().code);
    }
    assertThat(codes).containsExactly(0, 0);
    assertThat(builds()).isEqualTo(1);
    assertThat(checkout.resolve("ponder-app/target/run.lock")).doesNotExist();
  }

  @Test
  void takesOverTheLockOfADeadBuild() throws Exception {
    Process dead = new ProcessBuilder("/bin/sh", "-c", "exit 0").start();
    assertThat(dead.waitFor()).isZero();
    Path lock = Files.createDirectories(checkout.resolve("ponder-app/target/run.lock"));
    Files.writeString(lock.resolve("owner"), dead.pid() + "\n");

    Said said = run();

    assertThat(said.code).isZero();
    assertThat(builds()).isEqualTo(1);
    assertThat(lock).doesNotExist();
  }

  @Test
  void saysInOneLineThatMavenIsMissing() throws Exception {
    Files.delete(tools.resolve("mvn"));

    Said said = run();

    assertThat(said.code).isEqualTo(3);
    assertThat(said.out).isEmpty();
    assertThat(said.err).startsWith("ponder: Maven is needed").hasLineCount(1);
  }

  @Test
  void showsWhyABuildFailedAndTriesAgain() throws Exception {
    maven("echo '[ERROR] A.java:[1,1] no such thing'; exit 1");

    Said said = run();
    run();

    assertThat(said.code).isEqualTo(3);
    assertThat(said.out).isEmpty();
    assertThat(said.err).contains("no such thing").contains("ponder: the build failed");
    assertThat(builds()).isEqualTo(2);
  }

  private void maven(String what) throws IOException {
    program(tools.resolve("mvn"), "echo called >> '" + folder + "/builds'\n" + what);
  }

  private int builds() throws IOException {
    return Files.readAllLines(folder.resolve("builds")).size();
  }

  /// As old as a checkout usually is, so that the stamp of a build is newer.
  private void anHourAgo() throws IOException {
    FileTime then = FileTime.from(Instant.now().minusSeconds(3600));
    try (var files = Files.walk(checkout)) {
      for (Path file : files.toList()) {
        Files.setLastModifiedTime(file, then);
      }
    }
  }

  private static void program(Path file, String text) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + text + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private Said run(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(checkout + "/ponder"));
    command.addAll(List.of(arguments));
    return start(command, folder).said();
  }

  private Running start(List<String> command, Path where) throws IOException {
    Path err = Files.createTempFile(folder, "err", "");
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(where.toFile()).redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", tools.toString());
    builder.environment().put("JAVA_HOME", java.toString());
    return new Running(builder.start(), err);
  }

  private record Running(Process process, Path err) {
    Said said() throws Exception {
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      return new Said(process.exitValue(), out, Files.readString(err));
    }
  }

  private record Said(int code, String out, String err) {}
}

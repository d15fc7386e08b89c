package ponder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `.mvn/find-jdk.sh` picks, with made-up JDKs of a version no machine has.
class JdkFinderTest {
  @TempDir Path folder;
  private Path home;

  @BeforeEach
  void anEmptyHome() throws IOException {
    home = Files.createDirectory(folder.resolve("home"));
  }

  @Test
  void takesJavaHomeIfItIsNewEnough() throws Exception {
    Path jdk = jdk("jdk-90", "90.0.1", true);

    assertThat(find(jdk, "/usr/bin:/bin")).isEqualTo(jdk.toString());
  }

  @Test
  void takesANewerOneFromThePathThanJavaHome() throws Exception {
    Path old = jdk("jdk-17", "17.0.15", true);
    Path fit = jdk("jdk-91", "91", true);

    assertThat(find(old, fit.resolve("bin") + ":/usr/bin:/bin")).isEqualTo(fit.toString());
  }

  @Test
  void followsSymbolicLinksOnThePath() throws Exception {
    Path fit = jdk("jdk-92", "92-ea", true);
    Path bin = Files.createDirectory(folder.resolve("bin"));
    Files.createSymbolicLink(bin.resolve("alternative"), fit.resolve("bin/javac"));
    Files.createSymbolicLink(bin.resolve("javac"), Path.of("alternative"));

    assertThat(find(null, bin + ":/usr/bin:/bin")).isEqualTo(fit.toString());
  }

  @Test
  void looksIntoTheFoldersOfInstallers() throws Exception {
    Path fit = jdk("home/.sdkman/candidates/java/93-tem", "93.0.2", true);

    assertThat(find(null, "/usr/bin:/bin")).isEqualTo(fit.toString());
  }

  @Test
  void passesOverAnOldOneAndOneThatCannotCompile() throws Exception {
    jdk("home/.sdkman/candidates/java/17-tem", "17.0.15", true);
    jdk("home/.sdkman/candidates/java/8", "1.8.0_402", true);
    jdk("home/.sdkman/candidates/java/94-jre", "94.0.1", false);
    Path fit = jdk("home/.jdks/temurin-94", "94.0.1", true);

    assertThat(find(null, "/usr/bin:/bin")).isEqualTo(fit.toString());
  }

  @Test
  void saysInOneLineWhatToInstall() throws Exception {
    assertThat(find(jdk("jdk-17", "17.0.15", true), "/usr/bin:/bin"))
        .startsWith("ponder: no JDK 89 or newer found")
        .contains("openjdk-25-jdk-headless")
        .doesNotContain("\n");
  }

  private Path jdk(String name, String version, boolean compiler) throws IOException {
    Path jdk = Files.createDirectories(folder.toRealPath().resolve(name));
    Files.createDirectories(jdk.resolve("bin"));
    for (String tool : compiler ? new String[] {"java", "javac"} : new String[] {"java"}) {
      Files.writeString(jdk.resolve("bin").resolve(tool), "#!/bin/sh\nexit 1\n");
      assertThat(jdk.resolve("bin").resolve(tool).toFile().setExecutable(true)).isTrue();
    }
    Files.writeString(
        jdk.resolve("release"), "IMPLEMENTOR=\"A\"\nJAVA_VERSION=\"" + version + "\"\nOS=\"x\"\n");
    return jdk;
  }

  /// What the finder exports, or else its complaint.
  private String find(@Nullable Path javaHome, String path)
      throws IOException, InterruptedException {
    String finder =
        Path.of(System.getProperty("ponder.root")).resolve(".mvn/find-jdk.sh").toString();
    ProcessBuilder builder =
        new ProcessBuilder(
                "/bin/sh",
                "-c",
                ". '" + finder + "'; ponder_jdk_wanted=89; ponder_find_jdk && echo \"$JAVA_HOME\"")
            .redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.put("HOME", home.toRealPath().toString());
    environment.put("PATH", path);
    if (javaHome != null) {
      environment.put("JAVA_HOME", javaHome.toString());
    }
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    return said.strip();
  }
}

package ponder.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import ponder.model.EngineException;
import ponder.store.Home;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "The stand-in npm is a shell script")
class NativesTest {
  private static final byte[] LIBRARY = "library".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;
  private Home home;
  private Path tools;
  private Path archive;

  @BeforeEach
  void makeTools() throws Exception {
    home = new Home(folder.resolve("home"));
    tools = Files.createDirectory(folder.resolve("tools"));
    archive = folder.resolve("package.tgz");
    Files.write(
        archive,
        new TarBall()
            .file("package/package.json", LIBRARY)
            .file("package/LICENSE", LIBRARY)
            .file("package/bins/linux-x64/libllama.v0.5.0.so", LIBRARY)
            .file("package/bins/linux-x64/libggml-base.so", LIBRARY)
            .file("package/bins/linux-x64/llama-addon.node", LIBRARY)
            .file("package/bins/linux-x64/../../../escape.so", LIBRARY)
            .file("package/bins/linux-x64/deep/er.so", LIBRARY)
            .file("../outside.so", LIBRARY)
            .end());
    npm("");
  }

  @Test
  void unpacksTheLibrariesAlone() throws Exception {
    var installed = natives(integrity()).pull("", Progress.NONE);
    Path target = home.natives().resolve("org-linux-x64-1.0");
    assertThat(installed.library().folder()).isEqualTo(target);
    assertThat(installed.pinned()).isTrue();
    assertThat(names(target))
        .containsExactlyInAnyOrder(
            "LICENSE", "libllama.v0.5.0.so", "libggml-base.so", "ponder-stamp");
    assertThat(target.resolve("libllama.v0.5.0.so")).hasBinaryContent(LIBRARY);
    assertThat(names(home.natives())).containsExactlyInAnyOrder(".partial", "org-linux-x64-1.0");
    assertThat(names(home.natives().resolve(".partial"))).allMatch(name -> name.endsWith(".lock"));
    assertThat(Files.readString(tools.resolve("arguments")))
        .startsWith("pack @org/linux-x64@1.0 --ignore-scripts --pack-destination ");
  }

  @Test
  void findsWhatWasPulledAndDoesNotFetchItAgain() throws Exception {
    var natives = natives(integrity());
    assertThatThrownBy(() -> natives.find(null))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("Maybe fetch them: ponder natives pull")
        .hasMessageContaining("--library DIR");
    var library = natives.pull("", Progress.NONE).library();
    assertThat(natives.find(null)).isEqualTo(library);
    Files.delete(tools.resolve("npm"));
    assertThat(natives.pull("linux-x64", Progress.NONE).already()).isTrue();
  }

  @Test
  void passesOverFoldersWithoutTheRightStamp() throws Exception {
    var natives = natives(integrity());
    Path target = natives.pull("", Progress.NONE).library().folder();
    Files.writeString(target.resolve("ponder-stamp"), "@org/linux-x64 1.0\nsha512-other\n");
    assertThatThrownBy(() -> natives.find(null)).isInstanceOf(EngineException.class);
    assertThat(natives.pull("", Progress.NONE).already()).isFalse();
    assertThat(natives.find(null).folder()).isEqualTo(target);
  }

  @Test
  void clearsWhatAKilledPullLeft() throws Exception {
    Path left = home.make(home.natives().resolve(".partial/org-linux-x64-1.0"));
    Files.writeString(left.resolve("a.tgz"), "half of it");
    natives(integrity()).pull("", Progress.NONE);
    assertThat(left).doesNotExist();
  }

  @Test
  void prefersAVariantThatWasFetched() throws Exception {
    var natives = natives(integrity());
    natives.pull("", Progress.NONE);
    var variant = natives.pull("linux-x64-cuda", Progress.NONE).library();
    assertThat(natives.find(null)).isEqualTo(variant);
  }

  @Test
  void takesTheUsersFolderFirst() throws Exception {
    var natives = natives(integrity());
    natives.pull("", Progress.NONE);
    Path own = Files.createDirectory(folder.resolve("own"));
    assertThatThrownBy(() -> natives.find(own))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining(own.toString());
    Files.write(own.resolve("libllama.dylib"), LIBRARY);
    assertThat(natives.find(own)).isEqualTo(new Natives.Library(own, null));
    assertThatThrownBy(() -> natives.find(own.resolve("none"))).hasMessageContaining("none");
  }

  @Test
  void wrongIntegrityLeavesNothing() throws Exception {
    String other = "sha512-" + "A".repeat(86) + "==";
    assertThatThrownBy(() -> natives(other).pull("", Progress.NONE))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining(integrity())
        .hasMessageContaining(other);
    assertThat(names(home.natives())).containsExactly(".partial");
  }

  @Test
  void withoutAPinTheRegistrysIntegrityCounts() throws Exception {
    npm(integrity());
    var installed = natives(null).pull("", Progress.NONE);
    assertThat(installed.pinned()).isFalse();
    assertThat(natives(null).find(null)).isEqualTo(installed.library());

    Files.write(archive, new TarBall().file("package/bins/x/libllama.so", LIBRARY).end());
    var elsewhere = new Home(folder.resolve("elsewhere"));
    assertThatThrownBy(() -> natives(elsewhere, null).pull("", Progress.NONE))
        .hasMessageContaining("not the expected");
  }

  @Test
  void missingNpmIsNamedWithTheWaysOut() throws Exception {
    Files.delete(tools.resolve("npm"));
    assertThatThrownBy(() -> natives(integrity()).pull("", Progress.NONE))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("No npm was found on PATH.")
        .hasMessageContaining("Maybe install Node.js")
        .hasMessageContaining("--library DIR");
  }

  @Test
  void failingNpmIsQuoted() throws Exception {
    script(
        "echo 'npm warn old' >&2; echo 'npm error code E404' >&2; echo 'npm error 404 No match' >&2; exit 1");
    assertThatThrownBy(() -> natives(integrity()).pull("", Progress.NONE))
        .hasMessageContaining("npm pack @org/linux-x64@1.0 failed: 404 No match.");
  }

  @Test
  void brokenPackageLeavesNothing() throws Exception {
    Files.writeString(archive, "no archive");
    assertThatThrownBy(() -> natives(integrity()).pull("", Progress.NONE))
        .hasMessageContaining("cannot be unpacked");
    Files.write(archive, new TarBall().file("package/bins/x/other.so", LIBRARY).end());
    assertThatThrownBy(() -> natives(integrity()).pull("", Progress.NONE))
        .hasMessageContaining("holds no library of llama.cpp");
    assertThat(names(home.natives())).containsExactly(".partial");
  }

  @Test
  void unknownNameOffersTheNearest() throws Exception {
    assertThatThrownBy(() -> natives(integrity()).pull("linux-x64-cudda", Progress.NONE))
        .hasMessageContaining("Maybe 'linux-x64-cuda' was meant");
  }

  @Test
  void unknownPlatformSaysWhatToDo() {
    var none = new Natives(home, List.of(), "solaris-sparc", Map.of());
    assertThatThrownBy(() -> none.find(null))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("solaris-sparc")
        .hasMessageContaining("--library DIR");
    assertThatThrownBy(() -> none.pull("", Progress.NONE)).hasMessageContaining("solaris-sparc");
  }

  @Test
  void unusableHomeNamesTheWayOut() throws Exception {
    var blocked = new Home(Files.writeString(folder.resolve("file"), "").resolve("home"));
    assertThatThrownBy(() -> natives(blocked, integrity()).pull("", Progress.NONE))
        .hasMessageContaining("Maybe set PONDER_HOME");
    assertThatThrownBy(() -> natives(blocked, integrity()).find(null))
        .hasMessageContaining("ponder natives pull");
  }

  @Test
  void namesPlatformsAsTheCatalogueDoes() {
    assertThat(Natives.platform("Linux", "amd64")).isEqualTo("linux-x64");
    assertThat(Natives.platform("Linux", "aarch64")).isEqualTo("linux-arm64");
    assertThat(Natives.platform("Mac OS X", "aarch64")).isEqualTo("mac-arm64");
    assertThat(Natives.platform("Mac OS X", "x86_64")).isEqualTo("mac-x64");
    assertThat(Natives.platform("Windows 11", "amd64")).isEqualTo("win-x64");
    assertThat(Natives.platform("FreeBSD", "riscv64")).isEqualTo("freebsd-riscv64");
  }

  @Test
  void shippedBuildsAreWellFormed() {
    var builds = Natives.parse(Catalogue.resource("natives.yaml"));
    assertThat(builds).extracting(NativeBuild::name).doesNotHaveDuplicates();
    assertThat(builds)
        .filteredOn(build -> build.variant().isEmpty())
        .extracting(NativeBuild::platform)
        .containsExactlyInAnyOrder(
            "linux-x64", "linux-arm64", "mac-arm64", "mac-x64", "win-x64", "win-arm64");
    assertThat(builds).allSatisfy(build -> assertThat(build.llama()).isEqualTo("v0.5.0"));
  }

  private Natives natives(@Nullable String integrity) {
    return natives(home, integrity);
  }

  private Natives natives(Home in, @Nullable String integrity) {
    var usual =
        new NativeBuild("linux-x64", "", "@org/linux-x64", "1.0", integrity, "v0.5.0", "MIT");
    var cuda =
        new NativeBuild(
            "linux-x64", "cuda", "@org/linux-x64-cuda", "1.0", integrity, "v0.5.0", "MIT");
    return new Natives(in, List.of(usual, cuda), "linux-x64", Map.of("PATH", tools.toString()));
  }

  private String integrity() throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-512").digest(Files.readAllBytes(archive));
    return "sha512-" + Base64.getEncoder().encodeToString(digest);
  }

  /// Copies the package file for `pack`, and states `integrity` for `view`.
  private void npm(String integrity) throws Exception {
    script(
        """
        echo "$@" > %s/arguments
        if [ "$1" = view ]; then echo '%s'; exit 0; fi
        /bin/cp %s "$5"
        """
            .formatted(tools, integrity, archive));
  }

  private void script(String text) throws Exception {
    Path file = Files.writeString(tools.resolve("npm"), "#!/bin/sh\n" + text + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private static List<String> names(Path in) throws Exception {
    try (Stream<Path> files = Files.list(in)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}

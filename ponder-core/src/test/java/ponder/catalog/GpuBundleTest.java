package ponder.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import ponder.core.Seed;
import ponder.model.EngineException;
import ponder.store.Tool;

/// Packs and unpacks small stand-ins for the runtime, the jars and the libraries.
@EnabledOnOs(value = OS.LINUX, disabledReason = "The bundle is for Linux, and so are tar and xz")
final class GpuBundleTest {
  private static final Map<String, String> PATH = Map.of("PATH", "/usr/bin:/bin");

  @TempDir private Path folder;
  private GpuBundle.Contents contents;
  private byte[] model;

  @BeforeEach
  void makeStandIns() throws Exception {
    assumeTrue(Tool.find(PATH, "xz").isPresent(), "xz is not installed");
    Path jdk = folder.resolve("jdk");
    Path jlink =
        Files.writeString(
            Files.createDirectories(jdk.resolve("bin")).resolve("jlink"),
            """
            #!/bin/sh
            while [ "$1" != --output ]; do shift; done
            mkdir -p "$2/bin" && printf '#!/bin/sh\\necho "$@"\\n' > "$2/bin/java" && chmod +x "$2/bin/java"
            """);
    assertThat(jlink.toFile().setExecutable(true)).isTrue();
    Path natives = Files.createDirectory(folder.resolve("torch-cuda"));
    Files.write(natives.resolve("libtorch_cuda.so"), FatBinaryTest.library());
    Files.writeString(natives.resolve("libopenblas.so.0"), "blas");
    Files.createSymbolicLink(
        natives.resolve("libopenblas_nolapack.so.0"), Path.of("libopenblas.so.0"));
    Path jar = Files.writeString(folder.resolve("ponder.jar"), "jar");
    model = new byte[5000];
    Seed seed = new Seed(1);
    for (int i = 0; i < model.length; i++) {
      model[i] = (byte) seed.split("byte", i).value();
    }
    Path file = Files.write(folder.resolve("tiny.gguf"), model);
    contents = new GpuBundle.Contents(jdk, List.of(jar), natives, 90, List.of(file));
  }

  private GpuBundle.Written write(Path out) {
    return new GpuBundle(PATH, Progress.NONE, 1024).write(contents, out);
  }

  private static Tool.Result sh(Path where, String... arguments) {
    return Tool.need(PATH, "", "sh").run(where, Duration.ofSeconds(30), List.of(arguments));
  }

  @Test
  void unpacksToWhatWasPacked() throws Exception {
    Path out = folder.resolve("out");
    GpuBundle.Written written = write(out);
    assertThat(written.folders()).isGreaterThan(5);
    long pieces = 0;
    try (Stream<Path> files = Files.walk(out)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (file.getFileName().toString().matches(".*\\.\\d{3}")) {
          assertThat(Files.size(file)).isLessThanOrEqualTo(1024);
          pieces += Files.size(file);
        }
      }
    }
    assertThat(pieces).isEqualTo(written.bytes());
    Path there = folder.resolve("there");
    Tool.Result result = sh(out, "p1/unpack.sh", out.toString(), there.toString());
    assertThat(result.status()).as(result.err()).isZero();
    Path natives = there.resolve("home/natives/torch-cuda");
    assertThat(natives.resolve("libopenblas_nolapack.so.0")).hasContent("blas").isSymbolicLink();
    assertThat(Files.readAllBytes(natives.resolve("libtorch_cuda.so")))
        .hasSameSizeAs(FatBinaryTest.library())
        .isNotEqualTo(FatBinaryTest.library());
    assertThat(there.resolve("lib/ponder.jar")).hasContent("jar");
    assertThat(there.resolve("home/models/tiny.gguf")).hasBinaryContent(model);
    Tool.Result said =
        sh(
            out,
            "-c",
            "PONDER_ROOT=%s; . p1/env.sh; echo $PONDER_HOME; ponder doctor".formatted(there));
    assertThat(said.out())
        .startsWith(there.resolve("home") + "\n")
        .contains("ponder.cli.Main doctor");
  }

  /// Its GPU code is cut out in the copy, never in what a link leads to.
  @Test
  void leavesLibrariesAloneThatLinksLeadTo() throws Exception {
    Path library = contents.natives().resolve("libtorch_cuda.so");
    byte[] before = Files.readAllBytes(library);
    Path real = Files.move(library, folder.resolve("real.so"));
    Files.createSymbolicLink(library, real.toAbsolutePath());

    write(folder.resolve("out"));

    assertThat(real).hasBinaryContent(before);
  }

  @Test
  void refusesPiecesThatAreMissingOrDamaged() throws Exception {
    Path out = folder.resolve("out");
    write(out);
    Path there = folder.resolve("there");
    Path piece = out.resolve("p3").resolve("tiny.gguf.001");
    assertThat(piece).exists();
    Files.writeString(piece, "other");
    Tool.Result damaged = sh(out, "p1/unpack.sh", out.toString(), there.toString());
    assertThat(damaged.status()).isEqualTo(3);
    assertThat(damaged.err()).contains("the piece tiny.gguf.001 is damaged");
    Files.delete(piece);
    Tool.Result missing = sh(out, "p1/unpack.sh", out.toString(), there.toString());
    assertThat(missing.status()).isEqualTo(3);
    assertThat(missing.err()).contains("the piece tiny.gguf.001 is not in");
    assertThat(there).doesNotExist();
  }

  @Test
  void refusesWhatCannotBePacked() throws Exception {
    Path full = Files.createDirectory(folder.resolve("full"));
    Files.writeString(full.resolve("file"), "");
    assertThatThrownBy(() -> write(full))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("is not empty");
    Files.delete(contents.natives().resolve("libtorch_cuda.so"));
    assertThatThrownBy(() -> write(folder.resolve("new")))
        .hasMessageContaining("has no libtorch_cuda.so")
        .hasMessageContaining("ponder natives pull torch-cuda");
  }
}

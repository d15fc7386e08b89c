package ponder.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import ponder.cli.Terminal.Said;
import ponder.testkit.TinyGguf;
import tools.jackson.databind.JsonNode;

/// Fetches libtorch with MKL through the machine's Maven, some 290 MB, and computes with it.
@Tag("nightly")
@Timeout(1800)
class TorchPullTest {
  @TempDir Path folder;

  @Test
  void bringsLibtorchWithMklWhichThenComputes() throws Exception {
    Path maps = Path.of("/proc/self/maps");
    assumeTrue(Files.isReadable(maps), "Only Linux shows what is loaded.");
    Terminal terminal = new Terminal(folder.resolve("home"));
    System.getenv().forEach((name, value) -> with(terminal, name, value));

    Said pulled = terminal.run("natives", "pull", "torch-mkl", "--json");
    assertThat(pulled.code()).as(pulled.err()).isZero();
    assertThat(pulled.json().get("already").asBoolean()).isFalse();
    Path library = Path.of(pulled.json().get("natives").get("folder").asString());
    assertThat(library).isDirectoryContaining("glob:**libmkl_rt*");
    assertThat(terminal.run("natives", "pull", "torch-mkl").err()).contains("here already");

    JsonNode checks = terminal.run("doctor", "--quick", "--json").json().get("checks");
    assertThat(checks.valueStream())
        .anySatisfy(
            check -> {
              assertThat(check.get("name").asString()).isEqualTo("torch");
              assertThat(check.get("detail").asString()).contains("with MKL", library.toString());
            });

    Path model = TinyGguf.standard().withMerges(60).write(folder.resolve("tiny.gguf"));
    Said said =
        terminal.run(
            "generate",
            "The",
            "--raw",
            "--engine",
            "torch",
            "--model",
            model.toString(),
            "--set",
            "cells=1024",
            "--max-tokens",
            "5",
            "--json");
    assertThat(said.code()).as(said.err()).isZero();
    assertThat(said.json().get("usage").get("generatedTokens").asInt()).isBetween(1, 5);
    assertThat(Files.readString(maps)).contains(library.resolve("libmkl_rt.so.2").toString());
  }

  /// The machine's own tools, but a home of the test's.
  private static void with(Terminal terminal, String name, String value) {
    if (!name.equals("PONDER_HOME")) {
      terminal.with(name, value);
    }
  }
}

package ponder.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ponder.core.Seed;
import ponder.gguf.Gguf;
import ponder.testkit.HardLines;
import ponder.testkit.TinyGguf;
import ponder.tokenize.Bpe;

/// Our tokenizer gives llama.cpp's ids.
final class TokenizerEqualityTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "default",
        "gpt-2",
        "smollm",
        "llama-bpe",
        "dbrx",
        "glm4",
        "qwen2",
        "qwen35",
        "jais-2",
        "seed-coder",
        "bailingmoe",
        "tekken",
        "gpt-4o",
        "deepseek-coder",
        "deepseek-v3",
        "falcon",
        "poro-chat",
        "viking",
        "chameleon"
      })
  void equalsLlamaCppForEachPreTokenizer(String pre) throws Throwable {
    Path file = TinyGguf.standard().withPre(pre).withMerges(400).write(folder.resolve("tiny.gguf"));
    compare(file, 150);
  }

  @Test
  @Tag("nightly")
  void equalsLlamaCppOnRealModels() throws Throwable {
    String models = System.getenv("PONDER_TEST_MODELS");
    assumeTrue(models != null, "PONDER_TEST_MODELS is not set.");
    for (Path file : ggufFiles(Path.of(models))) {
      compare(file, 5000);
    }
  }

  private static List<Path> ggufFiles(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".gguf")).sorted().toList();
    }
  }

  private static void compare(Path file, int lines) throws Throwable {
    try (Gguf gguf = Gguf.open(file);
        NativeTokenizer theirs = new NativeTokenizer(file)) {
      Bpe ours = Bpe.from(gguf);
      for (String line : HardLines.of(new Seed(7), lines)) {
        for (boolean special : new boolean[] {true, false}) {
          assertThat(ours.encode(line, special))
              .as("%s, special %s: '%s'", file, special, line)
              .isEqualTo(theirs.encode(line, special));
        }
      }
    }
  }
}

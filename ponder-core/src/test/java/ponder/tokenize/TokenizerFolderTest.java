package ponder.tokenize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ponder.core.Seed;
import ponder.gguf.Gguf;
import ponder.model.EngineException;
import ponder.testkit.HardLines;
import ponder.testkit.TinyGguf;

/// What is written as tokenizer.json is read back as the same tokenizer.
final class TokenizerFolderTest {
  private static final TinyGguf TINY = TinyGguf.standard().withMerges(300);

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"smollm", "qwen2", "gpt-2", "llama-bpe"})
  void splitsAsTheGgufFileDoes(String pre) {
    Path file = TINY.withPre(pre).write(folder.resolve("tiny.gguf"));
    try (Gguf gguf = Gguf.open(file)) {
      TokenizerFolder.write(gguf, folder);
      Bpe original = Bpe.from(gguf);
      Bpe read = Bpe.from(folder);
      assertThat(read.vocabularySize()).isEqualTo(original.vocabularySize());
      assertThat(read.bos()).isEqualTo(original.bos());
      for (String line : HardLines.of(new Seed(11), 300)) {
        for (boolean special : List.of(true, false)) {
          assertThat(read.encode(line, special)).isEqualTo(original.encode(line, special));
        }
        assertThat(read.decode(read.encode(line, true), true))
            .isEqualTo(original.decode(original.encode(line, true), true));
      }
    }
  }

  @Test
  void takesTheEndsOfTextsFromTheFilesBeside() throws IOException {
    write();
    Files.writeString(folder.resolve("tokenizer_config.json"), "{\"eos_token\": \"A\"}");
    Bpe byName = Bpe.from(folder);
    assertThat(byName.eos()).contains(byName.encode("A", false).get(0));
    Files.writeString(folder.resolve("config.json"), "{\"eos_token_id\": 7}");
    assertThat(Bpe.from(folder).eos()).contains(7).isNotEqualTo(byName.eos());
    Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": [8, 9]}");
    assertThat(Bpe.from(folder).eos()).contains(8, 9).doesNotContain(7);
  }

  @Test
  void composesWhereTheFileWantsIt() throws IOException {
    write();
    Path file = folder.resolve("tokenizer.json");
    String json = Files.readString(file);
    Bpe plain = Bpe.from(folder);
    Files.writeString(
        file, json.replace("\"normalizer\" : null", "\"normalizer\" : {\"type\": \"NFC\"}"));
    Bpe composing = Bpe.from(folder);
    assertThat(composing.encode("e\u0301", true)).isEqualTo(plain.encode("\u00E9", true));
    assertThat(plain.encode("e\u0301", true)).isNotEqualTo(plain.encode("\u00E9", true));
  }

  @Test
  void refusesByNameWhatItDoesNotKnow() throws IOException {
    write();
    refused("no such", "\"type\" : \"BPE\"", "\"type\" : \"Unigram\"", "Unigram");
    refused("normalizer", "\"normalizer\" : null", "\"normalizer\" : {\"type\": \"NFKC\"}", "NFKC");
    refused("split", "\"individual_digits\" : true", "\"individual_digits\" : false", "Digits");
    refused("added", "\"lstrip\" : false", "\"lstrip\" : true", "lstrip");
    Files.delete(folder.resolve("tokenizer.json"));
    assertThatThrownBy(() -> Bpe.from(folder)).hasMessageContaining("tokenizer.json");
  }

  private void refused(String what, String old, String changed, String word) throws IOException {
    Path file = folder.resolve("tokenizer.json");
    String json = Files.readString(file);
    assertThat(json).as(what).contains(old);
    Files.writeString(file, json.replace(old, changed));
    assertThatThrownBy(() -> Bpe.from(folder))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining(word);
    Files.writeString(file, json);
  }

  private void write() {
    try (Gguf gguf = Gguf.open(TINY.write(folder.resolve("tiny.gguf")))) {
      TokenizerFolder.write(gguf, folder);
    }
  }
}

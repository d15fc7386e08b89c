package ponder.tokenize;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.core.Seed;
import ponder.gguf.Gguf;
import ponder.testkit.HardLines;
import ponder.testkit.TinyGguf;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Compares token ids with those of llama.cpp v0.5.0, made by
/// `src/test/goldens/tokenizer_goldens.py`.
class BpeGoldenTest {
  private static final List<String> PRE_TOKENIZERS =
      List.of(
          "default",
          "smollm",
          "qwen2",
          "gpt-2",
          "llama-bpe",
          "tekken",
          "gpt-4o",
          "deepseek-v3",
          "qwen35",
          "falcon",
          "viking",
          "youtu");

  private static final List<String> LINES = HardLines.of(new Seed(2026), 40);

  @TempDir Path folder;

  @Test
  void idsAreThoseOfLlamaCpp() throws IOException {
    writeInputs();
    JsonNode goldens = goldens();
    for (String pre : PRE_TOKENIZERS) {
      Bpe bpe = tokenizer(folder, pre);
      for (int line = 0; line < LINES.size(); line++) {
        for (int special = 0; special < 2; special++) {
          assertThat(bpe.encode(LINES.get(line), special == 1).toList())
              .as("%s, line %d: %s", pre, line, LINES.get(line))
              .isEqualTo(ids(goldens.get(pre).get(line).get(special)));
        }
      }
    }
  }

  private static JsonNode goldens() throws IOException {
    try (InputStream packed = BpeGoldenTest.class.getResourceAsStream("tiny-goldens.json.gz");
        InputStream in = new GZIPInputStream(packed)) {
      return JsonMapper.shared().readTree(in);
    }
  }

  private static List<Integer> ids(JsonNode array) {
    List<Integer> ids = new ArrayList<>();
    array.forEach(id -> ids.add(id.asInt()));
    return ids;
  }

  private static Bpe tokenizer(Path folder, String pre) {
    Path path = folder.resolve(pre + ".gguf");
    try (Gguf gguf = Gguf.open(TinyGguf.standard().withPre(pre).withMerges(512).write(path))) {
      return Bpe.from(gguf);
    }
  }

  /// Writes what the script reads, if the environment names a folder for it.
  private static void writeInputs() throws IOException {
    String wanted = System.getenv("PONDER_GOLDEN_DIR");
    if (wanted == null) {
      return;
    }
    Path inputs = Files.createDirectories(Path.of(wanted));
    PRE_TOKENIZERS.forEach(pre -> tokenizer(inputs, pre));
    StringBuilder json = new StringBuilder("[");
    for (String line : LINES) {
      json.append(json.length() > 1 ? ",\"" : "\"");
      line.chars().forEach(c -> json.append("\\u%04x".formatted(c)));
      json.append('"');
    }
    Files.writeString(inputs.resolve("lines.json"), json.append("]"));
  }
}

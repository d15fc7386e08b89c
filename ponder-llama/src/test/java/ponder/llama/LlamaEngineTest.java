package ponder.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.engine.LocalModel;
import ponder.gguf.TensorType;
import ponder.model.Engine;
import ponder.model.EngineException;
import ponder.model.EngineOptions;
import ponder.model.LanguageModel;
import ponder.model.Message;
import ponder.model.ModelInfo.Determinism;
import ponder.model.Prompt;
import ponder.model.Request;
import ponder.model.Sampling;
import ponder.model.Tokens;
import ponder.testkit.GgufWriter;
import ponder.testkit.TinyGguf;

/// The engine as users meet it: a file is opened by name of the engine, and wrong files, sizes and
/// settings are refused before anything can go wrong.
final class LlamaEngineTest {
  @TempDir private Path folder;

  @Test
  void isFoundByItsName() {
    assertThat(Engine.named("llama")).isInstanceOf(LlamaEngine.class);
  }

  @Test
  void completesAChat() {
    Path file = TinyGguf.standard().write(folder.resolve("tiny.gguf"));
    try (LanguageModel model = open(file, 0, false, Map.of("cells", "1024"))) {
      assertThat(model.info().engine()).isEqualTo("llama");
      assertThat(model.info().contextLength()).isEqualTo(512);
      assertThat(model.info().parameters()).isPositive();
      assertThat(model.info().determinism()).isEqualTo(Determinism.REPEAT);
      assertThat(model.info().build()).contains("llama.cpp 0.5.0");
      Request request =
          Request.of(new Prompt.Chat(List.of(Message.user("Hello")), "")).withMaxTokens(5);
      assertThat(model.complete(request).first().tokens().size()).isBetween(1, 5);
    }
  }

  @Test
  void putsEvictedPrefixesBackFromHostMemory() {
    Path file = TinyGguf.standard().write(folder.resolve("tiny.gguf"));
    Request first = Request.of(Prompt.of(text(7))).withMaxTokens(4);
    Request second = Request.of(Prompt.of(text(11))).withMaxTokens(4);
    Map<String, String> settings = Map.of("cells", "512", "checked", "true");
    try (LocalModel model = (LocalModel) open(file, 0, false, settings)) {
      model.complete(first);
      model.complete(second);
      assertThat(model.metrics().parkedTokens()).isGreaterThanOrEqualTo(400);
      assertThat(model.complete(first).usage().cachedPromptTokens()).isEqualTo(399);
      assertThat(model.metrics().restoredTokens()).isPositive();
    }
  }

  private static Tokens text(int step) {
    return Tokens.of(IntStream.range(0, 400).map(i -> i * step % 250).toArray());
  }

  @Test
  void deterministicResultsDependOnNothingElse() {
    Path file = TinyGguf.standard().withType(TensorType.Q8_0).write(folder.resolve("tiny.gguf"));
    Request one =
        Request.of(new Prompt.Ids(Tokens.of(5, 77, 33, 120, 9)))
            .withMaxTokens(40)
            .withSampling(Sampling.of(1));
    Request other = one.withPrompt(new Prompt.Ids(Tokens.of(5, 77, 33, 200))).withN(3);
    try (LanguageModel model = open(file, 0, true, Map.of("cells", "1024"))) {
      assertThat(model.info().determinism()).isEqualTo(Determinism.INVARIANT);
      var first = model.complete(one).first();
      model.complete(other);
      model.complete(one.withN(4));
      var again = model.complete(one).first();
      assertThat(again.tokens()).isEqualTo(first.tokens());
      assertThat(again.logprobs()).isEqualTo(first.logprobs());
      assertThat(model.complete(one.withN(4)).first().logprobs()).isEqualTo(first.logprobs());
    }
  }

  @Test
  void refusesMissingAndBrokenFiles() throws IOException {
    refused(folder.resolve("none.gguf"), "none.gguf");
    Path text = Files.writeString(folder.resolve("text.gguf"), "No model at all.");
    refused(text, "does not begin with 'GGUF'");
    byte[] whole = TinyGguf.standard().bytes();
    Path cut = folder.resolve("cut.gguf");
    Files.write(cut, Arrays.copyOf(whole, whole.length - 100));
    refused(cut, "truncated");
  }

  @Test
  void refusesAnUnknownArchitecture() {
    Path file = folder.resolve("unknown.gguf");
    new GgufWriter()
        .text("general.architecture", "none-such")
        .uint32("none-such.block_count", 1)
        .text("tokenizer.ggml.model", "gpt2")
        .text("tokenizer.ggml.pre", "gpt-2")
        .texts("tokenizer.ggml.tokens", List.of("a", "b", "<|im_start|>", "<|im_end|>"))
        .texts("tokenizer.ggml.merges", List.of())
        .write(file);
    refused(file, "architecture ('none-such') is unknown");
  }

  @Test
  void refusesAnUnknownTensorType() throws IOException {
    Path file = folder.resolve("type.gguf");
    new GgufWriter()
        .text("general.architecture", "llama")
        .tensor("t", TensorType.F32, new float[32], 32)
        .write(file);
    byte[] bytes = Files.readAllBytes(file);
    // the type of the last tensor lies before its eight bytes of offset and the aligned data
    int type = 24 + (8 + 20 + 4 + 8 + 5) + (8 + 1) + 4 + 8;
    bytes[type] = 99;
    Files.write(file, bytes);
    refused(file, "(99) is unknown");
  }

  @Test
  void refusesMoreThanMemoryHolds() {
    Path file = TinyGguf.standard().write(folder.resolve("tiny.gguf"));
    assertThatThrownBy(() -> open(file, 0, false, Map.of("cells", "1073741824")))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("of memory (weights")
        .hasMessageContaining("is available")
        .hasMessageContaining("Maybe a smaller context or --set cells=");
  }

  @Test
  void refusesMoreContextThanTheModelHas() {
    Path file = TinyGguf.standard().write(folder.resolve("tiny.gguf"));
    assertThatThrownBy(() -> open(file, 513, false, Map.of()))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("Maybe context=512 was meant");
    assertThatThrownBy(() -> open(file, 512, false, Map.of("cells", "256")))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("cells (256) must be at least context (512)");
  }

  @Test
  void refusesUnknownSettings() {
    Path file = TinyGguf.standard().write(folder.resolve("tiny.gguf"));
    assertThatThrownBy(() -> open(file, 0, false, Map.of("cell", "256")))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("no setting 'cell'")
        .hasMessageContaining("'cells'");
    assertThatThrownBy(() -> open(file, 0, false, Map.of("chunk", "none")))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("chunk (none)");
  }

  private void refused(Path file, String words) {
    assertThatThrownBy(() -> open(file, 0, false, Map.of()))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining(words);
  }

  private static LanguageModel open(
      Path file, int context, boolean deterministic, Map<String, String> settings) {
    return Engine.named("llama")
        .open(
            new EngineOptions(
                file, "tiny", "00", TestNatives.folder(), context, 1, deterministic, settings));
  }
}

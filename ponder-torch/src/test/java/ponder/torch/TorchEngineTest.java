package ponder.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.engine.LocalModel;
import ponder.model.AdapterKey;
import ponder.model.Call;
import ponder.model.Engine;
import ponder.model.EngineException;
import ponder.model.EngineOptions;
import ponder.model.Message;
import ponder.model.Prompt;
import ponder.model.Request;
import ponder.model.Sampling;
import ponder.model.Tokens;

/// The engine on folders in Hugging Face's layout, and what it refuses.
final class TorchEngineTest {
  private static final Tokens TEXT = Tokens.of(TinyModels.text(24));

  @TempDir private Path folder;
  private Path saved;

  @BeforeEach
  void save() {
    saved = folder.resolve("model");
    try (Transformer model = TinyModels.model("llama");
        ModelFiles origin = TinyModels.tokenizer(folder)) {
      ModelFolder.save(model.weights(), origin, saved);
    }
  }

  private LocalModel open(Map<String, String> settings) {
    return open(settings, 0);
  }

  private LocalModel open(Map<String, String> settings, int context) {
    return (LocalModel)
        Engine.named("torch")
            .open(new EngineOptions(saved, "tiny", "00", null, context, 1, false, settings));
  }

  private static float[] scores(
      LocalModel model, @org.jspecify.annotations.Nullable AdapterKey key) {
    return model.score(TEXT.slice(0, 1), TEXT.slice(1, 24), key, Call.plain()).logprobs();
  }

  @Test
  void opensAFolderWithTokenizerTemplateAndAdapters() {
    Path peft = folder.resolve("peft");
    try (LocalModel model = open(Map.of("cells", "1024"));
        Lora lora = LoraTest.random(TinyModels.config("llama"), 4, 0.5)) {
      assertThat(model.info().contextLength()).isEqualTo(512);
      assertThat(model.info().build()).contains("libtorch 2.10.0", "cpu", "float32", "threads 1");
      Prompt chat = new Prompt.Chat(java.util.List.of(Message.user("Hi")), "");
      assertThat(model.tokenizer().decode(model.tokens(chat), true))
          .isEqualTo("<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n");
      assertThat(model.complete(Request.of(chat).withMaxTokens(4)).first().tokens().size())
          .isBetween(1, 4);
      float[] base = scores(model, null);
      LoraFolder.write(lora, "tiny", peft);
      AdapterKey key = model.loadAdapter(peft, 1);
      assertThat(model.loadAdapter(peft, 1)).isEqualTo(key);
      float[] adapted = scores(model, key);
      assertThat(adapted).isNotEqualTo(base);
      assertThat(scores(model, null)).containsExactly(base, within(1e-4f));
      try (Transformer expected = TinyModels.model("llama")) {
        float[][] logits = LoraTest.logits(expected, lora.scaled(1));
        assertThat(adapted[22]).isCloseTo(logprob(logits[22], TEXT.get(23)), within(1e-3f));
      }
    }
  }

  private static float logprob(float[] logits, int token) {
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit);
    }
    return (float) (logits[token] - Math.log(sum));
  }

  @Test
  void computesInHalfTheBits() {
    try (LocalModel wide = open(Map.of("cells", "1024"));
        LocalModel narrow = open(Map.of("cells", "1024", "dtype", "bfloat16"))) {
      assertThat(narrow.info().build()).contains("bfloat16");
      float[] exact = scores(wide, null);
      float[] rounded = scores(narrow, null);
      assertThat(rounded).isNotEqualTo(exact);
      double sum = 0;
      for (int i = 0; i < exact.length; i++) {
        sum += Math.abs(rounded[i] - exact[i]);
      }
      assertThat(sum / exact.length).isLessThan(0.2);
    }
  }

  /// Sixteen samples of one question and a few other questions: rows of the step are computed in
  /// another order than they come in, in several groups.
  @Test
  void samplesManyTextsAsItScoresThem() {
    try (LocalModel model = open(Map.of("cells", "4096", "checked", "true"))) {
      Request request =
          Request.of(Prompt.of(TEXT)).withMaxTokens(20).withN(16).withSampling(Sampling.of(1));
      model
          .complete(request)
          .completions()
          .forEach(
              completion -> {
                float[] scored =
                    model.score(TEXT, completion.tokens(), null, Call.plain()).logprobs();
                assertThat(completion.logprobs()).containsExactly(scored, within(1e-3f));
              });
    }
  }

  /// The way of a GPU, without one: padded steps, gathered cells, draws from shortlists.
  @Test
  void drawsFromShortlistsWhatItDrawsFromWholeRows() {
    Map<String, String> settings = Map.of("cells", "4096", "checked", "true", "decode", "gathered");
    try (LocalModel whole = open(Map.of("cells", "4096"));
        LocalModel listed = open(settings)) {
      for (Sampling sampling :
          java.util.List.of(
              Sampling.GREEDY,
              Sampling.of(0.7).withTopP(0.8),
              Sampling.of(1),
              Sampling.of(1).withPenalties(1.2, 0, 0))) {
        Request request =
            Request.of(Prompt.of(TEXT)).withMaxTokens(16).withN(9).withSampling(sampling);
        var expected = whole.complete(request).completions();
        var found = listed.complete(request).completions();
        for (int i = 0; i < 9; i++) {
          assertThat(found.get(i).tokens()).as("%s", sampling).isEqualTo(expected.get(i).tokens());
          assertThat(found.get(i).logprobs())
              .containsExactly(expected.get(i).logprobs(), within(1e-3f));
        }
      }
    }
  }

  @Test
  void refusesByNameWhatItCannotDo() {
    refused("no setting 'cels'", Map.of("cels", "5"), 0);
    refused("dtype (int3) must be one of auto, float32, bfloat16", Map.of("dtype", "int3"), 0);
    refused("device (tpu)", Map.of("device", "tpu"), 0);
    refused(
        "device (cuda) is not there: libtorch's natives here are for CPUs only",
        Map.of("device", "cuda"),
        0);
    refused("decode (graphs) needs a GPU", Map.of("decode", "graphs"), 0);
    refused("decode (fast) must be one of auto, groups", Map.of("decode", "fast"), 0);
    refused("rows (1)", Map.of("rows", "1"), 0);
    refused("must be below seq-ids", Map.of("max-seqs", "16", "seq-ids", "16"), 0);
    refused("context (1000) is above what tiny was trained for (512)", Map.of(), 1000);
    refused("cells (256) must be at least context (512)", Map.of("cells", "256"), 512);
    refused("Maybe a smaller context or --set cells=", Map.of("cells", "900000000"), 0);
  }

  private void refused(String words, Map<String, String> settings, int context) {
    assertThatThrownBy(() -> open(settings, context).close())
        .isInstanceOf(EngineException.class)
        .hasMessageContaining(words);
  }
}

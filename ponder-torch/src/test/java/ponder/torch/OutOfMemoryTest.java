package ponder.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.core.Compute;
import ponder.engine.Backend;
import ponder.engine.EngineSettings;
import ponder.engine.LocalModel;
import ponder.model.Completion;
import ponder.model.EngineException;
import ponder.model.FinishReason;
import ponder.model.ModelInfo;
import ponder.model.Prompt;
import ponder.model.Request;
import ponder.model.Sampling;
import ponder.model.Tokens;

/// When libtorch finds no memory for a step, the engine takes smaller ones; when there is none at
/// all, the calls of that time fail by name; and it goes on with the next.
final class OutOfMemoryTest {
  private static final int SLOTS = 16;
  private static final Request REQUEST =
      Request.of(Prompt.of(Tokens.of(TinyModels.text(200))))
          .withMaxTokens(12)
          .withN(8)
          .withSampling(Sampling.of(0.8));

  @TempDir private Path folder;
  private StarvedBackend backend;
  private LocalModel model;
  private List<Tokens> expected;

  @BeforeEach
  void open() {
    Transformer transformer = TinyModels.model("llama");
    TransformerConfig config = transformer.config();
    Backend.Shape shape =
        new Backend.Shape(
            config.vocabularySize(),
            config.context(),
            2048,
            64,
            128,
            128,
            config.width(),
            config.cachedPerToken() * Float.BYTES,
            true);
    TorchBackend inner =
        new TorchBackend(transformer, shape, 1, "test", TorchSettings.Decode.GROUPS, SLOTS, null);
    backend = new StarvedBackend(inner, transformer.weights());
    ModelInfo info =
        new ModelInfo(
            "tiny",
            "torch",
            "test",
            "00",
            config.context(),
            config.vocabularySize(),
            config.parameters(),
            ModelInfo.Determinism.REPEAT,
            Compute.of(config.parameters(), config.layers(), config.heads() * config.headWidth()));
    try (ModelFiles files = TinyModels.tokenizer(folder)) {
      EngineSettings settings =
          EngineSettings.DEFAULT.with("maxSequences", SLOTS).with("checked", true);
      model = new LocalModel(info, backend, files.tokenizer(), files.template(), settings);
    }
    expected = tokens(REQUEST.withSeed(1));
  }

  @AfterEach
  void close() {
    model.close();
  }

  private List<Tokens> tokens(Request request) {
    return model.complete(request).completions().stream().map(Completion::tokens).toList();
  }

  @Test
  void aPromptThatIsTooMuchAtOnceIsReadInSmallerSteps() {
    Request other =
        Request.of(Prompt.of(Tokens.of(TinyModels.text(250)).slice(50, 250)))
            .withMaxTokens(12)
            .withN(8);
    backend.starved = batch -> batch.rows > 20;
    List<Tokens> found = tokens(other);
    int refused = backend.count;
    backend.starved = batch -> false;

    assertThat(refused).isBetween(1, 20);
    assertThat(model.metrics().noCells()).isEqualTo(refused);
    assertThat(model.metrics().failures()).isZero();
    assertThat(found).isEqualTo(tokens(other));
  }

  @Test
  void samplesThatAreTooManyAtOnceWaitForOneAnother() {
    backend.starved = batch -> batch.outputs > 3;
    assertThat(tokens(REQUEST.withSeed(1))).isEqualTo(expected);
    assertThat(backend.count).isPositive();
    assertThat(model.metrics().preemptions()).isPositive();
    assertThat(model.metrics().failures()).isZero();
  }

  @Test
  void withoutMemoryForAPromptItsCallFailsByNameAndTheNextSucceeds() {
    backend.starved = batch -> true;
    List<Completion> failed = model.complete(REQUEST.withSeed(3)).completions();
    backend.starved = batch -> false;

    assertThat(failed).hasSize(8);
    for (Completion completion : failed) {
      assertThat(completion.finish()).isEqualTo(FinishReason.ERROR);
      assertThat(completion.tokens().size()).isZero();
      assertThat(completion.detail())
          .isEqualTo(
              "the machine has no memory left for a step of 1 rows beside a cache of 2048 cells."
                  + " Maybe --set cells=1024, --set max-seqs=8, or --context 256 was meant");
    }
    assertThat(tokens(REQUEST.withSeed(1))).isEqualTo(expected);
  }

  @Test
  void withoutMemoryInTheMiddleOfSamplesTheyKeepWhatTheyHaveAndTheNextSucceeds() {
    int[] decoded = new int[1];
    backend.starved = batch -> batch.outputs == batch.rows && ++decoded[0] > 4;
    List<Completion> failed = model.complete(REQUEST.withSeed(1)).completions();
    backend.starved = batch -> false;

    for (int sample = 0; sample < failed.size(); sample++) {
      Completion completion = failed.get(sample);
      assertThat(completion.finish()).isEqualTo(FinishReason.ERROR);
      assertThat(completion.detail()).contains("no memory left", "--set cells=1024");
      int kept = completion.tokens().size();
      assertThat(kept).isBetween(1, 11);
      assertThat(completion.tokens()).isEqualTo(expected.get(sample).slice(0, kept));
    }
    assertThat(tokens(REQUEST.withSeed(1))).isEqualTo(expected);
  }

  @Test
  void whatDoesNotFitWhileItIsLoadedIsRefusedByName() {
    MemoryPlan plan = new MemoryPlan(300L << 20, 1 << 20, 0);
    TensorOptions options = Tensors.options(ScalarType.Float, new Device("cpu"));
    assertThatThrownBy(
            () ->
                plan.load(
                    "tiny", 1024, "memory", () -> torch.zeros(new long[] {1L << 46}, options)))
        .isInstanceOf(EngineException.class)
        .hasMessage(
            "memory was used up while tiny was loaded, which needs 1,324 MB (weights 300 MB, buffers"
                + " 0 MB, cache of 1024 tokens 1,024 MB). Maybe another program took it, or a smaller context"
                + " or --set cells=512 was meant.");
    IllegalStateException other = new IllegalStateException("another fault");
    assertThatThrownBy(
            () ->
                plan.load(
                    "tiny",
                    1024,
                    "memory",
                    () -> {
                      throw other;
                    }))
        .isSameAs(other);
  }
}

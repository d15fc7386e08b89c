package ponder.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ponder.model.EngineException;
import ponder.model.Hidden;
import ponder.model.Purse;
import ponder.testkit.OpinionModel;
import ponder.testkit.SafetensorsWriter;
import ponder.testkit.VerifierContract;
import ponder.testkit.WordTokenizer;

class RewardHeadTest extends VerifierContract {
  private static final String BASE = "ab".repeat(32);
  private static final Candidate TWO = candidate("2", "One.\n\n", "Two.");
  @TempDir private Path folder;

  private final OpinionModel model =
      new OpinionModel(new WordTokenizer("<step>"), OpinionModel::whim);

  @Override
  protected Verifier verifier() {
    return open(head("read", "step-end"), Aggregation.MIN);
  }

  @Override
  protected boolean pays() {
    return true;
  }

  private Map<String, String> head(String... more) {
    Map<String, String> metadata =
        new HashMap<>(
            Map.of("base_model_sha256", BASE, "activation", "sigmoid", "read", "solution-end"));
    for (int i = 0; i < more.length; i += 2) {
      metadata.put(more[i], more[i + 1]);
    }
    return metadata;
  }

  private Path write(Map<String, String> metadata) {
    return new SafetensorsWriter()
        .metadata(metadata)
        .floats("weight", List.of(1, 4), 0.5f, -1, 0.25f, 2)
        .floats("bias", List.of(1), 0.125f)
        .write(folder.resolve("head.safetensors"));
  }

  private Verifier open(Map<String, String> metadata, Aggregation aggregation) {
    return Verifiers.open("head:" + write(metadata), aggregation, model);
  }

  private List<String> textsFor(Map<String, String> metadata) {
    open(metadata, Aggregation.LAST).score(PROBLEM, List.of(TWO), rich());
    return model.texts();
  }

  private static double product(String text) {
    double[] weight = {0.5, -1, 0.25, 2};
    double sum = 0.125;
    for (int i = 0; i < weight.length; i++) {
      sum += weight[i] * (float) ((OpinionModel.whim(text, "state " + i) + 2.5) * 0.8f);
    }
    return sum;
  }

  @Test
  void readsOutcomesAtTheSolutionsEnd() {
    Scores scores = open(head(), Aggregation.LAST).score(PROBLEM, List.of(TWO), rich()).getFirst();
    String text = model.texts().getFirst();

    assertThat(model.texts()).hasSize(1);
    assertThat(text)
        .isEqualTo(
            "<|im_start|>user\nWhat is 17 + 25?<|im_end|>\n<|im_start|>assistant\nOne.\n\nTwo.");
    assertThat(scores.value()).isEqualTo(1 / (1 + Math.exp(-product(text))), within(1e-6));
    assertThat(scores.steps()).isEmpty();
  }

  @Test
  void tellsWhatReadingTakes() {
    Candidate long300 = candidate("2", "x".repeat(300));
    Purse purse = rich();
    Verifier outcome = open(head(), Aggregation.LAST);
    outcome.score(PROBLEM, List.of(long300), purse);

    assertThat(outcome.judging(PROBLEM, 300).calls()).isEqualTo(1);
    assertThat(outcome.judging(PROBLEM, 300).flops()).isEqualTo(purse.budget().spent().flops());
    assertThat(open(head("read", "step-end"), Aggregation.LAST).judging(PROBLEM, 300).calls())
        .isEqualTo(6);
  }

  @Test
  void readsStepsWhereTheFileSays() {
    String lead = "<|im_start|>user\nWhat is 17 + 25?<|im_end|>\n<|im_start|>assistant\n";

    assertThat(textsFor(head("read", "step-end")))
        .containsExactly(lead + "One.\n\n", lead + "One.\n\nTwo.");
  }

  @Test
  void readsStepsAtTheirTags() {
    assertThat(textsFor(head("read", "step-tag", "step_tag", "<step>", "system", "Be good.")))
        .last()
        .asString()
        .startsWith("<|im_start|>system\nBe good.<|im_end|>\n")
        .endsWith("One.\n\n<step>Two.<step>");
  }

  @Test
  void readsPlainTexts() {
    assertThat(textsFor(head("read", "step-tag", "step_tag", "\n", "layout", "plain")))
        .containsExactly("What is 17 + 25?\nOne.\n", "What is 17 + 25?\nOne.\nTwo.\n");
  }

  @Test
  void activationsLandInTheRange() {
    assertThat(HeadFile.Activation.NONE.value(1.25)).isEqualTo(1);
    assertThat(HeadFile.Activation.NONE.value(-3)).isEqualTo(0);
    assertThat(HeadFile.Activation.NONE.value(0.25)).isEqualTo(0.25);
    assertThat(HeadFile.Activation.SIGMOID.value(0)).isEqualTo(0.5);
    assertThat(HeadFile.Activation.TANH5.value(5)).isEqualTo((Math.tanh(1) + 1) / 2);
    for (HeadFile.Activation it : HeadFile.Activation.values()) {
      assertThat(it.value(Double.POSITIVE_INFINITY)).isEqualTo(1);
      assertThat(it.value(Double.NEGATIVE_INFINITY)).isEqualTo(0);
      assertThat(it.value(Double.NaN)).isNaN();
    }
  }

  @Test
  void refusesProductsOfTanh() {
    Path file = write(head("activation", "tanh5", "read", "step-end"));
    for (Aggregation it : List.of(Aggregation.PROD, Aggregation.LOGSUM)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Verifiers.check("head:" + file, it))
          .withMessageContaining("agg-strategy (" + it.text() + ") multiplies")
          .withMessageContaining("Maybe last, min or mean was meant.");
    }
    Verifiers.check("head:" + file, Aggregation.MIN);
  }

  @Test
  void refusesTheHeadOfAnotherModel() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> open(head("base_model_sha256", "cd".repeat(32)), Aggregation.LAST))
        .withMessageContaining("a model with hash " + "cd".repeat(32))
        .withMessageContaining("has hash " + BASE);
  }

  @Test
  void refusesModelsWithoutStates() {
    var blind =
        new OpinionModel(
            new WordTokenizer(), OpinionModel::whim, Set.<Class<?>>of(Hidden.class), 1000);
    Path file = write(head());

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Verifiers.open("head:" + file, Aggregation.LAST, blind))
        .withMessageContaining("needs hidden states, which model opinion");
  }

  @Test
  void refusesAnAdapterThatTheModelCannotLoad() {
    Map<String, String> adapted = head("adapter_sha256", "ef", "adapter_file", "lora.gguf");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> open(adapted, Aggregation.LAST))
        .withMessageContaining("needs adapters");
  }

  @Test
  void refusesFilesThatMakeNoSense() {
    refused(head("activation", "relu"), "its activation (relu) must be one of");
    refused(head("read", "step-tag"), "its step_tag () does not go with read (step-tag)");
    refused(head("step_tag", "x"), "its step_tag (x) does not go with read (solution-end)");
    refused(head("layout", "plain", "read", "step-end"), "its layout (plain) has no place");
    refused(head("adapter_sha256", "ef"), "its adapter_sha256 (ef) needs an adapter_file");
    refused(head("adapter_sha256", "ef", "adapter_file", "../lora.gguf"), "in the same folder");
    refused(head("adapter_scale", "much"), "its adapter_scale (much) is no number");
    Map<String, String> nameless = head();
    nameless.remove("base_model_sha256");
    refused(nameless, "its metadata lacks 'base_model_sha256'");
  }

  private void refused(Map<String, String> metadata, String words) {
    Path file = write(metadata);
    assertThatThrownBy(() -> Verifiers.check("head:" + file, Aggregation.LAST))
        .isInstanceOf(EngineException.class)
        .hasMessageStartingWith("'" + file + "' cannot be used: ")
        .hasMessageContaining(words);
  }

  @Test
  void refusesWeightsOfAnotherShape() {
    Path file =
        new SafetensorsWriter()
            .metadata(head())
            .floats("weight", List.of(2, 2), 1, 2, 3, 4)
            .write(folder.resolve("two.safetensors"));
    Path narrow =
        new SafetensorsWriter()
            .metadata(head())
            .floats("weight", List.of(1, 3), 1, 2, 3)
            .write(folder.resolve("narrow.safetensors"));
    Path broken =
        new SafetensorsWriter()
            .metadata(head())
            .floats("weight", List.of(1, 4), 1, 2, 3, Float.NaN)
            .write(folder.resolve("broken.safetensors"));

    assertThatThrownBy(() -> Verifiers.check("head:" + file, Aggregation.LAST))
        .hasMessageContaining("its weight is of shape [2, 2] and not of shape [1, hidden]");
    assertThatThrownBy(() -> Verifiers.open("head:" + narrow, Aggregation.LAST, model))
        .hasMessageContaining("reads states of width 3, and model opinion has width 4");
    assertThatThrownBy(() -> Verifiers.check("head:" + broken, Aggregation.LAST))
        .hasMessageContaining("its weight holds NaN");
  }
}

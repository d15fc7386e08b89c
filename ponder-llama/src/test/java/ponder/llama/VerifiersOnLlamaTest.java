package ponder.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ponder.core.Budget;
import ponder.core.Limits;
import ponder.core.Problem;
import ponder.core.Seed;
import ponder.core.Spend;
import ponder.model.Cancellation;
import ponder.model.Completion;
import ponder.model.Engine;
import ponder.model.EngineOptions;
import ponder.model.LanguageModel;
import ponder.model.Message;
import ponder.model.Prompt;
import ponder.model.Purse;
import ponder.model.Request;
import ponder.model.Sampling;
import ponder.model.Tokenizer;
import ponder.model.Tokenizing;
import ponder.model.Tokens;
import ponder.store.FileHash;
import ponder.testkit.SafetensorsWriter;
import ponder.testkit.TinyGguf;
import ponder.verify.Aggregation;
import ponder.verify.Candidate;
import ponder.verify.Scores;
import ponder.verify.Steps;
import ponder.verify.Verifier;
import ponder.verify.Verifiers;

/// Verifiers on the engine whose cache they are made for.
final class VerifiersOnLlamaTest {
  private static final Problem PROBLEM =
      Problem.of(
          "A baker fills 7 trays with 12 rolls each. She sells 45 rolls in the morning and half of"
              + " what is left in the afternoon, rounded down. How many rolls are left?");

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"prm:plus-minus", "prm:rlhflow", "head"})
  void incrementalEqualsFromScratch(String name) {
    try (LanguageModel model = tiny()) {
      Verifier verifier =
          Verifiers.open(name.equals("head") ? head() : name, Aggregation.LAST, model);
      List<String> steps = List.of("7 * 12 = 84.\n\n", "84 - 45 = 39.\n\n", "So 20 are left.");
      List<Double> fromScratch =
          verifier.score(PROBLEM, List.of(candidate(steps)), purse()).getFirst().steps();
      List<Double> known = List.of();
      for (int k = 1; k <= steps.size(); k++) {
        Candidate prefix = candidate(steps.subList(0, k)).withKnown(known);
        known = verifier.score(PROBLEM, List.of(prefix), purse()).getFirst().steps();
      }
      assertThat(known).hasSize(3);
      for (int k = 0; k < 3; k++) {
        assertThat(known.get(k)).isEqualTo(fromScratch.get(k), within(1e-3));
      }
    }
  }

  @Test
  void stepsAreComputedOnce() {
    try (LanguageModel model = tiny()) {
      Verifier verifier = Verifiers.open("prm:rlhflow", Aggregation.LAST, model);
      Purse purse = purse();
      verifier.score(PROBLEM, List.of(candidate(List.of("One.\n\n", "Two.\n\n", "Three."))), purse);
      Purse longer = purse();
      verifier.score(
          PROBLEM,
          List.of(candidate(List.of("One.\n\n", "Two.\n\n", "Three.", "\n\nFour."))),
          longer);

      assertThat(computed(purse.budget().spent())).isLessThan(600);
      assertThat(computed(longer.budget().spent())).isLessThan(80);
    }
  }

  private static long computed(Spend spend) {
    return spend.promptTokens() - spend.cachedPromptTokens();
  }

  private LanguageModel tiny() {
    Path file = TinyGguf.standard().withContext(2048).write(folder.resolve("tiny.gguf"));
    return open(file, "00", 2048, Map.of("cells", "8192"));
  }

  @Test
  void readsAHeadThroughItsAdapter() throws IOException {
    Path adapter = TinyGguf.standard().writeAdapter(folder.resolve("lora.gguf"), new Seed(5), 4, 8);
    String hash = FileHash.compute(adapter);
    List<Candidate> one = List.of(candidate(List.of("7 * 12 = 84.")));
    try (LanguageModel model = tiny()) {
      double plain = open(head(), model).score(PROBLEM, one, purse()).getFirst().value();
      String adapted = head("adapter_sha256", hash, "adapter_file", "lora.gguf");

      assertThat(open(adapted, model).score(PROBLEM, one, purse()).getFirst().value())
          .isNotCloseTo(plain, within(1e-4));
      String other = head("adapter_sha256", "ff", "adapter_file", "lora.gguf");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> open(other, model))
          .withMessageContaining("an adapter with hash ff")
          .withMessageContaining("has hash " + hash);
    }
  }

  private static Verifier open(String text, LanguageModel model) {
    return Verifiers.open(text, Aggregation.LAST, model);
  }

  private String head(String... more) {
    Map<String, String> metadata =
        new HashMap<>(
            Map.of("base_model_sha256", "00", "activation", "sigmoid", "read", "step-end"));
    for (int i = 0; i < more.length; i += 2) {
      metadata.put(more[i], more[i + 1]);
    }
    float[] weight = new float[32];
    for (int i = 0; i < weight.length; i++) {
      weight[i] = (i % 7 - 3) * 0.1f;
    }
    return "head:"
        + new SafetensorsWriter()
            .metadata(metadata)
            .floats("weight", List.of(1, 32), weight)
            .write(folder.resolve("head.safetensors"));
  }

  private static Candidate candidate(List<String> steps) {
    return new Candidate(String.join("", steps), steps, null, 1, -1, 0);
  }

  private static Purse purse() {
    return new Purse(Budget.of(Limits.NONE), new Cancellation());
  }

  private static LanguageModel open(
      Path file, String hash, int context, Map<String, String> settings) {
    return Engine.named("llama")
        .open(
            new EngineOptions(
                file,
                file.getFileName().toString(),
                hash,
                TestNatives.folder(),
                context,
                1,
                false,
                settings));
  }

  /// Prints how much of 16 candidates' prompts was found in the cache. The models lie in the folder
  /// that the environment variable `PONDER_TEST_MODELS` names.
  @ParameterizedTest
  @ValueSource(
      strings = {"SmolLM2-135M-Instruct.Q4_1.gguf", "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf"})
  @Tag("peer")
  void sharesPrefixesOnRealModels(String name) {
    String models = System.getenv("PONDER_TEST_MODELS");
    Assumptions.assumeTrue(models != null, "PONDER_TEST_MODELS names no folder.");
    Path file = Path.of(String.valueOf(models), name);
    Assumptions.assumeTrue(Files.exists(file), "There is no " + file + ".");
    try (LanguageModel model = open(file, "00", 2048, Map.of("cells", "8192"))) {
      List<Candidate> candidates = solutions(model);
      int steps = candidates.stream().mapToInt(it -> it.steps().size()).sum();
      System.out.printf("%s: 16 candidates, %d steps%n", name, steps);
      for (String verifier : List.of("judge", "prm:plus-minus", "prm:rlhflow")) {
        Purse purse = purse();
        List<Scores> scores =
            Verifiers.open(verifier, Aggregation.LAST, model).score(PROBLEM, candidates, purse);
        Spend spent = purse.budget().spent();
        double share = (double) spent.cachedPromptTokens() / spent.promptTokens();
        System.out.printf(
            "%s %s: %d calls, %d of %d prompt tokens cached (%.4f)%n  values %s%n",
            name,
            verifier,
            spent.calls(),
            spent.cachedPromptTokens(),
            spent.promptTokens(),
            share,
            scores.stream().map(it -> "%.3f".formatted(it.value())).toList());
        assertThat(scores).allMatch(it -> it.judged() && it.faults() == 0);
        assertThat(share).isGreaterThan(0.25);
      }
    }
  }

  /// The ids that the format's own model was trained with; the vocabulary is the same.
  @Test
  @Tag("peer")
  void findsTheTokensOfOpenRsModel() {
    String models = System.getenv("PONDER_TEST_MODELS");
    Assumptions.assumeTrue(models != null, "PONDER_TEST_MODELS names no folder.");
    Path file = Path.of(String.valueOf(models), "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf");
    Assumptions.assumeTrue(Files.exists(file), "There is no " + file + ".");
    try (LanguageModel model = open(file, "00", 512, Map.of())) {
      Tokenizer tokenizer = model.ability(Tokenizing.class).orElseThrow().tokenizer();

      assertThat(tokenizer.encode(" \n\n\n\n\n", false)).isEqualTo(Tokens.of(76325));
      assertThat(tokenizer.encode(" +", false)).isEqualTo(Tokens.of(488));
      assertThat(tokenizer.encode(" -", false)).isEqualTo(Tokens.of(481));
      assertThat(Verifiers.open("prm:openr", Aggregation.LAST, model).name())
          .isEqualTo("prm:openr");
    }
  }

  private static List<Candidate> solutions(LanguageModel model) {
    Message system =
        Message.system("Solve the problem step by step, with a blank line between steps.");
    Request request =
        Request.of(new Prompt.Chat(List.of(system, Message.user(PROBLEM.question())), ""))
            .withMaxTokens(96)
            .withN(16)
            .withSampling(Sampling.of(0.8));
    List<Candidate> candidates = new ArrayList<>();
    for (Completion it : model.complete(request).completions()) {
      candidates.add(
          new Candidate(
              it.text(),
              Steps.split(it.text()),
              null,
              it.tokens().size(),
              it.sumLogprob(),
              Double.NaN));
    }
    return candidates;
  }
}

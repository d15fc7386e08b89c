package ponder.verify;

import java.util.List;
import java.util.Map;
import ponder.core.Seed;
import ponder.model.Certain;
import ponder.model.LanguageModel;

/// All verifiers by name, as `--verifier` takes them.
///
/// A text is checked without any model first ([#check]); opened over a model ([#open]), a verifier
/// finds the abilities and tokens it needs at once, so that nothing is spent on samples that nobody
/// can judge.
public final class Verifiers {
  /// A verifier that can be chosen.
  ///
  /// @param text how it is written, parameters in capitals
  /// @param summary what it does, one line
  public record Kind(String text, String summary) {}

  private Verifiers() {}

  /// Every verifier, in the order to show them.
  public static List<Kind> all() {
    return Choice.KINDS;
  }

  /// Checks `text` as far as that is possible without a model; a head's file is read.
  ///
  /// @param text what `--verifier` was given
  /// @param aggregation how steps' values are put together
  /// @throws IllegalArgumentException if a name is unknown, cannot be had here, or does not go with
  ///   the aggregation
  /// @throws ponder.model.EngineException if a file is missing or broken
  public static void check(String text, Aggregation aggregation) {
    check(text, aggregation, Map.of());
  }

  /// Checks `text` as [#check(String, Aggregation)] does, where reference answers are at hand.
  ///
  /// @param references the right answers by problem id, for `oracle`; empty if there are none
  public static void check(String text, Aggregation aggregation, Map<String, String> references) {
    check(Choice.parse(text), aggregation, references);
  }

  /// Whether `text` names a verifier that asks a model, and not only looks at what the candidates'
  /// own model said. Only then `--verifier-model` has a meaning.
  ///
  /// @throws IllegalArgumentException as [#check] does, for names
  public static boolean asksModel(String text) {
    return asksModel(Choice.parse(text));
  }

  /// The verifier that `text` names.
  ///
  /// @param model what it asks; for one that asks no model, the model that writes the candidates.
  ///   Not owned: closing it is the caller's business
  /// @throws IllegalArgumentException as [#check] does, and if the model lacks an ability or a
  ///   token, or a head belongs to another model
  /// @throws ponder.model.EngineException if a file is missing or broken
  public static Verifier open(String text, Aggregation aggregation, LanguageModel model) {
    return open(text, aggregation, model, Map.of(), new Seed(0));
  }

  /// The verifier that `text` names, where reference answers are at hand.
  ///
  /// @param references the right answers by problem id, for `oracle`; empty if there are none
  /// @param seed the problem's own, for those that draw
  public static Verifier open(
      String text,
      Aggregation aggregation,
      LanguageModel model,
      Map<String, String> references,
      Seed seed) {
    Choice choice = Choice.parse(text);
    check(choice, aggregation, references);
    return open(choice, aggregation, model, references, seed);
  }

  private static void check(
      Choice choice, Aggregation aggregation, Map<String, String> references) {
    switch (choice) {
      case Choice.Oracle oracle -> {
        if (references.isEmpty()) {
          throw new IllegalArgumentException(
              "verifier (oracle) needs the right answers, which only an evaluation has. Maybe vote or judge was meant.");
        }
      }
      case Choice.Mean mean -> {
        boolean rollsOut = mean.parts().stream().anyMatch(Choice.Rollout.class::isInstance);
        if (rollsOut && asksModel(mean)) {
          throw new IllegalArgumentException(
              "verifier (mean of rollout and others) writes with the candidates' own model and asks another. Maybe rollout alone was meant.");
        }
        mean.parts().forEach(part -> check(part, aggregation, references));
      }
      case Choice.Head head -> HeadFile.read(head.file()).check(aggregation);
      case Choice.Vote it -> {}
      case Choice.Logprob it -> {}
      case Choice.SelfCertainty it -> {}
      case Choice.Judge it -> {}
      case Choice.Thought it -> {}
      case Choice.Rollout it -> {}
      case Choice.Prm it -> {}
    }
  }

  private static boolean asksModel(Choice choice) {
    return switch (choice) {
      case Choice.Vote it -> false;
      case Choice.Logprob it -> false;
      case Choice.SelfCertainty it -> false;
      case Choice.Oracle it -> false;
      case Choice.Rollout it -> false;
      case Choice.Judge it -> true;
      case Choice.Thought it -> true;
      case Choice.Prm it -> true;
      case Choice.Head it -> true;
      case Choice.Mean mean -> mean.parts().stream().anyMatch(Verifiers::asksModel);
    };
  }

  private static Verifier open(
      Choice choice,
      Aggregation aggregation,
      LanguageModel model,
      Map<String, String> references,
      Seed seed) {
    return switch (choice) {
      case Choice.Vote it -> new AnswerVote();
      case Choice.Logprob it -> new Likelihood();
      case Choice.SelfCertainty it -> {
        Abilities.of("self-certainty", model, Certain.class);
        yield new SelfCertainty();
      }
      case Choice.Judge it -> new Judge(model);
      case Choice.Thought it -> new ThoughtValue(model, seed);
      case Choice.Rollout rollout -> new Rollout(model, rollout.n(), seed);
      case Choice.Prm prm -> new StepModel(prm.format(), aggregation, model);
      case Choice.Head head ->
          new RewardHead(head.file(), HeadFile.read(head.file()), aggregation, model);
      case Choice.Oracle it -> new Oracle(references);
      case Choice.Mean mean ->
          new Mean(
              mean.parts().stream()
                  .map(part -> open(part, aggregation, model, references, seed))
                  .toList());
    };
  }
}

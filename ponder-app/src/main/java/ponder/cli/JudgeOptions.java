package ponder.cli;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import ponder.model.LanguageModel;
import ponder.recipe.Solve;
import ponder.recipe.SolveTask;

/// How a verifier works, beside its name.
final class JudgeOptions {
  @Option(
      names = "--agg-strategy",
      paramLabel = "HOW",
      defaultValue = "last",
      description =
          "How the scores of a candidate's steps become one: last, min, prod, mean, max or logsum"
              + " (default: ${DEFAULT-VALUE}).")
  String aggregation = "";

  @Option(
      names = "--verifier-model",
      paramLabel = "NAME|PATH|hf:...",
      description =
          "The model that a verifier asks, or with --method rstar the one that checks solutions"
              + " (default: the one that answers).")
  @Nullable String verifierModel;

  /// Refuses a model that no verifier would ask.
  ///
  /// @param tasks what will be solved
  /// @throws IllegalArgumentException if none of them asks a model to judge
  void check(List<SolveTask> tasks) {
    if (verifierModel != null && tasks.stream().noneMatch(Solve::asksJudge)) {
      throw new IllegalArgumentException(
          "--verifier-model (%s) would not be asked by %s. Maybe --verifier judge was meant, or leave --verifier-model out."
              .formatted(verifierModel, verifiers(tasks)));
    }
  }

  private static String verifiers(List<SolveTask> tasks) {
    return tasks.stream()
        .map(
            task ->
                task.verifier().isEmpty()
                    ? "method " + task.method()
                    : "verifier " + task.verifier())
        .distinct()
        .collect(Collectors.joining(" or "));
  }

  /// Opens the verifier's model beside the one that answers; null if that one is asked.
  ///
  /// @throws ponder.model.EngineException if the model cannot be had or opened
  @Nullable LanguageModel open(ModelOptions model, Shell shell) {
    return verifierModel == null ? null : model.open(verifierModel, shell);
  }
}

package ponder.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import ponder.model.LanguageModel;

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
      description = "The model that a verifier asks (default: the one that answers).")
  @Nullable String verifierModel;

  /// Opens the verifier's model beside the one that answers; null if that one is asked.
  ///
  /// @throws ponder.model.EngineException if the model cannot be had or opened
  @Nullable LanguageModel open(ModelOptions model, Shell shell) {
    return verifierModel == null ? null : model.open(verifierModel, shell);
  }
}

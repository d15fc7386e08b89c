package ponder.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import ponder.model.Engine;
import ponder.model.EngineOptions;
import ponder.model.LanguageModel;

/// Which model runs where.
final class ModelOptions {
  @Option(
      names = "--model",
      paramLabel = "NAME|PATH|hf:...",
      defaultValue = "smollm2-135m",
      description =
          "A model of the catalogue, a GGUF file or a hub's file (default: ${DEFAULT-VALUE}).")
  String model = "";

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      defaultValue = "llama",
      description = "What computes (default: ${DEFAULT-VALUE}).")
  String engine = "";

  @Option(
      names = "--library",
      paramLabel = "FOLDER",
      description = "The engine's natives (default: those of 'ponder natives pull').")
  @Nullable Path library;

  @Option(
      names = "--context",
      paramLabel = "TOKENS",
      defaultValue = "0",
      description = "Tokens of context; 0 means the model's own (default: ${DEFAULT-VALUE}).")
  int context;

  @Option(
      names = "--threads",
      paramLabel = "COUNT",
      defaultValue = "0",
      description = "Compute threads; 0 means all physical cores (default: ${DEFAULT-VALUE}).")
  int threads;

  @Option(
      names = "--deterministic",
      description = "Results depend on nothing but the request: bit-equal, slow.")
  boolean deterministic;

  /// Opens the model, fetching what is missing.
  LanguageModel open(Shell shell) {
    return Engine.named(engine)
        .open(
            new EngineOptions(
                Path.of(model),
                model,
                "",
                library,
                context,
                threads,
                deterministic,
                java.util.Map.of()));
  }
}

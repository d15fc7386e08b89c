package ponder.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import ponder.catalog.Models;
import ponder.catalog.Natives;
import ponder.catalog.Resolved;
import ponder.core.Nearest;
import ponder.model.Engine;
import ponder.model.EngineOptions;
import ponder.model.LanguageModel;

/// Which model runs where.
final class ModelOptions {
  /// The engine that needs llama.cpp's natives.
  private static final String LLAMA = "llama";

  @Option(
      names = "--model",
      paramLabel = "NAME|PATH|hf:...",
      description =
          "A model of the catalogue, a GGUF file, or a file on the hub (default: smollm2-135m,"
              + " unless your catalogue names another).")
  @Nullable String model;

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      defaultValue = LLAMA,
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
      description = "Results depend on nothing but the request: bit-equal, slow (default: off).")
  boolean deterministic;

  /// Opens the model. Natives and a model of the catalogue or the hub that are not here yet are
  /// fetched first.
  ///
  /// @throws IllegalArgumentException if there is no such engine
  /// @throws ponder.model.EngineException if the model cannot be had or opened
  LanguageModel open(Shell shell) {
    Engine chosen = engine();
    Path libraries = engine.equals(LLAMA) ? natives(shell) : library;
    Resolved resolved = resolve(shell);
    return chosen.open(
        new EngineOptions(
            resolved.path(),
            resolved.name(),
            resolved.sha256(),
            libraries,
            context,
            threads,
            deterministic,
            Map.of()));
  }

  private Engine engine() {
    List<Engine> engines = Engine.all();
    return engines.stream()
        .filter(one -> one.name().equals(engine))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "--engine (%s) is unknown.%s"
                        .formatted(
                            engine,
                            Nearest.maybe(engine, engines.stream().map(Engine::name).toList()))));
  }

  private Path natives(Shell shell) {
    Natives natives = new Natives(shell.home(), shell.environment());
    boolean missing =
        library == null
            && !natives.builds().isEmpty()
            && natives.builds().stream().allMatch(build -> natives.installed(build).isEmpty());
    if (missing) {
      Pulls.natives(natives, "", shell);
    }
    return natives.find(library).folder();
  }

  private Resolved resolve(Shell shell) {
    Models models = new Models(shell.home(), shell.environment());
    String called = model == null ? models.catalogue().preferred().name() : model;
    boolean fetchable = called.startsWith("hf:") || models.catalogue().find(called).isPresent();
    if (fetchable && !models.info(called).installed()) {
      Pulls.model(models, called, shell);
    }
    return models.resolve(called);
  }
}

package ponder.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import ponder.catalog.Models;
import ponder.catalog.Natives;
import ponder.catalog.Resolved;
import ponder.catalog.TorchLibraries;
import ponder.core.Nearest;
import ponder.model.Engine;
import ponder.model.EngineOptions;
import ponder.model.LanguageModel;

/// Which model runs where.
final class ModelOptions {
  private static final String LLAMA = EngineChoice.LLAMA;
  private static final String TORCH = EngineChoice.TORCH;
  private static final String HTTP = "http";

  /// Not an engine: the choice among them.
  private static final String AUTO = "auto";

  @Option(
      names = "--model",
      paramLabel = "NAME|PATH|hf:...",
      description =
          "A model of the catalogue, a GGUF file, a folder in Hugging Face's layout (engine torch),"
              + " or a file on the hub (default: smollm2-135m,"
              + " unless your catalogue names another). With --engine http, the model's name on the"
              + " server (default: the only one there).")
  @Nullable String model;

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      defaultValue = LLAMA,
      description =
          "What computes: llama, torch, http, or auto. That takes http with --endpoint, torch for a"
              + " folder in Hugging Face's layout; for a GGUF file torch if its natives are here, the"
              + " model fits dequantised, and a GPU computes or many sequences run side by side (see"
              + " 'ponder doctor'); else llama. The same command takes the same"
              + " engine as long as nothing is installed. Samples differ between engines: llama"
              + " computes with quantised numbers, torch with what they stand for"
              + " (default: ${DEFAULT-VALUE}).")
  String engine = "";

  @Option(
      names = "--endpoint",
      paramLabel = "URL",
      description =
          "With --engine http, the server's address, such as http://127.0.0.1:8000/v1. Its key is"
              + " read from PONDER_API_KEY, else OPENAI_API_KEY.")
  @Nullable String endpoint;

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

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "Set an option or setting by its name, also one of the engine's; may be repeated.")
  Map<String, String> set = Map.of();

  /// Sequences that run side by side, at most.
  private int width = 1;

  /// The engine of a run that goes on; empty for none.
  private String before = "";

  /// What both engines run at a time when nobody says otherwise.
  private static final int USUAL_WIDTH = 64;

  /// Says how many sequences the command will have side by side, at most, for `--engine auto`. A
  /// command that does not say counts as one sequence, however many it may come to.
  void sideBySide(long sequences) {
    String most = set.getOrDefault("max-seqs", "");
    long limit = most.matches("[1-9][0-9]{0,8}") ? Long.parseLong(most) : USUAL_WIDTH;
    width = (int) Math.clamp(sequences, 1, limit);
  }

  /// Says which engine computed the part of the run that is there, for `--engine auto`.
  void goesOnWith(String name) {
    before = name;
  }

  /// Refuses `--set` keys that are no settings of the engine, for commands that have no others.
  ///
  /// @throws IllegalArgumentException naming all of them, with the nearest known
  void refuseOtherSettings() {
    List<String> known = settings(engine, model, endpoint, library);
    List<String> problems =
        set.keySet().stream()
            .filter(key -> !known.contains(key))
            .map(key -> "%s (%s)%s".formatted(key, set.get(key), near(key, known)))
            .toList();
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "Unknown for engine %s: %s.".formatted(engine, String.join(", ", problems)));
    }
  }

  /// `; maybe 'x' was meant` if a known name is near, else nothing.
  static String near(String key, Collection<String> known) {
    return Nearest.to(key, known).map(name -> "; maybe '" + name + "' was meant").orElse("");
  }

  /// What `--set` holds that is no setting of the engine.
  Map<String, String> otherSettings() {
    return split(false);
  }

  private Map<String, String> split(boolean ofEngine) {
    List<String> known = settings(engine, model, endpoint, library);
    Map<String, String> part = new LinkedHashMap<>();
    set.forEach(
        (key, value) -> {
          if (known.contains(key) == ofEngine) {
            part.put(key, value);
          }
        });
    return part;
  }

  /// Opens the model. Natives and a model of the catalogue or the hub that are not here yet are
  /// fetched first.
  ///
  /// @throws IllegalArgumentException if there is no such engine
  /// @throws ponder.model.EngineException if the model cannot be had or opened
  LanguageModel open(Shell shell) {
    return open(model, shell);
  }

  /// Opens another model in the same way as [#open(Shell)].
  ///
  /// @param named as `--model` takes it; null for the default
  LanguageModel open(@Nullable String named, Shell shell) {
    return open(named, Map.of(), shell);
  }

  /// Opens the model with some of its engine's settings replaced.
  ///
  /// @throws IllegalArgumentException if the engine has no such setting
  LanguageModel open(Map<String, String> settings, Shell shell) {
    return open(model, settings, shell);
  }

  private LanguageModel open(@Nullable String named, Map<String, String> settings, Shell shell) {
    Map<String, String> all = split(true);
    all.putAll(settings);
    String settled = settled(engine, named, endpoint, library);
    if (settled.isEmpty()) {
      settled = before;
    }
    if (!settled.isEmpty() && engine(settled).remote()) {
      return openRemote(engine(settled), named, all);
    }
    refuseEndpoint();
    if (!settled.isEmpty()) {
      refuseForeign(settled, all);
      Path libraries = libraries(settled, shell);
      return engine(settled).open(options(resolve(named, shell), libraries, all));
    }
    Resolved resolved = resolve(named, shell);
    EngineChoice choice = EngineChoice.ofFile(options(resolved, null, all), width, shell);
    if (!choice.remark().isEmpty()) {
      shell.note("note: " + choice.remark());
    }
    refuseForeign(choice.engine(), all);
    Path libraries = libraries(choice.engine(), shell);
    return engine(choice.engine()).open(options(resolved, libraries, all));
  }

  private EngineOptions options(
      Resolved resolved, @Nullable Path libraries, Map<String, String> settings) {
    return new EngineOptions(
        resolved.path(),
        resolved.name(),
        resolved.sha256(),
        libraries,
        context,
        threads,
        deterministic,
        settings);
  }

  private LanguageModel openRemote(
      Engine chosen, @Nullable String named, Map<String, String> given) {
    refuseForeign(chosen.name(), given);
    Map<String, String> settings = new LinkedHashMap<>(given);
    if (endpoint != null) {
      settings.put("endpoint", endpoint);
    }
    String name = named == null ? "" : named;
    return chosen.open(
        new EngineOptions(
            Path.of(""), name, "", library, context, threads, deterministic, settings));
  }

  private void refuseEndpoint() {
    if (endpoint != null) {
      throw new IllegalArgumentException(
          "--endpoint is for a server, but --engine %s runs models here. Maybe add --engine http."
              .formatted(engine));
    }
  }

  /// Settings are checked before `auto` has chosen; what only the other engine has is found here.
  private static void refuseForeign(String chosen, Map<String, String> settings) {
    for (String name : settings.keySet()) {
      if (!engine(chosen).settings().contains(name)) {
        throw new IllegalArgumentException(
            "Engine %s has no setting '%s'. Maybe use --engine %s."
                .formatted(chosen, name, chosen.equals(LLAMA) ? TORCH : LLAMA));
      }
    }
  }

  /// The names of settings that the engine has, or either of those that `auto` may still take.
  ///
  /// @throws IllegalArgumentException if there is no such engine
  static List<String> settings(
      String engine, @Nullable String model, @Nullable String endpoint, @Nullable Path library) {
    String settled = settled(engine, model, endpoint, library);
    return settled.isEmpty()
        ? Stream.of(LLAMA, TORCH).flatMap(it -> engine(it).settings().stream()).distinct().toList()
        : engine(settled).settings();
  }

  /// The engine's name, unless `auto` has to look at a GGUF file first: then empty. See
  /// [EngineChoice] for the whole choice.
  static String settled(
      String engine, @Nullable String model, @Nullable String endpoint, @Nullable Path library) {
    if (!engine.equals(AUTO)) {
      return engine;
    }
    if (endpoint != null) {
      return HTTP;
    }
    if (library != null) {
      return TorchLibraries.variant(library).isPresent() ? TORCH : LLAMA;
    }
    boolean folder = model != null && !model.startsWith("hf:") && Files.isDirectory(Path.of(model));
    return folder ? TORCH : "";
  }

  /// The engine called `name`.
  ///
  /// @throws IllegalArgumentException if there is none
  static Engine engine(String name) {
    List<Engine> engines = Engine.all();
    List<String> names =
        Stream.concat(engines.stream().map(Engine::name), Stream.of(AUTO)).toList();
    return engines.stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "--engine (%s) is unknown.%s".formatted(name, Nearest.maybe(name, names))));
  }

  /// The folder of an engine's natives, fetched first if there are none; null if it has none.
  private @Nullable Path libraries(String chosen, Shell shell) {
    return switch (chosen) {
      case LLAMA -> natives(shell);
      case TORCH -> torch(shell);
      default -> library;
    };
  }

  /// The folder of libtorch's natives, fetched first if there are none.
  Path torch(Shell shell) {
    if (library != null) {
      return library;
    }
    TorchLibraries torch = new TorchLibraries(shell.home(), shell.environment());
    return torch.find().orElseGet(() -> Pulls.torch(torch, TorchLibraries.Variant.PLAIN, shell));
  }

  /// The folder of llama.cpp's natives, fetched first if there are none.
  Path natives(Shell shell) {
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

  /// The model's file, fetched first if it is not here.
  Resolved resolve(Shell shell) {
    return resolve(model, shell);
  }

  private static Resolved resolve(@Nullable String named, Shell shell) {
    Models models = new Models(shell.home(), shell.environment());
    String called = named == null ? models.catalogue().preferred().name() : named;
    boolean fetchable = called.startsWith("hf:") || models.catalogue().find(called).isPresent();
    if (fetchable && !models.info(called).installed()) {
      Pulls.model(models, called, shell);
    }
    return models.resolve(called);
  }
}

package ponder.model;

import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/// Opens models. Found through [ServiceLoader] and chosen by name, never by class-path order.
public interface Engine {
  /// The name that `--engine` takes.
  String name();

  /// The names that this engine understands in [EngineOptions#settings], in the order to show them.
  default List<String> settings() {
    return List.of();
  }

  /// Whether models are on a server and named by their name there, not by a file.
  default boolean remote() {
    return false;
  }

  /// What it would take to open a model here: told from its files and from what this machine has,
  /// so that it is the same whatever else runs at the moment. No natives and no weights are loaded.
  ///
  /// @return empty if the engine does not tell
  /// @throws EngineException if the engine cannot open the model, with the reason
  default Optional<Outlook> outlook(EngineOptions options) {
    return Optional.empty();
  }

  /// What it takes to open a model.
  ///
  /// @param gpu whether a GPU would compute
  /// @param needed bytes of memory, the cache included
  /// @param memory bytes there are in all, of the GPU if that computes, else of the machine
  record Outlook(boolean gpu, long needed, long memory) {
    /// Whether the model fits with a quarter of the memory left to others.
    public boolean fits() {
      return needed > 0 && needed <= memory / 4 * 3;
    }
  }

  /// Loads a model; cost: reading its file.
  ///
  /// @throws EngineException if the file or the engine's natives are missing, broken or unsupported
  LanguageModel open(EngineOptions options);

  /// All engines on the class path.
  static List<Engine> all() {
    return ServiceLoader.load(Engine.class).stream().map(ServiceLoader.Provider::get).toList();
  }

  /// The engine called `name`.
  ///
  /// @throws EngineException if there is none; the message lists those there are
  static Engine named(String name) {
    List<Engine> engines = all();
    return engines.stream()
        .filter(engine -> engine.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new EngineException(
                    "No engine is called '%s'. Maybe one of %s was meant."
                        .formatted(name, engines.stream().map(Engine::name).toList())));
  }
}

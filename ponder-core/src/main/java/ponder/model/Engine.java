package ponder.model;

import java.util.List;
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

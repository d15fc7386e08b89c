package ponder.store;

/// What a run is; all of it decides the run's [id][#id], except the labels that people read.
///
/// @param command what was asked for, such as `solve`
/// @param recipe method, parameters, seed, budget and question in one canonical text
/// @param data hash or name of the data the run reads; empty if it reads none
/// @param build the engine, its version and its numeric mode
/// @param weights hash of the model's weights
/// @param method label: the method's name
/// @param model label: the model's name
/// @param question label: how the question begins
public record RunInfo(
    String command,
    String recipe,
    String data,
    String build,
    String weights,
    String method,
    String model,
    String question) {
  private static final int EXCERPT = 120;

  public RunInfo {
    String line = question.strip().replaceAll("\\s+", " ");
    question =
        line.codePointCount(0, line.length()) <= EXCERPT
            ? line
            : line.substring(0, line.offsetByCodePoints(0, EXCERPT - 1)) + "…";
  }

  /// The run's name: the first 16 digits of a SHA-256 over what the run is. Equal runs have equal
  /// ids, on every machine.
  public String id() {
    return Key.of("run")
        .put(command)
        .put(recipe)
        .put(data)
        .put(build)
        .put(weights)
        .build()
        .hex()
        .substring(0, 16);
  }
}

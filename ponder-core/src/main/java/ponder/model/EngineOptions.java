package ponder.model;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How an [Engine] is to open a model.
///
/// @param model the model's file or folder; the empty path for a remote engine
/// @param name the name to show, from the catalogue or the file; for a remote engine the model's
///   name on the server, empty for the only one there
/// @param weightsHash SHA-256 of the weights, lower-case hex; empty for a remote engine
/// @param library a folder with the engine's natives; null for those the engine finds itself
/// @param context tokens of context per sequence; 0 for the model's own
/// @param threads compute threads; 0 for the number of physical cores
/// @param deterministic whether results must not depend on company, order or cache (slow)
/// @param settings the engine's own settings by name; unknown names are refused
public record EngineOptions(
    Path model,
    String name,
    String weightsHash,
    @Nullable Path library,
    int context,
    int threads,
    boolean deterministic,
    Map<String, String> settings) {
  public EngineOptions {
    settings = Map.copyOf(settings);
    if (context < 0) {
      throw new IllegalArgumentException(
          "context (" + context + ") must be 0 (the model's own) or more.");
    }
    if (threads < 0) {
      throw new IllegalArgumentException(
          "threads (" + threads + ") must be 0 (all physical cores) or more.");
    }
  }
}

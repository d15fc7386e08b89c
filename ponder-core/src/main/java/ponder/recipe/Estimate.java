package ponder.recipe;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The most that a task can cost, for `--dry-run`. Nothing is generated for it.
///
/// @param calls requests
/// @param samples completions
/// @param promptTokens over all calls; 0 if the model does not show its tokens
/// @param generatedTokens over all samples
/// @param flops if nothing is found in a cache; 0 for a model of unknown size
public record Estimate(
    String method,
    String model,
    String engine,
    long calls,
    long samples,
    long promptTokens,
    long generatedTokens,
    double flops) {
  /// The object that `--dry-run --json` prints.
  public ObjectNode json() {
    ObjectNode node =
        new JsonMapper()
            .createObjectNode()
            .put("method", method)
            .put("model", model)
            .put("engine", engine);
    node.putObject("most")
        .put("calls", calls)
        .put("samples", samples)
        .put("promptTokens", promptTokens)
        .put("generatedTokens", generatedTokens)
        .put("flops", flops);
    return node;
  }
}

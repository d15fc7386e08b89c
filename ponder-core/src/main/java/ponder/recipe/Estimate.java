package ponder.recipe;

import ponder.core.Spend;
import ponder.store.EventJson;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What a task will cost, for `--dry-run`.
///
/// @param samples completions, at most
/// @param expected what it will probably cost; the bound again where nothing is known of lengths
/// @param most an upper bound, of judges of steps what solutions as long as they may be mostly
///   take; no time
/// @param basis what `expected` rests on, in words
public record Estimate(
    String method,
    String verifier,
    String model,
    String engine,
    long samples,
    Spend expected,
    Spend most,
    String basis) {
  /// The object that `--dry-run --json` prints: `spend` is what is expected.
  public ObjectNode json() {
    ObjectNode node =
        new JsonMapper()
            .createObjectNode()
            .put("method", method)
            .put("verifier", verifier)
            .put("model", model)
            .put("engine", engine)
            .put("samples", samples);
    node.set("spend", EventJson.spend(expected));
    node.set("most", EventJson.spend(most));
    return node.put("basis", basis);
  }
}

package ponder.recipe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import ponder.model.ModelInfo;
import ponder.store.Durable;
import ponder.store.RunInfo;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// One file per run that says what was asked, what came out, why, and what it cost.
final class Receipts {
  private static final JsonMapper MAPPER = new JsonMapper();

  private Receipts() {}

  /// Writes `RUN.json` in `folder`; a reader sees the old file or the new one, never half of one.
  static void write(
      Path folder, SolveTask task, RunInfo run, ModelInfo model, Solution solution, Instant started)
      throws IOException {
    ObjectNode node = solution.json();
    node.set("recipe", MAPPER.readTree(run.recipe()));
    node.put("command", run.command()).put("data", run.data()).put("build", run.build());
    node.put("weightsHash", model.weightsHash()).put("determinism", model.determinism().name());
    node.put("reproducible", reproducible(task, model));
    node.put("started", started.toString()).put("finished", Instant.now().toString());
    node.put("java", Runtime.version().toString());
    Files.createDirectories(folder);
    Durable.write(
        folder.resolve(run.id() + ".json"),
        MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(node));
  }

  /// What a second run without the journal would give.
  private static String reproducible(SolveTask task, ModelInfo model) {
    if (Double.isFinite(task.budget().seconds())) {
      return "no: a budget in seconds ends where the clock ends it";
    }
    return switch (model.determinism()) {
      case NONE -> "no: the model promises nothing about equal requests";
      case SAMPLING -> "up to rounding: kernels depend on what else is in the batch";
      case REPEAT -> "on an idle engine with an empty cache, request by request";
      case INVARIANT -> "yes";
    };
  }
}

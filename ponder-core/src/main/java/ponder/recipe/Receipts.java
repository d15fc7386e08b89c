package ponder.recipe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import ponder.core.Nearest;
import ponder.model.EngineException;
import ponder.model.ModelInfo;
import ponder.store.Durable;
import ponder.store.EventJson;
import ponder.store.RunInfo;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// One file per run that says what was asked, what came out, why, and what it cost; beside it the
/// run's trace.
public final class Receipts {
  private static final String ENDING = ".json";
  private static final String ENDING_OF_TRACE = ".jsonl";
  private static final JsonMapper MAPPER = new JsonMapper();

  private Receipts() {}

  /// Writes `RUN.json` in `folder`; a reader sees the old file or the new one, never half of one.
  static void write(
      Path folder, SolveTask task, RunInfo run, ModelInfo model, Solution solution, Instant started)
      throws IOException {
    ObjectNode node = solution.json();
    node.set("recipe", MAPPER.readTree(run.recipe()));
    node.set("judging", EventJson.spend(solution.judging()));
    node.set("times", solution.times().json());
    node.put("command", run.command()).put("data", run.data()).put("build", run.build());
    node.put("weightsHash", model.weightsHash()).put("determinism", model.determinism().name());
    node.put("reproducible", reproducible(task, model));
    node.put("started", started.toString()).put("finished", Instant.now().toString());
    node.put("java", Runtime.version().toString());
    Files.createDirectories(folder);
    Durable.write(
        folder.resolve(run.id() + ENDING),
        MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(node));
  }

  /// The receipt of the run that `id` names; the beginning of an id is enough if only one receipt's
  /// begins so.
  ///
  /// @throws IllegalArgumentException if there is none, or more than one
  /// @throws EngineException if the receipt cannot be read
  public static JsonNode read(Path folder, String id) {
    Path file = folder.resolve(meant(folder, id) + ENDING);
    try {
      return MAPPER.readTree(Files.readAllBytes(file));
    } catch (IOException | JacksonException e) {
      throw new EngineException("The receipt %s cannot be read.".formatted(file), e);
    }
  }

  /// What the run that `id` names has thought, as [ponder.store.TraceFile] reads it.
  ///
  /// @param id as for [#read]
  /// @throws IllegalArgumentException as [#read] does, and if that run's thoughts were not kept
  public static Path trace(Path folder, String id) {
    String run = meant(folder, id);
    Path file = traceFile(folder, run);
    if (!Files.exists(file)) {
      throw new IllegalArgumentException(
          "run (%s) kept no trace. Maybe run it again: what it computed is in the journal."
              .formatted(run));
    }
    return file;
  }

  /// Where the thoughts of `run` are kept.
  static Path traceFile(Path folder, String run) {
    return folder.resolve(run + ENDING_OF_TRACE);
  }

  private static String meant(Path folder, String id) {
    List<String> known = ids(folder);
    List<String> meant = known.stream().filter(it -> it.startsWith(id) && !id.isEmpty()).toList();
    if (meant.size() != 1) {
      throw new IllegalArgumentException(
          meant.isEmpty()
              ? "run (%s) has no receipt among the %d here.%s"
                  .formatted(id, known.size(), Nearest.maybe(id, known))
              : "run (%s) is the beginning of %d receipts' ids. Maybe %s was meant."
                  .formatted(id, meant.size(), meant.getFirst()));
    }
    return meant.getFirst();
  }

  private static List<String> ids(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(ENDING))
          .map(name -> name.substring(0, name.length() - ENDING.length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new EngineException("The receipts in %s cannot be listed.".formatted(folder), e);
    }
  }

  /// The mean length of the candidates of this model's newest receipts, 100 at most; empty if there
  /// are none that can be read.
  static OptionalDouble meanTokens(Path folder, String model) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(ENDING))
          .sorted(Comparator.comparing(Receipts::age))
          .limit(100)
          .flatMap(file -> tokens(file, model))
          .mapToLong(it -> it)
          .average();
    } catch (IOException e) {
      return OptionalDouble.empty(); // no folder yet
    }
  }

  private static long age(Path file) {
    return -file.toFile().lastModified();
  }

  private static Stream<Long> tokens(Path file, String model) {
    try {
      JsonNode receipt = MAPPER.readTree(Files.readAllBytes(file));
      return receipt.path("model").asString("").equals(model)
          ? receipt.path("candidates").valueStream().map(it -> it.path("tokens").asLong())
          : Stream.empty();
    } catch (IOException | JacksonException e) {
      return Stream.empty(); // a hint less, nothing more
    }
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

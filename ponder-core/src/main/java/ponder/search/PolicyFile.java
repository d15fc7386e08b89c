package ponder.search;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import ponder.model.EngineException;
import ponder.store.Durable;
import ponder.store.FileHash;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Policies as JSON files.
public final class PolicyFile {
  /// The setting of `auto` that names the file, and the one that says what it must hold.
  static final String SETTING = "policy";

  static final String PIN = "policy-sha256";

  private static final String KIND = "ponder-policy-1";
  private static final JsonMapper MAPPER = new JsonMapper();

  private PolicyFile() {}

  /// The policy in a file.
  ///
  /// @throws EngineException if there is none, or the file cannot be read
  public static Policy read(Path file) {
    try {
      JsonNode node = MAPPER.readTree(Files.readAllBytes(file));
      if (!node.path("kind").asString("").equals(KIND)) {
        throw new EngineException(
            "%s is no policy. Maybe make one with 'ponder policy fit'.".formatted(file));
      }
      return policy(node);
    } catch (IOException e) {
      throw new EngineException("The policy %s cannot be read.".formatted(file), e);
    } catch (JacksonException | IllegalArgumentException e) {
      throw new EngineException(
          "The policy %s cannot be read: %s"
              .formatted(file, String.valueOf(e.getMessage()).lines().findFirst().orElse("")),
          e);
    }
  }

  /// SHA-256 of a policy's file.
  ///
  /// @throws EngineException if it cannot be read
  static String hash(Path file) {
    try {
      return FileHash.compute(file);
    } catch (IOException e) {
      throw new EngineException("The policy %s cannot be read.".formatted(file), e);
    }
  }

  /// The settings with the hash of the policy they name, for a method that takes one: so that what
  /// a run is does not change with a file's content.
  ///
  /// @throws EngineException if the file cannot be read
  public static Map<String, String> pin(Methods.Method method, Map<String, String> given) {
    String file = given.getOrDefault(SETTING, given.getOrDefault("auto." + SETTING, ""));
    boolean takes = method.parameters().stream().anyMatch(it -> it.name().equals(PIN));
    if (!takes || file.isEmpty()) {
      return given;
    }
    Map<String, String> pinned = new HashMap<>(given);
    pinned.putIfAbsent(PIN, hash(Path.of(file)));
    return pinned;
  }

  /// Writes a policy; a reader sees the old file or the new one.
  ///
  /// @throws UncheckedIOException if it cannot be written
  public static void write(Policy policy, Path file) {
    String text = MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json(policy)) + "\n";
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      Durable.write(file, text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("The policy (%s) cannot be written.".formatted(file), e);
    }
  }

  /// The object that a file holds.
  public static ObjectNode json(Policy policy) {
    ObjectNode node =
        MAPPER
            .createObjectNode()
            .put("kind", KIND)
            .put("version", policy.version())
            .put("model", policy.model())
            .put("weights", policy.weights())
            .put("dataset", policy.dataset())
            .put("datasetSha256", policy.datasetSha256())
            .put("rowsSha256", policy.rowsSha256())
            .put("problems", policy.problems());
    ArrayNode runs = node.putArray("runs");
    policy.runs().forEach(runs::add);
    node.put("unit", policy.unit().key());
    Policy.Difficulty difficulty = policy.difficulty();
    ObjectNode hardness =
        node.putObject("difficulty")
            .put("kind", difficulty.kind())
            .put("samples", difficulty.samples())
            .put("method", difficulty.method());
    settings(hardness, difficulty.settings());
    hardness.put("verifier", difficulty.verifier()).put("aggregation", difficulty.aggregation());
    ArrayNode edges = hardness.putArray("edges");
    difficulty.edges().forEach(edges::add);
    ArrayNode rows = node.putArray("budgets");
    policy.rows().forEach(row -> rows.add(json(row)));
    return node;
  }

  private static ObjectNode json(Policy.Row row) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("budget", row.budget()).put("binned", row.binned());
    ArrayNode bins = node.putArray("bins");
    row.bins().forEach(choice -> bins.add(json(choice)));
    node.set("single", json(row.single()));
    Policy.Validation validation = row.validation();
    ObjectNode cross = node.putObject("crossValidated");
    cross.set("policy", json(validation.policy()));
    cross.set("single", json(validation.single()));
    cross.set("gain", json(validation.gain()));
    cross.set("free", json(validation.free()));
    cross.put("policyCost", validation.policyCost()).put("singleCost", validation.singleCost());
    return node;
  }

  private static ObjectNode json(Policy.Choice choice) {
    ObjectNode node = MAPPER.createObjectNode().put("method", choice.method());
    settings(node, choice.settings());
    node.put("verifier", choice.verifier())
        .put("aggregation", choice.aggregation())
        .put("limits", choice.limits())
        .put("run", choice.run())
        .put("cost", choice.cost());
    node.set("accuracy", json(choice.accuracy()));
    return node.put("problems", choice.problems()).put("pooled", choice.pooled());
  }

  private static void settings(ObjectNode to, Map<String, String> settings) {
    ObjectNode node = to.putObject("settings");
    settings.forEach(node::put);
  }

  private static ArrayNode json(Policy.Estimate estimate) {
    return MAPPER.createArrayNode().add(estimate.mean()).add(estimate.low()).add(estimate.high());
  }

  private static Policy policy(JsonNode node) {
    JsonNode hardness = node.required("difficulty");
    return new Policy(
        text(node, "version"),
        text(node, "model"),
        text(node, "weights"),
        text(node, "dataset"),
        text(node, "datasetSha256"),
        text(node, "rowsSha256"),
        node.required("problems").asInt(),
        list(node.required("runs")).stream().map(JsonNode::asString).toList(),
        Policy.Unit.named(text(node, "unit")),
        new Policy.Difficulty(
            text(hardness, "kind"),
            hardness.required("samples").asInt(),
            text(hardness, "method"),
            settings(hardness),
            text(hardness, "verifier"),
            text(hardness, "aggregation"),
            list(hardness.required("edges")).stream().map(JsonNode::asDouble).toList()),
        list(node.required("budgets")).stream().map(PolicyFile::row).toList());
  }

  private static Policy.Row row(JsonNode node) {
    JsonNode cross = node.required("crossValidated");
    return new Policy.Row(
        node.required("budget").asDouble(),
        node.required("binned").asBoolean(),
        list(node.required("bins")).stream().map(PolicyFile::choice).toList(),
        choice(node.required("single")),
        new Policy.Validation(
            estimate(cross.required("policy")),
            estimate(cross.required("single")),
            estimate(cross.required("gain")),
            estimate(cross.required("free")),
            cross.required("policyCost").asDouble(),
            cross.required("singleCost").asDouble()));
  }

  private static Policy.Choice choice(JsonNode node) {
    return new Policy.Choice(
        text(node, "method"),
        settings(node),
        text(node, "verifier"),
        text(node, "aggregation"),
        text(node, "limits"),
        text(node, "run"),
        node.required("cost").asDouble(),
        estimate(node.required("accuracy")),
        node.required("problems").asInt(),
        node.required("pooled").asBoolean());
  }

  private static Policy.Estimate estimate(JsonNode node) {
    return new Policy.Estimate(
        node.required(0).asDouble(), node.required(1).asDouble(), node.required(2).asDouble());
  }

  private static Map<String, String> settings(JsonNode node) {
    Map<String, String> settings = new HashMap<>();
    node.required("settings")
        .properties()
        .forEach(entry -> settings.put(entry.getKey(), entry.getValue().asString()));
    return settings;
  }

  private static List<JsonNode> list(JsonNode node) {
    return new ArrayList<>(node.valueStream().toList());
  }

  private static String text(JsonNode node, String name) {
    return node.required(name).asString();
  }
}

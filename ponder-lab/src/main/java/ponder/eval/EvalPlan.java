package ponder.eval;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What an evaluation is: `eval.json`, written before anything else.
///
/// The same command goes on with a folder whose plan is equal; another is refused, so results of
/// different settings never mix.
///
/// @param version the version of Ponder
/// @param model the model's name
/// @param engine the engine's name
/// @param build the engine's build and its numeric mode
/// @param weights SHA-256 of the model's weights
/// @param method the method's name
/// @param settings every setting of the method, defaults included
/// @param verifier what decides
/// @param aggregation how the values of a candidate's steps become one
/// @param judge SHA-256 of the verifier's own model; empty if it asks none
/// @param budget what each problem may cost, as `--budget` takes it; empty for no limit
/// @param seed the root seed
/// @param dataset the data set's name
/// @param datasetSha256 SHA-256 of its file
/// @param rows which of its rows, in words
/// @param rowsSha256 SHA-256 over the ids of the evaluated problems
/// @param problems how many they are, at least 1
/// @param redacted whether texts and answers are left out of the folder
public record EvalPlan(
    String version,
    String model,
    String engine,
    String build,
    String weights,
    String method,
    Map<String, String> settings,
    String verifier,
    String aggregation,
    String judge,
    String budget,
    long seed,
    String dataset,
    String datasetSha256,
    String rows,
    String rowsSha256,
    int problems,
    boolean redacted) {
  /// The value of `command` in `eval.json`.
  static final String COMMAND = "eval";

  public EvalPlan {
    settings = Map.copyOf(settings);
    if (problems < 1) {
      throw new IllegalArgumentException("problems (" + problems + ") must be at least 1.");
    }
  }

  /// Where `other` differs, one sentence fragment each: `n (8) is now 16`.
  List<String> differences(EvalPlan other) {
    Map<String, String> mine = values();
    Map<String, String> theirs = other.values();
    TreeSet<String> unseen = new TreeSet<>(theirs.keySet());
    List<String> differences = new ArrayList<>();
    mine.forEach(
        (name, value) -> {
          unseen.remove(name);
          String now = theirs.getOrDefault(name, "not set");
          if (!value.equals(now)) {
            differences.add("%s (%s) is now %s".formatted(name, shown(value), shown(now)));
          }
        });
    unseen.forEach(
        name ->
            differences.add("%s is now %s".formatted(name, shown(theirs.getOrDefault(name, "")))));
    return List.copyOf(differences);
  }

  private static String shown(String value) {
    return value.isEmpty() ? "none" : value;
  }

  private Map<String, String> values() {
    Map<String, String> values = new LinkedHashMap<>();
    json()
        .properties()
        .forEach(
            entry -> {
              if (entry.getValue().isValueNode()) {
                values.put(entry.getKey(), entry.getValue().asString());
              }
            });
    values.putAll(new TreeMap<>(settings));
    return values;
  }

  /// The object that `eval.json` holds.
  public ObjectNode json() {
    ObjectNode node =
        new JsonMapper()
            .createObjectNode()
            .put("command", COMMAND)
            .put("version", version)
            .put("model", model)
            .put("engine", engine)
            .put("build", build)
            .put("weights", weights)
            .put("method", method);
    ObjectNode all = node.putObject("settings");
    new TreeMap<>(settings).forEach(all::put);
    return node.put("verifier", verifier)
        .put("aggregation", aggregation)
        .put("judge", judge)
        .put("budget", budget)
        .put("seed", seed)
        .put("dataset", dataset)
        .put("datasetSha256", datasetSha256)
        .put("rows", rows)
        .put("rowsSha256", rowsSha256)
        .put("problems", problems)
        .put("redacted", redacted);
  }

  /// The plan in the text of an `eval.json`.
  ///
  /// @param where the file, for errors
  /// @throws IllegalArgumentException naming what is missing or unfit
  static EvalPlan parse(String text, String where) {
    Fields fields = Fields.parse(text, where);
    if (!fields.text("command").equals(COMMAND)) {
      throw new IllegalArgumentException(
          "%s was written by 'ponder %s', not by 'ponder eval'."
              .formatted(where, fields.text("command")));
    }
    return new EvalPlan(
        fields.text("version"),
        fields.text("model"),
        fields.text("engine"),
        fields.text("build"),
        fields.text("weights"),
        fields.text("method"),
        fields.texts("settings"),
        fields.text("verifier"),
        fields.text("aggregation"),
        fields.text("judge"),
        fields.text("budget"),
        fields.whole("seed"),
        fields.text("dataset"),
        fields.text("datasetSha256"),
        fields.text("rows"),
        fields.text("rowsSha256"),
        fields.integer("problems"),
        fields.flag("redacted"));
  }
}

package ponder.eval;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import ponder.core.Grading;
import ponder.core.Limits;
import ponder.data.DataSet;
import ponder.data.Selection;
import ponder.model.ModelInfo;
import ponder.recipe.SolveTask;
import ponder.store.Key;
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
/// @param rowsSha256 SHA-256 over the ids, questions and answers of the evaluated problems
/// @param problems how many they are, at least 1
/// @param grading what kind of answers the problems have, a key of [ponder.core.Grading]
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
    String grading,
    boolean redacted) {
  /// The value of `command` in `eval.json`.
  static final String COMMAND = "eval";

  private static final List<String> OF_MODEL =
      List.of("model", "engine", "build", "weights", "judge");

  public EvalPlan {
    settings = Map.copyOf(settings);
    if (problems < 1) {
      throw new IllegalArgumentException("problems (" + problems + ") must be at least 1.");
    }
  }

  /// The plan of a task on a data set, before its model is known: what the model tells is empty.
  ///
  /// @param task resolved, see [ponder.recipe.Solve#resolve]
  public static EvalPlan of(String version, SolveTask task, DataSet data, boolean redacted) {
    return new EvalPlan(
        version,
        "",
        "",
        "",
        "",
        task.method(),
        task.settings(),
        task.verifier(),
        task.aggregation().text(),
        "",
        task.budget().equals(Limits.NONE) ? "" : task.budget().toString(),
        task.seed(),
        data.name(),
        data.sha256(),
        rows(data),
        rowsSha256(data),
        data.rows().size(),
        data.grading(),
        redacted);
  }

  private static String rows(DataSet data) {
    Selection selection = data.selection();
    String piece =
        selection.limit() == Selection.ALL
            ? "all from number %d on".formatted(selection.offset())
            : "%d from number %d on".formatted(selection.limit(), selection.offset());
    String sample = selection.sample() == null ? "" : ", of these " + selection.sample();
    return piece + sample + (data.columns().isEmpty() ? "" : ", " + data.columns());
  }

  private static String rowsSha256(DataSet data) {
    Key.Builder key = Key.of("rows");
    data.rows().forEach(row -> key.put(row.id()).put(row.question()).put(row.answer()));
    return key.build().hex();
  }

  /// The same on this model.
  ///
  /// @param judge the model that the verifier asks; null if it asks none of its own
  public EvalPlan on(ModelInfo info, @Nullable ModelInfo judge) {
    return new EvalPlan(
        version,
        info.name(),
        info.engine(),
        "%s %s".formatted(info.build(), info.determinism().name().toLowerCase(Locale.ROOT)),
        info.weightsHash(),
        method,
        settings,
        verifier,
        aggregation,
        judge == null ? "" : judge.weightsHash(),
        budget,
        seed,
        dataset,
        datasetSha256,
        rows,
        rowsSha256,
        problems,
        grading,
        redacted);
  }

  /// Whether answers are a few words, which F1 measures beside accuracy.
  public boolean ofWords() {
    return grading.equals(Grading.SHORT.key());
  }

  /// Whether a verifier gives the candidates their scores, and not a vote among them.
  public boolean judged() {
    return !verifier.equals("vote") && !verifier.equals("none");
  }

  /// Where `other` differs, one sentence fragment each: `n (8) is now 16`. What a model tells is
  /// left out where `other` has none yet.
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
    if (other.engine.isEmpty()) {
      differences.removeIf(it -> OF_MODEL.stream().anyMatch(name -> it.startsWith(name + " (")));
    }
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
        .put("grading", grading)
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
        fields.text("grading", "math"), // older plans know no other kind
        fields.flag("redacted"));
  }
}

package ponder.compare;

import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import ponder.compare.Comparison.Difference;
import ponder.compare.Comparison.Line;
import ponder.compare.Comparison.Matched;
import ponder.compare.Comparison.Reading;
import ponder.compare.Comparison.Run;
import ponder.compare.Comparison.Thinking;
import ponder.stats.CurvePoint;
import ponder.stats.Interval;
import ponder.store.EventJson;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A comparison as the JSON of `compare.json` and of `--json`. Accuracies are parts of 1, intervals
/// `[low, high]` beside their mean; runs are named.
public final class ComparisonJson {
  private static final JsonMapper MAPPER = new JsonMapper();

  private ComparisonJson() {}

  /// The comparison as an object.
  public static ObjectNode write(Comparison comparison) {
    ObjectNode node =
        MAPPER
            .createObjectNode()
            .put("dataset", comparison.dataset())
            .put("datasetSha256", comparison.datasetSha256())
            .put("problems", comparison.problems())
            .put("grading", comparison.grading())
            .put("by", comparison.by().key())
            .put("baseline", name(comparison, comparison.baseline()));
    ArrayNode runs = node.putArray("runs");
    comparison.runs().forEach(run -> put(runs.addObject(), run, comparison.problems()));
    ArrayNode differences = node.putArray("differences");
    comparison.differences().forEach(it -> put(differences.addObject(), it, comparison));
    ArrayNode lines = node.putArray("lines");
    comparison.lines().forEach(line -> put(lines.addObject(), line, comparison));
    ArrayNode thinking = node.putArray("thinking");
    comparison.thinking().forEach(it -> put(thinking.addObject(), it, comparison));
    Matched matched = comparison.matched();
    if (matched != null) {
      put(node.putObject("matched"), matched, comparison);
    }
    ArrayNode notes = node.putArray("notes");
    comparison.notes().forEach(notes::add);
    return node;
  }

  private static String name(Comparison comparison, int run) {
    return comparison.runs().get(run).name();
  }

  private static void put(ObjectNode node, Run run, long problems) {
    node.put("name", run.name())
        .put("model", run.model())
        .put("engine", run.engine())
        .put("method", run.method());
    ObjectNode settings = node.putObject("settings");
    new TreeMap<>(run.settings()).forEach(settings::put);
    node.put("verifier", run.verifier()).put("budget", run.budget()).put("seed", run.seed());
    interval(node, "accuracy", "ci95", run.accuracy());
    if (run.f1() != null) {
      interval(node, "f1", "f1_ci95", run.f1());
    }
    interval(node.putObject("single"), "accuracy", "ci95", run.single());
    interval(node.putObject("oracle"), "accuracy", "ci95", run.oracle());
    node.put("undecided", run.undecided())
        .put("failures", run.failures())
        .put("thinkingTokens", run.thinkingTokens());
    node.set("spend", EventJson.spend(run.spend()));
    ObjectNode perProblem = node.putObject("perProblem");
    for (Axis axis : Axis.values()) {
      perProblem.put(axis.key(), axis.of(run.spend()) / problems);
    }
    Double money = run.money();
    if (money != null) {
      perProblem.put("money", money / problems);
      node.put("money", money);
    }
    node.put("cost", run.cost()).put("onFront", run.onFront());
    ArrayNode curve = node.putArray("curve");
    run.curve().forEach(point -> put(curve.addObject(), point));
  }

  private static void put(ObjectNode node, CurvePoint point) {
    node.put("n", point.n());
    interval(node, "majority_vote", "majority_vote_ci95", point.majorityVote());
    interval(node, "pred_naive", "pred_naive_ci95", point.predNaive());
    interval(node, "pred_weighted", "pred_weighted_ci95", point.predWeighted());
    interval(node, "pass_at", "pass_at_ci95", point.passAt());
    node.put("generated_tokens", point.generatedTokens());
  }

  private static void put(ObjectNode node, Difference difference, Comparison comparison) {
    node.put("run", name(comparison, difference.run()))
        .put("baseline", name(comparison, comparison.baseline()));
    interval(node, "difference", "ci95", difference.paired().difference());
    node.put("better", difference.paired().better())
        .put("worse", difference.paired().worse())
        .put("equal", difference.paired().equal())
        .put("signTest", difference.paired().signTest())
        .put("withinNoise", difference.paired().withinNoise());
  }

  private static void put(ObjectNode node, Line line, Comparison comparison) {
    node.put("name", line.name());
    names(node, line.runs(), comparison);
    ArrayNode points = node.putArray("points");
    for (Comparison.Point point : line.points()) {
      ObjectNode one = points.addObject().put("label", point.label()).put("cost", point.cost());
      interval(one, "accuracy", "ci95", point.accuracy());
    }
  }

  private static void put(ObjectNode node, Thinking thinking, Comparison comparison) {
    node.put("method", thinking.method());
    names(node, thinking.runs(), comparison);
    node.put("control", thinking.metrics().control())
        .put("scaling", thinking.metrics().scaling())
        .put("performance", thinking.metrics().performance());
  }

  private static void put(ObjectNode node, Matched matched, Comparison comparison) {
    node.put("cost", matched.cost());
    ArrayNode runs = node.putArray("runs");
    for (int i = 0; i < matched.readings().size(); i++) {
      Reading reading = matched.readings().get(i);
      ObjectNode one =
          runs.addObject()
              .put("run", name(comparison, i))
              .put("samples", reading.samples())
              .put("cost", reading.cost());
      interval(one, "accuracy", "ci95", reading.accuracy());
      interval(one, "difference", "differenceCi95", reading.difference());
    }
  }

  private static void names(ObjectNode node, List<Integer> runs, Comparison comparison) {
    ArrayNode names = node.putArray("runs");
    runs.forEach(run -> names.add(name(comparison, run)));
  }

  private static void interval(
      ObjectNode node, String mean, String bounds, @Nullable Interval interval) {
    if (interval == null) {
      node.putNull(mean).putNull(bounds);
    } else {
      node.put(mean, interval.mean());
      node.putArray(bounds).add(interval.low()).add(interval.high());
    }
  }
}

package ponder.eval;

import java.util.List;
import org.jspecify.annotations.Nullable;
import ponder.core.Spend;
import ponder.stats.CurvePoint;
import ponder.stats.Interval;
import ponder.store.EventJson;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What an evaluation came to: `summary.json`.
///
/// Intervals are 95 % bootstrap intervals over problems. `spend` covers all problems; `paid`,
/// `seconds`, `tokensPerSecond` and `batching` are of the process that ended the evaluation, which
/// may have found finished problems.
///
/// @param problems how many were evaluated, failed ones included
/// @param accuracy the part whose answer is right; failed and undecided ones are not
/// @param single what one sample is worth: the floor
/// @param oracle the part with a right candidate: what a perfect selector would reach
/// @param curve by number of samples, ascending; the last is the number that was drawn
/// @param undecided problems whose answer the grader could not compare
/// @param unanswered problems without an answer, failed ones included
/// @param anytime problems that the budget ended early
/// @param thinkingTokens mean over problems, of methods that tell thoughts apart; else 0
/// @param grading what kind of answers were compared, a key of [ponder.core.Grading]
/// @param f1 mean F1 of answers of words, of which `accuracy` is the part that match exactly; null
///   of other answers
/// @param resultsSha256 SHA-256 of `results.jsonl`, which shows whether it was changed since
public record Summary(
    String model,
    String engine,
    String method,
    String verifier,
    String dataset,
    String datasetSha256,
    int problems,
    Interval accuracy,
    long seed,
    Spend spend,
    Spend paid,
    List<CurvePoint> curve,
    List<Failure> failures,
    int undecided,
    int unanswered,
    int anytime,
    Interval single,
    Interval oracle,
    double thinkingTokens,
    double seconds,
    double tokensPerSecond,
    @Nullable Batching batching,
    String version,
    String grading,
    @Nullable Interval f1,
    String resultsSha256) {
  public Summary {
    curve = List.copyOf(curve);
    failures = List.copyOf(failures);
  }

  /// The same, seen by a process that computed this.
  Summary withPaid(Spend value) {
    return new Summary(
        model,
        engine,
        method,
        verifier,
        dataset,
        datasetSha256,
        problems,
        accuracy,
        seed,
        spend,
        value,
        curve,
        failures,
        undecided,
        unanswered,
        anytime,
        single,
        oracle,
        thinkingTokens,
        seconds,
        tokensPerSecond,
        batching,
        version,
        grading,
        f1,
        resultsSha256);
  }

  /// A problem that was given up.
  public record Failure(String id, String message) {}

  /// How full the engine's batches were.
  ///
  /// @param width most sequences that the engine computes at a time
  /// @param share mean part of `width` that was in use, in [0, 1], until the tail: the moment when
  ///   fewer sequences were wanted than there are places and no problem was left to begin. 0 if
  ///   there was never more to do than places
  /// @param steps the engine's steps until then
  /// @param wholeShare the same with the tail
  /// @param wholeSteps all steps
  public record Batching(int width, double share, long steps, double wholeShare, long wholeSteps) {}

  /// The object that `summary.json` holds.
  public ObjectNode json() {
    ObjectNode node =
        new JsonMapper()
            .createObjectNode()
            .put("model", model)
            .put("engine", engine)
            .put("method", method)
            .put("verifier", verifier)
            .put("dataset", dataset)
            .put("datasetSha256", datasetSha256)
            .put("problems", problems)
            .put("accuracy", accuracy.mean());
    bounds(node, "ci95", accuracy);
    node.put("seed", seed);
    node.set("spend", EventJson.spend(spend));
    node.set("paid", EventJson.spend(paid));
    ArrayNode points = node.putArray("curve");
    curve.forEach(point -> put(points.addObject(), point));
    ArrayNode failed = node.putArray("failures");
    failures.forEach(it -> failed.addObject().put("id", it.id()).put("message", it.message()));
    node.put("grading", grading);
    if (f1 != null) {
      bounds(node.put("f1", f1.mean()), "f1_ci95", f1);
    }
    node.put("undecided", undecided).put("unanswered", unanswered).put("anytime", anytime);
    bounds(node.putObject("single").put("accuracy", single.mean()), "ci95", single);
    bounds(node.putObject("oracle").put("accuracy", oracle.mean()), "ci95", oracle);
    node.put("thinkingTokens", thinkingTokens)
        .put("seconds", seconds)
        .put("tokensPerSecond", tokensPerSecond);
    if (batching != null) {
      node.putObject("engineMetrics")
          .put("batchWidth", batching.width())
          .put("batchShare", batching.share())
          .put("steps", batching.steps())
          .put("wholeShare", batching.wholeShare())
          .put("wholeSteps", batching.wholeSteps());
    }
    return node.put("version", version).put("resultsSha256", resultsSha256);
  }

  private static void put(ObjectNode node, CurvePoint point) {
    node.put("n", point.n())
        .put("majority_vote", point.majorityVote().mean())
        .put("pred_naive", point.predNaive().mean())
        .put("pred_weighted", point.predWeighted().mean())
        .put("pass_at", point.passAt().mean())
        .put("generated_tokens", point.generatedTokens())
        .put("weighted_error", point.weightedError());
    bounds(node, "majority_vote_ci95", point.majorityVote());
    bounds(node, "pred_naive_ci95", point.predNaive());
    bounds(node, "pred_weighted_ci95", point.predWeighted());
    bounds(node, "pass_at_ci95", point.passAt());
  }

  private static void bounds(ObjectNode node, String key, Interval interval) {
    node.putArray(key).add(interval.low()).add(interval.high());
  }

  /// The summary in the text of a `summary.json`.
  ///
  /// @param where the file, for errors
  /// @throws IllegalArgumentException naming what is missing or unfit
  static Summary parse(String text, String where) {
    Fields fields = Fields.parse(text, where);
    return new Summary(
        fields.text("model"),
        fields.text("engine"),
        fields.text("method"),
        fields.text("verifier"),
        fields.text("dataset"),
        fields.text("datasetSha256"),
        fields.integer("problems"),
        interval(fields, "accuracy", "ci95"),
        fields.whole("seed"),
        fields.spend("spend"),
        fields.spend("paid"),
        fields.objects("curve").stream().map(Summary::point).toList(),
        fields.objects("failures").stream()
            .map(it -> new Failure(it.text("id"), it.text("message")))
            .toList(),
        fields.integer("undecided"),
        fields.integer("unanswered"),
        fields.integer("anytime"),
        interval(fields.object("single"), "accuracy", "ci95"),
        interval(fields.object("oracle"), "accuracy", "ci95"),
        fields.number("thinkingTokens"),
        fields.number("seconds"),
        fields.number("tokensPerSecond"),
        fields.has("engineMetrics") ? batching(fields.object("engineMetrics")) : null,
        fields.text("version"),
        fields.text("grading", "math"),
        fields.has("f1") ? interval(fields, "f1", "f1_ci95") : null,
        fields.text("resultsSha256"));
  }

  private static CurvePoint point(Fields fields) {
    return new CurvePoint(
        fields.integer("n"),
        interval(fields, "majority_vote", "majority_vote_ci95"),
        interval(fields, "pred_naive", "pred_naive_ci95"),
        interval(fields, "pred_weighted", "pred_weighted_ci95"),
        interval(fields, "pass_at", "pass_at_ci95"),
        fields.number("generated_tokens"),
        fields.number("weighted_error"));
  }

  private static Batching batching(Fields fields) {
    return new Batching(
        fields.integer("batchWidth"),
        fields.number("batchShare"),
        fields.whole("steps"),
        fields.number("wholeShare"),
        fields.whole("wholeSteps"));
  }

  private static Interval interval(Fields fields, String mean, String bounds) {
    double[] ends = fields.numbers(bounds, 2);
    return new Interval(fields.number(mean), ends[0], ends[1]);
  }
}

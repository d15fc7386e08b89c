package ponder.search;

import java.util.List;
import java.util.Map;
import ponder.search.Policy.Choice;
import ponder.search.Policy.Difficulty;
import ponder.search.Policy.Estimate;
import ponder.search.Policy.Row;
import ponder.search.Policy.Unit;
import ponder.search.Policy.Validation;

/// Small policies of two bins: problems on which four samples agree are easy.
public final class Policies {
  private static final Estimate SOME = new Estimate(0.5, 0.4, 0.6);
  private static final Map<String, String> DRAWS = Map.of("n", "16", "max-tokens", "60");

  private Policies() {}

  /// A policy for the model of these weights with one budget, of 1,000 tokens.
  static Policy of(String weights, boolean binned, Choice easy, Choice hard) {
    return new Policy(
        "1",
        "some",
        weights,
        "data",
        "d",
        "r",
        100,
        List.of("a", "b"),
        Unit.TOKENS,
        agreement(),
        List.of(row(1000, binned, easy, hard)));
  }

  static Row row(double budget, boolean binned, Choice easy, Choice hard) {
    return new Row(
        budget,
        binned,
        List.of(easy, hard),
        hard,
        new Validation(SOME, SOME, new Estimate(0.1, -0.1, 0.2), SOME, 10, 20));
  }

  static Difficulty agreement() {
    return new Difficulty("predicted", 4, "self-consistency", DRAWS, "vote", "last", List.of(0.9));
  }

  static Difficulty judged(String verifier) {
    return new Difficulty("predicted", 4, "best-of-n", DRAWS, verifier, "last", List.of(0.9));
  }

  /// A vote of `n` samples drawn as difficulty's are.
  static Choice vote(int n) {
    return choice("self-consistency", Map.of("n", "" + n, "max-tokens", "60"), "vote", "");
  }

  static Choice choice(
      String method, Map<String, String> settings, String verifier, String limits) {
    return new Choice(method, settings, verifier, "last", limits, "run", 10, SOME, 50, false);
  }

  /// The policy with this measure of difficulty.
  static Policy with(Policy policy, Difficulty difficulty) {
    return with(policy, policy.unit(), difficulty, policy.rows());
  }

  static Policy with(Policy policy, Unit unit, Difficulty difficulty, List<Row> rows) {
    return new Policy(
        policy.version(),
        policy.model(),
        policy.weights(),
        policy.dataset(),
        policy.datasetSha256(),
        policy.rowsSha256(),
        policy.problems(),
        policy.runs(),
        unit,
        difficulty,
        rows);
  }

  /// Three samples for easy problems, ten in waves of four for hard ones.
  public static Policy little(String weights) {
    Choice hard =
        choice("self-consistency", Map.of("n", "10", "wave", "4", "max-tokens", "60"), "vote", "");
    return of(weights, true, vote(3), hard);
  }
}

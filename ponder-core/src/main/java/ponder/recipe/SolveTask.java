package ponder.recipe;

import java.util.List;
import java.util.Map;
import ponder.core.Limits;
import ponder.core.Problem;
import ponder.verify.Aggregation;

/// A problem to solve, and how.
///
/// @param command what the user asked for; `solve`, and others where a run belongs to something
///   larger
/// @param problem the problem
/// @param data hash of the data set that the problem is from; empty if from none
/// @param method the method's name
/// @param settings the method's parameters as far as given
/// @param verifier what judges the candidates, as `--verifier` takes it; empty for the method's own
/// @param aggregation how the values of a candidate's steps become one
/// @param budget what it may cost; a limit on samples also sets a parameter `n` that is not given
/// @param seed the root seed
/// @param reuse runs whose journal entries may be used as well
public record SolveTask(
    String command,
    Problem problem,
    String data,
    String method,
    Map<String, String> settings,
    String verifier,
    Aggregation aggregation,
    Limits budget,
    long seed,
    List<String> reuse) {
  public SolveTask {
    settings = Map.copyOf(settings);
    reuse = List.copyOf(reuse);
  }

  /// This method with its defaults, without a budget, with seed 0.
  public static SolveTask of(Problem problem, String method) {
    return new SolveTask(
        "solve", problem, "", method, Map.of(), "", Aggregation.LAST, Limits.NONE, 0, List.of());
  }

  public SolveTask withCommand(String value) {
    return new SolveTask(
        value, problem, data, method, settings, verifier, aggregation, budget, seed, reuse);
  }

  public SolveTask withProblem(Problem value) {
    return new SolveTask(
        command, value, data, method, settings, verifier, aggregation, budget, seed, reuse);
  }

  public SolveTask withData(String value) {
    return new SolveTask(
        command, problem, value, method, settings, verifier, aggregation, budget, seed, reuse);
  }

  public SolveTask withMethod(String value) {
    return new SolveTask(
        command, problem, data, value, settings, verifier, aggregation, budget, seed, reuse);
  }

  public SolveTask withSettings(Map<String, String> value) {
    return new SolveTask(
        command, problem, data, method, value, verifier, aggregation, budget, seed, reuse);
  }

  public SolveTask withBudget(Limits value) {
    return new SolveTask(
        command, problem, data, method, settings, verifier, aggregation, value, seed, reuse);
  }

  public SolveTask withSeed(long value) {
    return new SolveTask(
        command, problem, data, method, settings, verifier, aggregation, budget, value, reuse);
  }

  public SolveTask withReuse(List<String> value) {
    return new SolveTask(
        command, problem, data, method, settings, verifier, aggregation, budget, seed, value);
  }

  /// The same task, judged by this verifier.
  public SolveTask withVerifier(String text, Aggregation steps) {
    return new SolveTask(
        command, problem, data, method, settings, text, steps, budget, seed, reuse);
  }
}

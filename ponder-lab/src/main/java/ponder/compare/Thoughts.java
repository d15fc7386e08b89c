package ponder.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import ponder.compare.Comparison.Run;
import ponder.compare.Comparison.Thinking;
import ponder.stats.ThinkingMetrics;
import ponder.stats.ThinkingRun;

/// Finds the runs that are one method told to think for different lengths, and their metrics.
///
/// Runs belong together if model, verifier and all settings but those of the length are equal.
/// Budget forcing keeps to what it was told if its thoughts are at most as long as its cap, and at
/// least as long as its minimum, on average. Class-conditional control is told short or long and is
/// measured against the run that was told nothing, which is no run of its own; its thoughts are all
/// that it generated. Rejection sampling is left out: results tell the tokens of all its tries, not
/// of the one that counts.
final class Thoughts {
  private static final Map<String, Set<String>> LENGTHS =
      Map.of(
          "budget-forcing", Set.of("think-budget", "wait", "min-think", "max-tokens"),
          "class-conditional", Set.of("class"));

  private final List<Run> runs;
  private final long problems;

  Thoughts(List<Run> runs, long problems) {
    this.runs = runs;
    this.problems = problems;
  }

  /// Groups of at least two runs, by index, in the order of their first.
  List<List<Integer>> groups() {
    Map<List<Object>, List<Integer>> groups = new LinkedHashMap<>();
    for (int i = 0; i < runs.size(); i++) {
      Run run = runs.get(i);
      Set<String> lengths = LENGTHS.get(run.method());
      if (lengths != null) {
        Map<String, String> others = new TreeMap<>(run.settings());
        others.keySet().removeAll(lengths);
        groups
            .computeIfAbsent(
                List.of(run.model(), run.method(), run.verifier(), run.seed(), others),
                key -> new ArrayList<>())
            .add(i);
      }
    }
    return groups.values().stream().filter(group -> group.size() > 1).toList();
  }

  /// The metrics of each group that has them.
  List<Thinking> metrics() {
    List<Thinking> all = new ArrayList<>();
    for (List<Integer> group : groups()) {
      List<Integer> told = new ArrayList<>();
      List<ThinkingRun> thinking = new ArrayList<>();
      for (int index : group) {
        Run run = runs.get(index);
        if (tokens(run) > 0 && told(run, group)) {
          told.add(index);
          thinking.add(thinking(run, group));
        }
      }
      if (!told.isEmpty()) {
        String method = runs.get(group.getFirst()).method();
        all.add(new Thinking(method, told, ThinkingMetrics.of(thinking)));
      }
    }
    return all;
  }

  /// Whether the run was told something that can be checked.
  private boolean told(Run run, List<Integer> group) {
    return run.method().equals("budget-forcing")
        || !length(run).equals("none") && !Double.isNaN(untold(group));
  }

  private ThinkingRun thinking(Run run, List<Integer> group) {
    double tokens = tokens(run);
    double accuracy = 100 * run.accuracy().mean();
    return switch (length(run)) {
      case "short" -> ThinkingRun.shorterThan(untold(group), tokens, accuracy);
      case "long" -> ThinkingRun.longerThan(untold(group), tokens, accuracy);
      default -> {
        double most = number(run, "think-budget", Double.POSITIVE_INFINITY);
        double least = number(run, "min-think", 0);
        yield new ThinkingRun(tokens, accuracy, least <= tokens && tokens <= most);
      }
    };
  }

  private static String length(Run run) {
    return run.settings().getOrDefault("class", "");
  }

  private double tokens(Run run) {
    return run.method().equals("budget-forcing")
        ? run.thinkingTokens()
        : (double) run.spend().generatedTokens() / problems;
  }

  /// Tokens of the run that was told nothing; NaN if there is none.
  private double untold(List<Integer> group) {
    return group.stream()
        .map(runs::get)
        .filter(run -> length(run).equals("none"))
        .mapToDouble(this::tokens)
        .findFirst()
        .orElse(Double.NaN);
  }

  private static double number(Run run, String setting, double otherwise) {
    String text = run.settings().getOrDefault(setting, "");
    return text.matches("\\d{1,9}") ? Double.parseDouble(text) : otherwise;
  }
}

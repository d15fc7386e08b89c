package ponder.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import ponder.core.Limits;
import ponder.core.Problem;
import ponder.recipe.SolveTask;
import ponder.search.Methods;
import ponder.store.Journal;
import ponder.verify.Aggregation;

/// What `solve` and `eval` are told beside the problems and the model.
///
/// Numbers stay texts until the method has read them: it alone knows their ranges and defaults.
final class SolveOptions {
  @Option(
      names = "--method",
      paramLabel = "METHOD",
      defaultValue = "self-consistency",
      description = "How to think, see below (default: ${DEFAULT-VALUE}).")
  String method = "";

  @Option(
      names = "--verifier",
      paramLabel = "VERIFIER",
      description = "What judges the candidates, see below (default: the method's).")
  String verifier = "";

  @Option(
      names = "--budget",
      paramLabel = "LIMITS",
      description =
          "What a problem may cost, all of it holds: 4096tok,64calls,30s,2e12flop, or a number of"
              + " samples (default: no limit).")
  @Nullable String budget;

  @Option(
      names = "--n",
      paramLabel = "COUNT",
      description = "Samples (default: the method's, see below).")
  @Nullable String n;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "0 takes the most probable token (default: the method's).")
  @Nullable String temperature;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description = "Draw from the likeliest tokens that make up P (default: the method's).")
  @Nullable String topP;

  @Option(
      names = "--max-tokens",
      paramLabel = "COUNT",
      description = "Most tokens of each sample (default: the method's).")
  @Nullable String maxTokens;

  @Option(
      names = "--beam-width",
      paramLabel = "COUNT",
      description = "Steps sampled from each path that goes on (default: the method's).")
  @Nullable String beamWidth;

  @Option(
      names = "--steps",
      paramLabel = "COUNT",
      description = "Most steps of a solution (default: the method's).")
  @Nullable String steps;

  @Option(
      names = "--lookahead",
      paramLabel = "COUNT",
      description = "Steps to look ahead before a step is judged (default: 0).")
  @Nullable String lookahead;

  @Option(
      names = "--think-budget",
      paramLabel = "COUNT|auto",
      description = "Most tokens of thoughts, for methods that tell them apart (default: auto).")
  @Nullable String thinkBudget;

  @Option(
      names = "--wait",
      paramLabel = "COUNT",
      description = "How often the end of the thoughts is put off (default: 0).")
  @Nullable String wait;

  @Option(
      names = "--wait-text",
      paramLabel = "TEXT",
      description = "What is put in place of that end (default: Wait).")
  @Nullable String waitText;

  @Option(
      names = "--policy",
      paramLabel = "FILE",
      description = "Of method auto: what 'ponder policy fit' wrote.")
  @Nullable String policy;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      defaultValue = "0",
      description = "Root of all randomness (default: ${DEFAULT-VALUE}).")
  long seed;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Options from a YAML or JSON file; --set and flags go before it.")
  @Nullable Path config;

  @Option(
      names = "--reuse",
      paramLabel = "RUN",
      split = ",",
      description =
          "Use what this earlier run computed as well, or for 'eval' what the evaluation in this"
              + " folder did; may be repeated.")
  List<String> reuse = List.of();

  @Option(
      names = "--no-journal",
      description = "Record nothing: the run cannot be taken up again (default: off).")
  boolean noJournal;

  @Option(
      names = "--dry-run",
      description =
          "Only tell what it would cost. Here this takes a few of the samples, which the run that"
              + " follows finds in the journal; over HTTP nothing is generated (default: off).")
  boolean dryRun;

  @Option(
      names = "--checked",
      description =
          "Count the result's tokens, costs and votes again and fail if they differ (default: off).")
  boolean checked;

  @Option(names = "--quiet", description = "Show no progress on the error stream (default: off).")
  boolean quiet;

  @Option(
      names = "--json",
      description = "Print one JSON object on standard output (default: off).")
  boolean json;

  /// The task for `problem`.
  ///
  /// @param set settings of the method from `--set`
  /// @param steps how the scores of a candidate's steps become one
  /// @throws IllegalArgumentException naming a method, setting or budget that is wrong
  SolveTask task(Problem problem, Map<String, String> set, Aggregation steps) {
    return SolveTask.of(problem, method)
        .withSettings(settings(set))
        .withVerifier(verifier, steps)
        .withBudget(budget == null ? Limits.NONE : Limits.parse(budget))
        .withSeed(seed)
        .withReuse(reuse);
  }

  /// The journal; one that keeps nothing if that is wanted or none can be written.
  Journal journal(Shell shell) {
    return noJournal
        ? Journal.off()
        : Journal.openOrOff(shell.home().journal(), warning -> shell.note("warning: " + warning));
  }

  /// The method's settings: `--set` and the flags over them. A flag that only says what a method
  /// without that setting does anyway is dropped: one sample, drawn greedily.
  private Map<String, String> settings(Map<String, String> set) {
    Map<String, String> settings = new LinkedHashMap<>(set);
    List<String> known =
        Methods.named(method).parameters().stream().map(Methods.Parameter::name).toList();
    flag("n", n, 1, known, settings);
    flag("temperature", temperature, 0, known, settings);
    flag("top-p", topP, 1, known, settings);
    flag("max-tokens", maxTokens, Double.NaN, known, settings);
    flag("beam-width", beamWidth, 1, known, settings);
    flag("steps", steps, Double.NaN, known, settings);
    flag("lookahead", lookahead, 0, known, settings);
    flag("think-budget", thinkBudget, Double.NaN, known, settings);
    flag("wait", wait, 0, known, settings);
    flag("wait-text", waitText, Double.NaN, known, settings);
    flag("policy", policy, Double.NaN, known, settings);
    return settings;
  }

  private static void flag(
      String name,
      @Nullable String value,
      double without,
      List<String> known,
      Map<String, String> settings) {
    if (value != null && (known.contains(name) || !isNumber(value, without))) {
      settings.put(name, value);
    }
  }

  private static boolean isNumber(String text, double number) {
    try {
      return Double.parseDouble(text) == number;
    } catch (NumberFormatException e) {
      return false;
    }
  }
}

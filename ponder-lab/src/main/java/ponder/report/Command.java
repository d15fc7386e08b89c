package ponder.report;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import ponder.eval.EvalPlan;

/// The command line that makes an evaluation again.
final class Command {
  private Command() {}

  static String of(EvalPlan plan) {
    List<String> words = new ArrayList<>(List.of("ponder", "eval"));
    add(words, "--dataset", plan.dataset());
    add(words, "--model", plan.model());
    add(words, "--engine", plan.engine());
    add(words, "--method", plan.method());
    add(words, "--verifier", plan.verifier());
    add(words, "--budget", plan.budget());
    add(words, "--seed", String.valueOf(plan.seed()));
    new TreeMap<>(plan.settings())
        .forEach((name, value) -> add(words, "--set", name + "=" + value));
    add(words, "--out", "FOLDER");
    return String.join(" ", words);
  }

  private static void add(List<String> words, String flag, String value) {
    if (!value.isEmpty()) {
      words.add(flag);
      words.add(quoted(value));
    }
  }

  /// As a POSIX shell reads it.
  private static String quoted(String value) {
    return value.matches("[\\w@%+=:,./-]+") ? value : "'" + value.replace("'", "'\\''") + "'";
  }
}

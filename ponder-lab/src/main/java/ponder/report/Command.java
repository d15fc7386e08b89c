package ponder.report;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import ponder.eval.EvalPlan;

/// The command line that makes an evaluation again, as far as its plan tells; what a plan does not
/// hold is named in comments.
final class Command {
  /// How a plan words the rows it takes.
  private static final Pattern ROWS =
      Pattern.compile("(all|\\d+) from number (\\d+) on(?:, of these ([\\d@-]+))?(?:, (.+))?");

  private Command() {}

  static String of(EvalPlan plan) {
    List<String> words = new ArrayList<>(List.of("ponder", "eval"));
    List<String> comments = new ArrayList<>();
    add(words, "--dataset", plan.dataset());
    rows(plan.rows(), words, comments);
    add(words, "--model", plan.model());
    add(words, "--engine", plan.engine());
    if (plan.engine().equals("http")) {
      comments.add("add the server's --endpoint");
    }
    add(words, "--method", plan.method());
    add(words, "--verifier", plan.verifier());
    if (!plan.aggregation().equals("last")) {
      add(words, "--agg-strategy", plan.aggregation());
    }
    if (!plan.judge().isEmpty()) {
      comments.add("add the --verifier-model of SHA-256 " + plan.judge());
    }
    add(words, "--budget", plan.budget());
    add(words, "--seed", String.valueOf(plan.seed()));
    new TreeMap<>(plan.settings())
        .forEach((name, value) -> add(words, "--set", name + "=" + value));
    add(words, "--grading", plan.grading().equals("math") ? "" : plan.grading());
    if (plan.redacted()) {
      words.add("--redact");
    }
    add(words, "--out", "FOLDER");
    String line = String.join(" ", words);
    return comments.isEmpty() ? line : line + " # " + String.join("; ", comments);
  }

  private static void rows(String rows, List<String> words, List<String> comments) {
    Matcher matcher = ROWS.matcher(rows);
    if (!matcher.matches()) {
      comments.add("rows: " + rows);
      return;
    }
    add(words, "--limit", matcher.group(1).equals("all") ? "" : matcher.group(1));
    add(words, "--offset", matcher.group(2).equals("0") ? "" : matcher.group(2));
    add(words, "--sample", matcher.group(3) == null ? "" : matcher.group(3));
    if (matcher.group(4) != null) {
      comments.add("columns: " + matcher.group(4));
    }
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

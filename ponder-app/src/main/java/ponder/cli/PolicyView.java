package ponder.cli;

import java.util.Locale;
import java.util.stream.Collectors;
import ponder.search.Policy;
import ponder.search.Policy.Choice;
import ponder.search.Policy.Estimate;
import ponder.search.Policy.Row;

/// Prints a policy for people.
final class PolicyView {
  private final Policy policy;
  private final Shell shell;

  PolicyView(Policy policy, Shell shell) {
    this.policy = policy;
    this.shell = shell;
  }

  void print() {
    head();
    worth();
    for (Row row : policy.rows()) {
      choices(row);
    }
    shell.out().flush();
  }

  private void head() {
    Policy.Difficulty difficulty = policy.difficulty();
    Table table = new Table(2);
    table.row("model", "%s, weights %.12s".formatted(policy.model(), policy.weights()));
    table.row("data", "%s, %d problems".formatted(policy.dataset(), policy.problems()));
    table.row("runs", String.join(", ", policy.runs()));
    table.row(
        "difficulty",
        "%s: %s of %d samples of %s"
            .formatted(
                difficulty.kind(),
                difficulty.verifier().equals("vote")
                    ? "agreement"
                    : "mean score by " + difficulty.verifier(),
                difficulty.samples(),
                difficulty.method()));
    table.row(
        "bins",
        difficulty.edges().stream()
            .map(edge -> text("%.3f", edge))
            .collect(Collectors.joining(", ", "hardest below ", ""))
            .replaceFirst("hardest below $", "one"));
    table.print(shell);
  }

  /// Row by row what it gains, on problems that had no part in the choice.
  private void worth() {
    shell.out().println();
    Table table =
        new Table(
            policy.unit().key().toUpperCase(Locale.ROOT),
            "USES",
            "BY BIN",
            "ONE FOR ALL",
            "GAIN",
            "IF DIFFICULTY WERE FREE");
    for (Row row : policy.rows()) {
      table.row(
          amount(row.budget()),
          row.binned() ? "bins" : "one",
          percent(row.validation().policy())
              + (row.validation().policyCost() > row.budget()
                  ? " for " + amount(row.validation().policyCost())
                  : ""),
          percent(row.validation().single()),
          points(row.validation().gain()),
          percent(row.validation().free()));
    }
    table.print(shell);
    shell.out().println("two-fold cross-validation, 95 % intervals over problems");
  }

  /// What is done at a budget: by bin, or the same for all.
  private void choices(Row row) {
    shell.out().println();
    Table table = new Table("AT " + amount(row.budget()), "PROBLEMS", "ACCURACY", "COST", "METHOD");
    int last = row.bins().size() - 1;
    for (int i = 0; row.binned() && i <= last; i++) {
      String end = i == 0 ? ", easiest" : i == last ? ", hardest" : "";
      add(table, "bin " + (i + 1) + end, row.bins().get(i));
    }
    if (!row.binned()) {
      add(table, "all", row.single());
    }
    table.print(shell);
  }

  private static void add(Table table, String name, Choice choice) {
    table.row(
        name,
        Integer.toString(choice.problems()),
        percent(choice.accuracy()),
        amount(choice.cost()),
        choice.words() + (choice.pooled() ? " (too few problems: as for all)" : ""));
  }

  private static String amount(double value) {
    return value < 1e9 ? text("%.0f", value) : text("%.3g", value);
  }

  private static String percent(Estimate it) {
    return text("%.1f %% (%.1f-%.1f)", 100 * it.mean(), 100 * it.low(), 100 * it.high());
  }

  private static String points(Estimate it) {
    return text("%+.1f (%+.1f to %+.1f)", 100 * it.mean(), 100 * it.low(), 100 * it.high());
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}

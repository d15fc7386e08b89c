package ponder.cli;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import ponder.core.Spend;
import ponder.eval.Summary;
import ponder.stats.CurvePoint;
import ponder.stats.Interval;

/// Prints what an evaluation came to for people: accuracies on the output, its cost and what went
/// wrong on the error stream.
final class EvalReport {
  private static final int MOST_FAILURES = 5;

  private final Shell shell;

  EvalReport(Shell shell) {
    this.shell = shell;
  }

  void print(Summary summary) {
    shell
        .out()
        .println(
            "%s with %s on %d problems of %s:"
                .formatted(
                    summary.method(), summary.model(), summary.problems(), summary.dataset()));
    Table table = new Table("", "RIGHT", "95 % INTERVAL");
    row(table, "  the answer, by " + summary.verifier(), summary.accuracy());
    if (summary.f1() != null) {
      row(table, "  F1 of its words", summary.f1());
    }
    row(table, "  one sample", summary.single());
    row(table, "  any sample, at best", summary.oracle());
    table.print(shell);
    if (summary.curve().size() > 1) {
      shell.out().println();
      curve(summary.curve());
    }
    shell.out().flush();
    shell.note(cost(summary));
    odd(summary);
    failures(summary.failures());
  }

  private static void row(Table table, String name, Interval interval) {
    table.row(
        name,
        percent(interval.mean()),
        percent(interval.low()) + " to " + percent(interval.high()));
  }

  private void curve(List<CurvePoint> points) {
    Table table = new Table("SAMPLES", "MAJORITY", "BEST SCORE", "WEIGHTED", "ANY", "TOKENS");
    for (CurvePoint point : points) {
      table.row(
          Integer.toString(point.n()),
          percent(point.majorityVote().mean()),
          percent(point.predNaive().mean()),
          percent(point.predWeighted().mean()),
          percent(point.passAt().mean()),
          "%.0f".formatted(point.generatedTokens()));
    }
    table.print(shell);
  }

  private static String cost(Summary summary) {
    Spend spend = summary.spend();
    String replayed =
        summary.paid().generatedTokens() < spend.generatedTokens()
            ? " (%d now)".formatted(summary.paid().generatedTokens())
            : "";
    String batch =
        summary.batching() == null
            ? ""
            : String.format(
                Locale.ROOT, ", batch %.0f %% full", 100 * summary.batching().wholeShare());
    return String.format(
        Locale.ROOT,
        "%d calls, %d prompt tokens (%d cached), %d generated%s, %.3g FLOP; %s, %.0f tokens/s%s",
        spend.calls(),
        spend.promptTokens(),
        spend.cachedPromptTokens(),
        spend.generatedTokens(),
        replayed,
        spend.flops(),
        EvalView.time(summary.seconds()),
        summary.tokensPerSecond(),
        batch);
  }

  private void odd(Summary summary) {
    String odd =
        List.of(
                part(summary.unanswered(), "without an answer"),
                part(summary.undecided(), "that the grader could not decide"),
                part(summary.anytime(), "ended early by the budget"))
            .stream()
            .filter(it -> !it.isEmpty())
            .collect(Collectors.joining(", "));
    if (!odd.isEmpty()) {
      shell.note("problems: " + odd);
    }
  }

  private static String part(int count, String what) {
    return count == 0 ? "" : count + " " + what;
  }

  private void failures(List<Summary.Failure> failures) {
    if (failures.isEmpty()) {
      return;
    }
    shell.note(
        "warning: %d problems failed and count as wrong; the same command again tries them once more:"
            .formatted(failures.size()));
    failures.stream()
        .limit(MOST_FAILURES)
        .forEach(it -> shell.note("  %s: %s".formatted(it.id(), it.message())));
    if (failures.size() > MOST_FAILURES) {
      shell.note("  and %d more".formatted(failures.size() - MOST_FAILURES));
    }
  }

  private static String percent(double part) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * part);
  }
}

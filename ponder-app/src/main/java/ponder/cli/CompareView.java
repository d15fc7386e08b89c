package ponder.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import ponder.compare.Axis;
import ponder.compare.Comparison;
import ponder.compare.Comparison.Difference;
import ponder.compare.Comparison.Matched;
import ponder.compare.Comparison.Reading;
import ponder.compare.Comparison.Run;
import ponder.compare.Comparison.Thinking;
import ponder.stats.Interval;

/// A comparison as tables for a terminal. Costs are per problem.
final class CompareView {
  private final Comparison comparison;
  private final Shell shell;

  CompareView(Comparison comparison, Shell shell) {
    this.comparison = comparison;
    this.shell = shell;
  }

  void print() {
    shell
        .out()
        .println(
            "%s: %d problems that all %d runs have; costs per problem; * is on the front by %s"
                .formatted(
                    comparison.dataset(),
                    comparison.problems(),
                    comparison.runs().size(),
                    comparison.by().words()));
    runs();
    matched();
    thinking();
    comparison.notes().forEach(note -> shell.out().println("note: " + note));
    shell.out().flush();
  }

  private void runs() {
    boolean words = comparison.runs().stream().anyMatch(run -> run.f1() != null);
    boolean money = comparison.runs().stream().anyMatch(run -> run.money() != null);
    List<String> headings =
        new ArrayList<>(
            List.of(
                "RUN",
                "",
                "ACCURACY",
                "95 % INTERVAL",
                "SINGLE",
                "ORACLE",
                "TOKENS",
                "CALLS",
                "SECONDS",
                "FLOP"));
    if (money) {
      headings.add("MONEY");
    }
    if (words) {
      headings.add(4, "F1");
    }
    headings.add("AGAINST " + comparison.runs().get(comparison.baseline()).name());
    Table table = new Table(headings.toArray(String[]::new));
    for (int i = 0; i < comparison.runs().size(); i++) {
      table.row(row(i, money, words).toArray(String[]::new));
    }
    table.print(shell);
  }

  private List<String> row(int index, boolean money, boolean words) {
    Run run = comparison.runs().get(index);
    List<String> cells =
        new ArrayList<>(
            List.of(
                run.name(),
                run.onFront() ? "*" : "",
                percent(run.accuracy().mean()),
                bounds(run.accuracy()),
                percent(run.single().mean()),
                percent(run.oracle().mean())));
    if (words) {
      cells.add(4, run.f1() == null ? "" : percent(run.f1().mean()));
    }
    for (Axis axis : Axis.values()) {
      cells.add(cost(axis, axis.of(run.spend()) / comparison.problems()));
    }
    if (money) {
      Double paid = run.money();
      cells.add(paid == null ? "" : amount(paid / comparison.problems()));
    }
    cells.add(
        comparison.differences().stream()
            .filter(it -> it.run() == index)
            .map(CompareView::difference)
            .findFirst()
            .orElse("baseline"));
    return cells;
  }

  private static String difference(Difference difference) {
    return points(difference.paired().difference())
        + (difference.paired().withinNoise() ? ", within noise" : "");
  }

  private void matched() {
    Matched matched = comparison.matched();
    if (matched == null) {
      return;
    }
    shell.out().println();
    shell
        .out()
        .println(
            "At %s %s per problem:"
                .formatted(cost(comparison.by(), matched.cost()), comparison.by().words()));
    Table table = new Table("RUN", "SAMPLES", "COST", "ACCURACY", "95 % INTERVAL", "DIFFERENCE");
    for (int i = 0; i < matched.readings().size(); i++) {
      Reading reading = matched.readings().get(i);
      Interval accuracy = reading.accuracy();
      Interval difference = reading.difference();
      table.row(
          comparison.runs().get(i).name(),
          accuracy == null ? "" : format("%.2f", reading.samples()),
          cost(comparison.by(), reading.cost()),
          accuracy == null ? "costs more" : percent(accuracy.mean()),
          accuracy == null ? "" : bounds(accuracy),
          i == comparison.baseline() ? "baseline" : difference(difference));
    }
    table.print(shell);
  }

  private static String difference(@Nullable Interval difference) {
    return difference == null
        ? ""
        : points(difference) + (difference.contains(0) ? ", within noise" : "");
  }

  private void thinking() {
    if (comparison.thinking().isEmpty()) {
      return;
    }
    shell.out().println();
    Table table = new Table("METHOD", "RUNS", "CONTROL", "SCALING", "PERFORMANCE");
    for (Thinking thinking : comparison.thinking()) {
      Double scaling = thinking.metrics().scaling();
      table.row(
          thinking.method(),
          Integer.toString(thinking.metrics().runs()),
          format("%.0f %%", thinking.metrics().control()),
          scaling == null ? "" : format("%+.1f points per doubling", scaling),
          format("%.1f %%", thinking.metrics().performance()));
    }
    table.print(shell);
  }

  private static String cost(Axis axis, double value) {
    return switch (axis) {
      case TOKENS -> format("%.0f", value);
      case CALLS, SECONDS -> format("%.1f", value);
      case FLOPS -> value == 0 ? "unknown" : format("%.3g", value);
    };
  }

  private static String amount(double money) {
    return format(money < 0.1 ? "%.3g" : "%.2f", money);
  }

  private static String percent(double part) {
    return format("%.1f %%", 100 * part);
  }

  private static String bounds(Interval interval) {
    return percent(interval.low()) + " to " + percent(interval.high());
  }

  private static String points(Interval interval) {
    return format(
        "%+.1f (%+.1f to %+.1f)",
        100 * interval.mean(), 100 * interval.low(), 100 * interval.high());
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}

package ponder.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ponder.compare.Axis;
import ponder.compare.Comparison;
import ponder.compare.Comparison.Line;
import ponder.compare.Comparison.Run;
import ponder.plot.Chart;
import ponder.plot.Chart.Intervals;
import ponder.plot.Chart.Level;
import ponder.plot.Chart.Point;
import ponder.plot.Chart.Scale;
import ponder.plot.Chart.Series;
import ponder.plot.Chart.Unit;
import ponder.stats.Interval;
import ponder.stats.Pareto;

/// Accuracy over cost, for the runs of a comparison. Rings mark runs that no other one beats at
/// once in cost and accuracy.
final class CompareChart {
  private CompareChart() {}

  /// The comparison's own axis, with what fewer samples would have been worth where that is known.
  static Chart of(Comparison comparison) {
    List<Series> series = new ArrayList<>();
    for (Line line : comparison.lines()) {
      List<Point> points =
          line.points().stream()
              .map(it -> point(it.cost(), it.accuracy(), onFront(it, line, comparison)))
              .toList();
      series.add(new Series(line.name(), points, Intervals.LAST, false));
    }
    return chart(comparison, comparison.by(), series);
  }

  /// Another axis: each run as it was, a point for each.
  ///
  /// @return null if a run cost nothing on it, or its cost is unknown
  static @Nullable Chart of(Comparison comparison, Axis axis) {
    List<Run> runs = comparison.runs();
    double[] costs =
        runs.stream().mapToDouble(it -> axis.of(it.spend()) / comparison.problems()).toArray();
    double[] worths = runs.stream().mapToDouble(it -> it.accuracy().mean()).toArray();
    for (double cost : costs) {
      if (!(cost > 0)) {
        return null;
      }
    }
    boolean[] front = Pareto.front(costs, worths);
    List<Series> series = new ArrayList<>();
    for (Line line : comparison.lines()) {
      List<Point> points =
          line.runs().stream()
              .map(it -> point(costs[it], runs.get(it).accuracy(), front[it]))
              .sorted(Comparator.comparingDouble(Point::x))
              .toList();
      series.add(new Series(line.name(), points, Intervals.LAST, false));
    }
    return chart(comparison, axis, series);
  }

  private static Chart chart(Comparison comparison, Axis axis, List<Series> series) {
    Run widest =
        comparison.runs().stream()
            .reduce((a, b) -> b.oracle().mean() > a.oracle().mean() ? b : a)
            .orElseThrow();
    List<Level> levels = new ArrayList<>();
    if (widest.oracle().mean() > widest.single().mean()) {
      levels.add(new Level("oracle of " + widest.name(), widest.oracle().mean()));
      levels.add(new Level("one sample of " + widest.name(), widest.single().mean()));
    }
    String unit = axis.words() + " per problem";
    return new Chart(
        "Accuracy by " + unit,
        "%s, %s".formatted(comparison.dataset(), Amount.count(comparison.problems(), "problem")),
        description(comparison),
        "Bars: 95 % intervals over problems. Ring: no other run is as cheap and as accurate.",
        new Chart.Axis(unit, Scale.LOG10, Unit.PLAIN),
        new Chart.Axis("problems solved", Scale.LINEAR, Unit.PERCENT),
        series,
        levels);
  }

  private static String description(Comparison comparison) {
    return String.join(
        "; ",
        comparison.runs().stream()
            .map(it -> it.name() + " solves " + Amount.interval(it.accuracy()))
            .toList());
  }

  private static boolean onFront(Comparison.Point point, Line line, Comparison comparison) {
    return line.runs().stream()
        .map(comparison.runs()::get)
        .anyMatch(
            run ->
                run.onFront()
                    && run.accuracy().mean() == point.accuracy().mean()
                    && Math.abs(run.cost() - point.cost()) <= 1e-6 * run.cost());
  }

  private static Point point(double cost, Interval accuracy, boolean marked) {
    return new Point(cost, accuracy.mean(), accuracy.low(), accuracy.high(), marked);
  }
}

package ponder.compare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import ponder.compare.Comparison.Line;
import ponder.compare.Comparison.Point;
import ponder.compare.Comparison.Run;
import ponder.stats.CurvePoint;

/// Works out accuracy over cost.
final class Lines {
  private final Axis by;
  private final List<Run> runs;
  private final List<@Nullable Selector> selectors;
  private final List<RunData> data;

  Lines(Axis by, List<Run> runs, List<@Nullable Selector> selectors, List<RunData> data) {
    this.by = by;
    this.runs = runs;
    this.selectors = selectors;
    this.data = data;
  }

  /// One line for each group of runs, and for each run that is in none.
  ///
  /// @param groups indices of the runs that are one method at several settings
  List<Line> all(List<List<Integer>> groups) {
    List<Line> lines = new ArrayList<>();
    Set<Integer> grouped = new HashSet<>();
    for (int i = 0; i < runs.size(); i++) {
      int index = i;
      if (grouped.contains(i)) {
        continue;
      }
      List<Integer> group =
          groups.stream().filter(it -> it.contains(index)).findFirst().orElse(List.of(i));
      grouped.addAll(group);
      lines.add(group.size() > 1 ? settings(group) : samples(i));
    }
    return lines;
  }

  private Line settings(List<Integer> group) {
    List<Point> points =
        group.stream()
            .map(runs::get)
            .sorted(Comparator.comparingDouble(Run::cost))
            .map(run -> new Point(run.name(), run.cost(), run.accuracy()))
            .toList();
    return new Line(runs.get(group.getFirst()).method(), group, points);
  }

  /// A run over its number of samples; the last point is the run itself.
  private Line samples(int index) {
    Run run = runs.get(index);
    Selector selector = selectors.get(index);
    List<Point> points = new ArrayList<>();
    if (selector != null) {
      for (CurvePoint point : run.curve()) {
        if (point.n() < data.get(index).most()) {
          points.add(
              new Point(
                  "n=" + point.n(), data.get(index).costs().at(point.n(), by), selector.at(point)));
        }
      }
    }
    String whole = points.isEmpty() ? run.name() : "n=" + data.get(index).most();
    points.add(new Point(whole, run.cost(), run.accuracy()));
    return new Line(run.name(), List.of(index), points);
  }
}

package ponder.plot;

import java.util.ArrayList;
import java.util.List;
import ponder.core.Seed;
import ponder.plot.Chart.Axis;
import ponder.plot.Chart.Intervals;
import ponder.plot.Chart.Level;
import ponder.plot.Chart.Point;
import ponder.plot.Chart.Scale;
import ponder.plot.Chart.Series;
import ponder.plot.Chart.Unit;

/// Charts to draw.
final class Charts {
  private Charts() {}

  /// A scaling curve over 1 to 16 samples.
  static Chart curve() {
    return new Chart(
        "Accuracy by number of samples",
        "toy, 100 problems",
        "The weighted vote solves 60 %.",
        "Band: 95 % interval.",
        new Axis("samples per problem", Scale.LOG2, Unit.PLAIN),
        new Axis("problems solved", Scale.LINEAR, Unit.PERCENT),
        List.of(
            series("weighted vote", Intervals.BAND, false, 0.40, 0.46, 0.52, 0.57, 0.60),
            series("majority vote", Intervals.NONE, false, 0.40, 0.45, 0.50, 0.55, 0.59),
            series("oracle: any sample right", Intervals.NONE, true, 0.40, 0.55, 0.66, 0.72, 0.8)),
        List.of(new Level("floor: one sample", 0.401)));
  }

  private static Series series(String name, Intervals intervals, boolean bound, double... heights) {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < heights.length; i++) {
      double y = heights[i];
      points.add(new Point(1 << i, y, y - 0.08, y + 0.08, false));
    }
    return new Series(name, points, intervals, bound);
  }

  /// Methods at their cost in tokens, some at the same.
  static Chart comparison() {
    String[] names = {"greedy", "few-shot-cot", "self-consistency", "best-of-n", "mcts"};
    double[] tokens = {180, 310, 4200, 4200, 61_000};
    double[] accuracies = {0.31, 0.41, 0.55, 0.52, 0.6};
    List<Series> series = new ArrayList<>();
    for (int i = 0; i < names.length; i++) {
      double y = accuracies[i];
      series.add(
          new Series(
              names[i],
              List.of(new Point(tokens[i], y, y - 0.07, y + 0.07, i != 3)),
              Intervals.LAST,
              false));
    }
    return comparison(series);
  }

  private static Chart comparison(List<Series> series) {
    return new Chart(
        "Accuracy by generated tokens per problem",
        "toy, 100 problems",
        "Five methods.",
        "Ring: nothing is as cheap and as accurate.",
        new Axis("generated tokens per problem", Scale.LOG10, Unit.PLAIN),
        new Axis("problems solved", Scale.LINEAR, Unit.PERCENT),
        series,
        List.of(new Level("oracle", 0.8)));
  }

  /// Up to a dozen series of any position.
  static Chart any(long seed) {
    Seed root = new Seed(seed);
    List<Series> series = new ArrayList<>();
    int count = 1 + (int) (unit(root, "count") * 12);
    for (int i = 0; i < count; i++) {
      Seed own = root.split("series", i);
      List<Point> points = new ArrayList<>();
      double x = Math.pow(10, 6 * unit(own, "x"));
      for (int j = 0; j <= (int) (unit(own, "points") * 5); j++) {
        double y = unit(own.split("point", j), "y");
        double half = Math.min(Math.min(y, 1 - y), 0.1);
        points.add(new Point(x, y, y - half, y + half, j == 0));
        x *= 1 + unit(own.split("point", j), "step");
      }
      series.add(new Series("method number " + i, points, Intervals.LAST, false));
    }
    return comparison(series);
  }

  private static double unit(Seed seed, String what) {
    return (seed.split(what, 0).value() >>> 11) * 0x1p-53;
  }
}

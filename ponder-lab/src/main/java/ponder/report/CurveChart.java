package ponder.report;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import ponder.eval.EvalPlan;
import ponder.eval.Summary;
import ponder.plot.Chart;
import ponder.plot.Chart.Axis;
import ponder.plot.Chart.Intervals;
import ponder.plot.Chart.Level;
import ponder.plot.Chart.Point;
import ponder.plot.Chart.Scale;
import ponder.plot.Chart.Series;
import ponder.plot.Chart.Unit;
import ponder.stats.CurvePoint;
import ponder.stats.Interval;

/// The scaling curve of an evaluation: accuracy by number of samples, between the floor of one
/// sample and the bound of a perfect selector.
final class CurveChart {
  private CurveChart() {}

  static Chart of(EvalPlan plan, Summary summary) {
    List<CurvePoint> curve = summary.curve();
    CurvePoint last = curve.getLast();
    String subtitle =
        "%s, %s, %s; %s, %d problems"
            .formatted(
                summary.model(),
                summary.method(),
                summary.verifier(),
                summary.dataset(),
                summary.problems());
    String description =
        String.format(
            Locale.ROOT,
            "With %d samples the majority vote solves %.1f %%, the weighted vote %.1f %%, the best score %.1f %%, and %.1f %% have a right sample; one sample solves %.1f %%. Seed %d.",
            last.n(),
            100 * last.majorityVote().mean(),
            100 * last.predWeighted().mean(),
            100 * last.predNaive().mean(),
            100 * last.passAt().mean(),
            100 * summary.single().mean(),
            plan.seed());
    return new Chart(
        "Accuracy by number of samples",
        subtitle,
        description,
        "Band: 95 % interval of the majority vote over problems.",
        new Axis("samples per problem", Scale.LOG2, Unit.PLAIN),
        new Axis("problems solved", Scale.LINEAR, Unit.PERCENT),
        List.of(
            series("majority vote", curve, CurvePoint::majorityVote, Intervals.BAND, false),
            series("weighted vote", curve, CurvePoint::predWeighted, Intervals.NONE, false),
            series("best score", curve, CurvePoint::predNaive, Intervals.NONE, false),
            series("oracle: any sample right", curve, CurvePoint::passAt, Intervals.NONE, true)),
        List.of(new Level("floor: one sample", summary.single().mean())));
  }

  private static Series series(
      String name,
      List<CurvePoint> curve,
      Function<CurvePoint, Interval> value,
      Intervals intervals,
      boolean bound) {
    List<Point> points =
        curve.stream()
            .map(
                point -> {
                  Interval interval = value.apply(point);
                  return new Point(
                      point.n(), interval.mean(), interval.low(), interval.high(), false);
                })
            .toList();
    return new Series(name, points, intervals, bound);
  }
}

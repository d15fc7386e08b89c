package ponder.plot;

import java.util.List;
import java.util.stream.DoubleStream;

/// What a chart shows, without how it is drawn.
///
/// [Svg] and [Png] draw it, both from one [Layout], so that they look the same.
///
/// @param title in a few words; empty where the place it is shown at has a heading
/// @param subtitle what the data are; may be empty
/// @param description the chart in words, for those who do not see it
/// @param note how to read marks that do not explain themselves; may be empty
/// @param x the horizontal axis
/// @param y the vertical axis
/// @param series what is drawn, the most important first: later ones lie below
/// @param levels horizontal lines to compare with, such as a floor and a bound
public record Chart(
    String title,
    String subtitle,
    String description,
    String note,
    Axis x,
    Axis y,
    List<Series> series,
    List<Level> levels) {
  /// @throws IllegalArgumentException if there is no point, or a value that an axis cannot show
  public Chart {
    series = List.copyOf(series);
    levels = List.copyOf(levels);
    if (series.isEmpty()) {
      throw new IllegalArgumentException("chart (%s) has no series.".formatted(title));
    }
    for (Series one : series) {
      for (Point point : one.points()) {
        x.scale().check(one.name(), point.x());
        y.scale().check(one.name(), point.y());
      }
    }
    for (Level level : levels) {
      y.scale().check(level.name(), level.y());
    }
  }

  /// The same chart under another title and subtitle.
  public Chart withTitle(String newTitle, String newSubtitle) {
    return new Chart(newTitle, newSubtitle, description, note, x, y, series, levels);
  }

  /// All horizontal positions.
  DoubleStream xs() {
    return series.stream().flatMap(it -> it.points().stream()).mapToDouble(Point::x);
  }

  /// All heights that must be seen, ends of intervals included.
  DoubleStream ys() {
    DoubleStream points =
        series.stream()
            .flatMapToDouble(
                one ->
                    one.points().stream()
                        .flatMapToDouble(
                            it ->
                                one.intervals() == Intervals.NONE
                                    ? DoubleStream.of(it.y())
                                    : DoubleStream.of(it.low(), it.y(), it.high())));
    return DoubleStream.concat(points, levels.stream().mapToDouble(Level::y));
  }

  /// How positions follow from values.
  public enum Scale {
    LINEAR,
    /// Each doubling takes the same room; values are above 0.
    LOG2,
    /// Each tenfold takes the same room; values are above 0.
    LOG10;

    void check(String what, double value) {
      if (!Double.isFinite(value) || this != LINEAR && value <= 0) {
        throw new IllegalArgumentException(
            "value (%s) of '%s' cannot be shown on a %s axis.".formatted(value, what, this));
      }
    }

    double position(double value) {
      return this == LINEAR ? value : Math.log(value);
    }
  }

  /// How values are written.
  public enum Unit {
    /// As numbers; large ones as 20k, 3M, 1.5T.
    PLAIN,
    /// Shares in [0, 1], as percentages; the axis does not leave that range.
    PERCENT
  }

  /// @param label what the values are, with their unit
  public record Axis(String label, Scale scale, Unit unit) {}

  /// How a series' intervals are shown.
  public enum Intervals {
    NONE,
    /// A shaded band along the line; a bar if there is one point.
    BAND,
    /// A bar at the last point, which stands for the whole series.
    LAST
  }

  /// Points that belong together, joined by a line if there are several.
  ///
  /// @param name as its label says
  /// @param points at least one, in the order of the line
  /// @param bound whether it is what cannot be surpassed or fallen below: drawn dashed, in grey
  public record Series(String name, List<Point> points, Intervals intervals, boolean bound) {
    public Series {
      points = List.copyOf(points);
      if (points.isEmpty()) {
        throw new IllegalArgumentException("series (%s) has no point.".formatted(name));
      }
    }

    Point last() {
      return points.getLast();
    }
  }

  /// @param low lower end of the interval; `y` where there is none
  /// @param high upper end of the interval; `y` where there is none
  /// @param marked whether a ring goes around it
  public record Point(double x, double y, double low, double high, boolean marked) {
    public Point {
      if (!(low <= y && y <= high)) {
        throw new IllegalArgumentException(
            "interval [%s, %s] must hold its point (%s).".formatted(low, high, y));
      }
    }

    /// A point without an interval.
    public static Point of(double x, double y) {
      return new Point(x, y, y, y, false);
    }
  }

  /// A horizontal line.
  public record Level(String name, double y) {}
}

package ponder.plot;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import ponder.plot.Chart.Axis;
import ponder.plot.Chart.Intervals;
import ponder.plot.Chart.Level;
import ponder.plot.Chart.Point;
import ponder.plot.Chart.Series;
import ponder.plot.Chart.Unit;
import ponder.plot.Figure.Anchor;
import ponder.plot.Figure.Shape;
import ponder.plot.Figure.Symbol;

/// Decides where everything of a chart goes.
///
/// Names stand beside the ends of their lines, in the lines' colours, moved apart where they would
/// overlap; a reader need not look them up in a legend. A narrow chart has no room for that and
/// lists them below. Only grid lines across are drawn, and no box. The vertical axis' label stands
/// above the axis, upright.
///
/// Nothing here asks for a font: widths are [TextWidth]'s estimates, so the same chart has the same
/// layout on every machine.
final class Layout {
  private static final double SMALL = 12.5;
  private static final double NARROW = 520;
  private static final double EDGE = 14;
  private static final double LINE = 16;

  /// Between bars that would hide each other.
  private static final double BESIDE = 8;

  private final Chart chart;
  private final double width;
  private final boolean narrow;
  private final List<Shape> shapes = new ArrayList<>();
  private final Ticks horizontal;
  private final Ticks vertical;
  private final List<Tag> tags = new ArrayList<>();
  private final List<Bar> bars = new ArrayList<>();
  private double left;
  private double right;
  private double top;
  private double bottom;

  /// A name that goes to the right of the plot.
  ///
  /// @param y where its middle wants to be
  /// @param from where its line ends
  private record Tag(List<String> lines, double y, double from, Colour colour) {
    double height() {
      return lines.size() * LINE;
    }
  }

  private Layout(Chart chart, double width, double height) {
    this.chart = chart;
    this.width = width;
    this.narrow = width < NARROW;
    this.horizontal = Ticks.of(chart.x(), chart.xs(), narrow ? 5 : 9);
    this.vertical = Ticks.of(chart.y(), chart.ys(), 6);
    this.bottom = height - 44;
  }

  /// Lays the chart out.
  ///
  /// @param width in pixels, 280 or more; names go below under 520
  /// @param height in pixels, of everything but a list of names below and a note
  static Figure of(Chart chart, double width, double height) {
    return new Layout(chart, width, height).figure(height);
  }

  private Figure figure(double height) {
    head();
    margins();
    axes();
    for (int i = chart.series().size() - 1; i >= 0; i--) {
      intervals(i);
    }
    for (Level level : chart.levels()) {
      double y = y(level.y());
      stroke(new double[] {left, y, right, y}, Colour.MUTED, 1.4, true, 1);
    }
    for (int i = chart.series().size() - 1; i >= 0; i--) {
      line(i);
    }
    for (int i = chart.series().size() - 1; i >= 0; i--) {
      marks(i);
    }
    double end = narrow ? legend(height + 4) : height;
    if (!narrow) {
      tags();
    }
    return new Figure(width, note(end), shapes);
  }

  private void head() {
    double y = chart.title().isEmpty() && chart.subtitle().isEmpty() ? -4 : EDGE;
    for (String line : TextWidth.wrap(chart.title(), LINE, true, width - 2 * EDGE)) {
      y += 20;
      text(EDGE, y - 5, line, LINE, true, Anchor.START, Colour.INK);
    }
    for (String line : TextWidth.wrap(chart.subtitle(), SMALL, false, width - 2 * EDGE)) {
      y += LINE;
      text(EDGE, y - 3, line, SMALL, false, Anchor.START, Colour.MUTED);
    }
    text(EDGE, y + 20, chart.y().label(), SMALL, false, Anchor.START, Colour.MUTED);
    top = y + 38;
  }

  private void margins() {
    double labels =
        vertical.at().stream()
            .mapToDouble(it -> TextWidth.of(vertical.label(it), SMALL, false))
            .max()
            .orElse(0);
    left = EDGE + labels + 8;
    right = width - EDGE;
    if (!narrow) {
      double names =
          IntStream.range(0, chart.series().size())
              .mapToObj(this::wrapped)
              .flatMap(List::stream)
              .mapToDouble(it -> TextWidth.of(it, SMALL, true))
              .max()
              .orElse(0);
      double levels =
          chart.levels().stream()
              .flatMap(it -> wrapped(it).stream())
              .mapToDouble(it -> TextWidth.of(it, SMALL, true))
              .max()
              .orElse(0);
      right = width - EDGE - Math.max(names, levels) - 14;
    }
  }

  private List<String> wrapped(int series) {
    Series one = chart.series().get(series);
    return wrapped(one.name() + " " + write(chart.y(), one.last().y()));
  }

  private List<String> wrapped(Level level) {
    return wrapped(level.name() + " " + write(chart.y(), level.y()));
  }

  private List<String> wrapped(String name) {
    return TextWidth.wrap(name, SMALL, true, width * 0.25);
  }

  private static String write(Axis axis, double value) {
    return Ticks.write(value, axis.unit(), 3);
  }

  private void axes() {
    for (double value : vertical.at()) {
      double y = y(value);
      stroke(new double[] {left, y, right, y}, Colour.GRID, 1, false, 1);
      text(left - 8, y + 4, vertical.label(value), SMALL, false, Anchor.END, Colour.MUTED);
    }
    stroke(new double[] {left, bottom, right, bottom}, Colour.MUTED, 1, false, 1);
    for (double value : horizontal.at()) {
      double x = x(value);
      stroke(new double[] {x, bottom, x, bottom + 5}, Colour.MUTED, 1, false, 1);
      text(x, bottom + 18, horizontal.label(value), SMALL, false, Anchor.MIDDLE, Colour.MUTED);
    }
    text(
        (left + right) / 2,
        bottom + 36,
        chart.x().label(),
        SMALL,
        false,
        Anchor.MIDDLE,
        Colour.MUTED);
  }

  private void intervals(int series) {
    Series one = chart.series().get(series);
    if (one.intervals() == Intervals.BAND && one.points().size() > 1) {
      List<Point> points = one.points();
      double[] corners = new double[points.size() * 4];
      for (int i = 0; i < points.size(); i++) {
        int back = corners.length - 2 - 2 * i;
        corners[2 * i] = x(points.get(i).x());
        corners[2 * i + 1] = y(points.get(i).high());
        corners[back] = x(points.get(i).x());
        corners[back + 1] = y(points.get(i).low());
      }
      shapes.add(new Shape.Area(corners, colour(series), 0.15));
    } else if (one.intervals() != Intervals.NONE) {
      bar(one.last(), colour(series));
    }
  }

  private record Bar(double x, double high, double low) {
    boolean hides(Bar other) {
      return Math.abs(x - other.x) < BESIDE - 0.5 && high < other.low && other.high < low;
    }
  }

  /// Where it would hide another bar, the bar is moved aside; its mark is not.
  private void bar(Point point, Colour colour) {
    Bar bar = new Bar(x(point.x()), y(point.high()), y(point.low()));
    for (int i = 1; bars.stream().anyMatch(bar::hides); i++) {
      int aside = (i % 2 == 0 ? -1 : 1) * ((i + 1) / 2);
      bar = new Bar(x(point.x()) + aside * BESIDE, bar.high(), bar.low());
    }
    bars.add(bar);
    double x = bar.x();
    stroke(new double[] {x, bar.high(), x, bar.low()}, colour, 1.5, false, 0.6);
    stroke(new double[] {x - 3, bar.high(), x + 3, bar.high()}, colour, 1.5, false, 0.6);
    stroke(new double[] {x - 3, bar.low(), x + 3, bar.low()}, colour, 1.5, false, 0.6);
  }

  private void line(int series) {
    Series one = chart.series().get(series);
    double[] points =
        one.points().stream()
            .flatMapToDouble(it -> DoubleStream.of(x(it.x()), y(it.y())))
            .toArray();
    if (points.length > 2) {
      stroke(points, colour(series), one.bound() ? 1.6 : 2.2, one.bound(), 1);
    }
  }

  private void marks(int series) {
    Series one = chart.series().get(series);
    for (Point point : one.points()) {
      shapes.add(
          new Shape.Mark(
              x(point.x()),
              y(point.y()),
              Symbol.ofSeries(series),
              one.bound() ? 2.6 : 4,
              colour(series),
              tip(one, point),
              point.marked()));
    }
  }

  private String tip(Series series, Point point) {
    String tip =
        "%s: %s at %s"
            .formatted(series.name(), write(chart.y(), point.y()), write(chart.x(), point.x()));
    return point.low() == point.high()
        ? tip
        : "%s (%s to %s)"
            .formatted(tip, write(chart.y(), point.low()), write(chart.y(), point.high()));
  }

  private Colour colour(int series) {
    return chart.series().get(series).bound() ? Colour.MUTED : Colour.ofSeries(series);
  }

  /// Names beside the ends of their lines.
  private void tags() {
    for (int i = 0; i < chart.series().size(); i++) {
      Point last = chart.series().get(i).last();
      tags.add(new Tag(wrapped(i), y(last.y()), x(last.x()), colour(i)));
    }
    for (Level level : chart.levels()) {
      tags.add(new Tag(wrapped(level), y(level.y()), right, Colour.MUTED));
    }
    tags.sort(Comparator.comparingDouble(Tag::y));
    double[] middles = apart();
    for (int i = 0; i < tags.size(); i++) {
      Tag tag = tags.get(i);
      double middle = middles[i];
      if (right - tag.from() > 20 || Math.abs(middle - tag.y()) > 3) {
        stroke(
            new double[] {
              Math.min(tag.from() + 6, right), tag.y(), right + 2, middle, right + 9, middle
            },
            tag.colour(),
            1,
            false,
            0.3);
      }
      double y = middle - tag.height() / 2 + 12.5;
      for (String line : tag.lines()) {
        text(right + 12, y, line, SMALL, true, Anchor.START, tag.colour());
        y += LINE;
      }
    }
  }

  /// Tags that touch each other and are moved as one.
  ///
  /// @param wish sum over its tags of where the first one's upper end would be for the tag's sake
  private record Stack(int count, double height, double wish) {
    double top() {
      return wish / count;
    }

    Stack with(Stack below) {
      return new Stack(
          count + below.count, height + below.height, wish + below.wish - below.count * height);
    }
  }

  /// Middles for the tags, in their order, near where they want to be and clear of each other:
  /// those that touch form a stack around the mean of their wishes (pool adjacent violators), and
  /// no stack leaves the picture.
  private double[] apart() {
    List<Stack> stacks = new ArrayList<>();
    for (Tag tag : tags) {
      Stack stack = inside(new Stack(1, tag.height(), tag.y() - tag.height() / 2));
      while (!stacks.isEmpty()
          && stacks.getLast().top() + stacks.getLast().height() > stack.top()) {
        stack = inside(stacks.removeLast().with(stack));
      }
      stacks.add(stack);
    }
    double[] middles = new double[tags.size()];
    int next = 0;
    for (Stack stack : stacks) {
      double y = stack.top();
      for (int i = 0; i < stack.count(); i++, next++) {
        middles[next] = y + tags.get(next).height() / 2;
        y += tags.get(next).height();
      }
    }
    return middles;
  }

  private Stack inside(Stack stack) {
    double lowest = Math.max(top - LINE, bottom + LINE - stack.height());
    double within = Math.clamp(stack.top(), top - LINE, lowest);
    return new Stack(stack.count(), stack.height(), within * stack.count());
  }

  /// Names in a list below the plot.
  ///
  /// @return where it ends
  private double legend(double from) {
    double y = from;
    for (int i = 0; i < chart.series().size(); i++) {
      Series one = chart.series().get(i);
      y += LINE + 3;
      stroke(new double[] {EDGE, y - 4, EDGE + 24, y - 4}, colour(i), 2, one.bound(), 1);
      shapes.add(
          new Shape.Mark(
              EDGE + 12, y - 4, Symbol.ofSeries(i), one.bound() ? 2.6 : 4, colour(i), "", false));
      y = entry(y, one.name() + " " + write(chart.y(), one.last().y()));
    }
    for (Level level : chart.levels()) {
      y += LINE + 3;
      stroke(new double[] {EDGE, y - 4, EDGE + 24, y - 4}, Colour.MUTED, 1.4, true, 1);
      y = entry(y, level.name() + " " + write(chart.y(), level.y()));
    }
    return y + 10;
  }

  private double entry(double from, String name) {
    double y = from;
    for (String line : TextWidth.wrap(name, SMALL, false, width - 2 * EDGE - 32)) {
      text(EDGE + 32, y, line, SMALL, false, Anchor.START, Colour.INK);
      y += LINE;
    }
    return y - LINE;
  }

  private double note(double from) {
    double y = chart.note().isEmpty() ? from : from + 8;
    for (String line : TextWidth.wrap(chart.note(), SMALL, false, width - 2 * EDGE)) {
      text(EDGE, y + 4, line, SMALL, false, Anchor.START, Colour.MUTED);
      y += LINE;
    }
    return y;
  }

  private double x(double value) {
    return position(chart.x(), horizontal, value, left + 8, right - 8);
  }

  private double y(double value) {
    double within =
        chart.y().unit() == Unit.PERCENT
            ? Math.clamp(value, vertical.low(), vertical.high())
            : value;
    return position(chart.y(), vertical, within, bottom, top);
  }

  private static double position(Axis axis, Ticks ticks, double value, double from, double to) {
    double low = axis.scale().position(ticks.low());
    double high = axis.scale().position(ticks.high());
    return from + (axis.scale().position(value) - low) / (high - low) * (to - from);
  }

  private void stroke(double[] points, Colour colour, double pen, boolean dashed, double opacity) {
    shapes.add(new Shape.Line(points, colour, pen, dashed, opacity));
  }

  private void text(
      double x, double y, String text, double size, boolean bold, Anchor anchor, Colour colour) {
    shapes.add(new Shape.Text(x, y, text, size, bold, anchor, colour));
  }
}

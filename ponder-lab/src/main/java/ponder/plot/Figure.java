package ponder.plot;

import java.util.List;

/// A chart that has been laid out: shapes in the order they are painted, in pixels from the top
/// left.
record Figure(double width, double height, List<Shape> shapes) {
  Figure {
    shapes = List.copyOf(shapes);
  }

  /// Where a text is held.
  enum Anchor {
    START,
    MIDDLE,
    END
  }

  /// The shapes of marks, so that series differ in more than colour.
  enum Symbol {
    CIRCLE,
    SQUARE,
    TRIANGLE,
    DIAMOND,
    WEDGE,
    HEXAGON,
    STAR;

    static Symbol ofSeries(int index) {
      return values()[index % values().length];
    }

    /// Its corners around the origin as x, y, x, y…, within `radius`; none for the circle.
    double[] corners(double radius) {
      return switch (this) {
        case CIRCLE -> new double[0];
        case SQUARE -> ring(4, radius * 1.2, 45, 1);
        case TRIANGLE -> ring(3, radius * 1.3, -90, 1);
        case DIAMOND -> ring(4, radius * 1.35, 0, 1);
        case WEDGE -> ring(3, radius * 1.3, 90, 1);
        case HEXAGON -> ring(6, radius * 1.15, 0, 1);
        case STAR -> ring(10, radius * 1.5, -90, 0.45);
      };
    }

    /// @param inner radius of every second corner, as a part of `radius`
    private static double[] ring(int count, double radius, double turn, double inner) {
      double[] corners = new double[2 * count];
      for (int i = 0; i < count; i++) {
        double angle = Math.toRadians(turn + 360.0 * i / count);
        double distance = i % 2 == 0 ? radius : radius * inner;
        corners[2 * i] = distance * StrictMath.cos(angle);
        corners[2 * i + 1] = distance * StrictMath.sin(angle);
      }
      return corners;
    }
  }

  sealed interface Shape {
    /// A line through x, y, x, y….
    record Line(double[] points, Colour colour, double width, boolean dashed, double opacity)
        implements Shape {}

    /// A filled polygon.
    record Area(double[] points, Colour colour, double opacity) implements Shape {}

    /// @param y of the base line
    record Text(
        double x, double y, String text, double size, boolean bold, Anchor anchor, Colour colour)
        implements Shape {}

    /// A data point.
    ///
    /// @param tip what it says when pointed at; empty for none
    /// @param ringed whether a ring goes around it
    record Mark(
        double x, double y, Symbol symbol, double radius, Colour colour, String tip, boolean ringed)
        implements Shape {}
  }
}

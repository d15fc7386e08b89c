package ponder.plot;

import java.util.Locale;
import ponder.plot.Figure.Shape;
import ponder.plot.Figure.Symbol;

/// Charts as SVG: text stays text, colours follow the reader's theme, marks tell their values when
/// pointed at, and a title and description are there for those who listen.
///
/// Equal charts give equal bytes everywhere.
public final class Svg {
  private Svg() {}

  /// A file of its own.
  ///
  /// @param width in pixels, 280 or more; names of series go below the plot under 520
  /// @param height in pixels; a list of names below and a note come on top of it
  public static String file(Chart chart, double width, double height) {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        + draw(chart, "chart", width, height, "<style>\n" + ChartStyle.css() + "</style>\n", true)
        + "\n";
  }

  /// An element for a page that has [ChartStyle] in its style sheet.
  ///
  /// @param id unlike any other in the page
  public static String element(Chart chart, String id, double width, double height) {
    return draw(chart, id, width, height, "", false);
  }

  /// The mark of the series at `index`, 14 pixels wide, for a table beside the chart.
  public static String swatch(int index) {
    var mark = new Shape.Mark(7, 7, Symbol.ofSeries(index), 4.5, Colour.ofSeries(index), "", false);
    return "<svg class=\"swatch\" viewBox=\"0 0 14 14\" aria-hidden=\"true\">"
        + mark(mark)
        + "</svg>";
  }

  private static String draw(
      Chart chart, String id, double width, double height, String style, boolean paper) {
    Figure figure = Layout.of(chart, width, height);
    var svg = new StringBuilder();
    String size = number(figure.width()) + "\" height=\"" + number(figure.height());
    svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" role=\"img\" ")
        .append("aria-labelledby=\"%s-t %s-d\" ".formatted(escape(id), escape(id)))
        .append("viewBox=\"0 0 %s %s\" ".formatted(number(width), number(figure.height())))
        .append("width=\"")
        .append(size)
        .append("\">\n")
        .append("<title id=\"%s-t\">%s</title>\n".formatted(escape(id), escape(chart.title())))
        .append("<desc id=\"%s-d\">%s</desc>\n".formatted(escape(id), escape(chart.description())))
        .append(style);
    if (paper) {
      svg.append("<rect width=\"").append(size).append("\"").append(fill(Colour.PAPER, 1));
      svg.append("/>\n");
    }
    figure.shapes().forEach(shape -> svg.append(element(shape)).append('\n'));
    return svg.append("</svg>").toString();
  }

  private static String element(Shape shape) {
    return switch (shape) {
      case Shape.Line line -> line(line);
      case Shape.Area area ->
          "<path d=\"%sZ\"%s/>"
              .formatted(path(area.points(), 0, 0), fill(area.colour(), area.opacity()));
      case Shape.Text text -> text(text);
      case Shape.Mark mark -> mark(mark);
    };
  }

  private static String line(Shape.Line line) {
    return "<path d=\"%s\" fill=\"none\"%s stroke-width=\"%s\" stroke-linejoin=\"round\"%s%s/>"
        .formatted(
            path(line.points(), 0, 0),
            stroke(line.colour()),
            number(line.width()),
            line.dashed() ? " stroke-dasharray=\"5 4\"" : "",
            line.opacity() < 1 ? " stroke-opacity=\"" + number(line.opacity()) + "\"" : "");
  }

  private static String text(Shape.Text text) {
    return "<text x=\"%s\" y=\"%s\" font-size=\"%s\"%s%s%s>%s</text>"
        .formatted(
            number(text.x()),
            number(text.y()),
            number(text.size()),
            text.bold() ? " font-weight=\"600\"" : "",
            switch (text.anchor()) {
              case START -> "";
              case MIDDLE -> " text-anchor=\"middle\"";
              case END -> " text-anchor=\"end\"";
            },
            fill(text.colour(), 1),
            escape(text.text()));
  }

  private static String mark(Shape.Mark mark) {
    String at = "cx=\"%s\" cy=\"%s\"".formatted(number(mark.x()), number(mark.y()));
    var svg = new StringBuilder("<g>");
    if (!mark.tip().isEmpty()) {
      svg.append("<title>").append(escape(mark.tip())).append("</title>");
    }
    if (mark.ringed()) {
      svg.append(
          "<circle %s r=\"8\" fill=\"none\"%s stroke-width=\"1.6\"/>"
              .formatted(at, stroke(Colour.INK)));
    }
    double[] corners = mark.symbol().corners(mark.radius());
    svg.append(
        corners.length == 0
            ? "<circle %s r=\"%s\"%s/>".formatted(at, number(mark.radius()), fill(mark.colour(), 1))
            : "<path d=\"%sZ\"%s/>"
                .formatted(path(corners, mark.x(), mark.y()), fill(mark.colour(), 1)));
    return svg.append("</g>").toString();
  }

  private static String path(double[] points, double x, double y) {
    var path = new StringBuilder();
    for (int i = 0; i < points.length; i += 2) {
      path.append(i == 0 ? "M" : "L")
          .append(number(points[i] + x))
          .append(' ')
          .append(number(points[i + 1] + y));
    }
    return path.toString();
  }

  private static String fill(Colour colour, double opacity) {
    return " class=\"f-%s\" fill=\"%s\"%s"
        .formatted(
            colour.key(),
            colour.light(),
            opacity < 1 ? " fill-opacity=\"" + number(opacity) + "\"" : "");
  }

  private static String stroke(Colour colour) {
    return " class=\"k-%s\" stroke=\"%s\"".formatted(colour.key(), colour.light());
  }

  /// To a hundredth of a pixel, which hides what machines compute differently in last digits.
  private static String number(double value) {
    String text = String.format(Locale.ROOT, "%.2f", value);
    String trimmed = text.replaceFirst("\\.?0+$", "");
    return trimmed.equals("-0") ? "0" : trimmed;
  }

  /// Text for XML: what it cannot hold becomes U+FFFD.
  private static String escape(String text) {
    var escaped = new StringBuilder();
    text.codePoints().forEach(point -> escaped.append(escape(point)));
    return escaped.toString();
  }

  private static String escape(int point) {
    boolean forbidden =
        point < ' ' && point != '\t' && point != '\n' && point != '\r'
            || point >= 0xD800 && point <= 0xDFFF
            || point == 0xFFFE
            || point == 0xFFFF;
    if (forbidden) {
      return "\uFFFD";
    }
    return switch (point) {
      case '<' -> "&lt;";
      case '>' -> "&gt;";
      case '&' -> "&amp;";
      case '"' -> "&quot;";
      case '\r' -> "&#13;";
      default -> Character.toString(point);
    };
  }
}

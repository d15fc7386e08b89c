package ponder.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;
import ponder.plot.Figure.Shape;

/// Paints figures with Java's own graphics, two pixels for each of theirs.
///
/// Apart from [Png], so that the latter can be loaded where Java has no `java.desktop`.
final class Raster {
  private static final double SCALE = 2;
  private static final float[] DASH = {5, 4};

  private Raster() {}

  /// The bytes of a PNG file.
  static byte[] draw(Figure figure) {
    var image =
        new BufferedImage(
            (int) Math.ceil(figure.width() * SCALE),
            (int) Math.ceil(figure.height() * SCALE),
            BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    try {
      graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      graphics.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      graphics.setRenderingHint(
          RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
      graphics.setColor(colour(Colour.PAPER, 1));
      graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
      graphics.scale(SCALE, SCALE);
      figure.shapes().forEach(shape -> draw(graphics, shape));
    } finally {
      graphics.dispose();
    }
    var bytes = new ByteArrayOutputStream();
    try {
      ImageIO.setUseCache(false);
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("a picture in memory cannot be written", e);
    }
    return bytes.toByteArray();
  }

  private static void draw(Graphics2D graphics, Shape shape) {
    switch (shape) {
      case Shape.Line line -> {
        graphics.setColor(colour(line.colour(), line.opacity()));
        graphics.setStroke(pen((float) line.width(), line.dashed()));
        graphics.draw(path(line.points(), 0, 0, false));
      }
      case Shape.Area area -> {
        graphics.setColor(colour(area.colour(), area.opacity()));
        graphics.fill(path(area.points(), 0, 0, true));
      }
      case Shape.Text text -> text(graphics, text);
      case Shape.Mark mark -> mark(graphics, mark);
    }
  }

  private static BasicStroke pen(float width, boolean dashed) {
    return new BasicStroke(
        width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, dashed ? DASH : null, 0);
  }

  private static void mark(Graphics2D graphics, Shape.Mark mark) {
    if (mark.ringed()) {
      graphics.setColor(colour(Colour.INK, 1));
      graphics.setStroke(pen(1.6f, false));
      graphics.draw(circle(mark.x(), mark.y(), 8));
    }
    graphics.setColor(colour(mark.colour(), 1));
    double[] corners = mark.symbol().corners(mark.radius());
    graphics.fill(
        corners.length == 0
            ? circle(mark.x(), mark.y(), mark.radius())
            : path(corners, mark.x(), mark.y(), true));
  }

  private static Ellipse2D circle(double x, double y, double radius) {
    return new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
  }

  /// Squeezes the text if its font makes it wider than the layout expects.
  private static void text(Graphics2D graphics, Shape.Text text) {
    var font = new Font(Font.SANS_SERIF, text.bold() ? Font.BOLD : Font.PLAIN, 1);
    graphics.setFont(font.deriveFont((float) text.size()));
    graphics.setColor(colour(text.colour(), 1));
    double natural =
        graphics.getFont().getStringBounds(text.text(), graphics.getFontRenderContext()).getWidth();
    double expected = TextWidth.of(text.text(), text.size(), text.bold());
    double squeeze = natural > expected ? expected / natural : 1;
    double start =
        switch (text.anchor()) {
          case START -> 0;
          case MIDDLE -> -0.5;
          case END -> -1;
        };
    AffineTransform before = graphics.getTransform();
    graphics.translate(text.x() + start * natural * squeeze, text.y());
    graphics.scale(squeeze, 1);
    graphics.drawString(text.text(), 0, 0);
    graphics.setTransform(before);
  }

  private static Path2D path(double[] points, double x, double y, boolean closed) {
    var path = new Path2D.Double();
    path.moveTo(points[0] + x, points[1] + y);
    for (int i = 2; i < points.length; i += 2) {
      path.lineTo(points[i] + x, points[i + 1] + y);
    }
    if (closed) {
      path.closePath();
    }
    return path;
  }

  private static Color colour(Colour colour, double opacity) {
    int rgb = Integer.parseInt(colour.light().substring(1), 16);
    return new Color(rgb >> 16, rgb >> 8 & 255, rgb & 255, (int) Math.round(255 * opacity));
  }
}

package ponder.plot;

/// Charts as PNG, on light paper, without a display.
///
/// Everything stands where [Svg] puts it; only the font is this machine's, so files from different
/// machines differ. Two pixels for each of the chart's.
public final class Png {
  private Png() {}

  /// This Java or this machine lacks what drawing needs; the message names what to install.
  public static final class NotDrawableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private NotDrawableException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /// The bytes of a PNG file.
  ///
  /// @param width in pixels of the chart, as for [Svg#file]
  /// @param height as there
  /// @throws NotDrawableException if this machine has no fonts or this Java no `java.desktop`
  public static byte[] file(Chart chart, double width, double height) {
    Figure figure = Layout.of(chart, width, height);
    try {
      return Raster.draw(figure);
    } catch (LinkageError e) {
      throw new NotDrawableException(
          "No PNG was drawn: this Java cannot load its graphics (%s). Maybe the Debian package libfreetype6 is missing, or this Java was built without java.desktop."
              .formatted(e.getMessage()),
          e);
    } catch (OutOfMemoryError | StackOverflowError e) {
      throw e;
    } catch (Error | RuntimeException e) {
      // Java's font code throws a plain Error where it finds no font.
      throw new NotDrawableException(
          "No PNG was drawn: this Java finds no font (%s). Maybe the Debian packages fontconfig and fonts-dejavu-core are missing."
              .formatted(e.getMessage()),
          e);
    }
  }
}

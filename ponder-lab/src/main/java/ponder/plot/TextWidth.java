package ponder.plot;

import java.util.ArrayList;
import java.util.List;

/// How wide texts are, roughly, in a usual sans-serif face.
///
/// Layout needs widths, but real ones depend on the fonts of the machine that shows the chart, and
/// asking for them would make files differ between machines. The estimate is nearer to wide faces
/// than to narrow ones; [Png] squeezes a text that its font makes wider still.
final class TextWidth {
  private TextWidth() {}

  /// The width of `text` at `size` pixels.
  static double of(String text, double size, boolean bold) {
    double em = text.codePoints().mapToDouble(TextWidth::em).sum();
    return em * size * (bold ? 1.16 : 1.03);
  }

  private static double em(int point) {
    if (point >= 0x1100 && Character.isLetterOrDigit(point) || Character.isIdeographic(point)) {
      return 1;
    }
    if (" \u00a0ijl.,:;'|!()[]".indexOf(point) >= 0) {
      return 0.3;
    }
    if ("frt-/\"*`".indexOf(point) >= 0) {
      return 0.38;
    }
    if ("mwMW%@×".indexOf(point) >= 0) {
      return 0.88;
    }
    return Character.isUpperCase(point) ? 0.69 : 0.57;
  }

  /// The text in lines that are not wider than `width`, broken at blanks; a single word that is
  /// wider keeps a line of its own. No line for an empty text.
  static List<String> wrap(String text, double size, boolean bold, double width) {
    List<String> lines = new ArrayList<>();
    String line = "";
    for (String word : text.strip().split(" +")) {
      String longer = line.isEmpty() ? word : line + " " + word;
      if (!line.isEmpty() && of(longer, size, bold) > width) {
        lines.add(line);
        longer = word;
      }
      line = longer;
    }
    if (!line.isEmpty()) {
      lines.add(line);
    }
    return lines;
  }
}

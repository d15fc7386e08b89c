package ponder.report;

import java.util.Locale;
import ponder.stats.Interval;

/// An accuracy on a line from 0 to 100 %: its interval, and the floor and bound it stands between.
final class Gauge {
  private static final double WIDTH = 400;

  private Gauge() {}

  static String svg(Interval accuracy, Interval floor, Interval oracle) {
    return """
        <svg class="gauge" viewBox="0 0 400 44" preserveAspectRatio="none" aria-hidden="true">
        <rect class="track" x="0" y="16" width="400" height="12" rx="3"/>
        <rect class="band" x="%s" y="16" width="%s" height="12"/>
        <rect class="value" x="%s" y="10" width="5" height="24" rx="1"/>
        <path class="other" d="%s"/>
        <path class="other" d="%s"/>
        </svg>
        """
        .formatted(
            number(accuracy.low() * WIDTH),
            number((accuracy.high() - accuracy.low()) * WIDTH),
            number(accuracy.mean() * WIDTH - 2.5),
            mark(floor.mean(), -9),
            mark(oracle.mean(), 9));
  }

  /// A bar with a triangle at its foot that points `way`.
  private static String mark(double value, double way) {
    double x = value * WIDTH;
    return "M%s 12h2v16h-2zM%s 30L%s 36L%s 42z"
        .formatted(number(x - 1), number(x), number(x + way), number(x));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}

package ponder.report;

import java.util.Locale;
import ponder.stats.Interval;

/// A difference and its interval to both sides of a line at 0; lines below each other share their
/// scale, as in a forest plot.
final class Forest {
  private static final double HALF = 80;

  private Forest() {}

  /// @param reach the largest distance from 0 in the plot
  static String svg(Interval difference, double reach) {
    double scale = reach > 0 ? (HALF - 6) / reach : 0;
    return """
        <svg class="forest" viewBox="-80 0 160 18" aria-hidden="true">
        <path class="k-grid" stroke="#e2e6ec" d="M0 0V18"/>
        <path class="k-muted" stroke="#5b6675" stroke-width="2" d="M%s 9H%s"/>
        <circle class="f-s0" cx="%s" cy="9" r="4"/>
        </svg>
        """
        .formatted(
            number(difference.low() * scale),
            number(difference.high() * scale),
            number(difference.mean() * scale));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}

package ponder.report;

import java.util.Locale;
import ponder.stats.Interval;

/// Numbers as pages write them.
final class Amount {
  private Amount() {}

  /// A share as a percentage to a tenth, with a blank that does not break: `58.0 %`.
  static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f\u00a0%%", 100 * share);
  }

  /// `58.0 % (48.0 to 67.0)`.
  static String interval(Interval interval) {
    return String.format(
        Locale.ROOT,
        "%.1f\u00a0%% (%.1f to %.1f)",
        100 * interval.mean(),
        100 * interval.low(),
        100 * interval.high());
  }

  /// `12,345`.
  static String whole(double value) {
    return String.format(Locale.ROOT, "%,d", Math.round(value));
  }

  /// With a few digits where it is small: `3.1`, `0.25`, `12,345`.
  static String rough(double value) {
    if (value >= 100 || value == Math.rint(value)) {
      return whole(value);
    }
    return String.format(Locale.ROOT, value >= 10 ? "%.1f" : "%.2f", value);
  }

  /// `2.52·10^14` as `2.52e14`; `unknown` for 0, which models of unknown size report.
  static String flops(double value) {
    return value > 0 ? String.format(Locale.ROOT, "%.2e", value).replace("e+", "e") : "unknown";
  }

  /// A duration in words: `12.3 s`, `4 min 05 s`, `2 h 13 min`.
  static String seconds(double value) {
    long whole = Math.round(value);
    if (whole < 100) {
      return String.format(Locale.ROOT, "%.1f s", value);
    }
    return whole < 3600
        ? String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d h %02d min", whole / 3600, whole % 3600 / 60);
  }

  /// `1 problem`, `2,000 problems`.
  static String count(long count, String thing) {
    return whole(count) + " " + thing + (count == 1 ? "" : "s");
  }

  /// A difference of shares in points with its sign: `+3.0 (-1.0 to +7.0)`.
  static String points(Interval difference) {
    return String.format(
        Locale.ROOT,
        "%+.1f (%+.1f to %+.1f)",
        100 * difference.mean(),
        100 * difference.low(),
        100 * difference.high());
  }

  /// A part of a whole as a percentage; a dash if there is no whole.
  static String part(double part, double whole) {
    return whole > 0 ? percent(part / whole) : "–";
  }

  /// `3.1 MB`.
  static String bytes(double count) {
    return count < 1e6
        ? String.format(Locale.ROOT, "%.0f kB", Math.ceil(count / 1e3))
        : String.format(Locale.ROOT, "%.1f MB", count / 1e6);
  }
}

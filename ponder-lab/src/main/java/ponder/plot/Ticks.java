package ponder.plot;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import ponder.plot.Chart.Axis;
import ponder.plot.Chart.Scale;
import ponder.plot.Chart.Unit;

/// The range of an axis and the values that it is marked at.
///
/// @param low where the axis begins
/// @param high where it ends, above `low`
/// @param at increasing, within the range
/// @param unit how they are written
record Ticks(double low, double high, List<Double> at, Unit unit) {
  /// With a blank that keeps it on the line of its number.
  private static final String PERCENT = "\u00a0%";

  private static final String[] LARGE = {"", "k", "M", "G", "T", "P", "E"};

  /// Ticks for all of `values`.
  ///
  /// @param most about how many
  static Ticks of(Axis axis, DoubleStream values, int most) {
    var range = values.summaryStatistics();
    return axis.scale() == Scale.LINEAR
        ? linear(range.getMin(), range.getMax(), axis.unit(), most)
        : logarithmic(range.getMin(), range.getMax(), axis, most);
  }

  /// Steps of 1, 2 or 5 times a power of ten; the range ends on ticks.
  private static Ticks linear(double min, double max, Unit unit, int most) {
    double least = unit == Unit.PERCENT ? 0.05 : max == 0 ? 1 : Math.abs(max) * 0.05;
    double spread = Math.max(max - min, least);
    double step = Math.pow(10, Math.floor(Math.log10(spread / most)));
    for (double factor : new double[] {2, 2.5, 2}) {
      if (spread / step > most) {
        step *= factor;
      }
    }
    long first = (long) Math.floor(min / step + 1e-9);
    long last = Math.max(first + 1, (long) Math.ceil(max / step - 1e-9));
    if (unit == Unit.PERCENT) {
      first = Math.max(first, 0);
      last = Math.min(last, Math.round(Math.ceil(1 / step - 1e-9)));
      first = Math.min(first, last - 1);
    }
    List<Double> at = new ArrayList<>();
    for (long i = first; i <= last; i++) {
      at.add(BigDecimal.valueOf(i).multiply(rounded(step)).doubleValue());
    }
    return new Ticks(at.getFirst(), at.getLast(), at, unit);
  }

  private static BigDecimal rounded(double step) {
    return new BigDecimal(step).round(new MathContext(3));
  }

  /// Powers of the base, or, where few fit, 1, 2 and 5 times powers of ten.
  private static Ticks logarithmic(double min, double max, Axis axis, int most) {
    boolean two = axis.scale() == Scale.LOG2;
    double room = max > min * 1.0001 ? Math.pow(max / min, 0.05) : Math.sqrt(two ? 2 : 10);
    double low = min / room;
    double high = max * room;
    List<Double> at = two ? powers(2, low, high, 1) : mantissas(low, high);
    if (at.size() < 3 && !two) {
      at =
          linear(low, high, axis.unit(), most).at().stream()
              .filter(it -> low <= it && it <= high)
              .toList();
    }
    double base = two ? 2 : 10;
    for (int every = 1; at.size() > most; every++) {
      at = powers(base, low, high, every);
    }
    return new Ticks(low, high, at, axis.unit());
  }

  private static List<Double> powers(double base, double low, double high, int every) {
    List<Double> at = new ArrayList<>();
    int first = (int) Math.floor(Math.log(low) / Math.log(base));
    for (int exponent = first; Math.pow(base, exponent) <= high; exponent++) {
      if (Math.pow(base, exponent) >= low && Math.floorMod(exponent, every) == 0) {
        at.add(Math.pow(base, exponent));
      }
    }
    return at;
  }

  private static List<Double> mantissas(double low, double high) {
    List<Double> at = new ArrayList<>();
    for (int exponent = (int) Math.floor(Math.log10(low)); Math.pow(10, exponent) <= high; ) {
      for (int mantissa : new int[] {1, 2, 5}) {
        double value = Double.parseDouble(mantissa + "e" + exponent);
        if (value >= low && value <= high) {
          at.add(value);
        }
      }
      exponent++;
    }
    return at;
  }

  /// A tick as it is written: with as few digits as tell it.
  String label(double value) {
    return write(value, unit, 3);
  }

  /// A value in words of the axis: percentages to a tenth, others to `digits` digits.
  static String write(double value, Unit unit, int digits) {
    if (unit == Unit.PERCENT) {
      return plain(BigDecimal.valueOf(value * 100).setScale(1, RoundingMode.HALF_EVEN)) + PERCENT;
    }
    int step = 0;
    double scaled = value;
    while (Math.abs(scaled) >= 9999.5 || step > 0 && Math.abs(scaled) >= 999.5) {
      if (step == LARGE.length - 1) {
        return String.format(Locale.ROOT, "%.1e", value);
      }
      scaled /= 1000;
      step++;
    }
    int kept = Math.max(digits, Math.abs(scaled) >= 1000 ? 4 : 1);
    return plain(new BigDecimal(scaled).round(new MathContext(kept))) + LARGE[step];
  }

  private static String plain(BigDecimal value) {
    return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
  }
}

package ponder.cli;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Sizes and durations as people write them.
final class Amounts {
  private static final Pattern PART = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)\\s*([A-Za-z]*)");

  private Amounts() {}

  /// Reads `500MB`, `2GB` or a plain number of bytes; units are decimal.
  static final class Bytes implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      return scaled(
          text,
          unit ->
              switch (unit) {
                case "", "b" -> 1L;
                case "kb" -> 1_000L;
                case "mb" -> 1_000_000L;
                case "gb" -> 1_000_000_000L;
                case "tb" -> 1_000_000_000_000L;
                default -> 0L;
              },
          "a size such as 500MB or 2GB");
    }
  }

  /// Reads `90s`, `15m`, `12h` or `30d`.
  static final class Time implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      return Duration.ofMillis(
          scaled(
              text,
              unit ->
                  switch (unit) {
                    case "s" -> 1_000L;
                    case "m" -> 60_000L;
                    case "h" -> 3_600_000L;
                    case "d" -> 86_400_000L;
                    default -> 0L;
                  },
              "a time such as 15m, 12h or 30d"));
    }
  }

  private interface Unit {
    /// How much one of it is; 0 if there is no such unit.
    long of(String name);
  }

  private static long scaled(String text, Unit unit, String wanted) {
    Matcher matcher = PART.matcher(text.strip());
    long scale = matcher.matches() ? unit.of(matcher.group(2).toLowerCase(Locale.ROOT)) : 0;
    if (scale == 0) {
      throw new TypeConversionException("'" + text + "' is not " + wanted);
    }
    BigDecimal value = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(scale));
    if (value.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw new TypeConversionException("'" + text + "' is too large");
    }
    return value.setScale(0, RoundingMode.HALF_UP).longValueExact();
  }

  /// How long ago something was, in the largest unit that fits: `3 h`.
  static String age(Duration age) {
    long seconds = Math.max(0, age.toSeconds());
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 3_600) {
      return seconds / 60 + " min";
    }
    return seconds < 86_400 ? seconds / 3_600 + " h" : seconds / 86_400 + " d";
  }
}

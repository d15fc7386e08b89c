package ponder.template;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Python's formatting with `%`: the conversions s, r, d, i, f, x, with width and precision.
final class Printf {
  private static final Pattern CONVERSION =
      Pattern.compile("%(?:\\((\\w+)\\))?([-+0 ]*)(\\d{0,4})(?:\\.(\\d{1,3}))?(.)", Pattern.DOTALL);

  private Printf() {}

  static String format(String format, Object arguments) {
    List<Object> values = arguments instanceof Tuple tuple ? tuple.items() : List.of(arguments);
    StringBuilder out = new StringBuilder();
    Matcher matcher = CONVERSION.matcher(format);
    int used = 0;
    int from = 0;
    while (matcher.find()) {
      out.append(format, from, matcher.start());
      from = matcher.end();
      if (matcher.group(5).equals("%")) {
        out.append('%');
      } else if (matcher.group(1) != null && arguments instanceof Map<?, ?> map) {
        out.append(one(matcher, Values.item(map, matcher.group(1))));
      } else if (used < values.size()) {
        out.append(one(matcher, values.get(used++)));
      } else {
        throw new Problem("too few arguments for the format '%s'", format);
      }
    }
    if (used < values.size() && !(arguments instanceof Map)) {
      throw new Problem("too many arguments for the format '%s'", format);
    }
    return out.append(format, from, format.length()).toString();
  }

  private static String one(Matcher conversion, Object value) {
    int precision = conversion.group(4) == null ? -1 : Integer.parseInt(conversion.group(4));
    String text =
        switch (conversion.group(5)) {
          case "s" -> cut(Display.str(value), precision);
          case "r" -> cut(Display.repr(value), precision);
          case "d", "i" ->
              Long.toString(value instanceof Double d ? d.longValue() : Values.whole(value));
          case "x" -> Long.toHexString(Values.whole(value));
          case "f" ->
              new java.math.BigDecimal(Values.real(Values.defined(value)))
                  .setScale(precision < 0 ? 6 : precision, java.math.RoundingMode.HALF_EVEN)
                  .toPlainString();
          default ->
              throw new Problem("the conversion '%%%s' is not supported", conversion.group(5));
        };
    return pad(text, conversion.group(2), conversion.group(3));
  }

  private static String cut(String text, int precision) {
    return precision < 0 || Text.length(text) <= precision
        ? text
        : text.substring(0, text.offsetByCodePoints(0, precision));
  }

  private static String pad(String text, String flags, String width) {
    int missing = (width.isEmpty() ? 0 : Integer.parseInt(width)) - Text.length(text);
    if (missing <= 0) {
      return text;
    }
    if (flags.contains("-")) {
      return text + " ".repeat(missing);
    }
    return flags.contains("0")
        ? (text.startsWith("-")
            ? "-" + "0".repeat(missing) + text.substring(1)
            : "0".repeat(missing) + text)
        : " ".repeat(missing) + text;
  }
}

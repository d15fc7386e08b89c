package ponder.template;

import java.time.Clock;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;
import ponder.template.Callable.Inputs;

/// The functions that every template can call.
final class Functions {
  private static final int LONGEST_RANGE = 100_000;

  private Functions() {}

  static void define(Scope scope, Clock clock) {
    scope.set("range", (Callable) Functions::range);
    scope.set("dict", (Callable) Functions::dict);
    scope.set("namespace", (Callable) Functions::namespace);
    scope.set("raise_exception", (Callable) Functions::raise);
    scope.set(
        "strftime_now", (Callable) in -> date(in.needText(0, "format"), ZonedDateTime.now(clock)));
  }

  private static Object range(Inputs in) {
    List<Object> given = in.positional();
    if (given.isEmpty()) {
      throw new Problem("'range' needs an end");
    }
    long start = given.size() > 1 ? Values.whole(given.get(0)) : 0;
    long stop = Values.whole(given.get(given.size() > 1 ? 1 : 0));
    long step = given.size() > 2 ? Values.whole(given.get(2)) : 1;
    if (step == 0) {
      throw new Problem("the step of 'range' is zero");
    }
    long count = Math.max(0, Math.ceilDiv(stop - start, step));
    if (count > LONGEST_RANGE) {
      throw new Problem("a range of %d numbers is too long; %d are allowed", count, LONGEST_RANGE);
    }
    return LongStream.range(0, count).<Object>mapToObj(i -> start + i * step).toList();
  }

  private static Object dict(Inputs in) {
    Map<Object, Object> map = new LinkedHashMap<>();
    for (Object given : in.positional()) {
      if (given instanceof Map<?, ?> other) {
        map.putAll(other);
      } else {
        Values.iterate(given)
            .forEach(pair -> map.put(Values.item(pair, 0L), Values.item(pair, 1L)));
      }
    }
    map.putAll(in.named());
    return map;
  }

  private static Object namespace(Inputs in) {
    Namespace namespace = new Namespace();
    if (dict(in) instanceof Map<?, ?> values) {
      values.forEach((name, value) -> namespace.set(Display.str(name), value));
    }
    return namespace;
  }

  private static Object raise(Inputs in) {
    throw new TemplateException(Display.str(in.need(0, "message")));
  }

  private static String date(String format, ZonedDateTime now) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c != '%' || i + 1 == format.length()) {
        out.append(c);
      } else {
        out.append(field(format.charAt(++i), now));
      }
    }
    return out.toString();
  }

  private static String field(char field, ZonedDateTime now) {
    String pattern =
        switch (field) {
          case 'Y' -> "yyyy";
          case 'y' -> "yy";
          case 'm' -> "MM";
          case 'd' -> "dd";
          case 'H' -> "HH";
          case 'I' -> "hh";
          case 'M' -> "mm";
          case 'S' -> "ss";
          case 'p' -> "a";
          case 'b' -> "MMM";
          case 'B' -> "MMMM";
          case 'a' -> "EEE";
          case 'A' -> "EEEE";
          case 'j' -> "DDD";
          case 'F' -> "yyyy-MM-dd";
          case 'T' -> "HH:mm:ss";
          case '%' -> "'%'";
          default -> throw new Problem("the date field '%%%s' is not supported", field);
        };
    return DateTimeFormatter.ofPattern(pattern, Locale.US).format(now);
  }
}

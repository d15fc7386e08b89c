package ponder.template;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import ponder.template.Callable.Inputs;

/// What can stand behind `|`.
final class Filters {
  private static final Pattern WORDS = Pattern.compile("([-\\s({\\[<]+)");

  private Filters() {}

  static Object apply(String name, Object value, Inputs in) {
    return switch (name) {
      case "default", "d" -> standard(value, in);
      case "string", "safe" -> Display.str(value);
      case "escape", "e", "forceescape" -> escape(Display.str(value));
      case "tojson" -> PythonJson.write(value, in);
      case "length", "count" -> Values.length(value);
      case "abs" ->
          value instanceof Double d ? (Object) Math.abs(d) : (Object) Math.abs(Values.whole(value));
      case "int" -> whole(value, in);
      case "float" -> real(value, in);
      case "round" -> round(value, in);
      case "attr" -> Values.attribute(value, in.needText(0, "name"));
      default -> text(name, value, in);
    };
  }

  private static Object text(String name, Object value, Inputs in) {
    return switch (name) {
      case "trim" ->
          Text.strip(
              Display.str(value),
              in.get(0, "chars", None.NONE) instanceof String chars ? chars : null,
              true,
              true);
      case "upper" -> Display.str(value).toUpperCase(Locale.ROOT);
      case "lower" -> Display.str(value).toLowerCase(Locale.ROOT);
      case "capitalize" -> Text.capitalize(Display.str(value));
      case "title" -> title(Display.str(value));
      case "replace" ->
          Methods.replace(
              Display.str(value),
              Display.str(in.need(0, "old")),
              Display.str(in.need(1, "new")),
              in.get(2, "count", None.NONE) == None.NONE ? -1 : in.number(2, "count", -1));
      case "indent" -> indent(Display.str(value), in);
      case "wordcount" ->
          (long) Splitting.split(Display.str(value), new Inputs(List.of(), Map.of())).size();
      case "format" -> Printf.format(Display.str(value), new Tuple(in.positional()));
      default -> items(name, value, in);
    };
  }

  private static Object items(String name, Object value, Inputs in) {
    return switch (name) {
      case "list" -> new ArrayList<>(Values.iterate(value));
      case "items" -> entries(value);
      case "dictsort" -> dictSort(value, in);
      case "first" -> at(value, 0);
      case "last" -> at(value, -1);
      case "join" -> join(value, in);
      case "reverse" -> reverse(value);
      case "sum" -> sum(value, in);
      case "min" -> extreme(value, in, 1);
      case "max" -> extreme(value, in, -1);
      case "sort" -> sort(value, in);
      case "unique" -> unique(value, in);
      case "map" -> map(value, in);
      case "select" -> Selecting.select(value, in, false, true);
      case "reject" -> Selecting.select(value, in, false, false);
      case "selectattr" -> Selecting.select(value, in, true, true);
      case "rejectattr" -> Selecting.select(value, in, true, false);
      default -> throw new Problem("the filter '%s' is not supported", name);
    };
  }

  private static Object standard(Object value, Inputs in) {
    boolean missing =
        value instanceof Undefined || (in.flag(1, "boolean", false) && !Values.truth(value));
    return missing ? in.get(0, "default_value", "") : value;
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace(">", "&gt;")
        .replace("<", "&lt;")
        .replace("'", "&#39;")
        .replace("\"", "&#34;");
  }

  private static Object whole(Object value, Inputs in) {
    try {
      return switch (Values.defined(value)) {
        case Double d -> d.longValue();
        case String text -> {
          String trimmed = Text.strip(text, null, true, true);
          yield trimmed.matches("[-+]?\\d+")
              ? Long.parseLong(trimmed, in.number(1, "base", 10))
              : (long) Double.parseDouble(trimmed);
        }
        default -> Values.whole(value);
      };
    } catch (Problem | NumberFormatException e) {
      return in.get(0, "default", 0L);
    }
  }

  private static Object real(Object value, Inputs in) {
    try {
      return value instanceof String text
          ? Double.parseDouble(Text.strip(text, null, true, true))
          : Values.real(Values.defined(value));
    } catch (Problem | NumberFormatException e) {
      return in.get(0, "default", 0.0);
    }
  }

  private static Object round(Object value, Inputs in) {
    int precision = in.number(0, "precision", 0);
    java.math.RoundingMode mode =
        switch (Display.str(in.get(1, "method", "common"))) {
          case "ceil" -> java.math.RoundingMode.CEILING;
          case "floor" -> java.math.RoundingMode.FLOOR;
          default -> java.math.RoundingMode.HALF_EVEN;
        };
    return new java.math.BigDecimal(Values.real(Values.defined(value)))
        .setScale(precision, mode)
        .doubleValue();
  }

  private static String title(String text) {
    StringBuilder out = new StringBuilder();
    Matcher matcher = WORDS.matcher(text);
    int from = 0;
    while (matcher.find()) {
      out.append(Text.capitalize(text.substring(from, matcher.start()))).append(matcher.group());
      from = matcher.end();
    }
    return out.append(Text.capitalize(text.substring(from))).toString();
  }

  private static String indent(String text, Inputs in) {
    Object width = in.get(0, "width", 4L);
    String step =
        width instanceof String s ? s : " ".repeat((int) Math.clamp(Values.whole(width), 0L, 256L));
    boolean blank = in.flag(2, "blank", false);
    List<String> lines = Splitting.lines(text + "\n", false);
    StringBuilder out =
        new StringBuilder(in.flag(1, "first", false) ? step : "").append(lines.getFirst());
    for (String line : lines.subList(1, lines.size())) {
      out.append('\n').append(blank || !line.isEmpty() ? step : "").append(line);
    }
    return out.toString();
  }

  private static List<Object> entries(Object value) {
    return switch (value) {
      case Undefined undefined -> List.of();
      case Map<?, ?> map ->
          map.entrySet().stream()
              .<Object>map(e -> new Tuple(List.of(e.getKey(), e.getValue())))
              .toList();
      default -> throw new Problem("a %s has no items", Values.type(value));
    };
  }

  private static Object dictSort(Object value, Inputs in) {
    long by = in.get(1, "by", "key").equals("value") ? 1 : 0;
    Comparator<Object> order =
        Comparator.comparing(
            entry -> folded(Values.item(entry, by), in.flag(0, "case_sensitive", false)),
            Values::compare);
    return entries(value).stream()
        .sorted(in.flag(2, "reverse", false) ? order.reversed() : order)
        .toList();
  }

  private static Object folded(Object value, boolean caseMatters) {
    return value instanceof String text && !caseMatters ? text.toLowerCase(Locale.ROOT) : value;
  }

  private static Object at(Object value, long index) {
    List<Object> items = Values.iterate(value);
    return items.isEmpty()
        ? new Undefined("there is no item")
        : items.get(index < 0 ? items.size() - 1 : 0);
  }

  /// The function that takes an attribute such as `a.b` or `0` from an item; none is the item.
  static Function<Object, Object> getter(Object attribute) {
    if (attribute == None.NONE) {
      return item -> item;
    }
    if (attribute instanceof Long index) {
      return item -> Values.item(item, index);
    }
    return item -> {
      Object value = item;
      for (String part : Display.str(attribute).split("\\.", -1)) {
        value = Values.item(value, part.matches("\\d+") ? (Object) Long.parseLong(part) : part);
      }
      return value;
    };
  }

  private static Object join(Object value, Inputs in) {
    Function<Object, Object> getter = getter(in.get(1, "attribute", None.NONE));
    return Methods.joined(
        Display.str(in.get(0, "d", "")),
        Values.iterate(value).stream().map(item -> Display.str(getter.apply(item))).toList());
  }

  private static Object reverse(Object value) {
    if (value instanceof String text) {
      return new StringBuilder(text).reverse().toString();
    }
    return Values.iterate(value).reversed();
  }

  private static Object sum(Object value, Inputs in) {
    Function<Object, Object> getter = getter(in.get(0, "attribute", None.NONE));
    Object sum = in.get(1, "start", 0L);
    for (Object item : Values.iterate(value)) {
      sum = Arithmetic.apply("+", sum, getter.apply(item));
    }
    return sum;
  }

  private static Comparator<Object> order(Inputs in, int caseAt, int attributeAt) {
    Function<Object, Object> getter = getter(in.get(attributeAt, "attribute", None.NONE));
    boolean caseMatters = in.flag(caseAt, "case_sensitive", false);
    return Comparator.comparing(item -> folded(getter.apply(item), caseMatters), Values::compare);
  }

  private static Object extreme(Object value, Inputs in, int sign) {
    Comparator<Object> order = order(in, 0, 1);
    // The first of equals, as in Python.
    return Values.iterate(value).stream()
        .reduce((best, item) -> order.compare(item, best) * sign < 0 ? item : best)
        .orElse(new Undefined("there is no item"));
  }

  private static Object sort(Object value, Inputs in) {
    Comparator<Object> order = order(in, 1, 2);
    return Values.iterate(value).stream()
        .sorted(in.flag(0, "reverse", false) ? order.reversed() : order)
        .toList();
  }

  private static Object unique(Object value, Inputs in) {
    Function<Object, Object> getter = getter(in.get(1, "attribute", None.NONE));
    boolean caseMatters = in.flag(0, "case_sensitive", false);
    Map<Object, Object> kept = new LinkedHashMap<>();
    for (Object item : Values.iterate(value)) {
      Object key = folded(getter.apply(item), caseMatters);
      kept.putIfAbsent(Values.isNumber(key) ? Values.real(key) : key, item);
    }
    return List.copyOf(kept.values());
  }

  private static Object map(Object value, Inputs in) {
    if (!Values.truth(value)) {
      return List.of();
    }
    Object attribute = in.named().get("attribute");
    if (attribute != null) {
      Function<Object, Object> getter = getter(attribute);
      Object standard = in.named().get("default");
      return Values.iterate(value).stream()
          .map(getter)
          .map(item -> standard != null && item instanceof Undefined ? standard : item)
          .toList();
    }
    String filter = in.needText(0, "name");
    return Values.iterate(value).stream().map(item -> apply(filter, item, in.skip(1))).toList();
  }
}

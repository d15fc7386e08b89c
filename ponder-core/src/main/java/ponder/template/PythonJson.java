package ponder.template;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// JSON letter by letter as Python's `json.dumps` writes it, with `ensure_ascii` off unless asked
/// for; this is the filter `tojson` of chat templates.
final class PythonJson {
  private final StringBuilder out = new StringBuilder();
  private final boolean ascii;
  private final @Nullable String indent;
  private final String itemSeparator;
  private final String keySeparator;
  private final boolean sorted;

  private PythonJson(
      boolean ascii,
      @Nullable String indent,
      String itemSeparator,
      String keySeparator,
      boolean sorted) {
    this.ascii = ascii;
    this.indent = indent;
    this.itemSeparator = itemSeparator;
    this.keySeparator = keySeparator;
    this.sorted = sorted;
  }

  /// Arguments: `ensure_ascii`, `indent`, `separators`, `sort_keys`.
  static String write(Object value, Callable.Inputs inputs) {
    Object indent = inputs.get(1, "indent", None.NONE);
    String step =
        indent == None.NONE
            ? null
            : indent instanceof String text
                ? text
                : " ".repeat((int) Math.clamp(Values.whole(indent), 0L, 64L));
    Object separators = inputs.get(2, "separators", None.NONE);
    String item = step == null ? ", " : ",";
    String key = ": ";
    if (separators != None.NONE) {
      item = Display.str(Values.item(separators, 0L));
      key = Display.str(Values.item(separators, 1L));
    }
    PythonJson json =
        new PythonJson(
            inputs.flag(0, "ensure_ascii", false),
            step,
            item,
            key,
            inputs.flag(3, "sort_keys", false));
    json.value(value, 0);
    return json.out.toString();
  }

  private void value(Object value, int depth) {
    switch (value) {
      case String text -> string(text);
      case None none -> out.append("null");
      case Boolean b -> out.append(b);
      case Long l -> out.append(l);
      case Double d -> out.append(number(d));
      case List<?> list -> array(list, depth);
      case Tuple tuple -> array(tuple.items(), depth);
      case Map<?, ?> map -> object(map, depth);
      default -> throw new Problem("a %s cannot be written as JSON", Values.type(value));
    }
  }

  private static String number(double value) {
    return Double.isNaN(value)
        ? "NaN"
        : Double.isInfinite(value) ? (value > 0 ? "Infinity" : "-Infinity") : Display.real(value);
  }

  private void array(List<?> items, int depth) {
    out.append('[');
    boolean first = true;
    for (Object item : items) {
      separate(first, depth + 1);
      first = false;
      value(item, depth + 1);
    }
    close(items.isEmpty(), depth, ']');
  }

  private void object(Map<?, ?> map, int depth) {
    out.append('{');
    boolean first = true;
    List<? extends Map.Entry<?, ?>> entries = List.copyOf(map.entrySet());
    if (sorted) {
      entries =
          entries.stream().sorted(Comparator.comparing(e -> e.getKey(), Values::compare)).toList();
    }
    for (Map.Entry<?, ?> entry : entries) {
      separate(first, depth + 1);
      first = false;
      string(key(entry.getKey()));
      out.append(keySeparator);
      value(entry.getValue(), depth + 1);
    }
    close(map.isEmpty(), depth, '}');
  }

  private static String key(Object key) {
    return switch (key) {
      case String text -> text;
      case None none -> "null";
      case Boolean b -> b.toString();
      case Double d -> number(d);
      case Long l -> l.toString();
      default -> throw new Problem("a %s cannot be a key in JSON", Values.type(key));
    };
  }

  private void separate(boolean first, int depth) {
    if (!first) {
      out.append(itemSeparator);
    }
    newLine(depth);
  }

  private void close(boolean empty, int depth, char bracket) {
    if (!empty) {
      newLine(depth);
    }
    out.append(bracket);
  }

  private void newLine(int depth) {
    if (indent != null) {
      out.append('\n').append(indent.repeat(depth));
    }
  }

  private void string(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        default -> {
          if (c < 0x20 || (ascii && c > 0x7E)) {
            out.append("\\u%04x".formatted((int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}

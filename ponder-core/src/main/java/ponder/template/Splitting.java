package ponder.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import ponder.template.Callable.Inputs;

/// Takes strings apart, and puts values into them, as Python's string methods do.
final class Splitting {
  private static final Pattern FIELD = Pattern.compile("\\{\\{|\\}\\}|\\{(\\w*)\\}");

  private Splitting() {}

  static List<Object> split(String text, Inputs in) {
    int most = in.number(1, "maxsplit", -1);
    return in.get(0, "sep", None.NONE) instanceof String separator
        ? atSeparators(text, separator, most)
        : atSpace(text, most);
  }

  static List<Object> splitFromRight(String text, Inputs in) {
    String mirrored = new StringBuilder(text).reverse().toString();
    int most = in.number(1, "maxsplit", -1);
    List<Object> parts =
        in.get(0, "sep", None.NONE) instanceof String separator
            ? atSeparators(mirrored, new StringBuilder(separator).reverse().toString(), most)
            : atSpace(mirrored, most);
    List<Object> turned = new ArrayList<>();
    parts.forEach(part -> turned.add(new StringBuilder(Display.str(part)).reverse().toString()));
    Collections.reverse(turned);
    return turned;
  }

  private static List<Object> atSeparators(String text, String separator, int most) {
    if (separator.isEmpty()) {
      throw new Problem("the separator is empty");
    }
    List<Object> parts = new ArrayList<>();
    int from = 0;
    for (int at = text.indexOf(separator);
        at >= 0 && (most < 0 || parts.size() < most);
        at = text.indexOf(separator, from)) {
      parts.add(text.substring(from, at));
      from = at + separator.length();
    }
    parts.add(text.substring(from));
    return parts;
  }

  private static List<Object> atSpace(String text, int most) {
    List<Object> parts = new ArrayList<>();
    String rest = Text.stripLeft(text);
    while (!rest.isEmpty()) {
      if (most >= 0 && parts.size() == most) {
        parts.add(Text.stripRight(rest));
        break;
      }
      int end = 0;
      while (end < rest.length() && !Text.isSpace(rest.charAt(end))) {
        end++;
      }
      parts.add(rest.substring(0, end));
      rest = Text.stripLeft(rest.substring(end));
    }
    return parts;
  }

  /// The lines of `text`; every line end that Unicode knows counts, and none at the text's end
  /// makes an empty line.
  static List<String> lines(String text, boolean keepEnds) {
    List<String> lines = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      if (endsLine(text.charAt(i))) {
        int next = text.startsWith("\r\n", i) ? i + 2 : i + 1;
        lines.add(text.substring(from, keepEnds ? next : i));
        from = next;
        i = next - 1;
      }
    }
    if (from < text.length()) {
      lines.add(text.substring(from));
    }
    return lines;
  }

  private static boolean endsLine(char c) {
    return (c >= '\n' && c <= '\r')
        || (c >= 0x1C && c <= 0x1E)
        || c == 0x85
        || c == '\u2028'
        || c == '\u2029';
  }

  /// `str.format` with fields that are empty, numbers or names.
  static String format(String text, Inputs in) {
    StringBuilder out = new StringBuilder();
    Matcher field = FIELD.matcher(text);
    int automatic = 0;
    int from = 0;
    while (field.find()) {
      out.append(text, from, field.start());
      from = field.end();
      String name = field.group(1);
      if (name == null) {
        out.append(field.group().charAt(0));
      } else if (name.isEmpty() || Character.isDigit(name.charAt(0))) {
        int index = name.isEmpty() ? automatic++ : Integer.parseInt(name);
        out.append(Display.str(in.need(index, name)));
      } else {
        out.append(Display.str(in.need(Integer.MAX_VALUE, name)));
      }
    }
    return out.append(text.substring(from)).toString();
  }
}

package ponder.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.ArrayDeque;
import java.util.Deque;

/// Writes HTML whose every text and attribute is escaped.
///
/// Only [#raw] passes text through; what goes there was made by this project.
final class Markup {
  private final Writer out;
  private final Deque<String> open = new ArrayDeque<>();

  Markup(Writer out) {
    this.out = out;
  }

  /// Opens an element.
  ///
  /// @param attributes names and values in turn
  Markup open(String tag, String... attributes) {
    open.push(tag);
    return start(tag, attributes);
  }

  /// Closes the element that was opened last.
  Markup close() {
    return raw("</" + open.pop() + ">\n");
  }

  Markup text(String text) {
    return raw(escape(text));
  }

  /// An element with nothing but text in it.
  Markup leaf(String tag, String text, String... attributes) {
    return start(tag, attributes).text(text).raw("</" + tag + ">\n");
  }

  private Markup start(String tag, String... attributes) {
    raw("<" + tag);
    for (int i = 0; i < attributes.length; i += 2) {
      raw(" " + attributes[i] + "=\"" + escape(attributes[i + 1]) + "\"");
    }
    return raw(">");
  }

  /// Markup of our own making, as it is.
  Markup raw(String markup) {
    try {
      out.write(markup);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /// Text for an element or a quoted attribute; what HTML cannot hold becomes U+FFFD.
  static String escape(String text) {
    var escaped = new StringBuilder(text.length() + 16);
    text.codePoints().forEach(point -> escape(point, escaped));
    return escaped.toString();
  }

  private static void escape(int point, StringBuilder to) {
    switch (point) {
      case '<' -> to.append("&lt;");
      case '>' -> to.append("&gt;");
      case '&' -> to.append("&amp;");
      case '"' -> to.append("&quot;");
      case '\'' -> to.append("&#39;");
      case '\t', '\n' -> to.append((char) point);
      default -> to.appendCodePoint(showable(point) ? point : 0xFFFD);
    }
  }

  private static boolean showable(int point) {
    return !Character.isISOControl(point)
        && Character.getType(point) != Character.SURROGATE
        && (point & 0xFFFE) != 0xFFFE;
  }
}

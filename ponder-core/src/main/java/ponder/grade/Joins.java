package ponder.grade;

import java.util.Set;
import java.util.stream.Collectors;

/// Knows what joins the parts of a list: commas, semicolons and words such as "and", with any
/// space, formula marks and `\text{...}` around them.
final class Joins {
  /// Between two parts of a list stands little.
  private static final int LONGEST = 80;

  private static final String SEPARATORS = ",;、";
  private static final Set<String> SPACES = Set.of("quad", "qquad", "space");
  private static final Set<String> BOXES = Set.of("text", "mbox", "textrm", "mathrm", "textbf");

  private final Set<String> words;

  Joins(Markers markers) {
    words =
        markers.languages().stream()
            .flatMap(language -> language.joins().stream())
            .map(Letters::plain)
            .collect(Collectors.toSet());
  }

  /// Whether between `from` and `to` there is nothing but what joins a list, and something that
  /// separates.
  boolean join(String text, int from, int to) {
    if (to - from > LONGEST) {
      return false;
    }
    boolean separated = false;
    int i = from;
    while (i < to) {
      char c = Letters.plain(text.charAt(i));
      int next = c == '\\' ? macro(text, i, to) : i + 1;
      if (next < 0) {
        return false;
      }
      if (SEPARATORS.indexOf(c) >= 0) {
        separated = true;
      } else if (Character.isLetter(c)) {
        next = word(text, i, to);
        if (!words.contains(Letters.plain(text.substring(i, next)))) {
          return false;
        }
        separated = true;
      } else if (c != '\\' && "${}*".indexOf(c) < 0 && !Letters.isSpace(c)) {
        return false;
      }
      i = next;
    }
    return separated;
  }

  private static int word(String text, int from, int to) {
    int end = from;
    while (end < to && Character.isLetter(text.charAt(end))) {
      end++;
    }
    return end;
  }

  /// The end of a macro that is a space, a formula's mark or the name of a text box; -1 for others.
  private static int macro(String text, int at, int to) {
    int end = word(text, at + 1, to);
    if (end == at + 1) {
      return end < to && ",;:! ()[]".indexOf(text.charAt(end)) >= 0 ? end + 1 : -1;
    }
    String name = text.substring(at + 1, end);
    return SPACES.contains(name) || BOXES.contains(name) ? end : -1;
  }
}

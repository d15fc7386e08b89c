package ponder.grade;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// The boxes of a text: `\boxed{...}`, `\fbox{...}`, and without braces as in `\boxed 5`.
///
/// One pass finds every box and the partner of every brace, so that texts of a thousand open boxes
/// cost no more than others.
final class Boxes {
  private static final List<String> NAMES = List.of("\\boxed", "\\fbox");

  /// One box.
  ///
  /// @param inner what it holds; as far as the next dollar, box or line if it is never closed
  private record Box(Span outer, Span inner, boolean closed, Extracted.Source source) {}

  private final String text;
  private final List<Box> boxes = new ArrayList<>();

  Boxes(String text) {
    this.text = text;
    int[] partners = new int[text.length()];
    List<Integer> starts = scan(partners);
    for (int i = 0; i < starts.size(); i++) {
      int next = i + 1 < starts.size() ? starts.get(i + 1) : text.length();
      boxes.add(box(starts.get(i), next, partners));
    }
  }

  /// Fills in where each opening brace is closed, 0 for nowhere, and returns where boxes begin.
  private List<Integer> scan(int[] partners) {
    List<Integer> starts = new ArrayList<>();
    Deque<Integer> open = new ArrayDeque<>();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        if (nameLength(i) > 0) {
          starts.add(i);
        } else if (nameLength(i + 1) > 0) {
          starts.add(i + 1); // the backslash itself was escaped on its way here
        }
        i++; // an escaped brace does not count
      } else if (c == '{') {
        open.push(i);
      } else if (c == '}' && !open.isEmpty()) {
        partners[open.pop()] = i;
      }
    }
    return starts;
  }

  private int nameLength(int at) {
    for (String name : NAMES) {
      int end = at + name.length();
      if (text.startsWith(name, at)
          && (end == text.length() || !Letters.isLatin(text.charAt(end)))) {
        return name.length();
      }
    }
    return 0;
  }

  private Box box(int start, int next, int[] partners) {
    var source =
        text.startsWith(NAMES.getFirst(), start) ? Extracted.Source.BOXED : Extracted.Source.FBOX;
    int from = start + nameLength(start);
    while (from < text.length() && text.charAt(from) == ' ') {
      from++;
    }
    if (from == text.length() || text.charAt(from) != '{') {
      int end = until(from, text.length(), " $\n");
      return new Box(new Span(start, end), new Span(from, end), true, source);
    }
    if (partners[from] > 0) {
      int close = partners[from];
      return new Box(new Span(start, close + 1), new Span(from + 1, close), true, source);
    }
    int end = until(from + 1, Math.max(from + 1, next), "$\n");
    return new Box(new Span(start, end), new Span(from + 1, end), false, source);
  }

  private int until(int from, int to, String stops) {
    int end = from;
    while (end < to && stops.indexOf(text.charAt(end)) < 0) {
      end++;
    }
    return end;
  }

  /// Whether the last box is never closed.
  boolean endOpen() {
    return !boxes.isEmpty() && !boxes.getLast().closed();
  }

  /// What the last box holds that holds something, with the boxes before it if they form a list.
  ///
  /// @param closedOnly whether boxes count only if they are closed
  Optional<Extracted> last(Joins joins, boolean closedOnly) {
    for (int i = boxes.size() - 1; i >= 0; i--) {
      Box box = boxes.get(i);
      if ((box.closed() || !closedOnly) && !content(box).isEmpty()) {
        return Optional.of(list(i, joins));
      }
    }
    return Optional.empty();
  }

  private Span content(Box box) {
    return Polish.polish(text, box.inner());
  }

  private Extracted list(int last, Joins joins) {
    List<String> parts = new ArrayList<>();
    Span inner = content(boxes.get(last));
    parts.add(inner.in(text));
    int start = inner.start();
    for (int i = last; i > 0 && joined(i - 1, i, joins); i--) {
      Span part = content(boxes.get(i - 1));
      if (!part.isEmpty()) {
        parts.add(part.in(text));
        start = part.start();
      }
    }
    Collections.reverse(parts);
    return new Extracted(String.join(",", parts), boxes.get(last).source(), start, inner.end());
  }

  private boolean joined(int before, int after, Joins joins) {
    int from = boxes.get(before).outer().end();
    int to = boxes.get(after).outer().start();
    return from <= to && joins.join(text, from, to);
  }
}

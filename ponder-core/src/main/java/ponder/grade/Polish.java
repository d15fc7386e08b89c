package ponder.grade;

/// Takes off an answer what belongs to the sentence around it: space, the dollars of a formula, the
/// asterisks of Markdown, a leading colon or equals sign, one full stop or comma.
///
/// Only ends are cut, so that an answer stays a stretch of its text. O(length).
final class Polish {
  private static final String STOPS = ".,;。、，；";
  private static final String LEADS = ":=";

  private final String text;
  private int start;
  private int end;
  private boolean stopped;

  private Polish(String text, Span span) {
    this.text = text;
    this.start = span.start();
    this.end = span.end();
  }

  /// What is left of `span`; empty if nothing is.
  static Span polish(String text, Span span) {
    var polish = new Polish(text, span);
    while (polish.step()) {
      // each step cuts one thing
    }
    return new Span(polish.start, polish.end);
  }

  private boolean step() {
    return spaces() || emphasis() || formula() || lead() || stop();
  }

  private boolean spaces() {
    int before = end - start;
    while (start < end && Letters.isSpace(text.charAt(start))) {
      start++;
    }
    while (start < end && Letters.isSpace(text.charAt(end - 1))) {
      end--;
    }
    return end - start < before;
  }

  private boolean emphasis() {
    return opening("**") || closing("**") || opening("`") || closing("`");
  }

  /// Dollars go unless there are more of them inside: `$x$ and $y$` would lose its halves'
  /// partners.
  private boolean formula() {
    if (opens("$") || (closes("$") && !Letters.escaped(text, end - 1))) {
      int others = dollars() - (opens("$") ? 1 : 0) - (closes("$") && end - start > 1 ? 1 : 0);
      boolean display = opens("$$") && closes("$$") && end - start >= 4;
      return (others <= 0 || (display && others == 2)) && (opening("$") | closing("$"));
    }
    return pair("\\(", "\\)") || pair("\\[", "\\]");
  }

  private int dollars() {
    int count = 0;
    for (int i = start; i < end; i++) {
      if (text.charAt(i) == '\\') {
        i++;
      } else if (text.charAt(i) == '$') {
        count++;
      }
    }
    return count;
  }

  private boolean pair(String open, String close) {
    if (!opens(open)) {
      return text.substring(start, end).indexOf(open) < 0 && closing(close);
    }
    boolean again = text.indexOf(open, start + open.length(), end) >= 0;
    return !again && (opening(open) | closing(close));
  }

  private boolean lead() {
    if (start < end && LEADS.indexOf(Letters.plain(text.charAt(start))) >= 0) {
      start++;
      return true;
    }
    return false;
  }

  /// One stop only, none of an ellipsis, and none that a backslash makes a thin space.
  private boolean stop() {
    if (stopped || start == end || STOPS.indexOf(text.charAt(end - 1)) < 0) {
      return false;
    }
    char before = end - start > 1 ? text.charAt(end - 2) : ' ';
    if (before == '\\' || before == text.charAt(end - 1)) {
      return false;
    }
    stopped = true;
    end--;
    return true;
  }

  private boolean opens(String mark) {
    return end - start >= mark.length() && text.startsWith(mark, start);
  }

  private boolean closes(String mark) {
    return end - start >= mark.length() && text.startsWith(mark, end - mark.length());
  }

  private boolean opening(String mark) {
    if (opens(mark)) {
      start += mark.length();
      return true;
    }
    return false;
  }

  private boolean closing(String mark) {
    if (closes(mark)) {
      end -= mark.length();
      return true;
    }
    return false;
  }
}

package ponder.grade;

import java.util.List;

/// What a formula that nothing marks as the answer comes to.
///
/// A last formula is often the last step of a calculation: `a + b = 2 + 3 = 5` comes to `5`, and so
/// does the last row of an aligned one. An equation that may itself be the answer stays whole: `x =
/// 5` and `y = 2x + 3`, one between two expressions with letters, one with zero, several with
/// commas between them.
final class Outcome {
  private static final List<String> ROWS =
      List.of("align", "alignat", "aligned", "gather", "gathered", "split", "eqnarray", "multline");
  private static final List<String> ARROWS =
      List.of("\\Rightarrow", "\\Longrightarrow", "\\implies", "\\iff");
  private static final String CONGRUENT = "\\equiv";
  private static final List<String> EQUALS = List.of("=", "\\approx", CONGRUENT);
  private static final List<String> REMAINDERS = List.of("\\pmod", "\\mod");

  private static final List<String> NAMED = List.of("\\begin", "\\end", "\\text", "\\mathrm");

  private Outcome() {}

  /// Whether `formula` is several aligned rows, which are steps and never an answer as a whole.
  static boolean isAligned(String text, Span formula) {
    int aligned = text.indexOf("&=", formula.start());
    return aligned >= 0 && aligned < formula.end();
  }

  /// The part of `formula` that it comes to; O(length).
  static Span of(String text, Span formula) {
    Span row = lastRow(text, unwrapped(text, Polish.polish(text, formula)));
    int arrow = lastEnd(text, row, ARROWS);
    Span step = new Span(arrow < 0 ? row.start() : arrow, row.end());
    return side(text, new Span(step.start(), beforeRemainder(text, step)));
  }

  /// The inside of an aligned environment that is all there is.
  private static Span unwrapped(String text, Span span) {
    if (!text.startsWith("\\begin{", span.start())) {
      return span;
    }
    int nameEnd = text.indexOf('}', span.start());
    int close = text.lastIndexOf("\\end{", span.end());
    boolean rows = nameEnd > 0 && isRows(text.substring(span.start() + 7, nameEnd));
    return rows && close > nameEnd ? new Span(nameEnd + 1, close) : span;
  }

  static boolean isRows(String environment) {
    return ROWS.contains(environment.replace("*", ""));
  }

  /// After the last row break outside other environments, such as matrices.
  private static Span lastRow(String text, Span span) {
    int end = withoutBreak(text, span);
    int depth = 0;
    int start = span.start();
    for (int i = span.start(); i + 1 < end; i++) {
      if (text.charAt(i) == '\\') {
        depth += text.startsWith("\\begin{", i) ? 1 : text.startsWith("\\end{", i) ? -1 : 0;
        start = depth == 0 && text.charAt(i + 1) == '\\' ? i + 2 : start;
        i++;
      }
    }
    if (depth != 0) {
      return span;
    }
    while (start < end && (text.charAt(start) == '&' || Letters.isSpace(text.charAt(start)))) {
      start++;
    }
    return new Span(start, end);
  }

  /// The end of `span` without row breaks after which no row comes.
  private static int withoutBreak(String text, Span span) {
    int end = Polish.polish(text, span).end();
    while (end - span.start() >= 2 && text.startsWith("\\\\", end - 2)) {
      end -= 2;
      while (end > span.start() && Letters.isSpace(text.charAt(end - 1))) {
        end--;
      }
    }
    return end;
  }

  private static int beforeRemainder(String text, Span span) {
    for (String remainder : REMAINDERS) {
      int at = text.indexOf(remainder, span.start());
      if (at > span.start() && at < span.end()) {
        return at;
      }
    }
    return span.end();
  }

  private static Span side(String text, Span span) {
    int equals = lastEnd(text, span, EQUALS);
    if (equals < 0 || hasComma(text, span)) {
      return span;
    }
    Span right = Polish.polish(text, new Span(equals, span.end()));
    String left = text.substring(span.start(), equals).replaceAll("[&\\s]*(=|\\\\[a-z]+)$", "");
    if (right.isEmpty()) {
      return span;
    }
    if (isName(right.in(text)) && !hasVariable(left)) {
      int start = span.start() + left.length();
      return Polish.polish(text, new Span(span.start(), start)); // 18 = x
    }
    boolean chain = lastEnd(left, new Span(0, left.length()), EQUALS) >= 0;
    boolean congruence = text.startsWith(CONGRUENT, equals - CONGRUENT.length());
    return chain || congruence || left.isBlank() || !isEquation(left.strip(), right.in(text))
        ? right
        : span;
  }

  private static boolean isEquation(String left, String right) {
    int last = left.length() - 1;
    boolean function =
        last >= 3 && left.charAt(last - 2) == '(' && isName(left.substring(last - 1, last));
    return isName(left)
        || right.equals("0")
        || (!function && hasVariable(left) && hasVariable(right));
  }

  /// Whether `formula` is one letter.
  static boolean isName(String formula) {
    return formula.length() == 1 && Letters.isLatin(formula.charAt(0));
  }

  /// Whether a letter stands in `formula` that belongs to no macro or environment.
  private static boolean hasVariable(String formula) {
    int i = 0;
    while (i < formula.length()) {
      boolean macro = formula.charAt(i) == '\\';
      int end = macro ? i + 1 : i;
      while (end < formula.length() && Letters.isLatin(formula.charAt(end))) {
        end++;
      }
      if (!macro && end > i) {
        return true;
      }
      String name = formula.substring(i, end);
      int close = NAMED.contains(name) ? formula.indexOf('}', end) : -1;
      i = Math.max(i + 1, Math.max(end, close));
    }
    return false;
  }

  /// Whether a comma stands outside brackets that neither groups digits nor is a thin space.
  private static boolean hasComma(String text, Span span) {
    int depth = 0;
    for (int i = span.start(); i < span.end(); i++) {
      char c = text.charAt(i);
      depth += "({[".indexOf(c) >= 0 ? 1 : ")}]".indexOf(c) >= 0 ? -1 : 0;
      if (c == ',' && depth <= 0 && !groups(text, i)) {
        return true;
      }
    }
    return false;
  }

  private static boolean groups(String text, int comma) {
    boolean digit = comma > 0 && Letters.isDigit(text.charAt(comma - 1));
    boolean thin = comma > 0 && text.charAt(comma - 1) == '\\';
    boolean next = comma + 1 < text.length() && Letters.isDigit(text.charAt(comma + 1));
    return thin || (digit && (next || text.startsWith("\\!", comma + 1)));
  }

  /// The end of the last of `marks` outside braces; -1 if there is none.
  private static int lastEnd(String text, Span span, List<String> marks) {
    int depth = 0;
    int last = -1;
    for (int i = span.start(); i < span.end(); i++) {
      char c = text.charAt(i);
      depth += c == '{' ? 1 : c == '}' ? -1 : 0;
      if (depth == 0 && (c == '=' || c == '\\')) {
        for (String mark : marks) {
          last = stands(text, mark, i, span) ? i + mark.length() : last;
        }
      }
    }
    return last;
  }

  private static boolean stands(String text, String mark, int at, Span span) {
    int end = at + mark.length();
    boolean glued = end < span.end() && mark.length() > 1 && Letters.isLatin(text.charAt(end));
    boolean other =
        mark.equals("=") && at > span.start() && "<>=".indexOf(text.charAt(at - 1)) >= 0;
    return end <= span.end() && text.startsWith(mark, at) && !glued && !other;
  }
}

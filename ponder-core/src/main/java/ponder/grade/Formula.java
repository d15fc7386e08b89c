package ponder.grade;

import java.util.ArrayList;
import java.util.List;

/// A formula in a text: what stands between `$`, `$$`, `\(` and `\)`, or `\[` and `\]`, or in an
/// environment such as `align`.
///
/// @param outer with its marks
/// @param inner without them
record Formula(Span outer, Span inner) {
  /// The formulas between `from` and `to`, in order. One pass; O(to - from).
  static List<Formula> in(String text, int from, int to) {
    return new Scan(text, to).run(from);
  }

  /// Walks over a text once and keeps, for each kind of mark, where the last one opened.
  ///
  /// A dollar may be money. So a pair of them is no formula if a blank line or several plain words
  /// stand between, or if it begins with a digit and has a plain word, ends with a space, or ends
  /// where the next price begins: `$18 and $20`, `$18 = $`.
  private static final class Scan {
    private static final int NONE = -1;
    private static final int PROSE = 2;
    private static final String BEGIN = "\\begin{";
    private static final String END = "\\end{";

    private final String text;
    private final int to;
    private final List<Formula> found = new ArrayList<>();
    private int dollar = NONE;
    private int display = NONE;
    private int round = NONE;
    private int square = NONE;
    private int environment = NONE;
    private String environmentName = "";

    Scan(String text, int to) {
      this.text = text;
      this.to = to;
    }

    List<Formula> run(int from) {
      int i = from;
      while (i < to) {
        char c = text.charAt(i);
        if (c == '\\' && i + 1 < to) {
          macro(i);
          i += 2;
        } else if (c == '$') {
          i += dollar(i);
        } else {
          i++;
        }
      }
      return found;
    }

    private void macro(int at) {
      switch (text.charAt(at + 1)) {
        case '(' -> round = at;
        case '[' -> square = at;
        case ')' -> round = close(round, at);
        case ']' -> square = close(square, at);
        case 'b' -> begin(at);
        case 'e' -> end(at);
        default -> {}
      }
    }

    /// An environment of its own, such as `align`; inside other marks it is a part of their
    /// formula.
    private void begin(int at) {
      String name = name(at, BEGIN);
      if (!name.isEmpty() && round == NONE && square == NONE && display == NONE) {
        environment = at;
        environmentName = name;
        dollar = NONE;
      }
    }

    private void end(int at) {
      if (environment != NONE && name(at, END).equals(environmentName)) {
        int from = environment + BEGIN.length() + environmentName.length() + 1;
        add(environment, from, at, at + END.length() + environmentName.length() + 1);
        environment = NONE;
      }
    }

    /// The environment that `\begin{` or `\end{` at `at` names; empty if it is none of a formula.
    private String name(int at, String mark) {
      if (!text.startsWith(mark, at)) {
        return "";
      }
      int from = at + mark.length();
      int end = from;
      while (end < to && (Letters.isLatin(text.charAt(end)) || text.charAt(end) == '*')) {
        end++;
      }
      String name = text.substring(from, end);
      boolean formula = Outcome.isRows(name) || name.equals("equation") || name.equals("equation*");
      return formula && end < to && text.charAt(end) == '}' ? name : "";
    }

    private int close(int open, int at) {
      if (open != NONE) {
        add(open, open + 2, at, at + 2);
      }
      return NONE;
    }

    /// Returns how many characters were read.
    private int dollar(int at) {
      if (dollar != NONE) {
        boolean formula = inline(dollar + 1, at) && add(dollar, dollar + 1, at, at + 1);
        dollar = formula ? NONE : at;
        return 1;
      }
      if (at + 1 < to && text.charAt(at + 1) == '$') {
        if (display != NONE && add(display, display + 2, at, at + 2)) {
          display = NONE;
        } else {
          display = at;
        }
        return 2;
      }
      if (display == NONE) {
        dollar = at;
      }
      return 1;
    }

    private boolean add(int start, int from, int end, int after) {
      if (text.substring(from, end).isBlank()) {
        return false;
      }
      found.add(new Formula(new Span(start, after), new Span(from, end)));
      return true;
    }

    private boolean inline(int from, int end) {
      if (from == end || blankLine(from, end)) {
        return false;
      }
      int pairs = wordPairs(from, end);
      boolean price = Letters.isDigit(text.charAt(from));
      boolean nextPrice = end + 1 < to && Letters.isDigit(text.charAt(end + 1));
      boolean spaceBeforeNext = Letters.isSpace(text.charAt(end - 1));
      return pairs < PROSE && !(price && (pairs > 0 || nextPrice || spaceBeforeNext));
    }

    private boolean blankLine(int from, int end) {
      int line = text.indexOf('\n', from);
      while (line >= 0 && line < end) {
        int next = text.indexOf('\n', line + 1);
        if (next >= 0 && next < end && text.substring(line, next).isBlank()) {
          return true;
        }
        line = next;
      }
      return false;
    }

    /// How often two words of two letters or more follow one another with a space between, neither
    /// in braces: `ab + bc` is none, `each of them` two.
    private int wordPairs(int from, int end) {
      int depth = 0;
      int pairs = 0;
      int lastEnd = NONE;
      int i = from;
      while (i < end) {
        char c = text.charAt(i);
        depth += c == '{' ? 1 : c == '}' ? -1 : 0;
        int start = c == '\\' ? i + 1 : i;
        int wordEnd = start;
        while (wordEnd < end && Letters.isLatin(text.charAt(wordEnd))) {
          wordEnd++;
        }
        if (c != '\\' && depth == 0 && wordEnd - start >= 2) {
          pairs += lastEnd != NONE && lastEnd == start - 1 ? 1 : 0;
          boolean space = wordEnd < end && Letters.isSpace(text.charAt(wordEnd));
          lastEnd = space ? wordEnd : NONE;
        }
        i = Math.max(i + 1, wordEnd);
      }
      return pairs;
    }
  }
}

package ponder.grade;

import java.util.ArrayList;
import java.util.List;

/// A formula in a text: what stands between `$`, `$$`, `\(` and `\)`, or `\[` and `\]`.
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
    private static final int PROSE = 3;

    private final String text;
    private final int to;
    private final List<Formula> found = new ArrayList<>();
    private int dollar = NONE;
    private int display = NONE;
    private int round = NONE;
    private int square = NONE;

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
        default -> {}
      }
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
      int words = words(from, end);
      boolean price = Letters.isDigit(text.charAt(from));
      boolean nextPrice = end + 1 < to && Letters.isDigit(text.charAt(end + 1));
      boolean spaceBeforeNext = Letters.isSpace(text.charAt(end - 1));
      return words < PROSE && !(price && (words > 0 || nextPrice || spaceBeforeNext));
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

    /// How many words of two letters or more there are, neither in braces nor a macro's name.
    private int words(int from, int end) {
      int depth = 0;
      int words = 0;
      int i = from;
      while (i < end) {
        char c = text.charAt(i);
        depth += c == '{' ? 1 : c == '}' ? -1 : 0;
        int start = c == '\\' ? i + 1 : i;
        int wordEnd = start;
        while (wordEnd < end && Letters.isLatin(text.charAt(wordEnd))) {
          wordEnd++;
        }
        words += c != '\\' && depth == 0 && wordEnd - start >= 2 ? 1 : 0;
        i = Math.max(i + 1, wordEnd);
      }
      return words;
    }
  }
}

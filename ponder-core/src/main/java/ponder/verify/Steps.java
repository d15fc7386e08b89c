package ponder.verify;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Cuts solutions into steps.
///
/// A step ends behind the blank lines that follow it, so the steps joined are the text. Not every
/// blank line ends a step: code between fences, display formulas (`$$ $$`, `\[ \]`) and LaTeX
/// environments hold blank lines of their own. What is opened and never closed protects nothing,
/// else one stray sign would make one step of all the rest.
///
/// Each kind of protected stretch is looked for by itself and all of them count; inside code there
/// are no formulas. One pass over the text per kind: linear time on any text.
public final class Steps {
  private static final Pattern FENCE = Pattern.compile("(?md)^ {0,3}(`{3,}|~{3,})([^\\r\\n]*)");
  private static final Pattern MARK =
      Pattern.compile(
          "\\\\[\\\\$]|\\$\\$|\\\\\\[|\\\\\\]|\\\\(begin|end) {0,3}\\{([A-Za-z]{1,40}\\*?)\\}");

  /// Tokens of a step, as solutions of chat models to school problems have them: a paragraph of two
  /// or three sentences.
  private static final int TOKENS = 50;

  private final String text;

  /// How many more stretches cover a character than the one before it.
  private final int[] change;

  /// Whether something was opened and not closed.
  private boolean open;

  private Steps(String text) {
    this.text = text;
    this.change = new int[text.length() + 1];
  }

  /// The steps of `text`; joined they are `text`. None is empty, and only a text of nothing but
  /// blank lines gives a blank one. An empty text has none.
  public static List<String> split(String text) {
    Steps steps = new Steps(text);
    steps.findFormulas(steps.findCode());
    return steps.cut();
  }

  /// Whether `text` ends within code, a display formula or an environment that is still open, so
  /// that a blank line at its end may not be the end of a step. Linear time.
  public static boolean open(String text) {
    Steps steps = new Steps(text);
    steps.findFormulas(steps.findCode());
    return steps.open;
  }

  /// How many steps a text of so many tokens probably has, for estimates of costs; at least 1.
  static long expected(long tokens) {
    return Math.max(1, Math.ceilDiv(tokens, TOKENS));
  }

  /// Protects fenced code.
  ///
  /// @return for each character whether it is code
  private boolean[] findCode() {
    boolean[] code = new boolean[text.length()];
    Matcher fence = FENCE.matcher(text);
    int open = -1;
    String opening = "";
    while (fence.find()) {
      String marks = fence.group(1);
      if (open < 0) {
        boolean inline = marks.startsWith("`") && fence.group(2).contains("`");
        open = inline ? -1 : fence.start();
        opening = marks;
      } else if (marks.startsWith(opening) && fence.group(2).isBlank()) {
        protect(open, fence.start());
        Arrays.fill(code, open, fence.end(), true);
        open = -1;
      }
    }
    this.open = open >= 0;
    return code;
  }

  private void findFormulas(boolean[] code) {
    int dollars = -1;
    int bracket = -1;
    Map<String, Deque<Integer>> environments = new HashMap<>();
    Matcher mark = MARK.matcher(text);
    while (mark.find()) {
      int at = mark.start();
      if (code[at]) {
        continue;
      }
      switch (mark.group()) {
        case "\\\\", "\\$" -> {} // an escaped sign opens nothing
        case "$$" -> dollars = dollars < 0 ? at : closed(dollars, at);
        case "\\[" -> bracket = bracket < 0 ? at : bracket;
        case "\\]" -> bracket = bracket < 0 ? -1 : closed(bracket, at);
        default -> environment(mark, environments);
      }
    }
    open |= dollars >= 0 || bracket >= 0;
    open |= environments.values().stream().anyMatch(it -> !it.isEmpty());
  }

  private void environment(Matcher mark, Map<String, Deque<Integer>> environments) {
    Deque<Integer> open = environments.computeIfAbsent(mark.group(2), name -> new ArrayDeque<>());
    if (mark.group(1).equals("begin")) {
      open.push(mark.start());
    } else if (!open.isEmpty()) {
      protect(open.pop(), mark.start());
    }
  }

  private int closed(int from, int to) {
    protect(from, to);
    return -1;
  }

  private void protect(int from, int to) {
    change[from + 1]++;
    change[to + 1]--;
  }

  private List<String> cut() {
    List<String> steps = new ArrayList<>();
    int from = 0;
    int covered = 0;
    int line = 0;
    boolean words = false; // whether the step has a line that is not blank
    boolean gap = false; // whether the line before was blank
    while (line < text.length()) {
      int end = text.indexOf('\n', line);
      end = end < 0 ? text.length() : end + 1;
      covered += change[line];
      boolean blank = text.substring(line, end).isBlank();
      if (!blank && gap && words && covered == 0) {
        steps.add(text.substring(from, line));
        from = line;
      }
      words |= !blank;
      gap = blank;
      for (int at = line + 1; at < end; at++) {
        covered += change[at];
      }
      line = end;
    }
    if (from < text.length()) {
      steps.add(text.substring(from));
    }
    return List.copyOf(steps);
  }
}

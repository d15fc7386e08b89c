package ponder.grade;

import java.util.Locale;
import java.util.Set;

/// Reads what begins with a backslash.
final class MacroLexer {
  private static final Set<String> LAYOUT =
      Set.of(
          ("left right middle big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr displaystyle textstyle"
                  + " limits nolimits boxed fbox mathbf mathit boldsymbol bm mathsf mathcal bf rm it"
                  + " mathstrut")
              .split(" "));
  private static final Set<String> SPACES =
      Set.of("quad qquad enspace thinspace space hfill hskip".split(" "));
  private static final Set<String> TEXTS =
      Set.of(
          ("text textbf textit textrm textnormal textsf mathrm mbox hbox operatorname emph underline")
              .split(" "));
  private static final Set<String> MATRICES =
      Set.of("pmatrix bmatrix Bmatrix matrix smallmatrix vmatrix array".split(" "));

  private final Scan scan;
  private final Source source;
  private int environments;

  MacroLexer(Scan scan) {
    this.scan = scan;
    this.source = scan.source;
  }

  /// Reads the macro whose backslash comes next.
  void macro() {
    source.skip(1);
    int length = 0;
    while (Source.isAsciiLetter(source.peek(length))) {
      length++;
    }
    if (length == 0) {
      char c = source.peek();
      source.skip(1);
      escaped(c);
    } else {
      named(source.take(length));
    }
  }

  private void escaped(char c) {
    switch (c) {
      case '{' -> scan.open("\\{");
      case '}' -> scan.close("\\}");
      case '%', '&', '#', '_' -> scan.mark(String.valueOf(c));
      case '$' -> scan.mark("$$");
      case '\\' -> doubled();
      case '|' -> scan.mark("||");
      case ' ', ',', ';', ':', '>' -> scan.space();
      case '!', '(', ')', '[', ']', '/', '\0' -> {
        // Thin negative space, delimiters of mathematics, italic correction: nothing.
      }
      default -> scan.mark("\\" + c);
    }
  }

  /// Two backslashes end a row inside a matrix. Elsewhere they are an escaped backslash.
  private void doubled() {
    if (environments > 0 && !source.startsWith("end{")) {
      scan.mark("\\\\");
    } else if (Source.isAsciiLetter(source.peek())) {
      int length = 1;
      while (Source.isAsciiLetter(source.peek(length))) {
        length++;
      }
      named(source.take(length));
    } else {
      scan.space();
    }
  }

  private void named(String name) {
    String macro = Words.macro(name);
    String mark = Words.mark(macro);
    if (LAYOUT.contains(macro)) {
      boolean delimits = macro.equals("left") || macro.equals("right");
      source.skip(delimits && source.peek() == '.' ? 1 : 0);
    } else if (SPACES.contains(macro)) {
      scan.space();
    } else if (TEXTS.contains(macro)) {
      text();
    } else if (mark != null) {
      source.skipSpaces();
      scan.mark(mark);
    } else {
      structure(macro);
    }
  }

  private void structure(String macro) {
    switch (macro) {
      case "begin", "end" -> environment(macro.equals("begin"));
      case "mathbb" -> scan.emit(Token.Kind.COMMAND, "mathbb:" + source.group());
      case "[", "\\{" -> scan.open(macro);
      case "]", "\\}" -> scan.close(macro);
      default -> scan.emit(Token.Kind.COMMAND, macro);
    }
  }

  private void environment(boolean begins) {
    String name = source.group().replace("*", "");
    if (begins && MATRICES.contains(name)) {
      environments++;
      source.skipSpaces();
      if (name.equals("array") && source.peek() == '{') {
        source.group(); // how the columns are aligned
      }
    } else if (!begins) {
      environments = Math.max(0, environments - 1);
    }
    scan.emit(Token.Kind.COMMAND, (begins ? "begin:" : "end:") + name);
  }

  private void text() {
    if (source.peek() == ' ' && source.peek(1) != '{') {
      return;
    }
    String content = source.group();
    String stripped = content.strip();
    String bare = bare(stripped);
    String separator = Words.separator(bare.toLowerCase(Locale.ROOT));
    if (separator != null) {
      scan.space();
      scan.mark(separator);
    } else if (isMathematics(stripped, bare)) {
      Scan inner = scan.inner(content);
      Lexer.run(inner);
      scan.resume(inner);
    } else {
      if (content.startsWith(" ")) {
        scan.space();
      }
      scan.emit(Token.Kind.TEXT, stripped);
      if (content.endsWith(" ")) {
        scan.space();
      }
    }
  }

  /// The text without punctuation and brackets around it.
  private static String bare(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && ",.()[];: ".indexOf(text.charAt(from)) >= 0) {
      from++;
    }
    while (to > from && ",.()[];: ".indexOf(text.charAt(to - 1)) >= 0) {
      to--;
    }
    return text.substring(from, to);
  }

  private static boolean isMathematics(String text, String bare) {
    if (bare.length() <= 1 || Words.plainMacro(bare) != null) {
      return true;
    }
    char first = text.charAt(0);
    if (Source.isDigit(first) || "-$\\%".indexOf(first) >= 0) {
      return true;
    }
    String lower = bare.toLowerCase(Locale.ROOT);
    String firstWord = lower.indexOf(' ') < 0 ? lower : lower.substring(0, lower.indexOf(' '));
    return Words.scale(firstWord) != null || Words.sign(firstWord) != null;
  }
}

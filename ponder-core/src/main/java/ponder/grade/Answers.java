package ponder.grade;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads answers from generated texts and compares them.
///
/// Modest on purpose: it knows boxed answers, a few English markers, and plain decimal numbers. It
/// does not know fractions, units, sets, intervals or algebra: `1/2` and `0.5` are different here.
/// Texts are bounded, so no input takes long. Never throws on any text.
public final class Answers {
  /// Only this much of a text's end is looked at.
  private static final int LONGEST_TEXT = 100_000;

  /// No answer is longer: a marker before a whole essay marks no answer.
  private static final int LONGEST_ANSWER = 500;

  private static final Pattern SAID =
      Pattern.compile(
          "(?:answer\\s{0,3}(?:is|:|=)|####)\\s{0,3}:?\\**[ \\t]{0,9}([^\\n]{1,500})",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern NUMBER =
      Pattern.compile("(?<![\\w.])[-+]?\\$?(?:\\d{1,3}(?:,\\d{3})+|\\d+)(?:\\.\\d+)?(?!\\w)");
  private static final Pattern SENTENCE_END = Pattern.compile("(?<=[^\\s])[.!?](?:\\s.*)?$");
  private static final Pattern GROUPED = Pattern.compile("[-+]?\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?");
  private static final Pattern PLAIN =
      Pattern.compile("[-+]?(?:\\d{1,400}\\.?\\d{0,400}|\\.\\d{1,400})");

  private Answers() {}

  /// The answer that `text` gives: the last boxed one, else what follows the last `answer is` or
  /// `####`, else the last number; empty if there is none of them.
  public static Optional<String> extract(String text) {
    return marked(text).or(() -> lastNumber(end(text)));
  }

  /// The answer that `text` marks as such, boxed or after a marker. For texts that were cut off,
  /// whose last number is only where they stopped.
  public static Optional<String> marked(String text) {
    String end = end(text);
    return lastBoxed(end).or(() -> lastSaid(end));
  }

  private static String end(String text) {
    return text.substring(Math.max(0, text.length() - LONGEST_TEXT));
  }

  /// The content of the last closed `\boxed{...}`, braces balanced.
  private static Optional<String> lastBoxed(String text) {
    for (int at = text.lastIndexOf("\\boxed"); at >= 0; at = text.lastIndexOf("\\boxed", at - 1)) {
      int open = at + "\\boxed".length();
      while (open < text.length() && text.charAt(open) == ' ') {
        open++;
      }
      int close = open < text.length() && text.charAt(open) == '{' ? closing(text, open) : -1;
      if (close > 0) {
        return answer(text.substring(open + 1, close));
      }
    }
    return Optional.empty();
  }

  /// Where the brace at `open` is closed; -1 if it is not within the longest answer.
  private static int closing(String text, int open) {
    int depth = 0;
    int end = Math.min(text.length(), open + LONGEST_ANSWER);
    for (int i = open; i < end; i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        i++; // an escaped brace does not count
      } else if (c == '{') {
        depth++;
      } else if (c == '}' && --depth == 0) {
        return i;
      }
    }
    return -1;
  }

  private static Optional<String> lastSaid(String text) {
    Matcher matcher = SAID.matcher(text);
    String said = "";
    while (matcher.find()) {
      said = matcher.group(1);
    }
    return answer(SENTENCE_END.matcher(said.strip()).replaceFirst("").replace("**", ""));
  }

  private static Optional<String> lastNumber(String text) {
    Matcher matcher = NUMBER.matcher(text);
    String number = "";
    while (matcher.find()) {
      number = matcher.group();
    }
    return answer(number);
  }

  private static Optional<String> answer(String text) {
    return Optional.of(text.strip()).filter(answer -> !answer.isEmpty());
  }

  /// Whether two answers are the same: as numbers by value, else as texts without case, spaces,
  /// dollar signs and a final period. An equivalence relation.
  public static boolean sameClass(String a, String b) {
    return classOf(a).equals(classOf(b));
  }

  /// The class of an answer: equal for answers that are the same. `1,000`, `$1000` and `1000.0` are
  /// one class; `50%` and `50` are two.
  public static String classOf(String answer) {
    String plain =
        answer
            .replace("\\$", "")
            .replace("$", "")
            .replace("\\%", "%")
            .replace("\\!", "")
            .replaceAll("\\s+", "")
            .toLowerCase(Locale.ROOT);
    if (plain.length() > 1 && plain.endsWith(".")) {
      plain = plain.substring(0, plain.length() - 1);
    }
    String number = GROUPED.matcher(plain).matches() ? plain.replace(",", "") : plain;
    if (!PLAIN.matcher(number).matches()) {
      return plain;
    }
    BigDecimal value = new BigDecimal(number);
    return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
  }
}

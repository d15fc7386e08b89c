package ponder.search;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A question taken apart into what is given and what is asked.
///
/// What is asked is the last sentence, or in a rephrased question all behind its mark. Immutable.
///
/// @param text the whole question
/// @param rephrased whether the model wrote it
/// @param context what is given; empty if there is only one sentence
/// @param asked what is asked
record RstarQuestion(String text, boolean rephrased, String context, String asked) {
  private static final Pattern END =
      Pattern.compile("[.!?][\"')\\]]{0,3}\\s{1,9}|[。！？]\\s{0,9}|\\n{1,9}");

  /// Words whose stop ends no sentence.
  private static final Pattern SHORT =
      Pattern.compile("(?i)(^|[\\s(])(mr|mrs|ms|dr|st|no|vs|etc|e\\.g|i\\.e)$");

  /// The question as the user put it.
  static RstarQuestion of(String question) {
    String text = question.strip();
    Matcher end = END.matcher(text);
    int cut = 0;
    while (end.find()) {
      boolean inside = end.end() < text.length();
      if (inside && !SHORT.matcher(text.substring(0, end.start())).find()) {
        cut = end.end();
      }
    }
    return new RstarQuestion(
        text, false, text.substring(0, cut).strip(), text.substring(cut).strip());
  }

  /// The question as the model put it: conditions, a mark, and what is asked.
  ///
  /// @param mark what stands before the words that ask
  /// @return null if the mark is missing, or nothing stands before it or behind
  static @Nullable RstarQuestion rephrased(String text, String mark) {
    int at = text.lastIndexOf(mark);
    String asked = at < 0 ? "" : text.substring(at + mark.length()).strip();
    String context = at < 0 ? "" : text.substring(0, at).strip();
    return asked.isEmpty() || context.isEmpty()
        ? null
        : new RstarQuestion(text.strip(), true, context, asked);
  }

  /// Whether a sub-question asks the whole of what is asked.
  ///
  /// @param mark what the last sub-question begins with
  boolean isAskedBy(String subQuestion, String mark) {
    String lower = subQuestion.toLowerCase(Locale.ROOT);
    return lower.contains(mark.toLowerCase(Locale.ROOT).replace(":", "").strip())
        || lower.contains(asked.toLowerCase(Locale.ROOT));
  }
}

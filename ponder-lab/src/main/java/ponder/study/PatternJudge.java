package ponder.study;

import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ponder.model.Call;
import ponder.model.Completion;
import ponder.model.ContextOverflowException;
import ponder.model.EngineException;
import ponder.model.FinishReason;
import ponder.model.LanguageModel;
import ponder.model.Message;
import ponder.model.Prompt;
import ponder.model.Request;

/// Asks a model which patterns a piece of reasoning shows, in one greedy call of a few tokens.
///
/// The labels are as good as the model: a small one names what stands first in the list. A text too
/// long for its context is cut at its end until it fits.
final class PatternJudge {
  private static final java.util.regex.Pattern LETTER =
      java.util.regex.Pattern.compile("\\b([A-F])\\b");
  private static final java.util.regex.Pattern NONE =
      java.util.regex.Pattern.compile("(?i)\\b(?:0|none)\\b");
  private static final int MOST_TOKENS = 24;
  private static final int MOST_CHARACTERS = 12_000;
  private static final int LEAST_CHARACTERS = 500;

  private final LanguageModel model;

  PatternJudge(LanguageModel model) {
    this.model = model;
  }

  /// What the reasoning shows; null if the reply says nothing readable.
  ///
  /// @throws ContextOverflowException if not even the reasoning's beginning fits into the model's
  ///   context, since the question is too long for it
  /// @throws EngineException if the model fails
  @Nullable Set<Pattern> judge(String question, String reasoning, Call call) {
    int length = Math.min(reasoning.length(), MOST_CHARACTERS);
    while (true) {
      try {
        return read(model.complete(request(question, cut(reasoning, length)), call).first());
      } catch (ContextOverflowException e) {
        if (length <= LEAST_CHARACTERS) {
          throw e;
        }
        length /= 2;
      }
    }
  }

  private static String cut(String text, int length) {
    if (text.length() <= length) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length;
    return text.substring(0, end) + " ...";
  }

  private static Request request(String question, String reasoning) {
    String patterns =
        Stream.of(Pattern.values())
            .map(it -> "%s. %s: %s".formatted(it.letter(), it.words(), it.meaning()))
            .collect(Collectors.joining("\n"));
    String text =
        """
        Below are a problem and the reasoning that somebody wrote about it.

        Problem:
        %s

        Reasoning:
        %s

        Which of these patterns does the reasoning show?
        %s

        Reply with the letters of all that it clearly shows, such as A, C, and nothing else; with 0 if it shows none."""
            .formatted(question.strip(), reasoning.strip(), patterns);
    return Request.of(Prompt.chat(Message.user(text))).withMaxTokens(MOST_TOKENS);
  }

  private static @Nullable Set<Pattern> read(Completion reply) {
    if (reply.finish() == FinishReason.ERROR) {
      throw new EngineException("The judge of patterns failed: " + reply.detail());
    }
    String line = reply.text().strip().lines().findFirst().orElse("");
    Set<Pattern> found = EnumSet.noneOf(Pattern.class);
    Matcher letters = LETTER.matcher(line);
    while (letters.find()) {
      found.add(Pattern.values()[letters.group(1).charAt(0) - 'A']);
    }
    return found.isEmpty() && !NONE.matcher(line).find() ? null : found;
  }
}

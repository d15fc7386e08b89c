package ponder.search;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import ponder.model.Sampling;

/// How rStar's tree is grown.
///
/// @param language of our own sentences; null for the question's
/// @param layout turns of a chat, or one text
/// @param shots worked examples
/// @param sampling how tokens are drawn
/// @param actions those that are taken; [RstarAction#ANSWER] among them
/// @param depth most actions from the question to the answer
/// @param counts how many samples each action takes
/// @param lengths most generated tokens of each sample
/// @param dedupe whether a thought or sub-question that repeats a sibling is left out
record RstarSetup(
    @Nullable Language language,
    Ask.Layout layout,
    RstarShots shots,
    Sampling sampling,
    Set<RstarAction> actions,
    int depth,
    Counts counts,
    Lengths lengths,
    boolean dedupe) {
  RstarSetup {
    actions = Set.copyOf(actions);
    if (!actions.contains(RstarAction.ANSWER)) {
      throw new IllegalArgumentException(
          "actions must hold 2, which answers. Maybe 1,2,3,4,5 was meant.");
    }
  }

  /// Samples of the actions.
  ///
  /// @param thoughts of A1
  /// @param answers of A2, and of a sub-question that asks the whole
  /// @param subQuestions of A3
  /// @param subAnswers of another sub-question, and of A4
  record Counts(int thoughts, int answers, int subQuestions, int subAnswers) {}

  /// Most tokens of the samples.
  ///
  /// @param thought of A1, and of a question in other words
  /// @param answer of A2
  /// @param subQuestion of A3
  /// @param subAnswer of a sub-question's answer
  record Lengths(int thought, int answer, int subQuestion, int subAnswer) {}
}

package ponder.search;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ponder.core.Answer;

/// What a method came to.
///
/// @param answer the answer; null if no candidate holds one
/// @param text the winning candidate's text, without its thoughts; empty if there is no candidate
/// @param reasoning the winning candidate's thoughts, where the model marks them as such; else
///   empty
/// @param candidates every candidate, in the order of their indices
/// @param attempts the same candidates with all that is known of them, so that they can be pooled
///   with others
/// @param node the winner's node in the trace; -1 if there is none
/// @param why what made it win, in words
/// @param anytime whether the budget, a deadline or the user ended the method early
/// @param thinkingTokens length of the winner's thoughts, where the method tells them apart; else 0
public record Outcome(
    @Nullable String answer,
    String text,
    String reasoning,
    List<Answer> candidates,
    List<Attempt> attempts,
    int node,
    String why,
    boolean anytime,
    long thinkingTokens) {
  private static final String OPEN = "<think>";
  private static final String CLOSE = "</think>";

  public Outcome {
    candidates = List.copyOf(candidates);
    attempts = List.copyOf(attempts);
    if (candidates.size() != attempts.size()) {
      throw new IllegalArgumentException(
          "candidates (%d) must be as many as attempts (%d)."
              .formatted(candidates.size(), attempts.size()));
    }
  }

  /// The outcome whose winner is `winner`.
  ///
  /// @param attempts all of them, in order
  /// @param scores one for each, in [0, 1]
  static Outcome of(
      Attempt winner, List<Attempt> attempts, double[] scores, String why, boolean anytime) {
    List<Answer> candidates = new ArrayList<>();
    for (int i = 0; i < attempts.size(); i++) {
      candidates.add(attempts.get(i).scored(scores[i]));
    }
    String text = winner.candidate().text();
    int close = text.lastIndexOf(CLOSE);
    // A template may have opened the thoughts already, so the opening mark can be missing.
    String thoughts = close < 0 ? "" : text.substring(0, close).strip();
    return new Outcome(
        winner.answer(),
        spoken(text),
        thoughts.startsWith(OPEN) ? thoughts.substring(OPEN.length()).strip() : thoughts,
        candidates,
        attempts,
        winner.node(),
        why,
        anytime,
        winner.thinkingTokens());
  }

  /// What a text says without its thoughts.
  static String spoken(String text) {
    int close = text.lastIndexOf(CLOSE);
    return close < 0 ? text : text.substring(close + CLOSE.length()).strip();
  }

  /// The same with other words for what made it win.
  Outcome withWhy(String value) {
    return new Outcome(
        answer, text, reasoning, candidates, attempts, node, value, anytime, thinkingTokens);
  }

  /// The outcome of a method that could not take one sample.
  static Outcome nothing() {
    return new Outcome(
        null, "", "", List.of(), List.of(), -1, "nothing was left to take a sample with", true, 0);
  }
}

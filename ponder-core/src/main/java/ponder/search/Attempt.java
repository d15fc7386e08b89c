package ponder.search;

import org.jspecify.annotations.Nullable;
import ponder.core.Answer;
import ponder.verify.Candidate;

/// A solution that a method came to: what votes, what is judged, what wins.
///
/// @param node where it ends in the trace
/// @param candidate the solution as a verifier sees it; its tokens are those of all calls that went
///   into it
/// @param thinkingTokens length of its thoughts, with what was put among them, where the method
///   tells them apart; else 0
public record Attempt(int node, Candidate candidate, long thinkingTokens) {
  /// An attempt whose thoughts are not told apart.
  public Attempt(int node, Candidate candidate) {
    this(node, candidate, 0);
  }

  /// The answer read from it; null if it holds none.
  public @Nullable String answer() {
    return candidate.answer();
  }

  /// Mean log-probability of its tokens, at most 0; negative infinity if it has none or the model
  /// does not tell one of them. Scores made of it are 0 then.
  public double meanLogprob() {
    double mean = candidate.sumLogprob() / candidate.tokens();
    return Double.isNaN(mean) ? Double.NEGATIVE_INFINITY : mean;
  }

  /// As a result shows it.
  ///
  /// @param score in [0, 1]
  public Answer scored(double score) {
    return new Answer(candidate.answer(), score, candidate.tokens(), candidate.text());
  }
}

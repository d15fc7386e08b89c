package ponder.verify;

import java.util.List;
import org.jspecify.annotations.Nullable;
import ponder.model.Prompt;

/// A solution, or the beginning of one, as a [Verifier] sees it.
///
/// @param text what the model wrote, its thoughts included
/// @param steps the text cut into steps, separators kept, so that joined they are `text`
/// @param answer the answer read from it; null if it holds none
/// @param tokens generated for it
/// @param sumLogprob the tokens' log-probabilities under the model that wrote them, natural log
/// @param certainty mean self-certainty of its tokens; NaN if it was not asked for
/// @param known what the same verifier said of the first steps before, [Scores#steps] of the
///   candidate that this one extends: a judge of steps then judges only the steps behind them.
///   Empty if nothing is known; at most as many as steps
/// @param next the prompt that goes on where `text` ends, for who wants to see what becomes of it;
///   null if it cannot go on or nobody said
public record Candidate(
    String text,
    List<String> steps,
    @Nullable String answer,
    long tokens,
    double sumLogprob,
    double certainty,
    List<Double> known,
    @Nullable Prompt next) {
  public Candidate {
    steps = List.copyOf(steps);
    known = List.copyOf(known);
    if (known.size() > steps.size()) {
      throw new IllegalArgumentException(
          "known values (%d) must be at most as many as steps (%d)."
              .formatted(known.size(), steps.size()));
    }
  }

  /// A candidate of which nothing is known yet.
  public Candidate(
      String text,
      List<String> steps,
      @Nullable String answer,
      long tokens,
      double sumLogprob,
      double certainty) {
    this(text, steps, answer, tokens, sumLogprob, certainty, List.of(), null);
  }

  /// The same candidate, of whose first steps these values are known.
  public Candidate withKnown(List<Double> values) {
    return new Candidate(text, steps, answer, tokens, sumLogprob, certainty, values, next);
  }

  /// The same candidate, which this prompt would go on with.
  public Candidate withNext(@Nullable Prompt value) {
    return new Candidate(text, steps, answer, tokens, sumLogprob, certainty, known, value);
  }
}

package ponder.verify;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A solution, or the beginning of one, as a [Verifier] sees it.
///
/// @param text what the model wrote, its thoughts included
/// @param steps the text cut into steps, separators kept, so that joined they are `text`
/// @param answer the answer read from it; null if it holds none
/// @param tokens generated for it
/// @param sumLogprob the tokens' log-probabilities under the model that wrote them, natural log
/// @param certainty mean self-certainty of its tokens; NaN if it was not asked for
public record Candidate(
    String text,
    List<String> steps,
    @Nullable String answer,
    long tokens,
    double sumLogprob,
    double certainty) {
  public Candidate {
    steps = List.copyOf(steps);
  }
}

package ponder.search.tree;

import org.jspecify.annotations.Nullable;
import ponder.model.Tokens;

/// A step as the model wrote it.
///
/// @param text with the separator that ended it, so that the steps of a path joined are its text
/// @param tokens its tokens as they are fed back to the model, without an end-of-text token; null
///   if a remote server does not show them, and then the path goes on as text
/// @param generated tokens generated for it, those that ended it included
/// @param sumLogprob sum of their log-probabilities, natural log; NaN if one is unknown
/// @param certainty sum of their certainties; NaN if it was not asked for
/// @param end why nothing follows; null if something may
/// @param answer the answer that the path to here holds; null if it has none or goes on
public record Step(
    String text,
    @Nullable Tokens tokens,
    long generated,
    double sumLogprob,
    double certainty,
    @Nullable End end,
    @Nullable String answer) {
  /// The beginning of a path, before its first step.
  public static final Step NONE = new Step("", Tokens.of(), 0, 0, 0, null, null);

  /// This step and `next` as one.
  public Step then(Step next) {
    return new Step(
        text + next.text,
        tokens == null || next.tokens == null ? null : tokens.concat(next.tokens),
        generated + next.generated,
        sumLogprob + next.sumLogprob,
        certainty + next.certainty,
        next.end,
        next.answer);
  }
}

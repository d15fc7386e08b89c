package ponder.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;
import ponder.model.TokenLogprob;

/// A token drawn from one row of logits.
///
/// @param token the id, or -1 if the row failed
/// @param logprob the raw log-probability of `token`, before every mask and filter
/// @param sampledLogprob log-probability of `token` in the distribution it was drawn from; 0 for
///   greedy
/// @param top the most probable tokens with raw log-probabilities, in falling order, ties by lowest
///   id; empty if not asked for
/// @param certainty how far the raw distribution is from uniform, as in
///   [ponder.model.Completion#certainty]; NaN if not asked for
/// @param failure why no token could be drawn; null if one was
record Draw(
    int token,
    float logprob,
    float sampledLogprob,
    List<TokenLogprob> top,
    float certainty,
    @Nullable String failure) {}

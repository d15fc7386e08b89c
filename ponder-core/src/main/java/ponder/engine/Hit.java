package ponder.engine;

import ponder.model.FinishReason;

/// What ended a completion at a token.
///
/// @param reason [FinishReason#EOS] or [FinishReason#STOP]
/// @param detail the stop string or token sequence that matched; empty for an end-of-text token
public record Hit(FinishReason reason, String detail) {}

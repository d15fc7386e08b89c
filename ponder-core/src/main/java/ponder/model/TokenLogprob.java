package ponder.model;

/// A token and its raw log-probability.
///
/// @param token the id
/// @param logprob natural log, before temperature and filters
public record TokenLogprob(int token, float logprob) {}

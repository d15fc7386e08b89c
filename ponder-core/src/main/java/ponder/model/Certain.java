package ponder.model;

/// The ability to report a [Completion#certainty]: the engine sees the whole distribution that a
/// token is drawn from, not only its most probable tokens.
///
/// A model without it refuses requests with [Request#certainty] by [IllegalArgumentException].
public interface Certain {}

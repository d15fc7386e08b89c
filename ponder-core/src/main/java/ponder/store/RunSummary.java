package ponder.store;

import java.time.Instant;

/// A run as the journal knows it.
///
/// @param started when it was first begun
/// @param touched when a process last worked on it
/// @param finished whether it came to its end; if not, the same command takes it up again
/// @param inUse whether a living process works on it
/// @param samples finished samples it holds
/// @param bytes size of what it holds
public record RunSummary(
    String id,
    Instant started,
    Instant touched,
    boolean finished,
    boolean inUse,
    String command,
    String method,
    String model,
    String question,
    long samples,
    long bytes) {}

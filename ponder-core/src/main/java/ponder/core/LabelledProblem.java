package ponder.core;

import org.jspecify.annotations.Nullable;

/// A problem together with what is known of its solution; for evaluation and training only.
///
/// @param problem what a method may see
/// @param answer the reference answer
/// @param solution a worked solution; null if the data set has none
public record LabelledProblem(Problem problem, String answer, @Nullable String solution) {}

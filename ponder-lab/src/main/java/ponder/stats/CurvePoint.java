package ponder.stats;

/// What a number of samples per problem is worth, on average over all choices of them; the
/// component names in snake case are the keys used in JSON.
///
/// @param n samples per problem; a problem that has fewer counts with all it has
/// @param majorityVote the largest class of answers wins
/// @param predNaive the sample with the highest score wins
/// @param predWeighted the class with the highest sum of scores wins
/// @param passAt a perfect selector: any sample is right
/// @param generatedTokens of the samples, mean per problem
/// @param weightedError standard error of `predWeighted`'s mean that comes from drawing choices; 0
///   where all were enumerated
public record CurvePoint(
    int n,
    Interval majorityVote,
    Interval predNaive,
    Interval predWeighted,
    Interval passAt,
    double generatedTokens,
    double weightedError) {}

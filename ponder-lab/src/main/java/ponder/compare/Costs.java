package ponder.compare;

import java.util.Map;
import java.util.TreeMap;
import ponder.core.Spend;

/// What a run's problems cost, and what they would have cost with fewer samples.
///
/// A problem's cost falls in proportion to its samples. Departures: a problem takes at least one
/// call; and where judging takes no calls, the computed prompt is paid in full by any number of
/// samples. Seconds in proportion are a guess, since a batch of half as many samples takes more
/// than half the time.
///
/// Not thread-safe.
public final class Costs {
  /// The cost of all problems with the same number of samples.
  private record Part(long problems, Spend spend) {
    Part plus(Spend more) {
      return new Part(problems + 1, spend.plus(more));
    }
  }

  private final boolean judged;
  private final Map<Integer, Part> bySize = new TreeMap<>();
  private long problems;
  private Spend sum = Spend.NONE;

  /// @param judged whether every sample pays for a call that judges it
  public Costs(boolean judged) {
    this.judged = judged;
  }

  /// Counts a problem that took so many samples.
  public void add(int samples, Spend spend) {
    problems++;
    sum = sum.plus(spend);
    bySize.put(samples, bySize.getOrDefault(samples, new Part(0, Spend.NONE)).plus(spend));
  }

  /// Of all problems.
  Spend sum() {
    return sum;
  }

  /// Mean per problem.
  double perProblem(Axis axis) {
    return axis.of(sum) / problems;
  }

  /// Mean per problem if each had at most `n` samples.
  public double at(int n, Axis axis) {
    double total = 0;
    for (Map.Entry<Integer, Part> entry : bySize.entrySet()) {
      int size = entry.getKey();
      double part = size == 0 ? 1 : (double) Math.min(n, size) / size;
      total += cost(entry.getValue(), part, axis);
    }
    return total / problems;
  }

  private double cost(Part part, double samples, Axis axis) {
    double whole = axis.of(part.spend);
    return switch (axis) {
      case TOKENS, SECONDS -> whole * samples;
      case CALLS -> Math.max(Math.min(whole, part.problems), whole * samples);
      case FLOPS -> {
        double fixed = judged ? 0 : promptShare(part.spend);
        yield whole * (fixed + (1 - fixed) * samples);
      }
    };
  }

  /// The part of the computed tokens that belongs to prompts.
  private static double promptShare(Spend spend) {
    double prompt = spend.promptTokens() - spend.cachedPromptTokens();
    double all = prompt + spend.generatedTokens() + spend.scoredTokens();
    return all == 0 ? 0 : prompt / all;
  }
}

package ponder.search;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import ponder.core.Compute;
import ponder.core.Problem;
import ponder.model.LanguageModel;

/// A method of answering problems with a language model.
///
/// Immutable: its parameters are its components, so one strategy serves many problems at once. It
/// sees the problem without its reference answer, spends through the [Solver] alone, and decides by
/// results in index order. So equal model outputs give equal outcomes.
public interface Strategy {
  /// Answers `problem`.
  ///
  /// When the budget runs out or the user cancels, it returns the best answer so far, marked; it
  /// does not throw for that.
  ///
  /// @throws ponder.model.EngineException if the model fails
  Outcome solve(Problem problem, Solver solver);

  /// The work that `problem` takes without a budget. Nothing is generated.
  Plan plan(Problem problem, LanguageModel model);

  /// Checks that the method can work with `model`, before anything is asked of it.
  ///
  /// @throws IllegalArgumentException if it cannot
  default void require(LanguageModel model) {}

  /// Whether the method itself, or a verifier that it chooses, asks the model that judges.
  default boolean asksJudge() {
    return false;
  }

  /// A part of the work that foretells the whole; empty if a plan and the length of some samples
  /// do.
  default Optional<Probe> probe() {
    return Optional.empty();
  }

  /// A part of a method's work.
  ///
  /// @param part a smaller method of the same kind, whose samples the whole takes too
  /// @param factor how many times as much the whole costs, at least 1
  record Probe(Strategy part, double factor) {}

  /// What a method will ask of the model, in the order of its stages.
  ///
  /// @param stages at least one
  /// @param judged candidates that the verifier judges if there is one; its own work is not in the
  ///   stages
  record Plan(List<Stage> stages, long judged) {
    public Plan {
      stages = List.copyOf(stages);
      if (stages.isEmpty() || judged < 0) {
        throw new IllegalArgumentException(
            "a plan of %d stages with %d judged candidates cannot be."
                .formatted(stages.size(), judged));
      }
    }

    /// A plan of one stage without a verifier.
    public static Plan of(Stage stage) {
      return new Plan(List.of(stage), 0);
    }

    /// This plan, then `next`.
    public Plan then(Plan next) {
      return new Plan(
          Stream.concat(stages.stream(), next.stages.stream()).toList(), judged + next.judged);
    }

    public Plan withJudged(long value) {
      return new Plan(stages, value);
    }

    /// An upper bound: every sample as long as it may be.
    public Work most() {
      return work(Double.POSITIVE_INFINITY);
    }

    /// The work if samples are `meanTokens` long on average, those excepted that may not be. For a
    /// method that ends when it has enough, still an upper bound on calls and samples.
    ///
    /// @param meanTokens at least 0, the end-of-text token included
    public Work expected(double meanTokens) {
      if (!(meanTokens >= 0 && Double.isFinite(meanTokens))) {
        throw new IllegalArgumentException(
            "meanTokens (" + meanTokens + ") must be a number of at least 0.");
      }
      return work(meanTokens);
    }

    private Work work(double length) {
      Work work = new Work(0, 0, 0, 0);
      long longest = 0;
      for (Stage stage : stages) {
        work = work.plus(stage.work(length, longest));
        longest = Math.max(longest, stage.maxTokens);
      }
      return work;
    }
  }

  /// Requests of one kind.
  ///
  /// @param calls requests
  /// @param promptTokens over all calls, without what is carried; 0 if the model does not show its
  ///   tokens
  /// @param samples completions over all requests
  /// @param maxTokens most generated tokens of each
  /// @param carried how many samples of earlier stages all prompts together repeat
  record Stage(long calls, long promptTokens, long samples, int maxTokens, long carried) {
    /// Requests that repeat nothing.
    public Stage(long calls, long promptTokens, long samples, int maxTokens) {
      this(calls, promptTokens, samples, maxTokens, 0);
    }

    private Work work(double length, long longestBefore) {
      return new Work(
          calls,
          promptTokens + Math.round(carried * Math.min(length, longestBefore)),
          samples,
          Math.round(samples * Math.min(length, maxTokens)));
    }
  }

  /// An amount of work.
  ///
  /// @param calls requests
  /// @param promptTokens over all calls, cached ones included
  /// @param samples completions over all requests
  /// @param generatedTokens over all samples
  record Work(long calls, long promptTokens, long samples, long generatedTokens) {
    /// FLOPs of the work, nothing of it cached, prompts and samples taken as equally long.
    public double flops(Compute compute) {
      double prompt = calls == 0 ? 0 : (double) promptTokens / calls;
      double sample = samples == 0 ? 0 : (double) generatedTokens / samples;
      return calls * compute.flops(0, prompt) + samples * compute.flops(prompt, sample);
    }

    public Work plus(Work other) {
      return new Work(
          calls + other.calls,
          promptTokens + other.promptTokens,
          samples + other.samples,
          generatedTokens + other.generatedTokens);
    }
  }
}

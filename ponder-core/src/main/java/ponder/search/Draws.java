package ponder.search;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import ponder.core.Problem;
import ponder.model.LanguageModel;
import ponder.model.Request;
import ponder.model.Sampling;

/// Independent samples of one prompt.
///
/// @param ask how the problem is put
/// @param n samples
/// @param sampling how they are drawn
/// @param wave samples asked for at once; which samples come out does not depend on it unless a
///   budget ends between
record Draws(Ask ask, int n, Sampling sampling, int wave) {
  static final int DEFAULT_N = 16;
  static final double DEFAULT_TEMPERATURE = 0.8;
  static final int DEFAULT_WAVE = 16;

  /// What was drawn.
  ///
  /// @param attempts in index order
  /// @param cut whether the budget, a deadline or the user made it less than was asked for
  record Drawn(List<Attempt> attempts, boolean cut) {}

  /// As many of the same samples.
  Draws withN(int value) {
    return new Draws(ask, value, sampling, wave);
  }

  /// Whether sample i is the same in both, for every i that both have.
  boolean same(Draws other) {
    return ask.equals(other.ask) && sampling.equals(other.sampling);
  }

  /// Takes the samples, wave after wave; those that the solver has already are not drawn again.
  /// Where a budget holds only part of a wave at full length, the rest follows from what that part
  /// did not use.
  ///
  /// @param certainty whether to ask for self-certainty
  /// @param enough looks at what there is after each wave and says whether to stop
  Drawn take(Problem problem, Solver solver, boolean certainty, Predicate<List<Attempt>> enough) {
    List<Attempt> attempts = new ArrayList<>(solver.taken(this, certainty));
    solver.expect(n - attempts.size());
    Request request =
        ask.request(problem, solver.model(), sampling, solver.seed().value())
            .withCertainty(certainty);
    boolean cut = false;
    while (attempts.size() < n && !cut && !enough.test(attempts)) {
      int first = attempts.size();
      int end = Math.min(n, (first / wave + 1) * wave);
      Solver.Wave sampled =
          solver.sample(request.withSamples(IntStream.range(first, end).boxed().toList()));
      sampled.samples().forEach(sample -> attempts.add(sample.attempt()));
      cut = sampled.ended();
    }
    return new Drawn(attempts, cut);
  }

  Strategy.Plan plan(Problem problem, LanguageModel model) {
    int calls = Math.ceilDiv(n, wave);
    long prompt = Ask.tokens(ask.prompt(problem, model), model);
    return Strategy.Plan.of(new Strategy.Stage(calls, calls * prompt, n, ask.maxTokens()));
  }
}

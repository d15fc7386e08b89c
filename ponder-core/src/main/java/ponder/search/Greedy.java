package ponder.search;

import java.util.List;
import ponder.core.Answer;
import ponder.core.Problem;
import ponder.model.LanguageModel;
import ponder.model.Sampling;

/// One completion of the most probable tokens: the floor that every method is compared with.
///
/// The candidate's score is the geometric mean of its tokens' probabilities.
///
/// @param ask how the problem is put
record Greedy(Ask ask) implements Strategy {
  @Override
  public Outcome solve(Problem problem, Solver solver) {
    Solver.Wave wave =
        solver.sample(0, ask.request(problem, Sampling.GREEDY, solver.seed().value()));
    if (wave.samples().isEmpty()) {
      return Outcome.nothing("nothing was left to take a sample with");
    }
    Solver.Sample sample = wave.samples().getFirst();
    int tokens = sample.completion().tokens().size();
    double score = tokens == 0 ? 0 : Math.exp(sample.completion().sumLogprob() / tokens);
    var candidate =
        new Answer(sample.answer(), Math.clamp(score, 0, 1), tokens, sample.completion().text());
    return Outcome.of(sample, List.of(candidate), "the only sample", wave.cut());
  }

  @Override
  public Plan plan(Problem problem, LanguageModel model) {
    return new Plan(1, ask.promptTokens(problem, model), 1, ask.maxTokens());
  }
}

package ponder.search;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import ponder.core.Answer;
import ponder.core.Event;
import ponder.core.Problem;
import ponder.model.LanguageModel;
import ponder.model.Request;
import ponder.model.Sampling;

/// Samples many solutions and returns the answer that most of them reach (Wang et al. 2022,
/// "Self-Consistency Improves Chain of Thought Reasoning in Language Models").
///
/// Samples without an answer have no vote. A candidate's score is its class's share of the votes.
/// The winner's text is the first sample of the winning class.
///
/// @param ask how the problem is put
/// @param n samples
/// @param sampling how they are drawn
/// @param wave samples asked for at once; the result does not depend on it unless a budget ends
///   between
record SelfConsistency(Ask ask, int n, Sampling sampling, int wave) implements Strategy {
  static final int DEFAULT_N = 8;
  static final double DEFAULT_TEMPERATURE = 0.7;
  static final int DEFAULT_WAVE = 16;

  @Override
  public Outcome solve(Problem problem, Solver solver) {
    Request request = ask.request(problem, sampling, solver.seed().value());
    List<Solver.Sample> samples = new ArrayList<>();
    boolean cut = false;
    for (int first = 0; first < n && !cut; first += wave) {
      List<Integer> indices = IntStream.range(first, Math.min(n, first + wave)).boxed().toList();
      Solver.Wave sampled = solver.sample(0, request.withSamples(indices));
      samples.addAll(sampled.samples());
      cut = sampled.cut();
    }
    return samples.isEmpty()
        ? Outcome.nothing("nothing was left to take a sample with")
        : decide(samples, cut, solver);
  }

  private static Outcome decide(List<Solver.Sample> samples, boolean cut, Solver solver) {
    Vote vote = Vote.of(samples);
    List<Answer> candidates = new ArrayList<>();
    for (Solver.Sample sample : samples) {
      double share = vote.share(sample);
      solver.sink().accept(new Event.Scored(sample.node(), "vote", share));
      candidates.add(
          new Answer(
              sample.answer(),
              share,
              sample.completion().tokens().size(),
              sample.completion().text()));
    }
    return Outcome.of(vote.winner(), candidates, vote.why(), cut);
  }

  @Override
  public Plan plan(Problem problem, LanguageModel model) {
    int calls = Math.ceilDiv(n, wave);
    return new Plan(calls, (long) calls * ask.promptTokens(problem, model), n, ask.maxTokens());
  }
}

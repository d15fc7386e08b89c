package ponder.search;

import java.util.List;
import ponder.core.Event;
import ponder.core.Problem;
import ponder.model.Completion;
import ponder.model.ContextOverflowException;
import ponder.model.LanguageModel;
import ponder.model.Request;
import ponder.model.Sampling;
import ponder.verify.Candidate;
import ponder.verify.Steps;

/// One completion: greedy decoding, the floor that every method is compared with; chain of thought
/// by a cue (Kojima et al. 2022) or by worked examples (Wei et al. 2022); class-conditional
/// thinking (Muennighoff et al. 2025, "s1: Simple test-time scaling", section 4). They differ in
/// how they ask.
///
/// The candidate's score is the geometric mean of its tokens' probabilities.
///
/// @param ask how the problem is put
/// @param sampling how the completion is drawn
/// @param extract whether a second, greedy call asks for the answer alone (Kojima et al. 2022,
///   section 2.1)
record Single(Ask ask, Sampling sampling, boolean extract) implements Strategy {
  /// Most generated tokens of the second call.
  static final int EXTRACT_TOKENS = 64;

  @Override
  public Outcome solve(Problem problem, Solver solver) {
    solver.expect(extract ? 2 : 1);
    Solver.Wave wave =
        solver.sample(ask.request(problem, solver.model(), sampling, solver.seed().value()));
    if (wave.samples().isEmpty()) {
      return Outcome.nothing();
    }
    Solver.Sample sample = wave.samples().getFirst();
    return extract && !wave.cut()
        ? extracted(problem, sample, solver)
        : outcome(sample.attempt(), "the only sample", wave.cut());
  }

  private Outcome extracted(Problem problem, Solver.Sample sample, Solver solver) {
    Request request =
        ask.extraction(problem, solver.model(), sample.completion().text(), EXTRACT_TOKENS);
    Solver.Wave wave;
    try {
      wave = solver.extract(sample.node(), request, text -> ask.concluded(problem, text));
    } catch (ContextOverflowException e) {
      solver.sink().accept(new Event.Warned("The answer was not asked for: " + e.getMessage()));
      return outcome(sample.attempt(), "the only sample", false);
    }
    if (wave.samples().isEmpty()) {
      return outcome(sample.attempt(), "the only sample", true);
    }
    Solver.Sample extraction = wave.samples().getFirst();
    return outcome(joined(sample, extraction), "the only sample, asked for its answer", wave.cut());
  }

  /// Both calls as one attempt. Where the second gives no answer, the first one's counts.
  private static Attempt joined(Solver.Sample sample, Solver.Sample extraction) {
    Attempt first = sample.attempt();
    Completion second = extraction.completion();
    Candidate candidate = first.candidate();
    boolean answered = extraction.answer() != null;
    String text = candidate.text().stripTrailing() + "\n\n" + second.text().strip();
    return new Attempt(
        answered ? extraction.node() : first.node(),
        new Candidate(
            text,
            Steps.split(text),
            answered ? extraction.answer() : first.answer(),
            candidate.tokens() + second.tokens().size(),
            candidate.sumLogprob() + second.sumLogprob(),
            candidate.certainty()));
  }

  private static Outcome outcome(Attempt attempt, String why, boolean cut) {
    double[] score = {Math.clamp(Math.exp(attempt.meanLogprob()), 0, 1)};
    return Outcome.of(attempt, List.of(attempt), score, why, cut);
  }

  @Override
  public Plan plan(Problem problem, LanguageModel model) {
    long prompt = Ask.tokens(ask.prompt(problem, model), model);
    Plan plan = Plan.of(new Stage(1, prompt, 1, ask.maxTokens()));
    if (!extract) {
      return plan;
    }
    Request second = ask.extraction(problem, model, "", EXTRACT_TOKENS);
    long around = Ask.tokens(second.prompt(), model);
    return plan.then(Plan.of(new Stage(1, around, 1, EXTRACT_TOKENS, 1)));
  }
}

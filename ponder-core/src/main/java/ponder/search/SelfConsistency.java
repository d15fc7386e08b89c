package ponder.search;

import java.util.List;
import ponder.core.Event;
import ponder.core.Problem;
import ponder.model.Certain;
import ponder.model.LanguageModel;

/// Samples many solutions and returns the answer that most of them reach (Wang et al. 2022,
/// "Self-Consistency Improves Chain of Thought Reasoning in Language Models").
///
/// Samples without an answer have no vote. A candidate's score is its class's share of the votes.
/// The winner's text is the first sample of the winning class.
///
/// @param draws how many samples, and how they are drawn
/// @param weight what a vote weighs
/// @param stop when it is enough
record SelfConsistency(Draws draws, Weight weight, Stop stop) implements Strategy {
  /// When to stop before all samples are taken.
  enum Stop {
    NONE,
    ADAPTIVE
  }

  SelfConsistency {
    if (stop == Stop.ADAPTIVE && weight.kind() != Weight.Kind.NONE) {
      throw new IllegalArgumentException(
          "stop (adaptive) counts votes and cannot go with weight (%s). Maybe weight=none was meant."
              .formatted(Settings.name(weight.kind())));
    }
  }

  @Override
  public Outcome solve(Problem problem, Solver solver) {
    boolean certainty = weight.kind() == Weight.Kind.SELF_CERTAINTY;
    if (certainty && solver.model().ability(Certain.class).isEmpty()) {
      throw new IllegalArgumentException(
          "weight (self-certainty) needs the whole distribution of every token, which model %s does not show. Maybe weight=logprob was meant."
              .formatted(solver.model().info().name()));
    }
    Draws.Drawn drawn =
        draws.take(problem, solver, certainty, attempts -> enough(attempts, solver));
    return drawn.attempts().isEmpty() ? Outcome.nothing() : decide(drawn, solver);
  }

  private boolean enough(List<Attempt> attempts, Solver solver) {
    return stop == Stop.ADAPTIVE
        && Adaptive.decided(attempts, draws.n() - attempts.size(), solver.rubric());
  }

  private Outcome decide(Draws.Drawn drawn, Solver solver) {
    List<Attempt> attempts = drawn.attempts();
    String warning = weight.warning(attempts, solver.model().info().name());
    if (!warning.isEmpty()) {
      solver.sink().accept(new Event.Warned(warning));
    }
    Vote vote = weight.vote(attempts, solver.rubric());
    int early = drawn.cut() ? 0 : draws.n() - attempts.size();
    String why =
        early == 0 ? vote.why() : vote.why() + "; %d more samples were not needed".formatted(early);
    return decide(vote, attempts, why, drawn.cut(), solver);
  }

  /// The outcome of a vote; the first attempt wins without an answer if none has one.
  static Outcome decide(Vote vote, List<Attempt> attempts, String why, boolean cut, Solver solver) {
    double[] shares = vote.shares(attempts.size());
    for (int i = 0; i < shares.length; i++) {
      solver.sink().accept(new Event.Scored(attempts.get(i).node(), "vote", shares[i]));
    }
    int winner = vote.winners().isEmpty() ? 0 : vote.winners().getFirst();
    return Outcome.of(attempts.get(winner), attempts, shares, why, cut);
  }

  @Override
  public Plan plan(Problem problem, LanguageModel model) {
    return draws.plan(problem, model);
  }
}

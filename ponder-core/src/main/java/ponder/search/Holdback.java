package ponder.search;

import ponder.core.Compute;
import ponder.core.Limits;
import ponder.core.Problem;
import ponder.core.Spend;
import ponder.verify.Verifier;

/// Keeps a part of a limited budget back, so that samples can be judged after they are taken.
///
/// Tokens, calls and FLOPs are divided as the most that sampling and the most that judging can take
/// stand to each other; of seconds, whose use nobody knows, the verifier gets a quarter. What
/// sampling leaves over is the verifier's too. Without it a budget that ends while samples are
/// taken would leave every one of them unjudged.
final class Holdback {
  private static final double SECONDS_FOR_SAMPLING = 0.75;

  private Holdback() {}

  /// The solver to take samples with; the same one if nothing needs to be kept back.
  ///
  /// @param strategy whose plan tells how many samples there are and how many of them are judged
  static Solver before(Problem problem, Strategy strategy, Solver solver) {
    Verifier verifier = solver.verifier();
    Limits left = solver.budget().left();
    if (verifier == null || left.none()) {
      return solver;
    }
    Strategy.Plan plan = strategy.plan(problem, solver.model());
    Strategy.Work sampling = plan.most();
    long longest = Math.ceilDiv(sampling.generatedTokens(), sampling.samples());
    Spend judging = verifier.judging(problem, longest);
    return judging.equals(Spend.NONE)
        ? solver
        : solver.within(
            limits(left, sampling, judging, plan.judged(), solver.model().info().compute()));
  }

  static Limits limits(
      Limits left, Strategy.Work sampling, Spend judging, long judged, Compute compute) {
    double tokens = part(sampling.generatedTokens(), judged * judging.generatedTokens());
    double calls = part(sampling.calls(), judged * judging.calls());
    double flops = part(sampling.flops(compute), judged * judging.flops());
    return new Limits(
        of(left.tokens(), tokens),
        of(left.calls(), calls),
        left.samples(),
        left.seconds() * SECONDS_FOR_SAMPLING,
        left.flops() * flops);
  }

  private static double part(double sampling, double judging) {
    return sampling == 0 ? 1 : sampling / (sampling + judging);
  }

  /// At least one, if one is left.
  private static long of(long left, double part) {
    return left == Limits.UNLIMITED
        ? left
        : Math.max(Math.min(1, left), (long) Math.floor(left * part));
  }
}

package ponder.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import ponder.core.Limits;
import ponder.core.Problem;
import ponder.model.LanguageModel;
import ponder.search.tree.LevelSearch;
import ponder.search.tree.Node;
import ponder.search.tree.StepSearch;
import ponder.verify.Scores;
import ponder.verify.Verifier;

/// A method that spends compute step by step: a search over a step tree, and a decision among the
/// solutions it found.
///
/// Of a limited budget a quarter is kept back, of tokens at most what a solution may take. When the
/// rest is used up, the most promising paths are finished with it, so that also a search that ends
/// in the midst has an answer. So is the most promising path of a search that ends without a
/// solution. If no path comes to its end even so, what was cut off is all there is, and counts as
/// far as it marks an answer. A search whose model or verifier fails ends with the solutions it
/// has.
///
/// A limit of samples counts solutions: it makes the search a smaller one, and the outcome says so.
///
/// @param name of the method, for messages
/// @param setup how steps are written
/// @param search who gets steps, and who goes on
/// @param mode how the solutions' scores decide
record StepMethod(String name, StepSetup setup, StepSearch search, BestOfN.Mode mode)
    implements Strategy {
  private static final double KEPT = 0.25;

  @Override
  public Outcome solve(Problem problem, Solver solver) {
    Verifier verifier = solver.requireVerifier(name);
    Limits left = solver.budget().left();
    if (left.samples() < 1 || solver.budget().exhausted()) {
      return Outcome.nothing();
    }
    StepSearch bounded =
        left.samples() == Limits.UNLIMITED ? search : search.atMost(left.samples());
    Solver searching = left.none() ? solver : solver.within(forSearch(left));
    StepGrower grower = new StepGrower(setup, problem, verifier, searching);
    StepSearch.Found found = bounded.search(grower);
    boolean over = grower.over();
    if (over || found.solutions().isEmpty()) {
      grower.payFrom(solver);
      found = finished(found, grower, over ? left.samples() : 1);
    }
    return decide(found, grower, over || !bounded.equals(search), left.samples());
  }

  /// What is left without what is kept back.
  private Limits forSearch(Limits left) {
    long tokens = Math.min((long) (left.tokens() * KEPT), setup.ask().maxTokens());
    long calls = (long) (left.calls() * KEPT);
    return new Limits(
        left.tokens() == Limits.UNLIMITED ? left.tokens() : left.tokens() - tokens,
        left.calls() == Limits.UNLIMITED ? left.calls() : left.calls() - calls,
        left.samples(),
        left.seconds() * (1 - KEPT),
        left.flops() * (1 - KEPT));
  }

  /// Finishes the most promising paths, as far as what was kept back reaches.
  private static StepSearch.Found finished(
      StepSearch.Found found, StepGrower grower, long samples) {
    List<Node> leaves = grower.leaves();
    long room = Math.max(found.solutions().isEmpty() ? 1 : 0, samples - found.solutions().size());
    if (grower.over() || room < 1) {
      return found;
    }
    List<Node> chosen = leaves.subList(0, (int) Math.min(leaves.size(), room));
    List<Node> solutions = new ArrayList<>(found.solutions());
    List<Double> weights = new ArrayList<>(found.weights());
    for (Node end : grower.finish(chosen)) {
      if (end.solved()) {
        solutions.add(end);
        weights.add(1.0);
      }
    }
    return new StepSearch.Found(solutions, weights);
  }

  private Outcome decide(StepSearch.Found found, StepGrower grower, boolean cut, long most) {
    StepSearch.Found chosen = found.solutions().isEmpty() ? leftOvers(grower, most) : found;
    List<Node> ends = chosen.solutions();
    if (ends.isEmpty()) {
      return Outcome.nothing();
    }
    if (grower.judgement().verifier().together()) {
      grower.judge(ends);
    }
    List<Attempt> attempts =
        ends.stream().map(end -> new Attempt(end.id(), grower.judgement().solution(end))).toList();
    boolean early = cut || grower.failed();
    List<Scores> scores = ends.stream().map(end -> scores(end, early)).toList();
    return BestOfN.decide(attempts, scores, chosen.weights(), early, mode, grower.rubric());
  }

  private static Scores scores(Node end, boolean cut) {
    if (end.judged()) {
      return new Scores(end.value(), end.stepScores(), true);
    }
    return cut ? Scores.UNJUDGED : Scores.UNKNOWN;
  }

  /// What there is when a search has found nothing: solutions that it did not keep; else texts that
  /// were cut off; else the most promising beginning.
  private static StepSearch.Found leftOvers(StepGrower grower, long most) {
    List<Node> solved = grower.nodes().stream().filter(Node::solved).toList();
    List<Node> ended = grower.nodes().stream().filter(Node::ended).toList();
    List<Node> begun = grower.leaves().stream().filter(node -> node.depth() > 0).limit(1).toList();
    List<Node> left = !solved.isEmpty() ? solved : !ended.isEmpty() ? ended : begun;
    return StepSearch.Found.of(left.subList(0, (int) Math.min(left.size(), most)));
  }

  /// An upper bound: solutions end before the last step.
  @Override
  public Plan plan(Problem problem, LanguageModel model) {
    StepPrompt prompt = new StepPrompt(setup, problem, model);
    int width = search.width();
    long waves = search.waves(setup.steps());
    int longest = Math.min(setup.stepTokens(), setup.ask().maxTokens());
    Plan first = Plan.of(new Stage(1, prompt.length(), width, longest));
    if (waves == 1) {
      return first.withJudged(width);
    }
    long calls = (waves - 1) * search.parents();
    long repeated = calls * (setup.steps() - 1) / 2; // a path has half of its steps on average
    Stage rest = new Stage(calls, calls * prompt.length(), (waves - 1) * width, longest, repeated);
    return first.then(Plan.of(rest)).withJudged(waves * width);
  }

  /// Half of a search by levels; other searches are carried out whole, since later paths cost less
  /// than earlier ones.
  @Override
  public Optional<Probe> probe() {
    if (search instanceof LevelSearch levels) {
      LevelSearch half = levels.half();
      return Optional.of(
          new Probe(
              new StepMethod(name, setup, half, mode), (double) levels.width() / half.width()));
    }
    return Optional.of(new Probe(this, 1));
  }
}

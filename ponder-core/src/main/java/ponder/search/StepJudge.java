package ponder.search;

import java.util.ArrayList;
import java.util.List;
import ponder.core.Event;
import ponder.core.Problem;
import ponder.model.EngineException;
import ponder.search.tree.Node;
import ponder.search.tree.Step;
import ponder.verify.Candidate;
import ponder.verify.Scores;
import ponder.verify.Verifier;

/// Has the nodes of a tree judged.
///
/// A new step is judged with what is known of the path before it, so a verifier of steps reads the
/// new step alone. A verifier that judges candidates by each other judges all solutions again with
/// every wave.
///
/// @param prompt how paths go on, for verifiers that want to see it
/// @param incremental whether the verifier is told what it said of a path before
record StepJudge(Problem problem, Verifier verifier, StepPrompt prompt, boolean incremental) {

  /// Has nodes judged by the texts that end in `ends`; those that ended without a solution are not.
  ///
  /// @param judged new nodes
  /// @param ends for each the node itself, or a place behind it
  /// @param solved every solution so far, for a verifier that judges candidates by each other
  /// @return whether the budget reached all of them
  boolean judge(List<Node> judged, List<Node> ends, List<Node> solved, Solver solver) {
    List<Node> asked = new ArrayList<>();
    List<Candidate> candidates = new ArrayList<>();
    if (verifier.together()) {
      solved.stream().filter(it -> !judged.contains(it)).forEach(asked::add);
      asked.forEach(node -> candidates.add(candidate(node, node)));
    }
    for (int i = 0; i < judged.size(); i++) {
      Node node = judged.get(i);
      if (!node.ended() || node.solved()) {
        asked.add(node);
        candidates.add(candidate(node, ends.get(i)));
      }
    }
    if (candidates.isEmpty()) {
      return true;
    }
    List<Scores> scores = verifier.score(problem, candidates, solver.purse());
    check(scores, candidates);
    solver.count(scores);
    boolean paid = true;
    for (int i = 0; i < asked.size(); i++) {
      paid &= take(asked.get(i), scores.get(i), solver);
    }
    return paid;
  }

  private boolean take(Node node, Scores scores, Solver solver) {
    if (scores.judged()) {
      int own = Math.min(scores.steps().size(), node.steps().size());
      node.judge(scores.value(), scores.steps().subList(0, own));
      solver.sink().accept(new Event.Scored(node.id(), verifier.name(), scores.value()));
    }
    return scores.judged() || scores.unknown();
  }

  /// @throws EngineException if the verifier does not say as much as it was asked
  private void check(List<Scores> scores, List<Candidate> candidates) {
    if (scores.size() != candidates.size()) {
      throw new EngineException(
          "Verifier %s gave %d scores for %d candidates."
              .formatted(verifier.name(), scores.size(), candidates.size()));
    }
    for (int i = 0; i < scores.size(); i++) {
      int values = scores.get(i).steps().size();
      int steps = candidates.get(i).steps().size();
      if (values != 0 && values != steps) {
        throw new EngineException(
            "Verifier %s gave %d values for %d steps.".formatted(verifier.name(), values, steps));
      }
    }
  }

  /// The path to `end`, with what is known of it at the parent of `node`.
  private Candidate candidate(Node node, Node end) {
    Node before = node.parent();
    Candidate candidate = solution(end);
    return before == null || !incremental ? candidate : candidate.withKnown(before.stepScores());
  }

  /// The path to `node` as a solution, of which nothing is known.
  Candidate solution(Node node) {
    Step path = node.path();
    return new Candidate(
            path.text(),
            node.steps(),
            path.answer(),
            path.generated(),
            path.sumLogprob(),
            path.certainty() / path.generated())
        .withNext(node.ended() ? null : prompt.after(path));
  }
}

package ponder.search;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ponder.core.Budget;
import ponder.core.Limits;
import ponder.model.Cancellation;
import ponder.model.EngineException;
import ponder.model.ModelInfo;
import ponder.model.Purse;
import ponder.search.tree.Node;
import ponder.search.tree.Step;
import ponder.verify.Candidate;
import ponder.verify.Scores;
import ponder.verify.Verifier;

/// `--checked`: counts a wave again from scratch and fails if anything differs from what is kept
/// account of.
///
/// Checked are: the tokens of the wave's steps against what the budget was charged; what is left
/// against limit and spending; that a path's tokens read as its text and extend those of its
/// parent; that nothing follows an end; that visits of a node are at least those of its children;
/// and the verifier's scores, judged again without what was known of earlier steps. Scores that
/// differ by the engine's batches may be 0.05 apart. A verifier that generates, or that judges
/// candidates by each other, is not asked again: it need not say the same.
final class StepAudit {
  private static final double KERNELS = 0.05;
  private static final double EXACT = 1e-9;

  private final StepGrower grower;
  private final Solver solver;
  private final @Nullable Verifier auditor;
  private final List<Draft> drafts = new ArrayList<>();
  private final List<String> wrong = new ArrayList<>();
  private long charged;

  private StepAudit(StepGrower grower, Solver solver) {
    this.grower = grower;
    this.solver = solver;
    auditor = solver.checked() ? solver.auditor() : null;
    charged = -spent();
  }

  /// Begins with a wave.
  static StepAudit begin(StepGrower grower, Solver solver) {
    return new StepAudit(grower, solver);
  }

  private long spent() {
    return solver.budget().spent().generatedTokens();
  }

  /// Takes note of steps that were written.
  void written(List<Draft> written) {
    drafts.addAll(written);
    if (!solver.checked()) {
      return;
    }
    long tokens = drafts.stream().mapToLong(it -> it.step().generated()).sum();
    expect("tokens of the wave's steps", tokens, charged + spent());
  }

  /// Ends the wave.
  ///
  /// @param grown its new nodes
  /// @throws EngineException naming everything that does not add up
  void end(List<Node> grown) {
    if (!solver.checked()) {
      return;
    }
    Limits limits = solver.budget().limits();
    Limits left = solver.budget().left();
    if (left.tokens() != Limits.UNLIMITED && limits.tokens() != Limits.UNLIMITED) {
      atMost("tokens left", left.tokens(), limits.tokens() - spent());
    }
    grown.forEach(this::place);
    grower.nodes().forEach(this::visits);
    if (auditor != null) {
      scores(grown, auditor);
    }
    if (!wrong.isEmpty()) {
      throw new EngineException(
          "The search does not add up: %s.".formatted(String.join("; ", wrong)));
    }
  }

  private void place(Node node) {
    wrong.addAll(grower.judgement().prompt().faults(node.path()));
    @Nullable Node parent = node.parent();
    if (parent == null) {
      return;
    }
    Step before = parent.path();
    if (before.tokens() != null
        && node.path().tokens() != null
        && !node.path().tokens().startsWith(before.tokens())) {
      wrong.add("node %d does not go on with its parent's tokens".formatted(node.id()));
    }
    if (parent.ended()) {
      wrong.add("node %d follows an end".formatted(node.id()));
    }
  }

  private void visits(Node node) {
    long below = node.children().stream().mapToLong(Node::visits).sum();
    atMost("visits below node " + node.id(), below, node.visits());
  }

  private void scores(List<Node> grown, Verifier auditor) {
    StepJudge judge = grower.judgement();
    boolean generates = auditor.judging(judge.problem(), 1).generatedTokens() > 0;
    if (generates || auditor.together() || grower.looksAhead()) {
      return;
    }
    List<Node> judged = grown.stream().filter(Node::judged).toList();
    if (judged.isEmpty()) {
      return;
    }
    List<Candidate> fresh = judged.stream().map(judge::solution).toList();
    Purse free = new Purse(Budget.of(Limits.NONE), new Cancellation());
    List<Scores> again = auditor.score(judge.problem(), fresh, free);
    boolean exact = solver.model().info().determinism() == ModelInfo.Determinism.INVARIANT;
    for (int i = 0; i < judged.size(); i++) {
      double difference = Math.abs(again.get(i).value() - judged.get(i).value());
      if (!(difference <= (exact ? EXACT : KERNELS))) {
        wrong.add(
            "node %d was judged %s and is judged %s from scratch"
                .formatted(judged.get(i).id(), judged.get(i).value(), again.get(i).value()));
      }
    }
  }

  private void expect(String what, long is, long should) {
    if (is != should) {
      wrong.add("%s (%d) must be %d".formatted(what, is, should));
    }
  }

  private void atMost(String what, long is, long most) {
    if (is > most) {
      wrong.add("%s (%d) must be at most %d".formatted(what, is, most));
    }
  }
}

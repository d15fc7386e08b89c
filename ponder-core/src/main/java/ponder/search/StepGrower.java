package ponder.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import ponder.core.Event;
import ponder.core.Problem;
import ponder.grade.Rubric;
import ponder.model.EngineException;
import ponder.model.Sampling;
import ponder.search.tree.End;
import ponder.search.tree.Grower;
import ponder.search.tree.Node;
import ponder.search.tree.Order;
import ponder.search.tree.Step;
import ponder.verify.Verifier;

/// Grows a step tree with the solver's model and verifier.
///
/// With lookahead the text that is judged goes on for some steps, which are then thrown away (Snell
/// et al. 2024, section 5.2).
///
/// When the model or the verifier fails and there is a solution, the search is over, and nobody is
/// asked any more; what was found is kept, judged or not. Without a solution the error is thrown.
final class StepGrower implements Grower {
  /// How often an order is tried again that brought nothing new (OpenR).
  private static final int RETRIES = 3;

  private static final Pattern SPACE = Pattern.compile("\\s+");

  private final StepSetup setup;
  private final StepSampler sampler;
  private final StepJudge judge;
  private final Node root;
  private final List<Node> nodes = new ArrayList<>();
  private final List<Node> solved = new ArrayList<>();
  private Solver solver;
  private boolean unpaid;
  private boolean failed;

  /// @param verifier what judges the steps
  StepGrower(StepSetup setup, Problem problem, Verifier verifier, Solver solver) {
    this.setup = setup;
    this.solver = solver;
    sampler = new StepSampler(setup, problem, () -> !solved.isEmpty(), solver);
    judge = new StepJudge(problem, verifier, sampler.prompt(), setup.incremental());
    root = new Node(solver.root(), solver.seed());
  }

  @Override
  public Node root() {
    return root;
  }

  @Override
  public boolean over() {
    return failed || unpaid || sampler.over() || solver.cancelled();
  }

  /// Whether the model or the verifier failed.
  boolean failed() {
    return failed;
  }

  /// Goes on with another budget; not after a failure.
  void payFrom(Solver other) {
    solver = other;
    sampler.payFrom(other);
    unpaid = false;
  }

  /// How answers are read and voted on.
  Rubric rubric() {
    return solver.rubric();
  }

  /// Every node below the root, in the order they were made; without the steps that were left out.
  List<Node> nodes() {
    return List.copyOf(nodes);
  }

  /// Where the tree could still grow, the most promising first, the root among them; places that
  /// were given up, if there are no others.
  List<Node> leaves() {
    List<Node> leaves =
        Stream.concat(nodes.stream(), Stream.of(root))
            .filter(node -> !node.ended() && node.children().stream().allMatch(StepGrower::vain))
            .toList();
    boolean open = leaves.stream().anyMatch(Node::open);
    return leaves.stream()
        .filter(node -> node.open() || !open)
        .sorted(
            Comparator.comparingDouble(Node::value)
                .thenComparingInt(Node::depth)
                .reversed()
                .thenComparingInt(Node::id))
        .toList();
  }

  /// Whether a step neither ends a solution nor can be gone on with.
  private static boolean vain(Node node) {
    return node.ended() && !node.solved();
  }

  @Override
  public List<List<Node>> expand(List<Order> orders) {
    StepAudit audit = StepAudit.begin(this, solver);
    List<List<Node>> grown = new ArrayList<>();
    orders.forEach(order -> grown.add(new ArrayList<>()));
    List<Integer> waiting = IntStream.range(0, orders.size()).boxed().toList();
    for (int attempt = 0; attempt <= RETRIES && !waiting.isEmpty() && !over(); attempt++) {
      grow(orders, waiting, grown, audit);
      waiting = waiting.stream().filter(i -> grown.get(i).isEmpty()).toList();
    }
    if (!over()) {
      waiting.forEach(
          i ->
              prune(
                  orders.get(i).parent(),
                  "nothing new came of it in %d tries".formatted(RETRIES + 1)));
    }
    grown.forEach(StepGrower::setPriors);
    List<Node> all = grown.stream().flatMap(List::stream).toList();
    judge(all, ahead(all, audit));
    end(audit, all);
    return grown.stream().map(List::copyOf).toList();
  }

  private void grow(
      List<Order> orders, List<Integer> indices, List<List<Node>> grown, StepAudit audit) {
    List<List<Draft>> drafts = new ArrayList<>();
    for (int i : indices) {
      Order order = orders.get(i);
      boolean whole = order.parent().depth() + 1 >= setup.steps();
      int first = order.parent().take(order.count());
      drafts.add(
          IntStream.range(first, first + order.count())
              .mapToObj(at -> draft(order.parent(), at, whole))
              .toList());
    }
    write(drafts.stream().flatMap(List::stream).toList(), audit);
    for (int k = 0; k < drafts.size(); k++) {
      boolean choice = setup.dedupe() && orders.get(indices.get(k)).count() > 1;
      grown.get(indices.get(k)).addAll(adopt(drafts.get(k), choice));
    }
  }

  private Draft draft(Node parent, int index, boolean whole) {
    return new Draft(parent, index, whole, setup.sampling(), "step", rubric());
  }

  private void write(List<Draft> drafts, StepAudit audit) {
    try {
      sampler.write(drafts);
    } catch (EngineException e) {
      fail(e, drafts.stream().anyMatch(StepGrower::solves));
      drafts.stream().filter(it -> it.node() >= 0).forEach(this::close);
      return;
    }
    audit.written(drafts);
  }

  private static boolean solves(Draft draft) {
    End end = draft.step().end();
    return draft.node() >= 0 && end != null && end.solved();
  }

  /// Ends a draft that a failure left as it was.
  private void close(Draft draft) {
    if (!draft.done()) {
      draft.end(End.FAILED);
    }
    if (draft.parts() > 0) {
      Step step = draft.step();
      solver
          .sink()
          .accept(
              new Event.Closed(
                  draft.node(),
                  step.text(),
                  step.generated(),
                  step.sumLogprob(),
                  draft.finish(),
                  step.answer()));
    }
  }

  /// Ends the search with what there is.
  ///
  /// @param more whether there is a solution of which no node was made yet
  /// @throws EngineException if there is none
  private void fail(EngineException failure, boolean more) {
    if (solved.isEmpty() && !more) {
      throw failure;
    }
    failed = true;
    warn("The search ends with what it has found: " + failure.getMessage());
  }

  /// After a failure nothing adds up: what a failed call cost is in no step, and an auditor may
  /// fail like the verifier.
  private void end(StepAudit audit, List<Node> grown) {
    if (!failed) {
      audit.end(grown);
    }
  }

  /// Makes nodes of the drafts that are worth it.
  private List<Node> adopt(List<Draft> drafts, boolean dedupe) {
    List<Node> kept = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Draft draft : drafts) {
      if (draft.node() < 0) {
        continue; // the budget did not reach it
      }
      Node node = new Node(draft.node(), draft.parent(), draft.index(), draft.step());
      End end = draft.step().end();
      if (end == End.EMPTY || end == End.FAILED) {
        prune(node, end.words());
      } else if (dedupe && !seen.add(normal(draft.step().text()))) {
        prune(node, "repeats a sibling");
      } else {
        draft.parent().add(node);
        nodes.add(node);
        if (node.solved()) {
          solved.add(node);
        }
        kept.add(node);
        if (end != null && !end.solved()) {
          prune(node, end.words());
        }
      }
    }
    return kept;
  }

  /// Steps that differ in their white space alone are the same.
  static String normal(String text) {
    return SPACE.matcher(text.strip()).replaceAll(" ");
  }

  /// Priors of siblings: the geometric mean of each one's token probabilities, as a share.
  private static void setPriors(List<Node> siblings) {
    double[] means =
        siblings.stream()
            .mapToDouble(it -> Math.exp(it.step().sumLogprob() / it.step().generated()))
            .toArray();
    double sum = IntStream.range(0, means.length).mapToDouble(i -> means[i]).sum();
    for (int i = 0; i < means.length; i++) {
      siblings.get(i).prior(sum > 0 ? means[i] / sum : 1.0 / means.length); // NaN is not above 0
    }
  }

  @Override
  public List<Node> finish(List<Node> open) {
    StepAudit audit = StepAudit.begin(this, solver);
    List<Draft> drafts = open.stream().map(node -> draft(node, node.take(1), true)).toList();
    write(drafts, audit);
    List<Node> ends = adopt(drafts, false);
    judge(ends);
    end(audit, ends);
    return ends;
  }

  /// For each of `nodes` the end of the text by which it is judged: itself, or where greedy steps
  /// from it lead.
  private List<Node> ahead(List<Node> nodes, StepAudit audit) {
    List<Node> ends = new ArrayList<>(nodes);
    for (int round = 1; round <= setup.lookahead() && !over(); round++) {
      List<Draft> drafts = new ArrayList<>();
      List<Integer> places = new ArrayList<>();
      for (int i = 0; i < ends.size(); i++) {
        Node end = ends.get(i);
        if (!end.ended() && end.depth() < setup.steps()) {
          boolean whole = end.depth() + 1 == setup.steps();
          drafts.add(new Draft(end, 0, whole, Sampling.GREEDY, "lookahead", rubric()));
          places.add(i);
        }
      }
      write(drafts, audit);
      for (int k = 0; k < drafts.size(); k++) {
        Draft draft = drafts.get(k);
        if (draft.node() >= 0) {
          Node rolled = new Node(draft.node(), draft.parent(), draft.index(), draft.step());
          prune(rolled, "looked ahead");
          ends.set(places.get(k), rolled);
        }
      }
    }
    return ends;
  }

  /// Has `judged` judged as they are.
  void judge(List<Node> judged) {
    judge(judged, judged);
  }

  private void judge(List<Node> judged, List<Node> ends) {
    if (failed) {
      return;
    }
    try {
      unpaid |= !judge.judge(judged, ends, solved, solver);
    } catch (EngineException e) {
      fail(e, false);
    }
  }

  StepJudge judgement() {
    return judge;
  }

  /// Whether steps are judged by texts that were thrown away.
  boolean looksAhead() {
    return setup.lookahead() > 0;
  }

  @Override
  public void prune(Node node, String reason) {
    node.close();
    solver.sink().accept(new Event.Pruned(node.id(), reason));
  }

  @Override
  public void visited(Node node) {
    solver.sink().accept(new Event.Visited(node.id(), node.visits(), node.mean()));
  }

  @Override
  public void warn(String message) {
    solver.sink().accept(new Event.Warned(message));
  }
}

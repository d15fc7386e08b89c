package ponder.search;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ponder.core.Event;
import ponder.core.Limits;
import ponder.core.Problem;
import ponder.core.Seed;
import ponder.model.EngineException;
import ponder.model.Request;
import ponder.search.tree.Grower;
import ponder.search.tree.Node;
import ponder.search.tree.Order;

/// Grows rStar's tree: all actions that a node allows, in one fan-out, and the answers to its new
/// sub-questions in a second one.
///
/// It asks; [RstarReader] makes nodes of what comes, and [RstarTree] keeps them.
///
/// A node's value is the share of samples that came to its answer, and no verifier is asked. Of the
/// samples that voted the first winner becomes the node, so a path of the tree is one of the trace;
/// the others stay in the trace as its siblings. A thought that gives the answer is valued by the
/// share of its parent's answers that agree.
///
/// At the question its answers come first and alone, paid from the whole budget, since without them
/// there is nothing to choose from. Of what is left then a quarter is kept back for the
/// discriminator, if there is one.
///
/// A model that fails after it was heard ends the tree with what has grown.
final class RstarGrower implements Grower {
  private static final double KEPT = 0.25;

  private final RstarSetup setup;
  private final RstarPrompts prompts;
  private final Fan fan;
  private final RstarTree tree;
  private final RstarSieve sieve;
  private final RstarReader reader;
  private final RstarAudit audit;
  private final boolean checks;
  private Solver solver;

  /// @param checks whether something must be left for the discriminator
  RstarGrower(RstarSetup setup, Problem problem, boolean checks, Solver solver) {
    this.setup = setup;
    this.checks = checks;
    this.solver = solver;
    prompts = new RstarPrompts(setup, problem, solver.model());
    fan = new Fan(solver.model(), solver);
    sieve = new RstarSieve(setup.dedupe(), prompts, fan, solver);
    tree =
        new RstarTree(
            setup.depth(),
            new Node(solver.root(), solver.seed()),
            RstarQuestion.of(problem.question()),
            solver.sink());
    reader = new RstarReader(prompts, sieve, tree, solver.rubric());
    audit = new RstarAudit(tree, solver);
  }

  @Override
  public Node root() {
    return tree.root();
  }

  @Override
  public boolean over() {
    return fan.over() || solver.cancelled();
  }

  /// What the model failed with; null if it did not.
  @Nullable EngineException failure() {
    return fan.failure();
  }

  /// What has grown so far.
  RstarTree tree() {
    return tree;
  }

  /// Samples of A2 of which no node was made: what there is when nothing came to an answer.
  List<Attempt> drafts() {
    return reader.drafts();
  }

  RstarPrompts prompts() {
    return prompts;
  }

  RstarFaults faults() {
    return sieve.faults();
  }

  /// All actions that each parent allows; how many samples an order wants does not matter.
  @Override
  public List<List<Node>> expand(List<Order> orders) {
    return orders.stream().map(order -> expand(order.parent())).toList();
  }

  private List<Node> expand(Node parent) {
    List<Node> grown = new ArrayList<>();
    Set<RstarAction> actions = EnumSet.noneOf(RstarAction.class);
    setup.actions().stream().filter(it -> it.mayFollow(tree.trail(parent))).forEach(actions::add);
    if (parent == tree.root()) {
      grown.addAll(finish(List.of(parent)));
      actions.remove(RstarAction.ANSWER);
      if (checks) {
        keepBack();
      }
    }
    if (!over()) {
      grown.addAll(act(parent, actions));
    }
    parent.children().forEach(child -> child.prior(1.0 / parent.children().size()));
    if (parent.children().isEmpty() && !over()) {
      prune(parent, "no action led on from here");
    }
    if (fan.failure() == null) { // what a failed call cost is in no sample
      audit.grown();
    }
    return grown;
  }

  /// A2 from each of `open`.
  @Override
  public List<Node> finish(List<Node> open) {
    return open.stream().flatMap(it -> act(it, Set.of(RstarAction.ANSWER)).stream()).toList();
  }

  private void keepBack() {
    Limits left = solver.budget().left();
    if (!left.none()) {
      solver = solver.within(part(left));
      fan.payFrom(solver);
    }
  }

  private static Limits part(Limits left) {
    return new Limits(
        left.tokens() == Limits.UNLIMITED ? left.tokens() : left.tokens() - kept(left.tokens()),
        left.calls() == Limits.UNLIMITED ? left.calls() : left.calls() - kept(left.calls()),
        left.samples(),
        left.seconds() * (1 - KEPT),
        left.flops() * (1 - KEPT));
  }

  private static long kept(long left) {
    return (long) (left * KEPT);
  }

  /// Takes `actions` from `node`, in one fan-out. A2 is reserved first: it always ends a solution.
  private List<Node> act(Node node, Set<RstarAction> actions) {
    List<RstarAction> order = new ArrayList<>();
    if (actions.contains(RstarAction.ANSWER)) {
      order.add(RstarAction.ANSWER);
    }
    Stream.of(RstarAction.values())
        .filter(it -> it != RstarAction.ANSWER && actions.contains(it))
        .forEach(order::add);
    List<List<Solver.Sample>> replies =
        ask(order.stream().map(action -> query(node, action)).toList());
    List<Node> grown = new ArrayList<>();
    for (int i = 0; i < order.size(); i++) {
      List<Solver.Sample> samples = replies.get(i);
      grown.addAll(
          switch (order.get(i)) {
            case THOUGHT -> reader.thoughts(node, samples);
            case ANSWER -> reader.answer(node, samples);
            case SUB_QUESTION -> subQuestions(node, samples);
            case AGAIN -> reader.again(node, samples);
            case REPHRASE -> reader.rephrase(node, samples);
          });
    }
    return grown;
  }

  private List<List<Solver.Sample>> ask(List<Fan.Query> queries) {
    List<List<Solver.Sample>> replies = fan.ask(queries);
    audit.asked(replies);
    return replies;
  }

  private Fan.Query query(Node node, RstarAction action) {
    Trail trail = tree.trail(node);
    RstarSetup.Counts counts = setup.counts();
    Request request =
        switch (action) {
          case THOUGHT -> prompts.thought(trail).withN(counts.thoughts());
          case ANSWER -> prompts.answer(trail).withN(counts.answers());
          case SUB_QUESTION -> prompts.subQuestion(trail).withN(counts.subQuestions());
          case AGAIN -> prompts.again(trail).withN(counts.subAnswers());
          case REPHRASE -> prompts.rephrase();
        };
    Seed seed = node.seed().split(action.words(), 0);
    return new Fan.Query(node.id(), action.words(), seeded(request, seed));
  }

  private Request seeded(Request request, Seed seed) {
    return request.withSeed(seed.value()).withCertainty(solver.wantsCertainty());
  }

  /// A3, whose sub-questions are asked in a second fan-out.
  private List<Node> subQuestions(Node node, List<Solver.Sample> samples) {
    Set<String> seen = new HashSet<>();
    tree.trail(node).facts().forEach(fact -> seen.add(RstarSieve.normal(fact.question())));
    Set<String> siblings = new HashSet<>();
    List<Solver.Sample> asked = new ArrayList<>();
    List<Fan.Query> queries = new ArrayList<>();
    for (Solver.Sample sample : samples) {
      String question = sieve.question(sample);
      if (sieve.usable(sample, question, sieve.endsAsQuestion(sample), seen, siblings)) {
        boolean closing = reader.closes(node, question);
        int n = closing ? setup.counts().answers() : setup.counts().subAnswers();
        Seed seed = node.seed().split("A3 sub-answer", sample.completion().sample());
        Request request = prompts.subAnswer(tree.trail(node), question).withN(n);
        asked.add(sample);
        queries.add(new Fan.Query(sample.node(), "A3 sub-answer", seeded(request, seed)));
      }
    }
    List<List<Solver.Sample>> replies = ask(queries);
    List<Node> grown = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      reader.fact(node, asked.get(i), replies.get(i), over()).ifPresent(grown::add);
    }
    return grown;
  }

  @Override
  public void prune(Node node, String reason) {
    tree.prune(node, reason);
  }

  @Override
  public void visited(Node node) {
    tree.visited(node);
  }

  @Override
  public void warn(String message) {
    solver.sink().accept(new Event.Warned(message));
  }
}

package ponder.search;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ponder.core.Event;
import ponder.core.Limits;
import ponder.core.Problem;
import ponder.core.Seed;
import ponder.model.Request;
import ponder.search.RstarFaults.Fault;
import ponder.search.tree.End;
import ponder.search.tree.Grower;
import ponder.search.tree.Node;
import ponder.search.tree.Order;
import ponder.search.tree.Step;
import ponder.verify.Candidate;

/// Grows rStar's tree: all actions that a node allows, in one fan-out, and the answers to its new
/// sub-questions in a second one.
///
/// A node's value is the share of samples that came to its answer, and no verifier is asked. Of the
/// samples that voted the first winner becomes the node, so a path of the tree is one of the trace;
/// the others stay in the trace as its siblings. A thought that gives the answer is valued by the
/// share of its parent's answers that agree.
///
/// At the question its answers come first and alone, paid from the whole budget, since without them
/// there is nothing to choose from. Of what is left then a quarter is kept back for the
/// discriminator.
final class RstarGrower implements Grower {
  private static final double KEPT = 0.25;

  /// What a sub-question or an answer without a vote is worth.
  private static final double LEAST = 0.01;

  private final RstarSetup setup;
  private final RstarPrompts prompts;
  private final Fan fan;
  private final Node root;
  private final List<Node> nodes = new ArrayList<>();
  private final Map<Node, Place> places = new HashMap<>();
  private final List<Attempt> drafts = new ArrayList<>();
  private final RstarSieve sieve;
  private final RstarAudit audit;
  private Solver solver;

  /// What is known of a node besides what the search knows.
  ///
  /// @param question the trace's node of its sub-question; -1 if it has none
  /// @param completions the answers that A2 came to from here, one for each sample
  private record Place(Trail trail, int question, List<@Nullable String> completions) {}

  RstarGrower(RstarSetup setup, Problem problem, Solver solver) {
    this.setup = setup;
    this.solver = solver;
    prompts = new RstarPrompts(setup, problem, solver.model());
    fan = new Fan(solver.model(), solver);
    sieve = new RstarSieve(setup.dedupe(), prompts, fan, solver.sink());
    audit = new RstarAudit(this, solver);
    root = new Node(solver.root(), solver.seed());
    places.put(
        root, new Place(Trail.of(RstarQuestion.of(problem.question())), -1, new ArrayList<>()));
  }

  @Override
  public Node root() {
    return root;
  }

  @Override
  public boolean over() {
    return fan.over() || solver.cancelled();
  }

  /// Every node below the root, in the order they were made.
  List<Node> nodes() {
    return List.copyOf(nodes);
  }

  Trail trail(Node node) {
    return place(node).trail;
  }

  /// The answers that A2 came to from `node`, one for each sample; null where a sample has none.
  List<@Nullable String> completions(Node node) {
    return place(node).completions;
  }

  private Place place(Node node) {
    Place place = places.get(node);
    if (place == null) {
      throw new IllegalStateException("Node %d is not of this tree.".formatted(node.id()));
    }
    return place;
  }

  /// Samples of A2 of which no node was made: what there is when nothing came to an answer.
  List<Attempt> drafts() {
    return List.copyOf(drafts);
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
    setup.actions().stream().filter(it -> it.mayFollow(trail(parent))).forEach(actions::add);
    if (parent == root) {
      grown.addAll(finish(List.of(parent)));
      actions.remove(RstarAction.ANSWER);
      keepBack();
    }
    if (!over()) {
      grown.addAll(act(parent, actions));
    }
    parent.children().forEach(child -> child.prior(1.0 / parent.children().size()));
    if (parent.children().isEmpty() && !over()) {
      prune(parent, "no action led on from here");
    }
    audit.grown();
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
            case THOUGHT -> thoughts(node, samples);
            case ANSWER -> answer(node, samples);
            case SUB_QUESTION -> subQuestions(node, samples);
            case AGAIN -> again(node, samples);
            case REPHRASE -> rephrase(node, samples);
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
    Trail trail = trail(node);
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

  // A1

  private List<Node> thoughts(Node node, List<Solver.Sample> samples) {
    Set<String> seen = new HashSet<>();
    trail(node).parts().forEach(part -> seen.add(RstarSieve.normal(part.text())));
    Set<String> siblings = new HashSet<>();
    List<Node> grown = new ArrayList<>();
    for (Solver.Sample sample : samples) {
      String text = prompts.withoutLabel(RstarSieve.line(sample));
      if (sieve.usable(sample, text, !RstarSieve.endless(sample), seen, siblings)) {
        String answer = Calls.markedAnswer(text + "\n").orElse(null);
        Trail trail = trail(node).then(RstarAction.THOUGHT, new Trail.Thought(text, answer));
        Double value = answer == null ? null : (Double) Majority.share(answer, completions(node));
        grown.add(adopt(node, sample, text, trail, -1, value));
      }
    }
    return grown;
  }

  // A2

  private List<Node> answer(Node node, List<Solver.Sample> samples) {
    samples.forEach(sample -> completions(node).add(sample.answer()));
    Optional<Majority> majority = Majority.of(samples);
    if (majority.isEmpty()) {
      samples.forEach(sample -> drafts.add(sample.attempt()));
      samples.forEach(sieve::unanswered);
      return List.of();
    }
    Majority most = majority.get();
    sieve.outvote(samples, most);
    String text = most.winner().completion().text().strip();
    Trail trail = trail(node).then(RstarAction.ANSWER, new Trail.Rest(text, most.answer()));
    return List.of(adopt(node, most.winner(), text, trail, -1, most.share()));
  }

  // A3

  private List<Node> subQuestions(Node node, List<Solver.Sample> samples) {
    Set<String> seen = new HashSet<>();
    trail(node).facts().forEach(fact -> seen.add(RstarSieve.normal(fact.question())));
    Set<String> siblings = new HashSet<>();
    List<Solver.Sample> asked = new ArrayList<>();
    List<Fan.Query> queries = new ArrayList<>();
    for (Solver.Sample sample : samples) {
      String question = sieve.question(sample);
      if (sieve.usable(sample, question, sieve.endsAsQuestion(sample), seen, siblings)) {
        boolean closing = closes(node, question);
        int n = closing ? setup.counts().answers() : setup.counts().subAnswers();
        Seed seed = node.seed().split("A3 sub-answer", sample.completion().sample());
        Request request = prompts.subAnswer(trail(node), question).withN(n);
        asked.add(sample);
        queries.add(new Fan.Query(sample.node(), "A3 sub-answer", seeded(request, seed)));
      }
    }
    List<List<Solver.Sample>> replies = ask(queries);
    List<Node> grown = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      fact(node, asked.get(i), replies.get(i)).ifPresent(grown::add);
    }
    return grown;
  }

  private boolean closes(Node node, String question) {
    return trail(node).asked().isAskedBy(question, prompts.say(Phrase.NOW_ANSWER));
  }

  private Optional<Node> fact(Node node, Solver.Sample asked, List<Solver.Sample> samples) {
    String question = sieve.question(asked);
    boolean closing = closes(node, question);
    Optional<Majority> majority = Majority.of(samples);
    Optional<Solver.Sample> winner =
        majority
            .map(Majority::winner)
            .or(
                () ->
                    closing
                        ? Optional.empty()
                        : samples.stream()
                            .filter(it -> !RstarSieve.line(it).isEmpty())
                            .findFirst());
    if (winner.isEmpty()) {
      if (samples.isEmpty()) {
        sieve.prune(asked.node(), over() ? End.CUT.words() : "no room for its answer");
      } else {
        sieve.leaveOut(asked, Fault.UNANSWERED);
      }
      return Optional.empty();
    }
    majority.ifPresent(most -> sieve.outvote(samples, most));
    String text = winner.get().completion().text().strip();
    Trail.Fact fact =
        new Trail.Fact(question, text, majority.map(Majority::answer).orElse(null), closing);
    Trail trail = trail(node).then(RstarAction.SUB_QUESTION, fact);
    double value = majority.map(Majority::share).orElse(LEAST);
    return Optional.of(adopt(node, asked, winner.get(), trail, value));
  }

  // A4

  private List<Node> again(Node node, List<Solver.Sample> samples) {
    Optional<Majority> majority = Majority.of(samples);
    if (majority.isEmpty()) {
      samples.forEach(sieve::unanswered);
      return List.of();
    }
    Majority most = majority.get();
    sieve.outvote(samples, most);
    String text = most.winner().completion().text().strip();
    String question = trail(node).facts().getLast().question();
    Trail trail = trail(node).again(new Trail.Fact(question, text, most.answer(), false));
    return List.of(adopt(node, most.winner(), text, trail, -1, most.share()));
  }

  // A5

  private List<Node> rephrase(Node node, List<Solver.Sample> samples) {
    List<Node> grown = new ArrayList<>();
    for (Solver.Sample sample : samples) {
      String text = RstarSieve.line(sample);
      RstarQuestion other =
          RstarQuestion.rephrased(prompts.conditions() + " " + text, prompts.say(Phrase.QUESTION));
      if (sieve.usable(sample, text, !RstarSieve.endless(sample), Set.of(), new HashSet<>())) {
        if (other == null) {
          sieve.leaveOut(sample, Fault.SHAPELESS);
        } else {
          grown.add(adopt(node, sample, text, trail(node).rephrased(other), -1, null));
        }
      }
    }
    return grown;
  }

  // Nodes

  private Node adopt(
      Node parent,
      Solver.Sample sample,
      String text,
      Trail trail,
      int question,
      @Nullable Double value) {
    Candidate own = sample.attempt().candidate();
    return adopt(
        parent,
        sample,
        step(text, own.tokens(), own.sumLogprob(), own.certainty() * own.tokens()),
        trail,
        question,
        value);
  }

  /// A sub-question with its answer.
  private Node adopt(
      Node parent, Solver.Sample asked, Solver.Sample winner, Trail trail, double value) {
    Candidate question = asked.attempt().candidate();
    Candidate answer = winner.attempt().candidate();
    Step step =
        step(
            answer.text(),
            question.tokens() + answer.tokens(),
            question.sumLogprob() + answer.sumLogprob(),
            question.certainty() * question.tokens() + answer.certainty() * answer.tokens());
    return adopt(parent, winner, step, trail, asked.node(), value);
  }

  private static Step step(String text, long tokens, double sumLogprob, double certainty) {
    return new Step(text, null, tokens, sumLogprob, certainty, null, null);
  }

  private Node adopt(
      Node parent,
      Solver.Sample sample,
      Step step,
      Trail trail,
      int question,
      @Nullable Double value) {
    boolean deepest = parent.depth() + 1 >= setup.depth();
    boolean answered = trail.answered().isPresent();
    End end = trail.open() && !deepest ? null : answered ? End.ANSWERED : End.TRUNCATED;
    Step ended =
        end == null
            ? step
            : step.then(new Step("", null, 0, 0, 0, end, trail.answered().orElse(null)));
    Node node = new Node(sample.node(), parent, parent.take(1), ended);
    parent.add(node);
    nodes.add(node);
    places.put(node, new Place(trail, question, new ArrayList<>()));
    if (value != null) {
      node.judge(Math.max(LEAST, value), List.of());
      solver.sink().accept(new Event.Scored(node.id(), "vote", node.value()));
    }
    if (end == End.TRUNCATED) {
      prune(node, "as deep as a path may be");
    }
    return node;
  }

  @Override
  public void prune(Node node, String reason) {
    node.close();
    sieve.prune(node.id(), reason);
  }

  @Override
  public void visited(Node node) {
    int question = place(node).question;
    if (question >= 0) {
      solver.sink().accept(new Event.Visited(question, node.visits(), node.mean()));
    }
    solver.sink().accept(new Event.Visited(node.id(), node.visits(), node.mean()));
  }

  @Override
  public void warn(String message) {
    solver.sink().accept(new Event.Warned(message));
  }
}

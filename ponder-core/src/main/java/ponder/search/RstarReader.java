package ponder.search;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import ponder.grade.Rubric;
import ponder.search.RstarFaults.Fault;
import ponder.search.tree.End;
import ponder.search.tree.Node;

/// Makes nodes of rStar's tree of what the actions brought.
///
/// Where samples vote, the first of the winners becomes the node. Used by one thread.
final class RstarReader {
  private final RstarPrompts prompts;
  private final RstarSieve sieve;
  private final RstarTree tree;
  private final Rubric rubric;
  private final List<Attempt> drafts = new ArrayList<>();

  /// @param rubric how answers are read and voted on
  RstarReader(RstarPrompts prompts, RstarSieve sieve, RstarTree tree, Rubric rubric) {
    this.prompts = prompts;
    this.sieve = sieve;
    this.tree = tree;
    this.rubric = rubric;
  }

  /// Samples of A2 of which no node was made.
  List<Attempt> drafts() {
    return List.copyOf(drafts);
  }

  /// A1: a node for each usable step.
  List<Node> thoughts(Node node, List<Solver.Sample> samples) {
    Set<String> seen = new HashSet<>();
    tree.trail(node).parts().forEach(part -> seen.add(RstarSieve.normal(part.text())));
    Set<String> siblings = new HashSet<>();
    List<Node> grown = new ArrayList<>();
    for (Solver.Sample sample : samples) {
      String text = prompts.withoutLabel(RstarSieve.line(sample));
      if (sieve.usable(sample, text, !RstarSieve.endless(sample), seen, siblings)) {
        String answer = rubric.marked(text + "\n").orElse(null);
        Trail trail = tree.trail(node).then(RstarAction.THOUGHT, new Trail.Thought(text, answer));
        Double value =
            answer == null ? null : (Double) Majority.share(answer, tree.completions(node), rubric);
        grown.add(tree.add(node, sample, text, trail, value));
      }
    }
    return grown;
  }

  /// A2: the majority's first sample; none if no sample has an answer.
  List<Node> answer(Node node, List<Solver.Sample> samples) {
    samples.forEach(sample -> tree.completions(node).add(sample.answer()));
    Optional<Majority> majority = Majority.of(samples, rubric);
    if (majority.isEmpty()) {
      samples.forEach(sample -> drafts.add(sample.attempt()));
      samples.forEach(sieve::unanswered);
      return List.of();
    }
    Majority most = majority.get();
    sieve.outvote(samples, most);
    String text = most.winner().completion().text().strip();
    Trail trail = tree.trail(node).then(RstarAction.ANSWER, new Trail.Rest(text, most.answer()));
    return List.of(tree.add(node, most.winner(), text, trail, most.share()));
  }

  /// Whether a sub-question asks what the problem asks.
  boolean closes(Node node, String question) {
    return tree.trail(node).asked().isAskedBy(question, prompts.say(Phrase.NOW_ANSWER));
  }

  /// A3: a sub-question and its answer, by the majority; where nobody has an answer, by the first
  /// text that ended by itself, unless the problem itself is asked.
  ///
  /// @param samples the sub-question's
  /// @param over whether nothing more can be paid
  Optional<Node> fact(Node node, Solver.Sample asked, List<Solver.Sample> samples, boolean over) {
    String question = sieve.question(asked);
    boolean closing = closes(node, question);
    Optional<Majority> majority = Majority.of(samples, rubric);
    Optional<Solver.Sample> winner =
        majority
            .map(Majority::winner)
            .or(
                () ->
                    closing
                        ? Optional.empty()
                        : samples.stream().filter(RstarSieve::whole).findFirst());
    if (majority.isEmpty()) {
      sieve.passOver(samples, winner.orElse(null));
    }
    if (winner.isEmpty()) {
      if (samples.isEmpty()) {
        sieve.prune(asked.node(), over ? End.CUT.words() : "no room for its answer");
      } else {
        sieve.leaveOut(asked, Fault.UNANSWERED);
      }
      return Optional.empty();
    }
    majority.ifPresent(most -> sieve.outvote(samples, most));
    String text = winner.get().completion().text().strip();
    Trail.Fact fact =
        new Trail.Fact(question, text, majority.map(Majority::answer).orElse(null), closing);
    Trail trail = tree.trail(node).then(RstarAction.SUB_QUESTION, fact);
    double value = majority.map(Majority::share).orElse(0.0); // then the least that a node has
    return Optional.of(tree.add(node, asked, winner.get(), trail, value));
  }

  /// A4: the majority's first sample; none if no sample has an answer.
  List<Node> again(Node node, List<Solver.Sample> samples) {
    Optional<Majority> majority = Majority.of(samples, rubric);
    if (majority.isEmpty()) {
      samples.forEach(sieve::unanswered);
      return List.of();
    }
    Majority most = majority.get();
    sieve.outvote(samples, most);
    String text = most.winner().completion().text().strip();
    String question = tree.trail(node).facts().getLast().question();
    Trail trail = tree.trail(node).again(new Trail.Fact(question, text, most.answer(), false));
    return List.of(tree.add(node, most.winner(), text, trail, most.share()));
  }

  /// A5: a node for each usable question in other words.
  List<Node> rephrase(Node node, List<Solver.Sample> samples) {
    List<Node> grown = new ArrayList<>();
    for (Solver.Sample sample : samples) {
      String text = RstarSieve.line(sample);
      RstarQuestion other =
          RstarQuestion.rephrased(prompts.conditions() + " " + text, prompts.say(Phrase.QUESTION));
      if (sieve.usable(sample, text, !RstarSieve.endless(sample), Set.of(), new HashSet<>())) {
        if (other == null) {
          sieve.leaveOut(sample, Fault.SHAPELESS);
        } else {
          grown.add(tree.add(node, sample, text, tree.trail(node).rephrased(other), null));
        }
      }
    }
    return grown;
  }
}

package ponder.search;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import ponder.grade.Rubric;
import ponder.search.tree.Node;
import ponder.search.tree.Step;
import ponder.verify.Candidate;
import ponder.verify.Steps;

/// A solution of rStar's tree. Solutions of equal text are one, found more often.
///
/// @param attempt the solution that was found first
/// @param answer what it comes to
/// @param paragraph its text in one line, as it is cut for checking
/// @param frequency how often it was found: once in the tree, and once with every path that ended
///   in it
/// @param reward what it is worth by all that, at least 0 and at most `frequency`
/// @param trajectory mean reward along its path times the value of its end, in [0, 1]
record RstarCandidate(
    Attempt attempt,
    String answer,
    String paragraph,
    double frequency,
    double reward,
    double trajectory) {
  /// Answers longer than this are none.
  private static final int LONGEST = 100;

  /// Every solution of the tree, in the order they were found.
  ///
  /// @param language of our own sentences
  /// @param rubric which answers are equal
  static List<RstarCandidate> of(
      RstarTree tree, Language language, RstarCheck check, Rubric rubric) {
    Map<String, RstarCandidate> merged = new LinkedHashMap<>();
    for (Node node : tree.nodes()) {
      String answer = tree.trail(node).answered().orElse("");
      if (!answer.isBlank() && answer.length() <= LONGEST) {
        RstarCandidate candidate = of(node, answer, tree, language, check, rubric);
        merged.merge(candidate.paragraph, candidate, RstarCandidate::with);
      }
    }
    return new ArrayList<>(merged.values());
  }

  private static RstarCandidate of(
      Node node,
      String answer,
      RstarTree tree,
      Language language,
      RstarCheck check,
      Rubric rubric) {
    double frequency = 1 + (node.ended() ? node.visits() : 0);
    double worth =
        switch (check.reward()) {
          case VALUE -> node.value();
          case FREQUENCY -> 1;
        };
    double process = check.process() ? process(node, answer, tree, rubric) : 1;
    return new RstarCandidate(
        attempt(node, answer, tree.trail(node)),
        answer,
        tree.trail(node).paragraph(language),
        frequency,
        frequency * worth * process,
        process * path(node) * node.value());
  }

  /// Two of equal text.
  private RstarCandidate with(RstarCandidate other) {
    return new RstarCandidate(
        attempt,
        answer,
        paragraph,
        frequency + other.frequency,
        reward + other.reward,
        Math.max(trajectory, other.trajectory));
  }

  /// The potential score: for each node before the end, how many of its completions agree.
  ///
  /// Departs from the released code, which samples these completions anew: A2 has taken them.
  private static double process(Node node, String answer, RstarTree tree, Rubric rubric) {
    double product = 1;
    for (@Nullable Node at = node.parent(); at != null; at = at.parent()) {
      List<@Nullable String> completions = tree.completions(at);
      product *= completions.isEmpty() ? 1 : Majority.share(answer, completions, rubric);
    }
    return product;
  }

  /// Mean over the path's nodes of what the paths through each came to; of those that none went
  /// through, their value.
  private static double path(Node node) {
    double sum = 0;
    Node at = node;
    for (Node parent = at.parent(); parent != null; parent = at.parent()) {
      sum += at.visits() == 0 ? at.value() : at.mean();
      at = parent;
    }
    return sum / node.depth();
  }

  private static Attempt attempt(Node node, String answer, Trail trail) {
    Step path = node.path();
    String text = trail.text();
    return new Attempt(
        node.id(),
        new Candidate(
            text,
            Steps.split(text),
            answer,
            path.generated(),
            path.sumLogprob(),
            path.certainty() / path.generated()));
  }
}

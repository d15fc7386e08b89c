package ponder.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What was done from the question to a node of rStar's tree. Immutable.
///
/// The prompts of all actions are made from it anew, so unlike the paths of other step trees it is
/// no text that simply grows.
///
/// @param last the action that led here; null at the question itself
/// @param asked the question, in other words if it was rephrased
/// @param parts what was found, in order; a sub-question that was answered again is here once, with
///   the new answer
record Trail(@Nullable RstarAction last, RstarQuestion asked, List<Part> parts) {
  Trail {
    parts = List.copyOf(parts);
  }

  /// A piece of a solution.
  sealed interface Part {
    /// What was found.
    String text();
  }

  /// A step of thought.
  ///
  /// @param answer the answer that it gives; null if it gives none
  record Thought(String text, @Nullable String answer) implements Part {}

  /// A sub-question that was answered.
  ///
  /// @param text its answer
  /// @param answer what the text comes to; null if it comes to none
  /// @param closing whether it asks what the problem asks, so that nothing is left to do
  record Fact(String question, String text, @Nullable String answer, boolean closing)
      implements Part {}

  /// All the rest.
  record Rest(String text, @Nullable String answer) implements Part {}

  /// The question alone.
  static Trail of(RstarQuestion asked) {
    return new Trail(null, asked, List.of());
  }

  /// The trail that goes on with `part`.
  Trail then(RstarAction action, Part part) {
    List<Part> all = new ArrayList<>(parts);
    all.add(part);
    return new Trail(action, asked, all);
  }

  /// The trail whose last sub-question has this answer instead.
  Trail again(Part part) {
    List<Part> all = new ArrayList<>(parts);
    all.set(all.size() - 1, part);
    return new Trail(RstarAction.AGAIN, asked, all);
  }

  /// The trail that begins with the question in other words.
  Trail rephrased(RstarQuestion other) {
    return new Trail(RstarAction.REPHRASE, other, parts);
  }

  /// Whether something is left to do.
  boolean open() {
    return parts.isEmpty()
        || switch (parts.getLast()) {
          case Thought it -> true;
          case Fact fact -> !fact.closing;
          case Rest it -> false;
        };
  }

  /// The answer, if the last part gives one to the whole problem.
  Optional<String> answered() {
    if (parts.isEmpty()) {
      return Optional.empty();
    }
    return switch (parts.getLast()) {
      case Thought thought -> Optional.ofNullable(thought.answer);
      case Fact fact -> Optional.ofNullable(fact.closing ? fact.answer : null);
      case Rest rest -> Optional.ofNullable(rest.answer);
    };
  }

  /// The sub-questions with their answers, in order.
  List<Fact> facts() {
    return parts.stream().filter(Fact.class::isInstance).map(Fact.class::cast).toList();
  }

  /// The steps so far, without the sentences that tell what each of them came to.
  List<String> steps(Language in) {
    return parts.stream().map(part -> withoutTail(part.text(), in)).toList();
  }

  /// A text without its last "The answer is ..."; the whole if there is nothing else in it.
  private static String withoutTail(String text, Language in) {
    int tail = text.lastIndexOf(Phrase.ANSWER_IS.in(in));
    String before = tail < 0 ? "" : text.substring(0, tail).strip();
    return before.isEmpty() ? text : before;
  }

  /// The solution as it is shown: a line for each part.
  String text() {
    return String.join("\n", parts.stream().map(Part::text).toList());
  }

  /// The solution as one text without line breaks, which its beginnings are cut from.
  String paragraph(Language in) {
    List<String> steps = steps(in);
    List<String> words = new ArrayList<>(List.of(Phrase.LET_US_THINK.in(in)));
    words.addAll(steps.subList(0, steps.size() - 1));
    if (steps.size() > 1) {
      words.add(Phrase.NOW_ANSWER.in(in));
    }
    words.add(parts.getLast().text());
    return String.join(" ", words).strip().replaceAll("\\s+", " ");
  }
}

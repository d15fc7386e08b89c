package ponder.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import ponder.grade.AnswerClasses;
import ponder.grade.Rubric;

/// The answer that most of some samples come to.
///
/// @param winner the first sample that gives it
/// @param answer the answer
/// @param share the part of all samples that give it, those without an answer counted; in (0, 1]
record Majority(Solver.Sample winner, String answer, double share) {

  /// The majority of `samples`; empty if none has an answer. Ties as in [Vote].
  static Optional<Majority> of(List<Solver.Sample> samples, Rubric rubric) {
    List<Integer> winners =
        Vote.of(samples.stream().map(Solver.Sample::attempt).toList(), rubric).winners();
    if (winners.isEmpty()) {
      return Optional.empty();
    }
    Solver.Sample first = samples.get(winners.getFirst());
    String answer = first.answer();
    return answer == null
        ? Optional.empty()
        : Optional.of(new Majority(first, answer, (double) winners.size() / samples.size()));
  }

  /// Which part of `answers` is the same as `answer`, in [0, 1]; 0 of none.
  static double share(String answer, List<@Nullable String> answers, Rubric rubric) {
    return answers.isEmpty() ? 0 : (double) agreeing(answer, answers, rubric) / answers.size();
  }

  /// The classes of `answers` and, as the last, `answer`. What else there is can tell whether two
  /// answers are the same, so whoever compares them does so among all of these.
  static AnswerClasses classes(String answer, List<@Nullable String> answers, Rubric rubric) {
    List<@Nullable String> all = new ArrayList<>(answers);
    all.add(answer);
    return rubric.classes(all);
  }

  /// How many of `answers` are the same as `answer`.
  static int agreeing(String answer, List<@Nullable String> answers, Rubric rubric) {
    AnswerClasses classes = classes(answer, answers, rubric);
    int own = classes.classOf(answers.size());
    int agreeing = 0;
    for (int i = 0; i < answers.size(); i++) {
      agreeing += own >= 0 && classes.classOf(i) == own ? 1 : 0;
    }
    return agreeing;
  }
}

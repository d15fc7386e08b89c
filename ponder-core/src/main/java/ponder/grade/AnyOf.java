package ponder.grade;

import java.util.List;
import java.util.function.BiFunction;

/// Grades an answer against alternatives, of which it has to equal one.
public final class AnyOf {
  private AnyOf() {}

  /// The verdict on the first of `references` that `answer` is equal to, else the first undecided
  /// one, else the first. With several references its path begins with which: `any[1]>`.
  ///
  /// @throws IllegalArgumentException if there is no reference
  public static Verdict grade(String answer, List<String> references, Profile profile) {
    return grade(answer, references, (given, wanted) -> Grader.grade(given, wanted, profile));
  }

  /// Like the other, with verdicts on answer and reference that `judge` gives.
  ///
  /// @throws IllegalArgumentException if there is no reference
  public static Verdict grade(
      String answer, List<String> references, BiFunction<String, String, Verdict> judge) {
    if (references.isEmpty()) {
      throw new IllegalArgumentException("references (0) must be at least 1.");
    }
    if (references.size() == 1) {
      return judge.apply(answer, references.getFirst());
    }
    Verdict best = at(0, judge.apply(answer, references.getFirst()));
    for (int i = 1; i < references.size() && !best.isCorrect(); i++) {
      Verdict verdict = at(i, judge.apply(answer, references.get(i)));
      if (verdict.isCorrect() || better(verdict, best)) {
        best = verdict;
      }
    }
    return best;
  }

  private static boolean better(Verdict verdict, Verdict best) {
    return verdict instanceof Verdict.Undecided && best instanceof Verdict.Wrong;
  }

  private static Verdict at(int index, Verdict verdict) {
    String path = "any[%d]>".formatted(index);
    return switch (verdict) {
      case Verdict.Correct v -> new Verdict.Correct(v.reason(), path + v.path(), v.steps());
      case Verdict.Wrong v -> new Verdict.Wrong(v.reason(), path + v.path(), v.steps());
      case Verdict.Undecided v -> new Verdict.Undecided(v.reason(), path + v.path(), v.steps());
    };
  }
}

package ponder.grade;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import ponder.grade.exact.Expr;
import ponder.grade.exact.ExprTree;
import ponder.grade.exact.Work;

/// A pair that the grader left undecided, as a question that a computer algebra system can answer:
/// are these two expressions equal?
public final class AlgebraQuestion {
  private AlgebraQuestion() {}

  /// The question as one line of JSON, `{"symbols","integers","left","right"}`, whose trees are
  /// made of names from a fixed list, digits and indices alone ([ExprTree]): no part of a text gets
  /// into it. Both sides are plain expressions, or assignments of such to one name.
  ///
  /// Empty if a side was not read, is no single expression, carries another unit or percent sign
  /// than the other, is a written decimal (which may stand for what it rounds, a question of
  /// profiles, not of algebra), lacks the form that the strict profile asks for, or is too large to
  /// compute. Deterministic, any thread; bounded by [Grader#MAX_STEPS].
  public static Optional<String> of(String answer, String reference, Profile profile) {
    if (profile == Profile.VOTE
        || Math.max(answer.length(), reference.length()) > Reading.MAX_LENGTH
        || (profile == Profile.STRICT && Unicode.hidesSomething(answer))) {
      return Optional.empty();
    }
    Work work = new Work(Grader.MAX_STEPS);
    try {
      Value a = value(answer, work);
      Value r = value(reference, work);
      return a == null || r == null
          ? Optional.empty()
          : pair(bare(a, r), bare(r, a), profile, work);
    } catch (Work.Exhausted e) {
      return Optional.empty();
    }
  }

  private static @Nullable Value value(String text, Work work) {
    Reading reading = Reading.of(text.strip(), true, work);
    return reading == null || reading.isEmpty() ? null : reading.value();
  }

  /// What is assigned, unless the other side assigns to another name.
  private static Value bare(Value value, Value other) {
    return value instanceof Value.Assignment mine
            && !(other instanceof Value.Assignment theirs && !mine.label().equals(theirs.label()))
        ? mine.value()
        : value;
  }

  private static Optional<String> pair(Value a, Value r, Profile profile, Work work) {
    if (!(a instanceof Value.Num answer) || !(r instanceof Value.Num reference)) {
      return Optional.empty();
    }
    Expr left = answer.expr();
    Expr right = reference.expr();
    boolean sameDress =
        answer.unit().equals(reference.unit())
            && answer.percent() == reference.percent()
            && answer.spelled() == reference.spelled();
    boolean decimal = WrittenDecimal.of(left) != null || WrittenDecimal.of(right) != null;
    boolean formed = profile != Profile.STRICT || new Numbers(profile, work).hasForm(left, right);
    return sameDress && !decimal && formed ? ExprTree.pair(left, right, work) : Optional.empty();
  }
}

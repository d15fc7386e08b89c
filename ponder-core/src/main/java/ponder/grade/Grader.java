package ponder.grade;

import ponder.grade.exact.Work;

/// Compares an answer with a reference.
///
/// Both sides are cut into tokens; the same tokens are the same answer. Else both are read as
/// values by a grammar of TeX and plain text, and compared by kind: words, choices, tuples, sets,
/// intervals, matrices, relations, and above all numbers and formulas, for which the cheapest of
/// fractions, canonical forms and high-precision values that decides is taken. What cannot be read
/// whole is undecided; no rule looks for a number inside a text.
///
/// Rejected: a computer algebra system (slow to start, unbounded, and wrong on TeX input), string
/// rewriting by regular expressions (wrong inside words and matrices, and slow on hostile input),
/// floating-point tolerance (`10000001` is not `10000000`), and asking several graders in both
/// orders, which multiplies false accepts.
///
/// Steps are counted, not time: equal inputs get equal verdicts on every machine.
public final class Grader {
  /// No comparison takes more elementary steps.
  public static final long MAX_STEPS = 2_000_000;

  private Grader() {}

  /// Whether `answer` is equal to `reference` under `profile`. The order matters: what the
  /// reference leaves open the answer may state, not the other way round. An absent answer is `""`,
  /// which is wrong. Never throws, deterministic, any thread; bounded by [#MAX_STEPS].
  public static Verdict grade(String answer, String reference, Profile profile) {
    Work work = new Work(MAX_STEPS);
    Decision decision;
    try {
      decision = decide(answer.strip(), reference.strip(), profile, work);
    } catch (Work.Exhausted e) {
      decision = Decision.unknown(Reason.LIMIT, "steps");
    }
    return switch (decision.truth()) {
      case YES -> new Verdict.Correct(decision.reason(), decision.path(), work.used());
      case NO -> new Verdict.Wrong(decision.reason(), decision.path(), work.used());
      case UNKNOWN -> new Verdict.Undecided(decision.reason(), decision.path(), work.used());
    };
  }

  private static Decision decide(String answer, String reference, Profile profile, Work work) {
    if (answer.isEmpty() || reference.isEmpty()) {
      return Decision.no(Reason.EMPTY, "empty");
    }
    boolean same = answer.equals(reference);
    if (Math.max(answer.length(), reference.length()) > Reading.MAX_LENGTH) {
      return same ? Decision.yes(Reason.STRING, "text") : Decision.unknown(Reason.LIMIT, "length");
    }
    boolean hidden = profile == Profile.STRICT && !same && Unicode.hidesSomething(answer);
    Reading a = hidden ? null : Reading.of(answer, true, work);
    Reading r = Reading.of(reference, true, work);
    if (a == null || r == null) {
      return same
          ? Decision.yes(Reason.STRING, "text")
          : Decision.unknown(Reason.PARSE_FAIL, hidden ? "hidden characters" : "tokens");
    }
    if (a.isEmpty() || r.isEmpty()) {
      return Decision.no(Reason.EMPTY, "empty");
    }
    if (Tokens.same(a.tokens(), r.tokens())) {
      return Decision.yes(Reason.STRING, "normalised");
    }
    return profile == Profile.VOTE ? votes(a, r, work) : values(answer, a, r, profile, work);
  }

  private static Decision votes(Reading a, Reading r, Work work) {
    CanonicalForm left = CanonicalForm.of(a, work);
    CanonicalForm right = CanonicalForm.of(r, work);
    if (left.key().equals(right.key())) {
      return Decision.yes(Reason.CANONICAL, "canonical");
    }
    return left.isOpaque() || right.isOpaque()
        ? Decision.unknown(Reason.PARSE_FAIL, "opaque")
        : Decision.no(Reason.CANONICAL, "canonical");
  }

  private static Decision values(String answer, Reading a, Reading r, Profile profile, Work work) {
    Comparison comparison = new Comparison(profile, work);
    Decision decision = comparison.compare(a.value(), r.value());
    boolean maybeList =
        r.value() instanceof Value.Collection
            && a.value() instanceof Value.Num
            && answer.indexOf(',') >= 0;
    if (decision.isYes() || !maybeList) {
      return decision;
    }
    // Against a list, `100,200` is two numbers, although alone it is one.
    Reading list = Reading.of(answer, false, work);
    return list == null ? decision : comparison.compare(list.value(), r.value()).under("list");
  }
}

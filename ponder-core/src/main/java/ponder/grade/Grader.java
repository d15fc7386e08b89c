package ponder.grade;

import java.math.BigDecimal;

/// Compares an answer with a reference.
public final class Grader {
  /// No comparison takes more elementary steps.
  public static final long MAX_STEPS = 2_000_000;

  private Grader() {}

  /// Whether `answer` is equal to `reference` under `profile`. The order matters: what the
  /// reference leaves open the answer may state, not the other way round. An absent answer is `""`,
  /// which is wrong. Never throws, deterministic, any thread; bounded by [#MAX_STEPS].
  public static Verdict grade(String answer, String reference, Profile profile) {
    String a = plain(answer);
    String r = plain(reference);
    long steps = (long) answer.length() + reference.length();
    if (a.isEmpty() || r.isEmpty()) {
      return new Verdict.Wrong(Reason.EMPTY, "empty", steps);
    }
    if (a.equals(r)) {
      return new Verdict.Correct(Reason.STRING, "normalised", steps);
    }
    if (!isNumber(a) || !isNumber(r)) {
      return new Verdict.Undecided(Reason.PARSE_FAIL, "opaque", steps);
    }
    return new BigDecimal(a).compareTo(new BigDecimal(r)) == 0
        ? new Verdict.Correct(Reason.EXACT, "rational", steps)
        : new Verdict.Wrong(Reason.EXACT, "rational", steps);
  }

  private static String plain(String text) {
    return text.strip().replace(" ", "");
  }

  private static boolean isNumber(String text) {
    int digits = 0;
    int points = 0;
    for (int i = text.startsWith("-") ? 1 : 0; i < text.length(); i++) {
      if (text.charAt(i) >= '0' && text.charAt(i) <= '9') {
        digits++;
      } else if (text.charAt(i) == '.') {
        points++;
      } else {
        return false;
      }
    }
    return digits > 0 && digits <= 2000 && points <= 1;
  }
}

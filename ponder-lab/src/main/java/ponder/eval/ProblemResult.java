package ponder.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import ponder.core.Spend;
import ponder.stats.Sample;

/// What came of one problem of an evaluation: a line of `results.jsonl`.
///
/// In a redacted folder there are neither texts nor answers: `reference`, `answer` and the
/// candidates' answers are null and `why` is empty. All estimators work from the candidates'
/// classes, correctness, scores and tokens, which stay.
///
/// @param id the problem's id in its data set
/// @param index its place among the evaluated problems, from 0
/// @param reference the right answer; null if redacted
/// @param answer the method's answer; null if it has none, or if redacted
/// @param answered whether the method gave an answer
/// @param verdict what the grader says of that answer; wrong if there is none
/// @param f1 how many of the words are right, in [0, 1], see [ponder.grade.ShortAnswer]; null where
///   answers are not of words
/// @param why what made the answer win, in words; empty if redacted or failed
/// @param anytime whether the budget or a deadline ended the method early
/// @param run the run's id in the journal; empty if the problem failed
/// @param candidates every candidate, in the order of their indices; none if the problem failed
/// @param thinkingTokens generated for thoughts, where the method tells them apart; else 0
/// @param seconds wall time from the problem's beginning to its end, waiting for others included
/// @param spend what the method used, replayed calls included
/// @param paid what the process that finished the problem computed for it
/// @param failure why the problem could not be worked on to its end; null if it could
public record ProblemResult(
    String id,
    int index,
    @Nullable String reference,
    @Nullable String answer,
    boolean answered,
    Verdict verdict,
    @Nullable Double f1,
    String why,
    boolean anytime,
    String run,
    List<CandidateResult> candidates,
    long thinkingTokens,
    double seconds,
    Spend spend,
    Spend paid,
    @Nullable String failure) {
  public ProblemResult {
    candidates = List.copyOf(candidates);
    if (id.isBlank() || index < 0) {
      throw new IllegalArgumentException(
          "result (%d, '%s') needs an id and an index of at least 0.".formatted(index, id));
    }
    if (failure != null && (verdict != Verdict.WRONG || !candidates.isEmpty())) {
      throw new IllegalArgumentException(
          "problem (%s) failed and is therefore wrong, without candidates; it is %s with %d."
              .formatted(id, verdict.json(), candidates.size()));
    }
    if (!answered && verdict != Verdict.WRONG) {
      throw new IllegalArgumentException(
          "problem (%s) has no answer and is therefore wrong, not %s."
              .formatted(id, verdict.json()));
    }
  }

  /// What the grader says of an answer.
  public enum Verdict {
    CORRECT,
    WRONG,
    /// The grader could not tell; counted as not correct.
    UNDECIDED;

    /// The name in files.
    public String json() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// One candidate answer.
  ///
  /// @param answer the answer; null if there is none, or if redacted
  /// @param answerClass which class of equal answers it belongs to, numbered in the order in which
  ///   they are first seen; -1 if there is no answer
  /// @param correct whether the answer is equal to the reference
  /// @param score in [0, 1], higher is better; what it means is the verifier's business
  /// @param tokens generated for it
  public record CandidateResult(
      @Nullable String answer, int answerClass, boolean correct, double score, long tokens) {
    public CandidateResult {
      if (answerClass < -1 || tokens < 0 || !(score >= 0 && score <= 1)) {
        throw new IllegalArgumentException(
            "candidate of class %d with score %s and %d tokens cannot be."
                .formatted(answerClass, score, tokens));
      }
      if (correct && answerClass < 0) {
        throw new IllegalArgumentException("A candidate without an answer cannot be correct.");
      }
    }
  }

  /// Whether the method's answer is right. Undecided is not.
  public boolean correct() {
    return verdict == Verdict.CORRECT;
  }

  /// Whether the problem was given up because something went wrong.
  public boolean failed() {
    return failure != null;
  }

  /// The candidates as estimators take them.
  ///
  /// @param judged whether a verifier gave the scores, see [EvalPlan#judged]. If none did, a score
  ///   is the share of all votes that the candidate's class has: it knows of the other samples and
  ///   would let an estimate for fewer of them see the rest, so all are scored alike
  public List<Sample> samples(boolean judged) {
    List<Sample> samples = new ArrayList<>(candidates.size());
    for (CandidateResult it : candidates) {
      double score = judged ? it.score() : 1;
      samples.add(new Sample(it.answerClass(), it.correct(), score, it.tokens()));
    }
    return samples;
  }

  /// The part of the candidates that are right, in [0, 1]: what one sample is worth on average; 0
  /// without candidates.
  public double single() {
    return candidates.isEmpty()
        ? 0
        : (double) candidates.stream().filter(CandidateResult::correct).count() / candidates.size();
  }

  /// Whether any candidate is right: what a perfect selector would reach.
  public boolean oracle() {
    return candidates.stream().anyMatch(CandidateResult::correct);
  }
}

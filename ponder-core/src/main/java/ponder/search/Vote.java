package ponder.search;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import ponder.grade.Answers;

/// A vote of samples by the class of their answer.
///
/// The largest class wins; among equals the one with the larger sum of its samples' mean
/// log-probabilities; then the one seen first. Samples without an answer do not vote; if none has
/// one, the first sample wins without an answer.
final class Vote {
  private final Map<String, List<Solver.Sample>> classes = new LinkedHashMap<>();
  private final int voters;
  private final Solver.Sample winner;

  private Vote(List<Solver.Sample> samples) {
    int count = 0;
    for (Solver.Sample sample : samples) {
      String answer = sample.answer();
      if (answer != null) {
        classes.computeIfAbsent(Answers.classOf(answer), key -> new ArrayList<>()).add(sample);
        count++;
      }
    }
    voters = count;
    winner = classes.isEmpty() ? samples.getFirst() : largest().getFirst();
  }

  /// @param samples at least one, in index order
  static Vote of(List<Solver.Sample> samples) {
    return new Vote(samples);
  }

  private List<Solver.Sample> largest() {
    List<Solver.Sample> best = List.of();
    for (List<Solver.Sample> votes : classes.values()) {
      if (votes.size() > best.size()
          || votes.size() == best.size() && logprob(votes) > logprob(best)) {
        best = votes;
      }
    }
    return best;
  }

  private static double logprob(List<Solver.Sample> votes) {
    return votes.stream()
        .mapToDouble(
            vote -> vote.completion().sumLogprob() / Math.max(1, vote.completion().tokens().size()))
        .sum();
  }

  Solver.Sample winner() {
    return winner;
  }

  /// The part of all votes that went to the sample's class, in [0, 1].
  double share(Solver.Sample sample) {
    return voters == 0 ? 0 : (double) votes(sample) / voters;
  }

  private int votes(Solver.Sample sample) {
    String answer = sample.answer();
    return answer == null ? 0 : classes.getOrDefault(Answers.classOf(answer), List.of()).size();
  }

  String why() {
    if (voters == 0) {
      return "no sample holds an answer";
    }
    long equals = classes.values().stream().filter(votes -> votes.size() == votes(winner)).count();
    return "%d of %d votes%s"
        .formatted(
            votes(winner),
            voters,
            equals == 1 ? "" : ", the most probable of %d classes with as many".formatted(equals));
  }
}

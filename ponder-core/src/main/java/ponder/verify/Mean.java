package ponder.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import ponder.core.Problem;
import ponder.core.Spend;
import ponder.model.Purse;

/// `mean(a,b,...)`: the mean of what several verifiers say.
///
/// The parts judge one after the other, each all candidates, so the first part is paid first. A
/// candidate that one part left unjudged is unjudged: means over different parts do not compare. It
/// is unknown if no part's budget ended and one part did not know what to judge it by. If all parts
/// judge steps, so does the mean; then a step's value is the mean of the parts' values. What is
/// known of a candidate's steps is the parts' mean, which tells no part anything, so all steps are
/// judged.
///
/// @param parts at least one
record Mean(List<Verifier> parts) implements Verifier {
  Mean {
    parts = List.copyOf(parts);
  }

  @Override
  public String name() {
    return parts.stream().map(Verifier::name).collect(Collectors.joining(",", "mean(", ")"));
  }

  @Override
  public boolean wantsCertainty() {
    return parts.stream().anyMatch(Verifier::wantsCertainty);
  }

  @Override
  public boolean together() {
    return parts.stream().anyMatch(Verifier::together);
  }

  @Override
  public Spend judging(Problem problem, long tokens) {
    return parts.stream()
        .map(part -> part.judging(problem, tokens))
        .reduce(Spend.NONE, Spend::plus);
  }

  @Override
  public List<Scores> score(Problem problem, List<Candidate> candidates, Purse purse) {
    List<Candidate> fresh = candidates.stream().map(it -> it.withKnown(List.of())).toList();
    List<List<Scores>> byPart = new ArrayList<>();
    for (Verifier part : parts) {
      byPart.add(part.score(problem, fresh, purse));
    }
    return IntStream.range(0, candidates.size())
        .mapToObj(i -> mean(byPart.stream().map(scores -> scores.get(i)).toList()))
        .toList();
  }

  private static Scores mean(List<Scores> scores) {
    int faults = scores.stream().mapToInt(Scores::faults).sum();
    if (!scores.stream().allMatch(Scores::judged)) {
      boolean over = scores.stream().anyMatch(it -> !it.judged() && !it.unknown());
      return over ? Scores.UNJUDGED : new Scores(0, List.of(), false, faults);
    }
    int steps = scores.stream().mapToInt(it -> it.steps().size()).min().orElse(0);
    return new Scores(
        mean(scores.stream().map(Scores::value)),
        IntStream.range(0, steps)
            .mapToObj(k -> mean(scores.stream().map(it -> it.steps().get(k))))
            .toList(),
        true,
        faults);
  }

  private static double mean(Stream<Double> values) {
    return Math.clamp(values.mapToDouble(it -> it).average().orElse(0), 0, 1);
  }
}
